import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Mark } from '../artifacts/marks.ts';
import { judgedSide, type Metrics, type ModelName } from '../artifacts/metrics.ts';
import { hasOwnSplit } from './own-split.ts';
import { isShownAsNumber, shown } from './shown.ts';
import { allMarks, type SummaryTable, summaryTable } from './summary-table.ts';

/** One side of a comparison: a run with figures. */
export interface MeasuredRun {
  name: string;
  recipe: ResolvedRecipe;
  metrics: Metrics;
  /** Hashes of the slices of its index and of its split: two runs with the same are over the same slices and patients. */
  index: string | null;
  split: string | null;
  /** Key of the labels that an evaluation is judged by; null, or absent: those of its data. */
  labels?: string | null;
}

/** The figures of two runs side by side; what a figure is withheld for stands in its place, as everywhere. */
export interface FigureComparison {
  /** Why the two are not to be compared, each a sentence; empty where they are over the same patients. */
  apart: readonly string[];
  /** First column: the figure. Then a column for each model of each run. */
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  /** What each run's figures are of, with its marks: `SYNTHETIC · validation: 40 slices, 4 series, 4 patients`. */
  a: FigureSide;
  b: FigureSide;
}

export interface FigureSide {
  run: string;
  title: string | null;
  marks: readonly Mark[];
  /** Networks that say less than what they have to beat. */
  worse: readonly string[];
  /** `value` is null where too few patients or cases stand behind it: `shown` says which. */
  figures: readonly { model: ModelName; component: string; name: string; value: number | null; shown: string }[];
}

export function compareFigures(a: MeasuredRun, b: MeasuredRun): FigureComparison {
  const [left, right] = [summaryOf(a), summaryOf(b)];
  const models = (letter: string, summary: SummaryTable | null) =>
    (summary?.columns.slice(1, -1) ?? []).map((column) => `${letter}: ${column}`);
  const names = [...new Set([...(left?.rows ?? []), ...(right?.rows ?? [])].map(({ name }) => name))];
  const cells = (summary: SummaryTable | null, name: string): string[] => {
    const count = Math.max(0, (summary?.columns.length ?? 2) - 2);
    const row = summary?.rows.find((one) => one.name === name);
    return Array.from({ length: count }, (_, i) => row?.cells[i] ?? '');
  };
  return {
    apart: apartBecause(a, b),
    columns: ['figure', ...models('a', left), ...models('b', right)],
    rows: names.map((name) => [name, ...cells(left, name), ...cells(right, name)]),
    a: sideOf(a, left),
    b: sideOf(b, right),
  };
}

/** Without the paper's column: it stands beside one run, and not between two. */
const summaryOf = ({ metrics, recipe }: MeasuredRun): SummaryTable | null =>
  summaryTable(
    metrics,
    { comparable: false, reasons: [], paper: null },
    {
      labels: 'any',
      side: judgedSide(metrics),
      ownSplit: hasOwnSplit(recipe),
    },
  );

function sideOf({ name: run, metrics }: MeasuredRun, summary: SummaryTable | null): FigureSide {
  const figures = metrics.models.flatMap(({ model, component, sides }) =>
    sides
      .filter(({ side }) => side === judgedSide(metrics))
      .flatMap(({ figures: all, labelled }) =>
        all.map((figure) => ({
          model,
          component,
          name: figure.name,
          value: isShownAsNumber(figure, labelled.patients) ? figure.value : null,
          shown: shown(figure, labelled.patients),
        })),
      ),
  );
  return { run, title: summary?.title ?? null, marks: allMarks(metrics), worse: summary?.worse ?? [], figures };
}

function apartBecause(a: MeasuredRun, b: MeasuredRun): string[] {
  if (a.index !== b.index || a.index === null)
    return ['The two runs are not over the same data: their figures are not to be compared.'];
  if ((a.labels ?? null) !== (b.labels ?? null))
    return ['The two runs are judged by other labels: their figures are not to be compared.'];
  if (a.split !== b.split) return ['The two runs validate on other patients: their figures are not to be compared.'];
  return [];
}
