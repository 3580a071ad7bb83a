import { type BudgetComparison, compareBudgets } from '../../budget/compare-budgets.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { sweepBudget } from '../../diagnostics/findings/budget.ts';
import type { ResolvedRecipe } from '../../recipe.ts';
import type { Registry } from '../../registry.ts';
import { type Node, plain } from '../../values/value.ts';
import { trainsSequence } from './contrasts.ts';
import type { SweepPoint } from './sweep.ts';

/** Of more, the first show it. */
const MOST = 200;
/** What changes how much a network trains, or what it trains on. */
const TOUCHES =
  /^(train\.(backbone|sequence)(\.(batch|accumulate|stepsPerEpoch|embeddings))?|sequence(\.(group|steps|training))?|data(\..*)?)$/;
const LENGTH = /^train\.(backbone|sequence)\.(epochs|updates)$/;

/** Whether what a sweep tries can change its budgets without saying so. */
export const triesBudgets = (points: readonly SweepPoint[]): boolean =>
  Object.keys(points[0]?.values ?? {}).some((path) => TOUCHES.test(path));

/**
 * Points that train more than others by what else they try. Where a sweep tries epochs or updates themselves, points of
 * equal ones are compared. One finding: the first.
 */
export function sweepBudgets(
  points: readonly SweepPoint[],
  treeOf: (point: SweepPoint) => Node,
  registry: Registry,
): Diagnostic[] {
  const firsts = new Map<string, { point: SweepPoint; recipe: ResolvedRecipe }>();
  let unknown: Diagnostic | null = null;
  for (const point of points.slice(0, MOST)) {
    const lengths = JSON.stringify(Object.entries(point.values).filter(([path]) => LENGTH.test(path)));
    const recipe = plain(treeOf(point)) as unknown as ResolvedRecipe;
    const first = firsts.get(lengths);
    if (first === undefined) {
      firsts.set(lengths, { point, recipe });
      continue;
    }
    const found = compareBudgets(recipe, first.recipe, trainsSequence(registry)).filter(
      ({ verdict }) => verdict !== 'matched',
    );
    const worst = found.find(({ verdict }) => verdict === 'not matched') ?? found[0];
    if (worst === undefined) continue;
    const finding = findingOf(point, worst);
    if (worst.verdict === 'not matched') return [finding];
    unknown ??= finding;
  }
  return unknown === null ? [] : [unknown];
}

/** At the path that the sweep tries: the very field, or the one above it. */
function findingOf(point: SweepPoint, worst: BudgetComparison): Diagnostic {
  const path = worst.path.join('.');
  const axes = point.assignments.filter(({ text }) => TOUCHES.test(text));
  const axis = axes.find(({ text }) => path === text || path.startsWith(`${text}.`)) ?? axes[0];
  const place = axis?.parts[0]?.place ?? { file: '', line: 1, column: 1 };
  return sweepBudget(place, axis?.text ?? path, worst);
}
