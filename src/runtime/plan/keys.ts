import { GRAPH } from '../engine/graph-version.ts';
import type { Machine } from '../machine.ts';
import { type KeyParts, stageKey } from '../store/key.ts';
import { nameInKey } from '../train/crossfit.ts';
import type { Instance, Plan } from './plan.ts';

/** What the plan alone does not know of keys. */
export interface KeyContext {
  /** Of a source that does not generate. */
  fingerprint?: string;
  /** What the weights are that backbones start from, by instance id. Without it what the recipe says stands for them. */
  weights?: ReadonlyMap<string, string>;
  /** Instances whose steps are compiled. */
  compiled?: { has(id: string): boolean };
  /** What an instance computes in; absent: what the engine does. */
  precision?(id: string): string;
  /** Null where no stage runs a model. */
  engine: NonNullable<KeyParts['engine']> | null;
  apart?: Apart;
}

/** Instances whose keys hold the machine: under --exact, beside what another machine made. */
export interface Apart {
  machine: Machine;
  ids: { has(id: string): boolean };
}

export interface KeyedInstance extends Instance {
  key: string;
  parts: KeyParts;
  /** Name of the recipe's source component. */
  source: string;
}

/** Each instance with its key and all that the key is made of, in the plan's order. */
export function keyPlan(
  plan: Plan,
  { fingerprint, weights, engine, compiled, precision, apart }: KeyContext,
): KeyedInstance[] {
  const keys = new Map([...plan.given].map(([id, artifact]) => [id, artifact.key]));
  return plan.instances.map((instance) => {
    const pretrained = weights?.get(instance.id) ?? instance.weights;
    const parts: KeyParts = {
      stage: instance.stage.name,
      version: instance.stage.version,
      slice: instance.slice,
      inputs: Object.fromEntries(instance.reads.map((id) => [nameInKey(instance.id, id), keys.get(id) as string])),
      ...(instance.seed === undefined ? {} : { seed: instance.seed }),
      ...(instance.id === 'index' && fingerprint !== undefined ? { fingerprint } : {}),
      ...(pretrained === undefined ? {} : { weights: pretrained }),
      ...(instance.stage.engine && engine !== null
        ? {
            engine: {
              ...engine,
              ...(precision && { precision: precision(instance.id) }),
              ...(compiled?.has(instance.id) ? { mode: GRAPH } : {}),
            },
          }
        : {}),
      ...(apart?.ids.has(instance.id) ? { machine: apart.machine } : {}),
    };
    const key = stageKey(parts);
    keys.set(instance.id, key);
    return { ...instance, key, parts, source: plan.source };
  });
}
