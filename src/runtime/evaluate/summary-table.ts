import type { MetricFigure } from '../../registry/kinds/metric.ts';
import type { Side } from '../../registry/kinds/split.ts';
import { isVerdict, type Mark, unionOfMarks } from '../artifacts/marks.ts';
import { judgedSide, type Metrics, type ModelMetrics, type ModelName, type SideMetrics } from '../artifacts/metrics.ts';
import { type Comparability, paperCell } from './comparable.ts';
import { judgedWords } from './judged-words.ts';
import {
  intervalNote,
  isShownAsNumber,
  OPTIMISTIC_NOTE,
  SMALLEST,
  shown,
  shownInterval,
  WITHHELD_NOTE,
  withheldFor,
} from './shown.ts';
import { worseThan } from './worse-than.ts';

/** A table as plain text cells: the command line and the page lay it out. */
export interface SummaryTable {
  /** `validation`, and what was counted; starts with SYNTHETIC, SMOKE or LEAKY SPLIT where that is so. */
  title: string;
  side: Side;
  columns: string[];
  rows: SummaryRow[];
  /** Sentences that nobody should overlook: a model that says less than one that looks at no picture. Of the side that is judged. */
  worse: string[];
  /** Sentences below the table: what is comparable, what stands in a figure's place. */
  notes: string[];
}

export interface SummaryRow {
  /** The figure's name, first column. */
  name: string;
  /** One text for each further column. */
  cells: string[];
  /** Of each of them why it holds counts in the place of a figure: `14 patients`; null where it does not. */
  withheld: (string | null)[];
}

export const MODEL_TITLES: Record<ModelName, string> = { backbone: 'base', sequence: 'sequence' };

/**
 * `SYNTHETIC`, `SMOKE`, `LEAKY SPLIT`, several or nothing: stands before every title, table and plot of such a run. Of the
 * run itself, and of the networks that predicted in it. Without their verdicts, which are sentences of their own.
 */
export function marks(of: Marked): Mark[] {
  return allMarks(of).filter((mark) => !isVerdict(mark));
}

type Marked = Pick<Metrics, 'synthetic' | 'smoke' | 'stamps' | 'marks'>;

/** With the verdicts: `WORSE THAN CONSTANT`. */
export function allMarks({ synthetic, smoke, stamps = [], marks: carried = [] }: Marked): Mark[] {
  return unionOfMarks(synthetic ? ['SYNTHETIC'] : [], smoke ? ['SMOKE'] : [], stamps, carried);
}

/**
 * The figures of one side, a column for each model, one for the predictor that looks at no picture, and, for a row of
 * the paper's tables, the paper's. Null where no slice of the side has a label. `labels` says which figures of a single
 * label stand in it: `any` (AUC of any: the table at the end of a run), `none` or `all`; `ownSplit`, that the sequence
 * model has a split of its own, so that each model is measured on other patients.
 */
export function summaryTable(
  metrics: Metrics,
  comparable: Comparability,
  options: { side?: Side; labels?: 'any' | 'none' | 'all'; ownSplit?: boolean } = {},
): SummaryTable | null {
  const ownSplit = options.ownSplit ?? false;
  const side = options.side ?? judgedSide(metrics);
  const models = metrics.models.flatMap((model) => {
    const found = model.sides.find((one) => one.side === side);
    return found ? [{ model, side: found }] : [];
  });
  const last = models.at(-1);
  if (last === undefined) return null;
  const names = last.side.figures.filter((figure) => isWanted(figure, options.labels ?? 'any'));
  const rows = names.map((figure): SummaryRow => {
    const found = models.map((one) => figureCell(one.side.figures, figure.name, one.side));
    const paper = paperCells(comparable, figure, side);
    const all = [...found, baselineCell(figure, last.side), ...paper.map((text): Shown => ({ text, withheld: null }))];
    return { name: figure.name, cells: all.map(({ text }) => text), withheld: all.map(({ withheld }) => withheld) };
  });
  if (comparable.paper !== null && side === 'validation') {
    const none = models.map(() => 'not measurable here');
    const cells = [...none, '', paperCell(comparable, 'kaggle-private', side)];
    rows.push({ name: 'kaggle-private', cells, withheld: cells.map(() => null) });
  }
  return {
    title: [...marks(metrics), ownSplit ? sidesTitle(models) : sideTitle(last.side, wordOf(metrics, side))].join(' · '),
    side,
    columns: [
      'figure',
      ...models.map(({ model }) => columnTitle(model)),
      'without looking',
      ...(comparable.paper === null ? [] : ['paper']),
    ],
    rows,
    worse: side === judgedSide(metrics) ? worseThan(metrics, ownSplit) : [],
    notes: notes(
      metrics,
      comparable,
      models.map((one) => one.side),
      // A page shows single labels in a table of their own, above these notes.
      (figure) => (options.labels ?? 'any') !== 'any' || isWanted(figure, 'any'),
    ).concat(ownSplit && models.length > 1 ? [OWN_SPLIT_NOTE] : []),
  };
}

const OWN_SPLIT_NOTE =
  'The sequence model has a split of its own (sequence.split): the two models are measured on different patients, and no column is to be compared with the other. “Without looking” is over the sequence model’s.';

/** `test` where it is what Kaggle calls its own; slices that somebody labelled to judge by are none of it. */
export const wordOf = (metrics: Metrics, side: Side): string =>
  side === judgedSide(metrics) ? judgedWords(side).short : side;

function sideTitle({ labelled }: SideMetrics, word: string): string {
  return `${word}: ${countsText(labelled)}`;
}

/** Each model's own side. */
function sidesTitle(models: readonly { model: ModelMetrics; side: SideMetrics }[]): string {
  const counted = models.map(({ model, side }) => `${columnTitle(model)} on ${countsText(side.labelled)}`);
  return `${models[0]!.side.side}: ${counted.join('; ')}`;
}

const countsText = ({ slices, series, patients }: SideMetrics['labelled']): string =>
  `${count(slices, 'slice')}, ${series} series, ${count(patients, 'patient')}`;

export function count(n: number, unit: string): string {
  return `${n.toLocaleString('en-GB')} ${unit}${n === 1 ? '' : 's'}`;
}

function columnTitle({ model, component }: ModelMetrics): string {
  return `${MODEL_TITLES[model]} (${component})`;
}

function isWanted(figure: MetricFigure, labels: 'any' | 'none' | 'all'): boolean {
  if (figure.label === undefined || labels === 'all') return true;
  return labels === 'any' && figure.label === 'any' && figure.better === 'higher';
}

interface Shown {
  text: string;
  withheld: string | null;
}

const EMPTY: Shown = { text: '', withheld: null };

function figureCell(figures: readonly MetricFigure[], name: string, side: SideMetrics): Shown {
  const figure = figures.find((one) => one.name === name);
  if (figure === undefined) return EMPTY;
  const { patients } = side.labelled;
  const interval = shownInterval(figure, side.intervals?.[name], patients);
  const range = interval === '' ? '' : ` [${interval}]`;
  return { text: `${shown(figure, patients)}${range}`, withheld: withheldFor(figure, patients) };
}

/** Losses: the train side's prevalence for every slice. Calls: every slice scored 1. */
function baselineCell(figure: MetricFigure, { baselines, labelled: { patients } }: SideMetrics): Shown {
  const named = (one: MetricFigure) => one.name === figure.name;
  const constant = baselines.constant?.find(named);
  const found = constant ?? baselines.allPositive.find(named);
  if (found === undefined) return EMPTY;
  const text = `${shown(found, patients)} ${found === constant ? 'constant' : 'all positive'}`;
  return { text, withheld: withheldFor(found, patients) };
}

function paperCells(comparable: Comparability, figure: MetricFigure, side: Side): string[] {
  return comparable.paper === null ? [] : [paperCell(comparable, figure, side)];
}

function notes(
  metrics: Metrics,
  comparable: Comparability,
  sides: readonly SideMetrics[],
  said: (figure: MetricFigure) => boolean,
): string[] {
  const small = sides.some((side) =>
    side.figures.some(
      (figure) => said(figure) && figure.value !== null && !isShownAsNumber(figure, side.labelled.patients),
    ),
  );
  const undefinedHere = sides.some((side) => side.figures.some((figure) => said(figure) && figure.value === null));
  const interpolated = sides.at(-1)?.interpolated ?? 0;
  const optimistic = sides.some((side) =>
    side.figures.some((figure) => said(figure) && figure.optimistic && isShownAsNumber(figure, side.labelled.patients)),
  );
  const interval = sides.flatMap(({ intervals, labelled }) =>
    labelled.patients >= SMALLEST.patients ? Object.values(intervals ?? {}) : [],
  )[0];
  return [
    comparabilityNote(comparable),
    ...(metrics.synthetic
      ? ['SYNTHETIC: these figures are about generated pictures and say nothing about patients.']
      : []),
    ...(metrics.smoke ? ['SMOKE: a few steps on a few studies; these figures only show that everything runs.'] : []),
    ...(metrics.stamps?.includes('LEAKY SPLIT')
      ? [
          'LEAKY SPLIT: slices of the same patients were trained on; these figures may be too good, and say nothing about new patients.',
        ]
      : []),
    ...(metrics.stamps?.includes('PATIENTS UNKNOWN')
      ? [
          'PATIENTS UNKNOWN: the source does not say whose slices are whose; where several are of one person these figures are too good, and intervals count slices as if they were patients.',
        ]
      : []),
    ...calibrationNotes(metrics, sides),
    ...(small ? [WITHHELD_NOTE] : []),
    ...(undefinedHere
      ? ['Where a class is absent, or nothing is positive, a figure is not defined; its counts say why.']
      : []),
    ...(interval ? [intervalNote(interval)] : []),
    ...(optimistic ? [OPTIMISTIC_NOTE] : []),
    ...(interpolated > 0
      ? [`${count(interpolated, 'slice')} could not be read: the prediction is interpolated between its neighbours.`]
      : []),
  ];
}

/** What the calibration of each model did to its mean log loss on the slices of the table. */
function calibrationNotes({ models }: Metrics, sides: readonly SideMetrics[]): string[] {
  const said = models.flatMap(({ model, calibration, sides: own }) => {
    const losses = own.find((side) => sides.includes(side))?.calibration;
    return calibration === undefined || losses === undefined
      ? []
      : [
          {
            calibration,
            text: `${MODEL_TITLES[model]} ${losses.before.mean?.toFixed(4)} -> ${losses.after.mean?.toFixed(4)}`,
          },
        ];
  });
  const [first] = said;
  if (first === undefined) return [];
  const how = sides[0]?.side === 'validation' ? ', cross-fitted over patients' : '';
  return [
    `Calibrated by ${first.calibration.component}${how}; mean log loss before and after: ${said.map(({ text }) => text).join('; ')}.`,
  ];
}

/** One sentence on whether the paper's figures may stand beside this run. */
export function comparabilityNote({ comparable, reasons, paper }: Comparability): string {
  if (paper !== null && comparable)
    return `Paper: comparable with its row ${paper.row}; it does not state the weighting of its log loss.`;
  return `Paper: not comparable: ${reasons.join('; ')}.`;
}
