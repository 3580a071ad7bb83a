import type { TObject } from 'typebox';
import { AUGMENTATION_COMMON } from './augmentation.ts';
import { BACKBONE_COMMON } from './backbone.ts';
import { EXECUTOR_COMMON } from './executor.ts';
import type { Kind } from './kind.ts';
import { LOSS_COMMON } from './loss.ts';
import { OPTIMIZER_COMMON } from './optimizer.ts';
import { SCHEDULE_COMMON } from './schedule.ts';
import { SEQUENCE_COMMON } from './sequence.ts';
import { TRACKER_COMMON } from './tracker.ts';
import { Type } from './type.ts';

/** The fields that every component of a kind takes. A component that has one of these as its own parameter does not register. */
export const COMMON: Readonly<Record<Kind, TObject>> = {
  source: Type.Object({}),
  'series-rule': Type.Object({}),
  split: Type.Object({}),
  window: Type.Object({}),
  augmentation: AUGMENTATION_COMMON,
  backbone: BACKBONE_COMMON,
  sequence: SEQUENCE_COMMON,
  loss: LOSS_COMMON,
  optimizer: OPTIMIZER_COMMON,
  schedule: SCHEDULE_COMMON,
  sampler: Type.Object({}),
  calibration: Type.Object({}),
  metric: Type.Object({}),
  tracker: TRACKER_COMMON,
  executor: EXECUTOR_COMMON,
};

/** The split that deals patients into folds, where a table asks for them and the recipe names none that does. */
export const FOLDS = 'k-fold';

/** What a block without a `type` (and without one below it) is. Kinds that are not named here must say. */
export const DEFAULT_COMPONENT: Readonly<Partial<Record<Kind, string>>> = {
  'series-rule': 'head-ct',
  split: 'by-patient',
  window: 'linear',
  loss: 'binary-cross-entropy',
  optimizer: 'adam',
  schedule: 'constant',
  sampler: 'uniform',
  calibration: 'temperature',
};
