import type { Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { finding } from './finding.ts';

/** Without the block there is no end-to-end training. */
const LEAVE_OUT = 'leave train.endToEnd out (null)';

/** `why`: a clause that says what the recipe lacks. */
export const endToEndNetworks = (place: Place, why: string): Diagnostic =>
  finding(
    'error',
    'end-to-end-networks',
    place,
    ['train', 'endToEnd'],
    `End-to-end training makes one network of a backbone and a sequence model that learns from its embeddings, and ${why}.`,
    `Name both networks, or ${LEAVE_OUT}.`,
  );

/** `why`: a clause that says why runs of one backbone's slices cannot have it. */
export const endToEndOption = (place: Place, path: Path, value: string, why: string, instead: string): Diagnostic =>
  finding(
    'error',
    'end-to-end-option',
    place,
    path,
    `End-to-end training reads runs of adjacent slices of one series, through one backbone, and ${value} cannot be had with it: ${why}.`,
    `${instead}, or ${LEAVE_OUT}.`,
  );

export const endToEndRunLength = (place: Place, slices: number, steps: number): Diagnostic =>
  finding(
    'error',
    'end-to-end-run-length',
    place,
    ['train', 'endToEnd', 'slices'],
    `A run of end-to-end training has ${slices} slices, and a sequence in training at most ${steps} (sequence.steps).`,
    `slices: ${Math.max(2, Math.min(8, steps))}, or a larger sequence.steps`,
  );

/** The sequence model takes no runs of this length. */
export const endToEndRunUnfit = (
  place: Place,
  sequence: string,
  { minimum, maximum }: { minimum: number; maximum: number },
  slices: number,
): Diagnostic =>
  finding(
    'error',
    'end-to-end-run-length',
    place,
    ['train', 'endToEnd', 'slices'],
    `A run of end-to-end training has ${slices} slices, and ${sequence} takes sequences of ${Number.isFinite(maximum) ? `${minimum} to ${maximum}` : `${minimum} or more`}.`,
    `Another number of slices, or another sequence model.`,
  );

export const endToEndFrozenNorm = (place: Place): Diagnostic =>
  finding(
    'error',
    'frozen-without-weights',
    place,
    ['train', 'endToEnd', 'batchNorm'],
    'batchNorm: frozen keeps the statistics of a trained network, and from: scratch begins with a backbone that loads no weights: on random weights the network is dead.',
    'batchNorm: trained, or from: two-stage, or backbone.weights',
  );

export const endToEndUnread = (place: Place, path: Path, stage: string): Diagnostic =>
  finding(
    'warning',
    'trains-nothing',
    place,
    path,
    `With train.endToEnd.from: scratch nothing is trained by train.${stage}: what is set there has no effect.`,
    'Remove this, or start from: two-stage.',
  );

export const endToEndHeatMaps = (place: Place): Diagnostic =>
  finding(
    'error',
    'end-to-end-heat-maps',
    place,
    ['evaluation', 'heatMaps'],
    'Heat maps show why the backbone says what it says of a slice by itself, and with train.endToEnd.sliceLoss: 0 nothing trains that.',
    'sliceLoss: 1 trains it beside the sequence model; or leave heatMaps out.',
  );

export const endToEndFrozen = (place: Place, path: Path, backbone: string): Diagnostic =>
  finding(
    'error',
    'end-to-end-frozen',
    place,
    path,
    `backbone.train.freeze leaves nothing of ${backbone} to train below its prediction layer: end-to-end training would train the sequence model alone, as its own stage does from stored embeddings.`,
    `Freeze less, or ${LEAVE_OUT}.`,
  );

/** `needed` and `has`: bytes in words. */
export const endToEndMemory = (
  place: Place,
  { slices, batch }: { slices: number; batch: number },
  needed: string,
  has: string,
): Diagnostic =>
  finding(
    'warning',
    'end-to-end-memory',
    place,
    ['train', 'endToEnd'],
    `A batch of end-to-end training holds ${batch} runs of ${slices} slices: ${(slices * batch).toLocaleString('en-GB')} pictures with all that backward reads of them, up to about ${needed}, and this machine has ${has} of memory.`,
    `Lower batch and raise accumulate as often (with batchNorm: frozen the gradient is the same), or lower slices.`,
  );
