import { stringify } from 'csv-stringify/sync';
import { deviation, mean } from '../sweep/results.ts';
import type { RowResult, TableResults } from './results.ts';
import type { SeedResult } from './seed-result.ts';
import { setText } from './text.ts';

/**
 * A line for each row and seed, over folds one for each fold and one for all of them (`pooled`), and two more for the mean and
 * the deviation of a row; every figure of the table, at full precision. Nothing of when, where and in which order it was run
 * stands there, so that the same results are the same bytes.
 */
export function tableCsv(results: TableResults): string {
  const { figures, table } = results;
  const folded = results.rows.some(({ row }) => row.folds !== null);
  const titles = [
    'row',
    'seed',
    'data seed',
    ...(folded ? ['fold'] : []),
    'state',
    'recipe',
    'profile',
    'backbone',
    'sequence',
    'image',
    'source',
    'set',
    'marks',
    'patients',
    ...figures.flatMap(({ name }) => [name, `${name} low`, `${name} high`]),
    'error',
  ];
  const lines = results.rows.flatMap((result) => {
    const about = (seed: string, one: SeedResult | null) => [
      result.row.name,
      seed,
      one === null || one.data === null ? '' : String(one.data),
      ...(folded ? [one === null ? '' : foldText(one)] : []),
      result.row.baseline ? `${result.row.baseline.predictor} of ${result.row.baseline.of}` : (one?.status ?? ''),
      one?.recipeHash ?? '',
      table.profile,
      result.ran?.backbone ?? '',
      result.ran?.sequence ?? '',
      result.ran?.image ?? '',
      result.ran?.source ?? '',
      setText(result.row),
      result.marks.join(' '),
      one?.figures ? one.patients : '',
    ];
    const all = result.seeds.flatMap((one) => [...one.folds, one]);
    const seeds = all.map((one) => [
      ...about(one.seed === null ? '' : String(one.seed), one),
      ...figures.flatMap(({ name }) => {
        const interval = one.intervals[name];
        return [figureOf(one, name) ?? '', interval?.low ?? '', interval?.high ?? ''];
      }),
      one.error ?? '',
    ]);
    const summary = (['mean', 'deviation'] as const).map((what) => [
      ...about(what, null),
      ...figures.flatMap(({ name }) => [summaryOf(result, name, what), '', '']),
      '',
    ]);
    return [...seeds, ...summary];
  });
  return stringify([titles, ...lines]);
}

const foldText = ({ fold, folds }: SeedResult): string =>
  folds.length > 0 ? 'pooled' : fold === null ? '' : String(fold);

const figureOf = ({ figures }: SeedResult, name: string): number | null | undefined =>
  figures?.find((one) => one.name === name)?.value;

/** Empty where a run has no value: a mean over some of the seeds would be another figure. */
function summaryOf({ seeds }: RowResult, name: string, what: 'mean' | 'deviation'): number | '' {
  const values = seeds.flatMap((seed) => figureOf(seed, name) ?? []);
  if (values.length === 0 || values.length < seeds.length) return '';
  return what === 'mean' ? mean(values) : (deviation(values) ?? '');
}
