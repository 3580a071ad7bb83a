import affine from '../../../plugins/augmentations/affine.ts';
import flipHorizontal from '../../../plugins/augmentations/flip-horizontal.ts';
import smallCnn from '../../../plugins/backbones/small-cnn.ts';
import loss from '../../../plugins/losses/binary-cross-entropy.ts';
import meanLogLoss from '../../../plugins/metrics/mean-log-loss.ts';
import adam from '../../../plugins/optimizers/adam.ts';
import balanced from '../../../plugins/samplers/balanced.ts';
import oneSlicePerPatient from '../../../plugins/samplers/one-slice-per-patient.ts';
import uniform from '../../../plugins/samplers/uniform.ts';
import constant from '../../../plugins/schedules/constant.ts';
import cosine from '../../../plugins/schedules/cosine.ts';
import biLstm from '../../../plugins/sequences/bi-lstm.ts';
import linear from '../../../plugins/windows/linear.ts';
import { LABELS, type SliceLabels } from '../../../src/labels.ts';
import type { Component } from '../../../src/registry/kinds/component.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import type { SliceRow } from '../../../src/runtime/artifacts/slices.ts';

export const components = [
  linear,
  affine,
  flipHorizontal,
  smallCnn,
  biLstm,
  loss,
  adam,
  constant,
  cosine,
  uniform,
  balanced,
  oneSlicePerPatient,
  meanLogLoss,
] as readonly Component[];

export const registry = createRegistry(components);

/** What the toy recipes' channel names. */
export const windows = { brain: { type: 'linear', level: 40, width: 80 } };

/** The common fields of a sequence at their defaults. */
export const common = {
  group: 'series',
  order: 'anatomical',
  steps: 60,
  training: 'regular',
  pad: 'zeros',
  littleBrain: 'embedded',
  features: { deltas: false, spacing: false, position: false },
  reversed: false,
  split: 'same',
  backbones: [],
} as const;

/** All six labels the same. */
export const truth = (value: 0 | 1): SliceLabels =>
  Object.fromEntries(LABELS.map((label) => [label, value])) as unknown as SliceLabels;

/** A row of the index; series, and so patient, by its letter. */
export function sliceRow(series: string, order: number, label: 0 | 1 | null): SliceRow {
  return {
    slice: `${series}${order}`,
    series,
    study: series,
    patient: `p-${series}`,
    group: `p-${series}`,
    file: `${series}/${order}.dcm`,
    set: label === null ? 'test' : 'train',
    order,
    positionMm: order * 5,
    spacingMm: order === 0 ? null : 5,
    format: '16s',
    rows: 16,
    columns: 16,
    bytes: 100,
    headerHash: '',
    labels: label === null ? null : truth(label),
  };
}
