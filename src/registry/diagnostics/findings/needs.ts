import type { Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import { either, finding } from './finding.ts';

export const sequenceNeedsBackbone = (place: Place, sequence: string, reads: string): Diagnostic =>
  finding(
    'error',
    'sequence-needs-backbone',
    place,
    ['backbone'],
    `${sequence} reads ${reads}, and with backbone: none nothing makes them.`,
    'Name a backbone, or write sequence: none.',
  );

export const nothingToTrain = (place: Place): Diagnostic =>
  finding(
    'error',
    'nothing-to-train',
    place,
    ['backbone'],
    'backbone and sequence are both none: nothing makes predictions.',
    'Name a backbone: ichor list backbone',
  );

/** A model without weights. */
export const hasNoWeights = (place: Place, path: Path, sequence: string): Diagnostic =>
  finding(
    'warning',
    'trains-nothing',
    place,
    path,
    `${sequence} has no weights, and nothing is trained by train.sequence: what is set there has no effect.`,
    'Name a sequence model that is trained (ichor list sequence), or remove this.',
  );

/** `stated`: the recipe says none; else it names no network, and none is the default. */
export const trainsNothing = (place: Place, path: Path, stage: 'backbone' | 'sequence', stated: boolean): Diagnostic =>
  finding(
    'warning',
    'trains-nothing',
    place,
    path,
    `${stated ? `With ${stage}: none` : `Without ${stage}, which the recipe does not name,`} nothing is trained by train.${stage}: what is set there has no effect.`,
    `Name a ${stage === 'sequence' ? 'sequence model' : 'backbone'} (ichor list ${stage}), or remove this.`,
  );

export const embeddingUnfit = (
  place: Place,
  sequence: string,
  takes: number,
  backbone: string,
  gives: number,
): Diagnostic =>
  finding(
    'error',
    'embedding-unfit',
    place,
    ['sequence'],
    `${sequence} takes embeddings of ${takes} numbers, and ${backbone} makes embeddings of ${gives}.`,
    'Choose a backbone (or its width) and a sequence model that fit: ichor describe backbone NAME.',
  );

export const stepsUnfit = (
  place: Place,
  sequence: string,
  { minimum, maximum }: { minimum: number; maximum: number },
  steps: number,
): Diagnostic => {
  const range = maximum === Number.POSITIVE_INFINITY ? `at least ${minimum}` : `from ${minimum} to ${maximum}`;
  return finding(
    'error',
    'steps-unfit',
    place,
    ['sequence', 'steps'],
    `${sequence} takes sequences of ${range} steps, and sequence.steps is ${steps}.`,
    `sequence.steps: ${steps < minimum ? minimum : maximum}`,
  );
};

export const labelsNeeded = (place: Place, source: string): Diagnostic =>
  finding(
    'error',
    'labels-needed',
    place,
    ['data', 'source'],
    `The source ${source} has no labels, so that there is nothing to train on.`,
    'To look at unlabelled files with a trained run: ichor predict RUN DIR',
  );

export const labelsIncomplete = (place: Place, source: string, missing: readonly string[]): Diagnostic =>
  finding(
    'error',
    'labels-incomplete',
    place,
    ['data', 'source'],
    `The source ${source} does not label ${either(missing)}, and training needs all six labels of each slice.`,
    'Take a source with all six: ichor list source. To look at its files with a trained run: ichor predict RUN DIR',
  );

/** A table of labels of the recipe's own that has not all of them. */
export const labelsNotNamed = (place: Place, missing: readonly string[]): Diagnostic =>
  finding(
    'error',
    'labels-incomplete',
    place,
    ['data', 'labels', 'columns'],
    `data.labels.columns name no column of ${either(missing)}, and training needs all six labels of each slice.`,
    'Name a column for each type, as LABEL: COLUMN; any may be left out where all five are there.',
  );

export const labelsForm = (place: Place, path: Path, problem: string): Diagnostic =>
  finding(
    'error',
    'labels-form',
    place,
    path,
    `data.labels ${problem}.`,
    'Say file; one of slice, path, or patient and number; and one of columns, or label and value: { file: labels.csv, path: File, columns: { epidural: EDH, … } }.',
  );

export const labelColumnTwice = (place: Place, path: Path, column: string, other: string): Diagnostic =>
  finding(
    'error',
    'label-column-twice',
    place,
    path,
    `The column ${JSON.stringify(column)} is named twice: here, and by ${other}.`,
    'Name the column of each label. { not: COLUMN } is for one that says the contrary.',
  );

export const labelsStatedTwice = (place: Place, file: string): Diagnostic =>
  finding(
    'warning',
    'labels-stated-twice',
    place,
    ['data', 'labels', 'file'],
    `Labels are stated twice: in the table of pictures (data.source.labels), and in ${JSON.stringify(file)} (data.labels), which is taken. Those of the table of pictures are not looked at.`,
    'Take one of the two out: data.source.labels: null, or data.labels.file: null.',
  );

/** As it is of the resolved recipe of a run over private data. */
export const labelsFileMissing = (place: Place, path: Path): Diagnostic =>
  finding(
    'error',
    'labels-form',
    place,
    path,
    'data.labels names columns, and no file that has them.',
    'Say where the table lies, as for the folder of the data: --set data.labels.file=FILE. A run of private data keeps neither path.',
  );

export const splitNeedsPatients = (place: Place, split: string, source: string): Diagnostic =>
  finding(
    'error',
    'split-needs-patients',
    place,
    ['data', 'split'],
    `The split ${split} keeps each patient on one side, and the source ${source} does not say which slices are of one patient.`,
    source === 'pictures'
      ? 'Name the column of the patient (data.source.patient). Where nobody knows: data.split: random-slice, and every figure says PATIENTS UNKNOWN.'
      : 'Take a source that knows its patients: ichor list source.',
  );

export const testSideNeedsPatients = (place: Place, source: string): Diagnostic =>
  finding(
    'error',
    'test-side-needs-patients',
    place,
    ['data', 'test'],
    `data.test holds patients out, and the source ${source} does not say which slices are of one patient.`,
    source === 'pictures'
      ? 'Name the column of the patient (data.source.patient), or leave data.test out.'
      : 'Leave data.test out, or take a source that knows its patients: ichor list source.',
  );

export const samplerNeedsPatients = (place: Place, sampler: string, source: string): Diagnostic =>
  finding(
    'error',
    'sampler-needs-patients',
    place,
    ['train', 'backbone', 'sampler'],
    `The sampler ${sampler} draws of each patient, and the source ${source} does not say which slices are of one patient: it would take each slice for one.`,
    source === 'pictures'
      ? 'Name the column of the patient (data.source.patient), or take sampler: uniform.'
      : 'Take sampler: uniform, or a source that knows its patients: ichor list source.',
  );

export const sequenceNeedsSeries = (place: Place, sequence: string, source: string): Diagnostic =>
  finding(
    'error',
    'sequence-needs-series',
    place,
    ['sequence'],
    `${sequence} reads the slices of a series in order, and the source ${source} does not say which slices are of one series.`,
    'Write sequence: none, or take a source that knows its series: ichor list source.',
  );

export const sequenceNeedsOrder = (place: Place, sequence: string, source: string): Diagnostic =>
  finding(
    'error',
    'sequence-needs-order',
    place,
    ['sequence'],
    `${sequence} reads the slices of a series in order, and the source ${source} does not say in which order they lie.`,
    source === 'pictures'
      ? 'Name the column of the slice number, or of its position (data.source.number, positionMm), or write sequence: none.'
      : 'Write sequence: none, or take a source that knows the order: ichor list source.',
  );

export const windowsBesidePictures = (place: Place, source: string): Diagnostic =>
  finding(
    'error',
    'windows-beside-pictures',
    place,
    ['windows'],
    `The source ${source} gives pictures, which went through a window already: windows have nothing to work on.`,
    'Remove them (windows: null where a base states them), and name pictures in channels.',
  );

export function unknownPicture(place: Place, path: Path, name: string, pictures: readonly string[]): Diagnostic {
  const near = nearest(name, pictures);
  return finding(
    'error',
    'unknown-picture',
    place,
    path,
    `The source has no picture named ${name}.`,
    near
      ? `Did you mean ${near}?`
      : `Its pictures are ${pictures.join(', ')}. Others are named under data.source.pictures.`,
  );
}

/** What takes HU, and a source that gives none. */
export const needsHu = (place: Place, path: Path, what: string, source: string): Diagnostic =>
  finding(
    'error',
    'needs-hu',
    place,
    path,
    `${what} takes Hounsfield units, and the source ${source} gives pictures.`,
    `Write ${path.join('.')}: null.`,
  );

export const volumesUnread = (place: Place, source: string): Diagnostic =>
  finding(
    'error',
    'volumes-unread',
    place,
    ['data', 'source'],
    `The source ${source} gives volumes, which nothing here reads yet.`,
    'Convert them to DICOM files, or to pictures (ichor describe source pictures).',
  );

export const metricNeeds = (
  place: Place,
  path: Path,
  metric: string,
  needs: 'patients' | 'series' | 'order',
  source: string,
): Diagnostic =>
  finding(
    'error',
    'metric-needs',
    place,
    path,
    needs === 'order'
      ? `The metric ${metric} counts series by neighbouring slices, and the source ${source} does not say in which order they lie.`
      : `The metric ${metric} counts ${needs}, and the source ${source} has none.`,
    `Remove ${metric} from evaluation.metrics, or take a source that has ${needs === 'order' ? 'an order' : needs}: ichor list source.`,
  );

export const metricFigures = (
  place: Place,
  path: Path,
  metric: string,
  figure: string,
  other: { name: string; path: string },
): Diagnostic =>
  finding(
    'error',
    'metric-figures',
    place,
    path,
    `The metric ${metric} gives a figure named \`${figure}\`, and so does ${other.name} (${other.path}).`,
    `Remove one of the two, or let them differ in a parameter that their figures' names say: ichor describe metric ${metric}`,
  );

export function checkpointMetric(place: Place, path: Path, name: string, metrics: readonly string[]): Diagnostic {
  const near = nearest(name, metrics);
  // No metric is called so: early stopping alone knows it.
  const hint =
    name === 'loss'
      ? `The loss is no metric: name one of ${either(metrics)}.`
      : near
        ? `Did you mean ${near}?`
        : `Add ${name} to evaluation.metrics, or name one of ${either(metrics)}.`;
  return finding('error', 'checkpoint-metric', place, path, `${name} is not among evaluation.metrics.`, hint);
}
