import { IchorError } from '../../errors.ts';
import type { MetricInput } from '../../registry/kinds/metric.ts';
import type { EvaluatedRun } from './evaluated-run.ts';
import type { SideInput } from './scored.ts';

/** A run of which one fold validates, with whom its networks trained on. */
export interface OpenedFold {
  run: EvaluatedRun;
  /** Which of them, from 0, by the run's recipe; null where its split has no folds. */
  fold: number | null;
  /** Key of its index: folds are of one set of data. */
  index: string;
  /** Slices that have labels and are not held out: each of them is in one fold. */
  labelled: ReadonlySet<string>;
  /** Who trained any of its networks: patients, or slices where the split deals slices. */
  trained: ReadonlySet<string>;
  by: 'patient' | 'slice';
}

/**
 * What the folds of one draw predicted, as one run: each labelled patient (or slice) once, by networks that did not train on
 * it. Throws `folds-not-pooled` (exit 2) where that is not so: a fold is missing or there twice, data or split differ, or a
 * network has seen whom it predicts.
 */
export function poolFolds(folds: readonly OpenedFold[], wanted: number): EvaluatedRun {
  const [first] = folds;
  if (first === undefined) throw notPooled('There is no fold to pool.');
  const names = folds.map(({ run }) => run.name).join(', ');
  assertFolds(folds, wanted);
  const other = folds.find(({ index }) => index !== first.index);
  if (other !== undefined)
    throw notPooled(`Runs ${first.run.name} and ${other.run.name} are folds of other data, or of other labels.`);
  for (const fold of folds) assertUnseen(fold);
  assertPartition(folds, first.labelled);
  const { run } = first;
  return { ...run, name: `folds of ${names}`, input: pooledInput(folds.map((fold) => fold.run.input)) };
}

function assertFolds(folds: readonly OpenedFold[], wanted: number): void {
  const seen = new Map<number, string>();
  for (const { fold, run } of folds) {
    if (fold === null) throw notPooled(`Run ${run.name} has a split without folds.`);
    const before = seen.get(fold);
    if (before !== undefined) throw notPooled(`Fold ${fold} is there twice: runs ${before} and ${run.name}.`);
    seen.set(fold, run.name);
  }
  const missing = Array.from({ length: wanted }, (_, fold) => fold).filter((fold) => !seen.has(fold));
  if (missing.length > 0)
    throw notPooled(
      `Of ${wanted} folds ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing: figures of the others would be of some of the patients.`,
    );
}

/** No network predicts whom it trained on. */
function assertUnseen({ run, trained, by }: OpenedFold): void {
  const seen = new Set(run.input.slices.map((slice) => slice[by]).filter((one) => trained.has(one)));
  const [one] = seen;
  if (one === undefined) return;
  throw notPooled(
    `Run ${run.name} trained on ${seen.size} of the ${by === 'patient' ? 'patients' : 'slices'} that it predicts as unseen, the first is ${one}.`,
  );
}

function assertPartition(folds: readonly OpenedFold[], labelled: ReadonlySet<string>): void {
  const owner = new Map<string, string>();
  for (const { run } of folds)
    for (const { slice } of run.input.slices) {
      const before = owner.get(slice);
      if (before !== undefined)
        throw notPooled(
          `Slice ${slice} validates in two folds, runs ${before} and ${run.name}: data.seed differs, or the split.`,
        );
      owner.set(slice, run.name);
    }
  const left = [...labelled].filter((slice) => !owner.has(slice));
  if (left.length > 0)
    throw notPooled(
      `${left.length.toLocaleString('en-GB')} labelled slices validate in no fold, the first is ${left[0]}: the folds are of more than one draw.`,
    );
}

function pooledInput(inputs: readonly SideInput[]): SideInput {
  const pooled = joined(inputs);
  const ranks = inputs.flatMap(({ byRank }) => byRank ?? []);
  // Of a calibrated recipe each fold has both; an order of scores is asked of one kind.
  return ranks.length === inputs.length ? { ...pooled, byRank: joined(ranks) } : pooled;
}

function joined(inputs: readonly MetricInput[]): MetricInput {
  const unlabelled = inputs.flatMap(({ unlabelledSeries }) => unlabelledSeries ?? []);
  return {
    slices: inputs.flatMap(({ slices }) => slices),
    series: inputs.flatMap(({ series }) => series),
    ...(unlabelled.length > 0 ? { unlabelledSeries: unlabelled } : {}),
    patient: (inputs[0] as MetricInput).patient,
  };
}

const notPooled = (message: string): IchorError =>
  new IchorError(
    'folds-not-pooled',
    message,
    'Run the table again, so that all folds are of one state of data and recipe; --restart forgets which are done.',
    2,
  );
