import { NOT_IN_KEYS } from '../../registry/language/language.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { differences } from '../../registry/values/differences.ts';
import { formatPath, type Path, parsePath, startsWith } from '../../registry/values/path.ts';
import { type Node, type Plain, plain } from '../../registry/values/value.ts';
import { readAs } from '../train/crossfit.ts';
import { keyPlan } from './keys.ts';
import { type KeyOrigin, type PartDifference, partDifferences, pathsOf } from './part-differences.ts';
import { planRecipe } from './plan.ts';
import { placeOf, type ValuePlace } from './reasons.ts';

/** One of two recipes (or runs) that are compared. */
export interface DiffSide {
  tree: Node;
  /** Each stage's key and what it was made of, in the plan's order. */
  stages: ReadonlyMap<string, { key: string; origin: KeyOrigin; seedFrom: Path | null }>;
}

export interface ValueDifference {
  path: string;
  a?: Plain;
  b?: Plain;
  placeA: ValuePlace | null;
  placeB: ValuePlace | null;
  /** Ids of the stages whose own slice this changes. The page shows every value: it is named where nothing else reads it. */
  stages: readonly string[];
}

/** `changed`: by itself. `follows`: only through what it reads. */
export interface StageDifference {
  id: string;
  how: 'same' | 'changed' | 'follows' | 'only-a' | 'only-b';
  /** What changed in it by itself. */
  what: readonly string[];
  /** The stages that changed by themselves, from which it follows. */
  from: readonly string[];
}

export interface PlanDiff {
  values: readonly ValueDifference[];
  stages: readonly StageDifference[];
}

/** A recipe as a side: data and engine are taken to be the same on both. */
export function recipeSide(recipe: ResolvedRecipe, tree: Node, registry: Registry): DiffSide {
  const engine = { kind: 'any', version: '', precision: '' };
  const keyed = keyPlan(planRecipe(recipe, registry), { fingerprint: 'any', engine });
  const stages = keyed.map((one) => {
    const origin = { parts: one.parts, paths: pathsOf(one) };
    return [one.id, { key: one.key, origin, seedFrom: one.seedFrom ?? null }] as const;
  });
  return { tree, stages: new Map(stages) };
}

/** Everything in which two sides differ, and which stages that touches. */
export function diffPlans(a: DiffSide, b: DiffSide, registry: Registry): PlanDiff {
  const own = new Map<string, PartDifference[]>();
  for (const [id, { origin, key }] of b.stages) {
    const before = a.stages.get(id);
    if (before && before.key !== key) own.set(id, partDifferences(before.origin, origin, registry));
  }
  const stages = new Map<string, StageDifference>();
  for (const id of inOrder(a, b)) stages.set(id, stageDifference(id, a, b, own.get(id), stages));
  return { values: valueDifferences(a, b, own), stages: [...stages.values()] };
}

/** Stages of both in an order in which each comes after all that it reads; what only the one has comes before the page. */
function inOrder(a: DiffSide, b: DiffSide): string[] {
  const only = [...a.stages.keys()].filter((id) => !b.stages.has(id));
  const ids = [...b.stages.keys()];
  const at = ids.findIndex((id) => id === 'evaluate' || id === 'report');
  return at < 0 ? [...ids, ...only] : [...ids.slice(0, at), ...only, ...ids.slice(at)];
}

function valueDifferences(a: DiffSide, b: DiffSide, own: ReadonlyMap<string, PartDifference[]>): ValueDifference[] {
  const order = inOrder(a, b);
  return differences(compared(a.tree), compared(b.tree)).map(({ path, left, right }) => {
    // What only the one side has is there, or not, for what it reads.
    const ids = order.filter((id) => {
      const all = own.get(id);
      if (all !== undefined) return all.some((one) => reads(one, path, b.stages.get(id)?.seedFrom ?? null));
      return a.stages.has(id) !== b.stages.has(id) && isIn((a.stages.get(id) ?? b.stages.get(id))!.origin, path);
    });
    const stages = ids.length > 1 ? ids.filter((id) => id !== 'report') : ids;
    return {
      path: formatPath(path),
      ...(left === undefined ? {} : { a: left }),
      ...(right === undefined ? {} : { b: right }),
      placeA: left === undefined ? null : placeOf(a.tree, path),
      placeB: right === undefined ? null : placeOf(b.tree, path),
      stages,
    };
  });
}

function compared(tree: Node): Plain {
  const hidden: readonly string[] = NOT_IN_KEYS;
  const entries = Object.entries(plain(tree) as { [key: string]: Plain });
  return Object.fromEntries(entries.filter(([key]) => !hidden.includes(key)));
}

/** Whether a value is a part of what a key was made of. */
const isIn = ({ paths }: KeyOrigin, path: Path): boolean =>
  Object.values(paths).some((text) => {
    const own = parsePath(text)?.map(({ part }) => part) ?? [];
    return own.length > 0 && (startsWith(path, own) || startsWith(own, path));
  });

function reads(difference: PartDifference, path: Path, seedFrom: Path | null): boolean {
  const own = difference.what === 'seed' ? seedFrom : 'path' in difference ? difference.path : null;
  return own !== null && own.length > 0 && (startsWith(path, own) || startsWith(own, path));
}

function stageDifference(
  id: string,
  a: DiffSide,
  b: DiffSide,
  own: readonly PartDifference[] | undefined,
  above: ReadonlyMap<string, StageDifference>,
): StageDifference {
  if (!a.stages.has(id)) return { id, how: 'only-b', what: [], from: [] };
  if (!b.stages.has(id)) return { id, how: 'only-a', what: [], from: [] };
  if (own === undefined) return { id, how: 'same', what: [], from: [] };
  const from = new Set<string>();
  for (const one of own) {
    const input = one.what === 'input' ? above.get(readAs(id, one.id, above)) : undefined;
    if (input && input.how !== 'follows') from.add(input.id);
    for (const root of input?.from ?? []) from.add(root);
  }
  // What a stage above has said is not said again: the page reads the whole recipe.
  const said = new Set([...from].flatMap((root) => above.get(root)?.what ?? []));
  const what = own.flatMap((one) => textOf(one, id, b) ?? []).filter((text) => !said.has(text));
  return { id, how: what.length > 0 ? 'changed' : 'follows', what, from: [...from] };
}

function textOf(difference: PartDifference, id: string, { stages }: DiffSide): string | null {
  switch (difference.what) {
    case 'value':
      return formatPath(difference.path) || 'recipe';
    case 'seed':
      return formatPath(stages.get(id)?.seedFrom ?? ['seed']);
    case 'component-version':
      return `${difference.component} version ${difference.before} -> ${difference.now}`;
    case 'component-code':
      return `code of ${difference.component}`;
    case 'stage-version':
      return `stage version ${difference.before} -> ${difference.now}`;
    case 'weights':
      return 'weights that it starts from';
    case 'engine':
      return 'engine';
    case 'machine':
      return 'threads or instruction set';
    case 'fingerprint':
      return 'input files';
    case 'input':
      return null;
  }
}
