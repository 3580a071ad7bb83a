import { dirname } from 'node:path';
import { type BudgetComparison, compareBudgets } from '../../budget/compare-budgets.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import {
  contrastBroken,
  contrastBudget,
  contrastDiffers,
  contrastEqual,
  contrastMissing,
} from '../../diagnostics/findings/contrasts.ts';
import { show } from '../../diagnostics/findings/finding.ts';
import { nearest } from '../../diagnostics/nearest.ts';
import { relativeFile } from '../../diagnostics/relative-file.ts';
import { NOT_COMPARED } from '../../language/language.ts';
import type { ResolvedRecipe } from '../../recipe.ts';
import type { Registry } from '../../registry.ts';
import { type Difference, differences } from '../../values/differences.ts';
import { at, formatPath, type Path, startsWith } from '../../values/path.ts';
import { type MapNode, type Node, type Plain, plain } from '../../values/value.ts';
import { type ContrastClaim, claimOf, isBudget } from './contrast-claim.ts';

/** A neighbour as the contrast step needs it: resolved, broken (its first error), or no such file (the nearest name). */
export type Neighbour = { tree: Node } | { broken: Diagnostic } | { near: string | null };

/**
 * Step 11: two recipes differ in nothing but what their `contrast` claims, and train as much as each other, as far as that
 * is known without data. Both trees are complete and without `--set`.
 * `profile`: a profile may make claimed paths equal, which is no mistake.
 */
export function checkContrast(
  recipe: Node,
  key: string,
  claim: Node,
  neighbour: Neighbour,
  { profile, registry }: { profile: boolean; registry: Registry },
): Diagnostic[] {
  const place = claim.key ?? claim.place;
  if ('near' in neighbour) return [contrastMissing(place, key, neighbour.near)];
  if ('broken' in neighbour) return [contrastBroken(place, key, neighbour.broken)];
  const found = differences(compared(recipe), compared(neighbour.tree));
  const stated = claimOf(key, claim);
  const claimed = stated.paths;
  const unclaimed = found.filter(({ path }) => !claimed.some((one) => startsWith(path, one.prefix)));
  const findings = unclaimed.map(({ path, left, right }) =>
    contrastDiffers(place, key, formatPath(path), showSide(left), showSide(right), where(recipe, path)),
  );
  // A field that differs unasked is told already, and its budget with it.
  if (unclaimed.length === 0) {
    findings.push(
      ...budgetsThatDiffer(recipe, neighbour.tree, stated, registry).map((one) =>
        contrastBudget(place, key, one, where(recipe, one.path)),
      ),
    );
  }
  if (profile) return findings;
  for (const { prefix, node, path } of claimed) {
    if (found.some((one) => startsWith(one.path, prefix) || startsWith(prefix, one.path))) continue;
    const near = nearestPath(prefix, found);
    findings.push(contrastEqual(node.place, path, key, formatPath(prefix), near));
  }
  return findings;
}

function compared(tree: Node): Plain {
  const value = plain(tree) as { [key: string]: Plain };
  const ignored: readonly string[] = NOT_COMPARED;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !ignored.includes(key)));
}

/** Known to differ by more than 10 %, where the claim is about something else and does not say so. */
function budgetsThatDiffer(
  recipe: Node,
  neighbour: Node,
  { paths, matched }: ContrastClaim,
  registry: Registry,
): BudgetComparison[] {
  const about = paths.map(({ prefix }) => prefix);
  if (!matched || (about.length > 0 && about.every(isBudget))) return [];
  const [here, there] = [recipe, neighbour].map((tree) => plain(tree) as unknown as ResolvedRecipe);
  if (!here || !there) return [];
  const differing = compareBudgets(here, there, trainsSequence(registry)).filter(
    ({ verdict }) => verdict === 'not matched',
  );
  // Of each network one: a smaller batch is more updates as well.
  return differing.filter(({ stage }, i) => differing.findIndex((one) => one.stage === stage) === i);
}

/** Whether a recipe's sequence model has weights to train, as its contract says; one that cannot be asked has. */
export const trainsSequence =
  (registry: Registry) =>
  ({ sequence }: Pick<ResolvedRecipe, 'sequence'>): boolean => {
    if (sequence === 'none') return false;
    const component = registry.get('sequence', sequence.type);
    if (!component || component.schemaOnly) return true;
    return component.contract(sequence as never).trains !== false;
  };

const showSide = (value: Plain | undefined): string => (value === undefined ? 'not there' : show(value));

function where(recipe: Node, path: Path): string {
  for (let length = path.length; length > 0; length--) {
    const node = at(recipe, path.slice(0, length));
    if (node)
      return `${node.layer === 'default' ? 'a default of the block at' : 'set at'} ${fromFolder(recipe, node)}:${node.place.line}`;
  }
  return 'not set here';
}

/** A file as it is named from the recipe's own folder. */
const fromFolder = (recipe: Node, { place }: Node): string => relativeFile(place.file, dirname(recipe.place.file));

const nearestPath = (prefix: Path, found: readonly Difference[]): string | null =>
  nearest(formatPath(prefix), [
    ...new Set(found.flatMap(({ path }) => path.map((_, i) => formatPath(path.slice(0, i + 1))))),
  ]);

/** The claims of a recipe: key and list. */
export function contrastsOf(recipe: Node): [string, Node][] {
  const contrast = at(recipe, ['contrast']);
  return contrast?.kind === 'map' ? [...(contrast as MapNode).entries] : [];
}
