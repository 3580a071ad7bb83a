import type { ComponentValue, ResolvedRecipe } from '../recipe.ts';
import { formatPath } from '../values/path.ts';
import type { Plain } from '../values/value.ts';
import { type AskedMetric, askedMetrics } from './asked-metrics.ts';
import { isBaselineFigure } from './is-baseline-figure.ts';
import { otherPatients, type RecipeOfRow } from './other-patients.ts';
import type { TableRow } from './table.ts';

/** One side of a claim: its row, and the recipe that runs for it (of a predictor without pictures, that of its row). */
export interface ClaimSide extends RecipeOfRow {
  row: TableRow;
}

export interface ClaimProblem {
  message: string;
  hint: string;
  /** What of the claim it is about. */
  about: 'rows' | 'figure';
}

/** Why a figure of two rows cannot be compared, by their recipes alone; null where nothing says so. */
export function claimProblem(figure: string, sides: readonly [ClaimSide, ClaimSide]): ClaimProblem | null {
  const [left, right] = sides;
  const asked = sides.map(({ recipe, registry }) => askedMetrics(recipe, registry));
  for (const [i, { row }] of sides.entries()) {
    const problem = lackingFigure(figure, row, asked[i] ?? null);
    if (problem) return problem;
  }
  const [other] = otherPatients(left, right);
  if (other) {
    const path = formatPath(other.path);
    const where = ({ row }: ClaimSide, value: Plain | undefined) => `${shown(value)} for ${row.name}`;
    return {
      about: 'rows',
      message: `The rows of a claim are compared patient by patient, and these validate on others: ${path} is ${where(left, other.left)}, and ${where(right, other.right)}.`,
      hint: 'Give both rows the same data.source, data.seed, data.limit and split.',
    };
  }
  const [mine, others] = asked.map((metrics) => metrics?.find((metric) => gives(metric, figure)));
  return mine?.readsRule || others?.readsRule ? otherRule(figure, left, right) : null;
}

const gives = ({ figures }: AskedMetric, figure: string): boolean => figures.some(({ name }) => name === figure);

/** Of a predictor without pictures an evaluation has some of the figures only. */
function lackingFigure(
  figure: string,
  { name, baseline }: TableRow,
  asked: readonly AskedMetric[] | null,
): ClaimProblem | null {
  if (baseline === null || asked === null) return null;
  const known = asked
    .flatMap(({ figures }) => figures)
    .filter((one) => isBaselineFigure(baseline.predictor, one))
    .map((one) => one.name);
  // A figure that the whole evaluation lacks is told as such.
  if (known.includes(figure) || !asked.some((metric) => gives(metric, figure))) return null;
  const what = baseline.predictor === 'constant' ? 'losses' : 'figures of calls';
  return {
    about: 'figure',
    message: `${figure} is no figure of the row ${name}: its ${baseline.predictor} predictor has ${what} only.`,
    hint: known.length > 0 ? `It has ${known.join(', ')}.` : 'Name a row that runs.',
  };
}

/** The threshold may differ: it is part of what a row calls, and changes nothing of the truth. */
function otherRule(figure: string, left: ClaimSide, right: ClaimSide): ClaimProblem | null {
  const rule = ({ recipe }: { recipe: ResolvedRecipe }) => recipe.evaluation.patient;
  const field = (['rule', 'slices', 'millimetres'] as const).find((key) => rule(left)[key] !== rule(right)[key]);
  if (field === undefined) return null;
  const where = (side: ClaimSide) => `${rule(side)[field] ?? 'not stated'} for ${side.row.name}`;
  return {
    about: 'figure',
    message: `${figure} goes by the patient rule, and these rows have two: evaluation.patient.${field} is ${where(left)}, and ${where(right)}.`,
    hint: 'Give both rows the same evaluation.patient, or claim a figure of slices.',
  };
}

function shown(value: Plain | undefined): string {
  if (value === undefined) return 'not there';
  if (typeof value === 'string') return value;
  return isComponent(value) ? value.type : JSON.stringify(value);
}

const isComponent = (value: unknown): value is ComponentValue =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
