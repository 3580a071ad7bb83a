import { decimals, isShownAsNumber } from '../evaluate/shown.ts';
import { mean } from '../sweep/results.ts';
import type { RowResult } from './results.ts';
import type { SeedResult } from './seed-result.ts';

type Folded = Pick<SeedResult, 'folds' | 'figures' | 'patients'>;

/** A figure of each fold alone, in their order; null of one that does not define it. */
const valuesOf = ({ folds }: Folded, name: string): (number | null)[] =>
  folds.map(({ figures }) => figures?.find((one) => one.name === name)?.value ?? null);

const isKnown = (values: readonly (number | null)[]): values is readonly number[] =>
  values.length > 0 && values.every((value) => value !== null);

/**
 * `by fold 0.1310 to 0.2204`, with the mean over folds of a figure that goes by the order of scores. Empty of a single run, and
 * where counts stand in the place of the pooled figure.
 */
export function byFoldText(seed: Folded, name: string, ranks: readonly string[]): string {
  const figure = seed.figures?.find((one) => one.name === name);
  const measured = seed.folds.some((fold) => fold.figures !== null);
  if (figure === undefined || !measured || !isShownAsNumber(figure, seed.patients)) return '';
  const values = valuesOf(seed, name);
  const known = values.filter((value) => value !== null);
  const range = known.length === 0 ? 'no fold' : `${decimals(Math.min(...known))} to ${decimals(Math.max(...known))}`;
  const lacking = values.flatMap((value, fold) => (value === null ? fold : []));
  const parts = [
    range,
    ...(ranks.includes(name) && isKnown(values) ? [`mean of folds ${decimals(mean(values))}`] : []),
    ...(lacking.length > 0 ? [`not defined in fold ${lacking.join(', ')}`] : []),
  ];
  return `by fold ${parts.join(', ')}`;
}

/** Of a figure that goes by the order of scores, over the seeds of a row: the mean of its folds; null where a fold lacks it. */
export function meanOfFolds({ seeds, ranks }: Pick<RowResult, 'seeds' | 'ranks'>, name: string): number | null {
  if (!ranks.includes(name)) return null;
  const means = seeds.flatMap((seed) => {
    const values = valuesOf(seed, name);
    return isKnown(values) ? mean(values) : [];
  });
  return means.length === 0 || means.length < seeds.length ? null : mean(means);
}

/** `mean of folds 0.8301`: stands beside a pooled figure that compares scores of several networks. Empty where none does. */
export function meanOfFoldsText(row: Pick<RowResult, 'seeds' | 'ranks' | 'cells'>, name: string): string {
  const value = meanOfFolds(row, name);
  return value === null || row.cells[name]?.mean == null || row.cells[name]?.counts !== null
    ? ''
    : `mean of folds ${decimals(value)}`;
}

/** What pooled figures are, below a table that has some. */
export function foldNotes(rows: readonly RowResult[]): string[] {
  const folded = rows.filter(({ row }) => row.folds !== null);
  if (folded.length === 0) return [];
  const counts = [...new Set(folded.map(({ row }) => row.folds))].join(', ');
  const which = folded.length === rows.length ? '' : ` (${folded.map(({ row }) => row.name).join(', ')})`;
  return [
    `Over ${counts} folds${which}: each labelled patient is predicted once, by networks that did not train on it, and a figure is of all of them together. By fold: the least and the greatest of the folds alone, each of its own patients.`,
    ...(folded.some(({ ranks }) => ranks.length > 0)
      ? [
          'A pooled AUC (and whatever else goes by the order of scores) also compares scores of different networks with each other; the mean of folds compares none, and rests on the few patients of each.',
        ]
      : []),
    'Folds share most of what they train on, so that their networks are no independent draws: an interval over pooled patients is of patients, given these trainings, and no exact one.',
    'Which weights of a training are kept may have been chosen on the fold that is reported (train.*.checkpoint): pooling does not take that away.',
  ];
}
