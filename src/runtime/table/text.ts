import type { TableRow } from '../../registry/table/table.ts';
import { decimals, isShownAsNumber, shown } from '../evaluate/shown.ts';
import { type MadeOn, machineNotes, machinesLine, madeOnIn } from '../store/machines.ts';
import { cellText, settingText } from '../sweep/table.ts';
import { comparabilityReasons } from './comparability-notes.ts';
import { dataNotes } from './data-notes.ts';
import { byFoldText, foldNotes } from './fold-text.ts';
import { noBetterText } from './no-better.ts';
import { probabilityNotes } from './probability-notes.ts';
import { recipeNotes } from './recipe-notes.ts';
import type { RowResult, TableResults } from './results.ts';
import { runName } from './run-name.ts';
import type { SeedResult } from './seed-result.ts';
import { profileText, ranText } from './what-ran.ts';

const ARROWS = { lower: '↓', higher: '↑' } as const;

export interface Column {
  title: string;
  /** Null for what is no figure. */
  figure: string | null;
  number: boolean;
}

/** What stands above the table's columns, the row's name first. */
export function columnsOf({ table, figures }: TableResults): Column[] {
  return [
    { title: 'row', figure: null, number: false },
    ...figures.map(({ name, better }) => ({ title: `${name} ${ARROWS[better]}`, figure: name, number: true })),
    ...(table.paper === null ? [] : [{ title: 'paper', figure: null, number: true }]),
    ...(table.paper === 'log-loss' ? [{ title: 'paper, Kaggle private', figure: null, number: true }] : []),
  ];
}

/** `0.1234 ± 0.0056`, or counts in the place of a figure that rests on too few. */
export const cellOfRow = (result: RowResult, figure: string): string => cellText(result.cells[figure]);

/** The row's cells, in the order of the columns: the name, the figures, what of the paper may stand there. */
export function cellsOfRow(result: RowResult, columns: readonly Column[]): string[] {
  const paper = [result.paper, result.paperPrivate];
  return columns.map(({ figure }, i) => {
    if (i === 0) return rowTitle(result);
    return figure === null ? (paper.shift() ?? '') : cellOfRow(result, figure);
  });
}

/** How a row went where that is not simply done: `failed`, `2 of 3 runs`. */
export function stateText({ runs, seeds }: RowResult): string {
  const done = runs.filter(({ status }) => status === 'done').length;
  const failed = runs.filter(({ status }) => status === 'failed').length;
  if (done === runs.length) return seeds.some(({ status }) => status === 'failed') ? 'folds cannot be pooled' : '';
  const of = runs.length === 1 ? '' : `${done} of ${runs.length} runs`;
  if (failed > 0) return of === '' || done === 0 ? 'failed' : `${of}, ${failed} failed`;
  return of === '' || done === 0 ? 'not run yet' : of;
}

/** `5 rows, 8 of 8 runs done, 1 failed` */
export function runsText({ rows }: Pick<TableResults, 'rows'>): string {
  const runs = rows.flatMap((one) => (one.row.baseline ? [] : one.runs));
  const count = (status: SeedResult['status']) => runs.filter((one) => one.status === status).length;
  const failed = count('failed');
  return `${rows.length} ${rows.length === 1 ? 'row' : 'rows'}, ${count('done')} of ${runs.length} runs done${failed > 0 ? `, ${failed} failed` : ''}`;
}

/** A seed's own value of a figure, with its interval, and over folds what they alone come to; empty where the run has none. */
export function seedText(seed: SeedResult, name: string, ranks: readonly string[] = []): string {
  const { figures, patients, intervals } = seed;
  const figure = figures?.find((one) => one.name === name);
  if (!figure) return '';
  const interval = intervals[name];
  const range = interval && isShownAsNumber(figure, patients) ? ` ${intervalText(interval)}` : '';
  const folds = byFoldText(seed, name, ranks);
  return `${shown(figure, patients)}${range}${folds === '' ? '' : `; ${folds}`}`;
}

export const intervalText = ({ low, high }: { low: number | null; high: number | null }): string =>
  low === null || high === null ? '' : `[${decimals(low)}, ${decimals(high)}]`;

/** The row's name, or of a sweep's setting its values. */
export const rowTitle = ({ row }: RowResult): string =>
  row.values === null ? row.name : `${row.stated}: ${settingText(row.values, null)}`;

export const tableTitle = ({ table, marks }: TableResults): string => [...marks, table.title].join(' · ');

/** What has to be known beside the figures; in a terminal, where seeds and intervals are not shown, nothing of these. */
export function tableNotes(results: TableResults, where: 'page' | 'terminal' = 'page'): string[] {
  const { rows, table, figures } = results;
  const several = rows.some(({ seeds }) => seeds.length > 1);
  const intervals = rows.flatMap(({ seeds }) => seeds.flatMap((seed) => Object.values(seed.intervals)));
  const few = rows.some(({ cells }) => Object.values(cells).some(({ counts }) => counts !== null));
  return [
    ...table.notes,
    `${sentence(profileText(table.profile))}. ${sideText(rows)}, final model of each row${patientsText(rows)}. ↓: lower is better, ↑: higher is better.`,
    ...foldNotes(rows),
    ...(several
      ? [
          where === 'page'
            ? 'Mean ± sample standard deviation over the seeds of a row, and below it the value of each of them: all are shown.'
            : 'Mean ± sample standard deviation over the seeds of a row; the page has the value of each of them.',
        ]
      : []),
    ...(intervals[0] && where === 'page'
      ? [
          `[low, high]: 95 % interval by patient (bootstrap, ${intervals[0].draws.toLocaleString('en-GB')} draws) of that one run${rows.some(({ row }) => row.folds !== null) ? ', over folds of the pooled patients of one seed' : ''}.`,
        ]
      : []),
    ...(rows.some(({ row }) => row.values !== null)
      ? [
          'Settings of a sweep are chosen by the split that is reported here: the figures are optimistic for what is chosen.',
        ]
      : []),
    ...(few
      ? [
          'Counts stand in the place of figures that would rest on fewer than 20 patients, or on fewer than 5 positives or negatives.',
        ]
      : []),
    ...(rows.some(({ row }) => row.baseline !== null)
      ? [
          'A predictor without pictures: constant gives every slice the prevalence of the train side, all-positive calls every slice.',
        ]
      : []),
    ...(rows.some(({ row }) => row.dataSeeds.length > 1)
      ? ['data: a data set of its own (data.seed), with other patients on both sides of the split.']
      : []),
    ...(rows.some((row) => figures.some(({ name }) => noBetterText(row, name) !== ''))
      ? [
          'No better than: the row, or so many of its runs, says no more than a predictor that looks at no picture, on the same slices.',
        ]
      : []),
    ...machineNotes(rows.flatMap(madeOnOfRow)),
    ...rows.flatMap(({ row, budgetMarks }) => budgetMarks.map((mark) => `${row.name}: ${mark}`)),
    ...dataNotes(results),
    ...markNotes(results),
    ...probabilityNotes(results),
    ...recipeNotes(results),
    ...comparabilityReasons(results),
  ];
}

/** What a row's runs were made on; of one whose runs differ each is named. */
function madeOnOfRow({ row, runs }: RowResult): MadeOn[] {
  if (row.baseline !== null) return [];
  const own = runs.map((one) => ({ name: runName(one), machines: one.record?.machines ?? [] }));
  const parts = own.flatMap(({ machines }) => madeOnIn(machines, `row ${row.name}`));
  if (machinesLine(parts) === null || runs.length === 1) return parts;
  return own.flatMap(({ name, machines }) => madeOnIn(machines, `row ${row.name}, ${name}`));
}

/** Whom figures are of. */
function sideText(rows: readonly RowResult[]): string {
  const folded = rows.filter(({ row }) => row.folds !== null).length;
  return folded === 0 ? 'Validation side' : folded === rows.length ? 'Out of fold' : 'Validation side, or out of fold';
}

const sentence = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

function patientsText(rows: readonly RowResult[]): string {
  const counts = [
    ...new Set(rows.flatMap(({ seeds }) => seeds.flatMap(({ figures, patients }) => (figures ? patients : [])))),
  ];
  if (counts.length === 0) return '';
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return `: ${least === most ? least : `${least} to ${most}`} patients`;
}

const MARK_NOTES: Readonly<Record<string, string>> = {
  SYNTHETIC: 'these figures are about generated pictures and say nothing about patients.',
  SMOKE: 'a few steps on a few studies; these figures only show that everything runs.',
  'LEAKY SPLIT':
    'slices of the same patients were trained on; these figures may be too good, and say nothing about new patients.',
  'PATIENTS UNKNOWN':
    'the source does not say whose slices are whose; where several are of one person these figures are too good.',
};

function markNotes(results: TableResults): string[] {
  return results.marks.flatMap((mark) => {
    const note = MARK_NOTES[mark];
    if (note === undefined) return [];
    return `${mark}${isOfAll(mark, results) ? '' : ', where a row says so'}: ${note}`;
  });
}

const isOfAll = (mark: string, { rows }: TableResults): boolean => rows.every(({ marks }) => marks.includes(mark));

/** The marks of a row that not all rows have: the title says them of the table, and the row which figures they are about. */
export const ownMarks = ({ marks }: RowResult, results: TableResults): string[] =>
  marks.filter((mark) => !isOfAll(mark, results));

/** What stands under the list of runs. */
export const RUNS_NOTE = 'seconds: of the run as this table made it; stages that were there before took none.';

/** `sets data.source.extent false, sequence.steps 60`; empty for a row that is its recipe as it stands. */
export const setText = ({ set }: Pick<TableRow, 'set'>): string =>
  Object.keys(set).length === 0 ? '' : `sets ${settingText(set, null)}`;

/** What stands below a row's name: its state, its note, what it sets over its recipe, what predicts, and which network ran on what. */
export function rowNotes(result: RowResult, results: TableResults): string[] {
  const { row, ran } = result;
  return [
    ownMarks(result, results).join(' · '),
    stateText(result),
    row.note ?? '',
    setText(row),
    row.baseline ? `${row.baseline.predictor} predictor, as in the evaluation of ${row.baseline.of}` : '',
    ran ? ranText(ran) : '',
  ].filter(Boolean);
}

/** `3`, `3, data 401`, `3, fold 2`: which of a row's runs, under the title `seed`. */
export const seedOfRun = ({ seed, data, fold }: Pick<SeedResult, 'seed' | 'data' | 'fold'>): string =>
  [
    ...(seed === null ? [] : [String(seed)]),
    ...(data === null || seed === null ? [] : [`data ${data}`]),
    ...(fold === null ? [] : [`fold ${fold}`]),
  ].join(', ');

/** What failed of a row: runs of it, and folds that have all run and cannot be pooled. */
export const failedOf = ({ runs, seeds }: RowResult): SeedResult[] => [
  ...runs.filter(({ status }) => status === 'failed'),
  ...seeds.filter(
    ({ status, folds }) => status === 'failed' && folds.length > 0 && folds.every((one) => one.status === 'done'),
  ),
];
