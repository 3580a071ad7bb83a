import type { Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { finding } from './finding.ts';

/** `reads`: what the model sees of a slice. */
export const featuresUnfit = (place: Place, sequence: string, feature: string, reads: string): Diagnostic =>
  finding(
    'error',
    'features-unfit',
    place,
    ['sequence', 'features', feature],
    `${sequence} reads ${reads} of each slice and nothing else: ${feature} cannot be put beside it.`,
    `Remove ${feature}, or take a model that reads embeddings: ichor list sequence`,
  );

/** `why`: a clause that says what makes it meaningless. */
export const sequenceOptionUnused = (place: Place, path: Path, value: string, why: string): Diagnostic =>
  finding(
    'warning',
    'sequence-option-unused',
    place,
    path,
    `${value} changes nothing: ${why}.`,
    'Remove it, so that the recipe says what it does.',
  );

export const positionGivesOrder = (place: Place): Diagnostic =>
  finding(
    'warning',
    'position-gives-order',
    place,
    ['sequence', 'features', 'position'],
    'order: shuffled takes the order of the slices away, and position tells each slice its place again: this is no control without order.',
    'Write position: false, or order: anatomical.',
  );

export const stepsOne = (place: Place): Diagnostic =>
  finding(
    'error',
    'steps-one',
    place,
    ['sequence', 'steps'],
    'With steps: 1 training sees one slice of each group, and prediction reads the whole of it.',
    'For slices without their neighbours, in training and in prediction: group: slice',
  );

export const padUnfit = (place: Place, sequence: string, why: string): Diagnostic =>
  finding(
    'error',
    'pad-unfit',
    place,
    ['sequence', 'pad'],
    `pad: random-front puts random vectors before the slices, and ${sequence} ${why}.`,
    'pad: zeros',
  );

export const crossfitUnfit = (place: Place, sequence: string, reads: string): Diagnostic =>
  finding(
    'error',
    'crossfit-unfit',
    place,
    ['train', 'sequence', 'embeddings'],
    `Cross-fit embeddings are made for models that read embeddings, and ${sequence} reads ${reads}.`,
    'embeddings: in-sample',
  );

export const backbonesUnfit = (place: Place, sequence: string, reads: string): Diagnostic =>
  finding(
    'error',
    'backbones-unfit',
    place,
    ['sequence', 'backbones'],
    `Further backbones put their embeddings beside the first one's, and ${sequence} reads ${reads}.`,
    'backbones: []',
  );

export const sequenceNeedsPatients = (place: Place, path: Path, what: string, source: string): Diagnostic =>
  finding(
    'error',
    'sequence-needs-patients',
    place,
    path,
    `${what} needs to know which slices are of one patient, and the source ${source} does not say.`,
    path[0] === 'train' ? 'embeddings: in-sample' : 'group: series',
  );
