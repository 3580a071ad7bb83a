import type { StageName } from '../stage-names.ts';

/** A stage of a point as its plan has it. */
export interface PointStage {
  /** `backbone:fold-2` */
  id: string;
  stage: StageName;
  key: string;
  /** Ids of what it reads. */
  reads: readonly string[];
  /** It is not in the store. */
  left: boolean;
  /** What it will take; null where that is not known. */
  seconds: number | null;
  /** On the disk. */
  bytes: number | null;
  /** Memory that such a stage took before; null where none ran. */
  peakBytes: number | null;
  /** Of a range: key of what it is a part of. Where that is there, so is all that the range would make. */
  whole?: { stage: StageName; key: string };
}

/** What a point of a sweep, a run of a table or a single run is made of. */
export interface PointPlan {
  /** What stands for it among the others. */
  point: string;
  /** In an order in which each comes after all that it reads. */
  stages: readonly PointStage[];
}

/** What one process makes: a point, or a part of one that others need too. */
export interface Job {
  /** `embed 3f9ab2c1`, `point lr=0.1`: the same in every call that has it left. */
  name: string;
  /** The point by whose recipe it is made. */
  point: string;
  /** The instance that it stops after; null: it makes the whole point. */
  until: string | null;
  /** Names of the jobs that make what it reads; each stands before it. */
  needs: readonly string[];
  /** What it makes, but for what others make first: where all of it is in the store, the job is done. */
  makes: readonly MadeByJob[];
  estimate: JobEstimate;
}

export interface MadeByJob extends Pick<PointStage, 'stage' | 'key' | 'whole'> {
  id: string;
}

export interface JobEstimate {
  seconds: number;
  bytes: number;
  /** Null where no stage of its ran before. */
  peakBytes: number | null;
  /** False where of some of its stages nothing can be said yet: then it takes at least so much. */
  complete: boolean;
}

/** Where a point is cut: what takes long enough that others are not to wait for it in places of their own. */
const CUTS: readonly StageName[] = ['index', 'shards', 'backbone', 'embed', 'sequence', 'end-to-end', 'range'];

/**
 * The jobs that make what is left of some points. What several points need is a job of its own, made once; so is each backbone where
 * a point has several of them, with the embeddings that it alone gives. What one other job alone needs is part of that one. A
 * point of which nothing is left has no job. Pure: the same points give the same jobs, by the same names.
 */
export function jobGraph(points: readonly PointPlan[]): Job[] {
  const open = points.map((point) => new OpenPoint(point));
  const cuts = new Map<string, Cut>();
  const users = new Map<string, number>();
  for (const point of open) for (const { key } of point.left.values()) users.set(key, (users.get(key) ?? 0) + 1);
  for (const point of open) {
    const apart = point.apart();
    // What several backbones of one point read is shared as well; what turns out to have one reader is joined to it.
    const shared = (stage: PointStage) =>
      CUTS.includes(stage.stage) &&
      ((users.get(stage.key) ?? 0) > 1 || apart.some(({ id }) => point.closure(id).has(stage.key)));
    for (const stage of point.left.values()) if (shared(stage)) addCut(cuts, point, stage, false);
    for (const stage of apart) addCut(cuts, point, stage, true);
  }
  const nodes: Node[] = [
    ...[...cuts.values()].map(({ point, id, key, apart }) => ({ point, id, key, apart, needs: new Set<string>() })),
    ...open
      .filter(({ left }) => left.size > 0)
      .map((point) => ({ point, id: null, key: null, apart: true, needs: new Set<string>() })),
  ];
  const byKey = new Map(nodes.flatMap((node) => (node.key === null ? [] : [[node.key, node] as const])));
  for (const node of nodes)
    for (const key of node.point.closure(node.id)) if (key !== node.key && byKey.has(key)) node.needs.add(key);
  for (const node of nodes) reduce(node, byKey);
  for (const node of [...nodes]) join(node, nodes, byKey);
  return inOrder(
    nodes.filter(({ key }) => key === null || byKey.has(key)),
    byKey,
  ).map((node) => jobOf(node, byKey));
}

interface Cut {
  point: OpenPoint;
  id: string;
  key: string;
  /** It is a job of its own, also where one other job alone reads what it makes. */
  apart: boolean;
}

interface Node extends Omit<Cut, 'id' | 'key'> {
  id: string | null;
  key: string | null;
  /** Keys of the cuts that it reads of. */
  needs: Set<string>;
}

function addCut(cuts: Map<string, Cut>, point: OpenPoint, { id, key }: PointStage, apart: boolean): void {
  const known = cuts.get(key);
  if (known === undefined) cuts.set(key, { point, id, key, apart });
  else known.apart ||= apart;
}

/** A point, and what of it is left. */
class OpenPoint {
  readonly left: ReadonlyMap<string, PointStage>;
  readonly #closures = new Map<string, ReadonlySet<string>>();

  constructor(readonly plan: PointPlan) {
    this.left = new Map(plan.stages.filter(({ left }) => left).map((stage) => [stage.id, stage]));
  }

  /** Keys of an instance and of all that it reads, as far as they are left; of the whole point with null. */
  closure(id: string | null): ReadonlySet<string> {
    if (id === null) return new Set([...this.left.values()].map(({ key }) => key));
    const known = this.#closures.get(id);
    if (known !== undefined) return known;
    const stage = this.left.get(id);
    const keys = new Set<string>();
    if (stage !== undefined) {
      for (const read of stage.reads) for (const key of this.closure(read)) keys.add(key);
      keys.add(stage.key);
    }
    this.#closures.set(id, keys);
    return keys;
  }

  /** Its ranges. Where it has several backbones left: each of them, with its embeddings where a stage of that name gives them. */
  apart(): PointStage[] {
    const ranges = [...this.left.values()].filter(({ stage }) => stage === 'range');
    const backbones = [...this.left.values()].filter(({ stage }) => stage === 'backbone');
    if (backbones.length < 2) return ranges;
    const joined = backbones.map((backbone) => this.left.get(backbone.id.replace('backbone', 'embed')) ?? backbone);
    return [...ranges, ...joined];
  }
}

/** What is needed by way of another need is not named. */
function reduce(node: Node, byKey: ReadonlyMap<string, Node>): void {
  const further = new Set<string>();
  for (const key of node.needs) {
    const need = byKey.get(key) as Node;
    for (const below of need.point.closure(need.id)) if (below !== key) further.add(below);
  }
  for (const key of further) node.needs.delete(key);
}

/** A part that one job alone needs is made in it: a job less to wait for. */
function join(node: Node, nodes: readonly Node[], byKey: Map<string, Node>): void {
  const { key } = node;
  if (key === null || node.apart) return;
  const users = nodes.filter((other) => (other.key === null || byKey.has(other.key)) && other.needs.has(key));
  const [only] = users;
  if (users.length > 1) return;
  byKey.delete(key);
  if (only === undefined) return;
  only.needs.delete(key);
  for (const need of node.needs) only.needs.add(need);
  reduce(only, byKey);
}

function inOrder(nodes: readonly Node[], byKey: ReadonlyMap<string, Node>): Node[] {
  const ordered: Node[] = [];
  const seen = new Set<Node>();
  const visit = (node: Node) => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const key of node.needs) visit(byKey.get(key) as Node);
    ordered.push(node);
  };
  for (const node of nodes) visit(node);
  return ordered;
}

function jobOf({ point, id, key, needs }: Node, byKey: ReadonlyMap<string, Node>): Job {
  const before = new Set<string>();
  for (const need of needs) {
    const node = byKey.get(need) as Node;
    for (const made of node.point.closure(node.id)) before.add(made);
  }
  const own = point.closure(id);
  const makes = [...point.left.values()].filter((stage) => own.has(stage.key) && !before.has(stage.key));
  const peaks = makes.flatMap(({ peakBytes }) => peakBytes ?? []);
  return {
    name: id === null ? `point ${point.plan.point}` : nameOf(id, key as string),
    point: point.plan.point,
    until: id,
    needs: [...needs].map((need) => nameOf((byKey.get(need) as Node).id as string, need)),
    makes: makes.map(({ id: instance, stage, key: made, whole }) => ({
      id: instance,
      stage,
      key: made,
      ...(whole === undefined ? {} : { whole }),
    })),
    estimate: {
      seconds: makes.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0),
      bytes: makes.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
      peakBytes: peaks.length === 0 ? null : Math.max(...peaks),
      complete: makes.every(({ seconds }) => seconds !== null),
    },
  };
}

const nameOf = (id: string, key: string): string => `${id} ${key.slice(0, 8)}`;
