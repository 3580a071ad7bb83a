import { createHash } from 'node:crypto';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import {
  rowShadowed,
  sweepEmpty,
  sweepLengths,
  sweepNested,
  sweepPath,
  sweepPointTwice,
  sweepSeed,
  sweepShadowed,
  sweepTooLarge,
  sweepTwice,
} from '../../diagnostics/findings/sweeps.ts';
import { LANGUAGE } from '../../language/language.ts';
import { formatPath, parsePath } from '../../values/path.ts';
import {
  isNull,
  type ListNode,
  type MapNode,
  type Node,
  nodeOf,
  type Place,
  type Plain,
  plain,
} from '../../values/value.ts';
import { checkSchema } from './check-schema.ts';
import type { Loaded } from './load.ts';
import { type Assignment, type Part, pathProblem, SET_FILE } from './override.ts';

/** More points than anybody waits for: a slip in a list is told at once. */
export const MOST_POINTS = 10_000;

/** One combination of a sweep: an ordinary recipe once its values are set. */
export interface SweepPoint {
  /** Of its values, fit for the names of runs: `layers-2.seed-1`. */
  name: string;
  /** By path, as the sweep writes them; without the seed of a repeat. */
  values: Readonly<Record<string, Plain>>;
  /** What sets it apart from the other repeats of its values; null where there are none. */
  seed: number | null;
  assignments: readonly Assignment[];
}

export interface Sweep {
  place: Place;
  points: readonly SweepPoint[];
  /** Figures of the plot, as stated. */
  figures: readonly string[];
  /** False where the recipe has no sweep, and the seeds are those of a table's row. */
  stated: boolean;
}

/** Step 5, first half: the combinations that the recipe's own file names; null where it has no sweep. */
export function sweepOf(
  files: Loaded['files'],
  seed: number,
  set: readonly string[],
  findings: Diagnostic[],
  row: { seeds?: readonly Node[] | undefined; over?: readonly Assignment[] | undefined } = {},
): Sweep | null {
  const node = files.at(-1)?.node.entries.get('sweep');
  if (node === undefined || isNull(node)) return row.seeds ? ofSeeds(row.seeds) : null;
  const shape = LANGUAGE.fields.sweep;
  const schema = shape?.is === 'value' ? shape.schema : {};
  const context = { owner: () => 'sweep', homes: () => [] };
  const nested = nestedAxes(node);
  const wrong = [
    ...nested,
    ...checkSchema(node, ['sweep'], schema, context).filter(({ path }) => !nested.some((one) => one.path === path)),
  ];
  findings.push(...wrong);
  if (wrong.length > 0 || node.kind !== 'map') return null;

  const grid = axesOf(node, 'grid', findings);
  const pairs = axesOf(node, 'pairs', findings);
  const before = findings.length;
  const seeds = row.seeds ? ofRow(row.seeds, node, findings) : seedsOf(node, seed, findings);
  findings.push(
    ...overlaps([...grid, ...pairs], set, node.entries.has('seeds')),
    ...replaced([...grid, ...pairs], row.over ?? []),
  );
  const doubled = findings.length > before;
  const lengths = new Set(pairs.map(({ values }) => values.length));
  const first = pairs[0];
  const odd = pairs.find(({ values }) => values.length !== first?.values.length);
  if (first && odd) {
    findings.push(sweepLengths(odd.place, ['sweep', 'pairs', odd.text], odd, first));
  }
  const stated = ['grid', 'pairs'].flatMap((field) => [...(mapAt(node, field)?.entries.keys() ?? [])]);
  if (stated.length === 0 && seeds.length < 2 && !node.entries.has('seeds')) findings.push(sweepEmpty(node.place));
  const count = grid.reduce(
    (product, { values }) => product * values.length,
    (first?.values.length ?? 1) * seeds.length,
  );
  if (count > MOST_POINTS) findings.push(sweepTooLarge(node.place, count, MOST_POINTS));
  if (doubled || lengths.size > 1 || count > MOST_POINTS) return null;

  const points: SweepPoint[] = [];
  const names = new Set<string>();
  const identities = new Set<string>();
  for (const combination of combinations(grid, pairs)) {
    for (const { seed: own, node: value } of seeds) {
      const point = pointOf(combination, own, value, names);
      const identity = JSON.stringify([point.values, own]);
      if (identities.has(identity)) {
        findings.push(sweepPointTwice(node.key ?? node.place, point.values));
        return null;
      }
      identities.add(identity);
      names.add(point.name);
      points.push(point);
    }
  }
  const figures = node.entries.get('figures');
  return { place: node.key ?? node.place, points, figures: figures ? (plain(figures) as string[]) : [], stated: true };
}

/** The points of a recipe that has no sweep: a row of a table over its seeds. */
function ofSeeds(nodes: readonly Node[]): Sweep {
  const points = nodes.map((node) => {
    const { seed, node: value } = seedOf(node);
    return pointOf([], seed, value, new Set());
  });
  return { place: nodes[0]?.place ?? { file: '', line: 1, column: 1 }, points, figures: [], stated: false };
}

const seedOf = (node: Node): Seed => ({ seed: Number(plain(node)), node: inSweep(node) });

/** Seeds of a table's row stand in the place of the sweep's own, and not beside a seed that it tries. */
function ofRow(nodes: readonly Node[], sweep: MapNode, findings: Diagnostic[]): Seed[] {
  const tried = mapAt(sweep, 'grid')?.entries.get('seed') ?? mapAt(sweep, 'pairs')?.entries.get('seed');
  const [first] = nodes;
  if (tried && first) findings.push(sweepSeed(first.place, ['seeds'], 'the seed that the sweep tries'));
  return nodes.map(seedOf);
}

/** What a table's row sets lies below the points: none of them would have it. */
function replaced(axes: readonly Axis[], over: readonly Assignment[]): Diagnostic[] {
  return over.flatMap(({ text, parts }) => {
    const own = axes.find((axis) => axis.parts.every(({ part }, i) => parts[i]?.part === part));
    const place = parts[0]?.place;
    return own && place ? [rowShadowed(place, ['set', text], text, own.text)] : [];
  });
}

/** A value that another axis, or the command line, replaces would stand in tables and in no recipe. */
function overlaps(axes: readonly Axis[], set: readonly string[], seeds: boolean): Diagnostic[] {
  const within = (a: readonly Part[], b: readonly Part[]) => a.every(({ part }, i) => b[i]?.part === part);
  const meet = (a: readonly Part[], b: readonly Part[]) => within(a, b) || within(b, a);
  const found = axes.flatMap((axis, i) => {
    const other = axes.slice(i + 1).find(({ parts }) => meet(axis.parts, parts));
    return other ? [sweepTwice(other.place, ['sweep', other.text], axis.text, other.text)] : [];
  });
  for (const argument of set) {
    const parts = parsePath(argument.slice(0, Math.max(0, argument.indexOf('='))).trim());
    const own = parts && axes.find((axis) => meet(axis.parts, parts as unknown as readonly Part[]));
    if (own) found.push(sweepShadowed(own.place, ['sweep', own.text], own.text, argument));
    if (parts?.length === 1 && parts[0]?.part === 'seed' && seeds) {
      found.push(sweepSeed({ file: SET_FILE, line: set.indexOf(argument) + 1, column: 1 }, ['seed'], 'seeds'));
    }
  }
  return found;
}

/** Blocks in the place of paths: the commonest slip. */
function nestedAxes(sweep: Node): Diagnostic[] {
  if (sweep.kind !== 'map') return [];
  return ['grid', 'pairs'].flatMap((field) =>
    [...(mapAt(sweep, field)?.entries ?? [])].flatMap(([key, child]) => {
      if (child.kind !== 'map') return [];
      const [below = '…'] = child.entries.keys();
      return [sweepNested(child.place, ['sweep', field, key], `${key}.${below}`)];
    }),
  );
}

interface Axis {
  text: string;
  place: Place;
  parts: readonly Part[];
  values: readonly Node[];
}

function axesOf(sweep: MapNode, field: 'grid' | 'pairs', findings: Diagnostic[]): Axis[] {
  return [...(mapAt(sweep, field)?.entries ?? [])].flatMap(([text, list]): Axis[] => {
    const place = list.key ?? list.place;
    const path = parsePath(text);
    if (!path) {
      findings.push(sweepPath(place, ['sweep', field, text], text));
      return [];
    }
    const parts = path.map(({ part }) => ({ part, place }));
    const problem = pathProblem(parts, 'by a sweep');
    if (problem) findings.push(problem);
    return problem
      ? []
      : [
          {
            text: formatPath(path.map(({ part }) => part)),
            place,
            parts,
            values: (list as ListNode).items.map(inSweep),
          },
        ];
  });
}

export function inSweep(node: Node): Node {
  if (node.kind === 'scalar') return { ...node, layer: 'sweep' };
  if (node.kind === 'list') return { ...node, layer: 'sweep', items: node.items.map(inSweep) };
  const entries = [...node.entries].map(([key, child]) => [key, inSweep(child)] as const);
  return { ...node, layer: 'sweep', entries: new Map(entries) };
}

function mapAt(sweep: MapNode, field: string): MapNode | undefined {
  const axes = sweep.entries.get(field);
  return axes?.kind === 'map' ? axes : undefined;
}

interface Seed {
  seed: number | null;
  node: Node | null;
}

function seedsOf(sweep: MapNode, seed: number, findings: Diagnostic[]): Seed[] {
  const repeats = sweep.entries.get('repeats');
  const seeds = sweep.entries.get('seeds');
  if (repeats && seeds) findings.push(sweepSeed(seeds.key ?? seeds.place, ['sweep', 'seeds'], 'repeats'));
  const other = mapAt(sweep, 'grid')?.entries.get('seed') ?? mapAt(sweep, 'pairs')?.entries.get('seed');
  const stated = seeds ?? repeats;
  if (other && stated)
    findings.push(sweepSeed(stated.key ?? stated.place, ['sweep', seeds ? 'seeds' : 'repeats'], 'seed'));
  if (seeds?.kind === 'list') return seeds.items.map(seedOf);
  if (!repeats) return [{ seed: null, node: null }];
  return Array.from({ length: Number(plain(repeats)) }, (_, index) => {
    const own = seed + index;
    return { seed: own, node: nodeOf(own, repeats.place, 'sweep', repeats.key) };
  });
}

type Combination = readonly { axis: Axis; value: Node }[];

/** The last path of the grid changes fastest; the pairs go with each of the grid's combinations. */
function* combinations(
  grid: readonly Axis[],
  pairs: readonly Axis[],
  chosen: Combination = [],
): Generator<Combination> {
  const [axis, ...rest] = grid;
  if (axis) {
    for (const value of axis.values) yield* combinations(rest, pairs, [...chosen, { axis, value }]);
    return;
  }
  const length = pairs[0]?.values.length;
  if (length === undefined) yield chosen;
  else {
    for (let i = 0; i < length; i++) {
      yield [...chosen, ...pairs.map((pair) => ({ axis: pair, value: pair.values[i] as Node }))];
    }
  }
}

function pointOf(
  combination: Combination,
  seed: number | null,
  seedNode: Node | null,
  taken: ReadonlySet<string>,
): SweepPoint {
  const assignments: Assignment[] = combination.map(({ axis: { text, parts }, value }) => ({ text, parts, value }));
  const values = Object.fromEntries(combination.map(({ axis, value }) => [axis.text, plain(value)]));
  if (seedNode) assignments.push({ text: 'seed', parts: [{ part: 'seed', place: seedNode.place }], value: seedNode });
  return { name: nameOf(values, seed, taken), values, seed, assignments };
}

/** Readable where the values are short, and one of its own in any case. */
function nameOf(values: SweepPoint['values'], seed: number | null, taken: ReadonlySet<string>): string {
  const words = Object.entries(values).map(([path, value]) => `${path.replace(/^.*[.\]]/, '')}-${word(value)}`);
  const end = seed === null ? [] : [`seed-${seed}`];
  const text = [...words, ...end].join('.');
  if (text.length <= 40 && /^[A-Za-z0-9._-]+$/.test(text) && !taken.has(text)) return text;
  const hash = createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 8);
  return [hash, ...end].join('.');
}

const word = (value: Plain): string => (typeof value === 'object' && value !== null ? '{}' : String(value));
