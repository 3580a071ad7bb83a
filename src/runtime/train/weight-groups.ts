import type { BackboneTrain } from '../../registry/kinds/backbone.ts';
import type { ComponentValue } from '../../registry/recipe.ts';
import { weightsNamed } from './layer-names.ts';
import { normIsFrozen } from './layers/frozen.ts';
import { count } from './layers/geometry.ts';
import { type NetworkSpec, trainableOf } from './layers/spec.ts';

/** Weights that train alike. */
export interface WeightGroup {
  /** In the network's order. */
  names: readonly string[];
  /** Of the learning rate. */
  factor: number;
  /** Passes over the data that go before its first update: then its slots and the steps of its optimizer begin. */
  after: number;
}

/** What a note says of a backbone's block that unfreezes weights. */
export function unfreezes({ train }: ComponentValue): { unfreezeAfter?: number } {
  const unfreezeAfter = (train as BackboneTrain | undefined)?.unfreezeAfter ?? null;
  return unfreezeAfter === null ? {} : { unfreezeAfter };
}

type Spec = Pick<NetworkSpec, 'weights'>;

/** All weights that gradients move, alike. */
export const allAlike = (spec: Spec): readonly WeightGroup[] => [{ names: trainableOf(spec), factor: 1, after: 0 }];

/**
 * A backbone's weights as its `train` groups them; what is frozen throughout is in none. An item that names nothing is
 * passed over: `trainProblems` says so.
 */
export function weightGroups(spec: Spec, train: BackboneTrain | undefined): readonly WeightGroup[] {
  if (train === undefined) return allAlike(spec);
  const trainable = trainableOf(spec);
  const of = (item: string) => weightsNamed(item, trainable).names ?? [];
  const frozen = new Set(train.freeze.flatMap(of));
  const factors = new Map(
    Object.entries(train.rates).flatMap(([item, factor]) => of(item).map((name) => [name, factor] as const)),
  );
  const groups = new Map<string, { names: string[]; factor: number; after: number }>();
  for (const name of trainable) {
    if (frozen.has(name) && train.unfreezeAfter === null) continue;
    const [factor, after] = [factors.get(name) ?? 1, frozen.has(name) ? (train.unfreezeAfter ?? 0) : 0];
    const group = groups.get(`${factor} ${after}`) ?? { names: [], factor, after };
    group.names.push(name);
    groups.set(`${factor} ${after}`, group);
  }
  return [...groups.values()];
}

/** Weights in groups, in the network's order. */
export function namesOf(spec: Spec, groups: readonly WeightGroup[]): string[] {
  const names = new Set(groups.flatMap((group) => group.names));
  return trainableOf(spec).filter((name) => names.has(name));
}

/** Weights that gradients could move, and that are in no group. */
export function frozenBeside(spec: Spec, groups: readonly WeightGroup[]): ReadonlySet<string> {
  const moved = new Set(namesOf(spec, groups));
  return new Set(trainableOf(spec).filter((name) => !moved.has(name)));
}

/** Numbers in the weights that train at some time. */
export function trainedParameters(spec: Spec, groups: readonly WeightGroup[]): number {
  const names = new Set(namesOf(spec, groups));
  return spec.weights.reduce((sum, { name, shape }) => sum + (names.has(name) ? count(shape) : 0), 0);
}

/** The momentum of the batch norms whose averages move; null where none do. */
export function movingMomentum(
  spec: Pick<NetworkSpec, 'weights' | 'batchNormMomentum'>,
  { batchNorm, train }: { batchNorm: 'trained' | 'frozen'; train?: BackboneTrain },
): number | null {
  if (batchNorm === 'frozen') return null;
  const frozen = frozenBeside(spec, weightGroups(spec, train));
  const names = new Set(spec.weights.map(({ name }) => name));
  const norms = [...names].flatMap((name) => /^(.*)\/moving_variance$/.exec(name)?.[1] ?? []);
  const moves = norms.some((layer) => !normIsFrozen(frozen, layer, names.has(`${layer}/gamma`)));
  return moves ? spec.batchNormMomentum : null;
}

/** Backward goes through a layer twice as long as forward does: to what it read, and to its weights. */
const BACKWARD = 2;

/**
 * What an update costs in passes forward: one, and two through what comes after the first layer that trains, on average over
 * a training of so many epochs; null where it has none.
 */
export function passesOfUpdate(
  spec: Pick<NetworkSpec, 'weights' | 'multiplyAdds' | 'starts'>,
  groups: readonly WeightGroup[],
  epochs: number | null,
): number {
  const until = (some: readonly WeightGroup[]): number => {
    const starts = namesOf(spec, some).map((name) => spec.starts?.[name.slice(0, name.lastIndexOf('/'))] ?? 0);
    return starts.length === 0 ? 1 : 1 + BACKWARD * (1 - Math.min(...starts) / Math.max(spec.multiplyAdds, 1));
  };
  const after = Math.max(0, ...groups.map((group) => group.after));
  const [first, then] = [until(groups.filter((group) => group.after === 0)), until(groups)];
  const share = epochs === null || epochs === 0 ? 0 : Math.min(1, after / epochs);
  return share * first + (1 - share) * then;
}
