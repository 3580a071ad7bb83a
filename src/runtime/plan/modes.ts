import { join } from 'node:path';
import type { Component } from '../../registry/kinds/component.ts';
import type { Kind } from '../../registry/kinds/kind.ts';
import { type ComponentValue, type ResolvedRecipe, type TrainedStage, trainBlock } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Engine, EngineMode } from '../engine/engine.ts';
import { GRAPH } from '../engine/graph-version.ts';
import type { DescribedEngine } from '../engine/open.ts';
import type { Emit } from '../events.ts';
import { keepChecked, readChecked } from '../store/checked-file.ts';
import { hashOf } from '../store/key.ts';
import { backboneOf, joinedPlace, parseInstance } from '../train/crossfit.ts';
import type { Instance, Plan } from './plan.ts';

export interface ModesOptions {
  plan: Plan;
  recipe: ResolvedRecipe;
  registry: Registry;
  engine: DescribedEngine;
  /** Asked for: no step is compiled. */
  eager: boolean;
  storeRoot: string;
  /** Opens the engine, where a component has to be tried. */
  open(): Promise<Engine>;
  emit: Emit;
}

/** What a trial found, by the hash of all that it depends on: null, or why the steps run eagerly. */
type Verdicts = Record<string, string | null>;

/**
 * How the steps of each instance run that runs a model: compiled, wherever the engine can. It is a part of keys, because
 * bits differ; so it has to be known before them. Every built-in component can be compiled (a test compiles each). One of a
 * plugin is tried, without computing anything, and what came out is remembered beside the store.
 */
export async function stageModes(options: ModesOptions): Promise<ReadonlyMap<string, EngineMode>> {
  const { plan, recipe, engine, eager } = options;
  const modelled = plan.instances.filter(({ stage }) => stage.engine);
  if (eager || engine.kind !== 'native') return new Map(modelled.map(({ id }) => [id, 'eager']));
  const doubtful = modelled.filter(({ id }) => computesWith(id, recipe).some(ofPlugin));
  const reasons = doubtful.length === 0 ? new Map<string, string | null>() : await tried(doubtful, options);
  say(reasons, options.emit);
  return new Map(modelled.map(({ id }) => [id, (reasons.get(id) ?? null) === null ? 'graph' : 'eager']));
}

/** What an instance computes with that a plugin may have made, as the recipe has it. Of predict:backbone only ichor's own layer runs. */
function computesWith(id: string, recipe: ResolvedRecipe): [kind: Kind, value: ComponentValue][] {
  const [stage, instance = ''] = id.split(':');
  // It puts tables of folds into one, and runs no network.
  if (stage === 'embed' && joinedPlace(instance) !== null) return [];
  if (id === 'predict:backbone') return [];
  const ofTraining = (of: TrainedStage): [Kind, ComponentValue][] => {
    const { loss, optimizer } = trainBlock(recipe, of);
    return [
      ['loss', loss],
      ['optimizer', optimizer],
    ];
  };
  const ofPictures = (): [Kind, ComponentValue][] => {
    // Channels of a source that gives pictures have no window.
    const windows = recipe.channels.flatMap(({ window }) => recipe.windows[window] ?? []);
    return [
      ['backbone', backboneOf(recipe, parseInstance(instance))],
      ...windows.map((value): [Kind, ComponentValue] => ['window', value]),
    ];
  };
  const augments = recipe.augment.map((value): [Kind, ComponentValue] => ['augmentation', value]);
  // What an end-to-end training made of the two is taken out of it as it is.
  if (recipe.train.endToEnd !== undefined && (id === 'backbone' || id === 'sequence')) return [];
  if (stage === 'backbone') return [...ofPictures(), ...augments, ...ofTraining('backbone')];
  if (stage === 'embed' || stage === 'heat-maps') return ofPictures();
  if (recipe.sequence === 'none') return [];
  const sequence: [Kind, ComponentValue] = ['sequence', recipe.sequence];
  if (stage === 'end-to-end') return [...ofPictures(), sequence, ...augments, ...ofTraining('end-to-end')];
  return [sequence, ...(stage === 'predict' ? [] : ofTraining('sequence'))];
}

/** Components of plugins, and only they, have a prefix before their names. */
const ofPlugin = ([, { type }]: readonly [Kind, ComponentValue]): boolean => type.includes('/');

async function tried(
  instances: readonly Instance[],
  { recipe, registry, engine, storeRoot, open }: ModesOptions,
): Promise<Map<string, string | null>> {
  const file = join(storeRoot, 'compiled', 'verdicts.json');
  const kept = await readChecked(file);
  const known: Verdicts = isVerdicts(kept) ? kept : {};
  const found = new Map<string, string | null>();
  const fresh: Verdicts = {};
  for (const { id } of instances) {
    const parts = computesWith(id, recipe).map(([kind, { type, ...params }]) => {
      const { version, code } = registry.get(kind, type) as Component;
      return { kind, type, version, code, params };
    });
    const { size } = recipe.data.image;
    const { backbone, sequence, endToEnd } = recipe.train;
    const joint = endToEnd === undefined ? [] : [endToEnd.batch, endToEnd.slices];
    const batches = [backbone.batch, sequence.batch, ...joint];
    const hash = hashOf(
      JSON.parse(
        JSON.stringify([GRAPH, engine.version, id.split(':')[0], parts, size, recipe.channels.length, batches]),
      ),
    );
    let why = Object.hasOwn(known, hash) ? known[hash] : fresh[hash];
    if (why === undefined) {
      const { trialOf, whyEager } = await import('../train/trial.ts');
      const opened = (await open()).as('graph');
      const trial = trialOf(id, opened, { recipe, registry });
      why = trial === null ? null : whyEager(opened, trial);
      fresh[hash] = why;
    }
    found.set(id, why);
  }
  // Where it cannot be kept it is tried again the next time.
  if (Object.keys(fresh).length > 0) await keepChecked(file, { ...known, ...fresh });
  return found;
}

const isVerdicts = (value: unknown): value is Verdicts =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((one) => one === null || typeof one === 'string');

/** One line for each reason, with the stages that it is a reason for. */
function say(reasons: ReadonlyMap<string, string | null>, emit: Emit): void {
  const stages = new Map<string, string[]>();
  for (const [id, why] of reasons) {
    if (why !== null) stages.set(why, [...(stages.get(why) ?? []), id]);
  }
  for (const [why, ids] of stages) {
    emit({
      type: 'note',
      level: 'warning',
      code: 'eager-steps',
      message: `${ids.join(', ')} cannot be compiled and ${ids.length > 1 ? 'run' : 'runs'} eagerly, slower: ${why}.`,
      hint: 'A step that reads no value, and takes what changes from step to step from its inputs, can be: docs/engine.md.',
    });
  }
}
