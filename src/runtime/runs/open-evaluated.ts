import { join, resolve } from 'node:path';
import { IchorError } from '../../errors.ts';
import type { Side } from '../../registry/kinds/split.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { resolveRecipe } from '../../registry/resolve/resolve.ts';
import type { Node } from '../../registry/values/value.ts';
import { MODELS, type ModelName } from '../artifacts/metrics.ts';
import { readModelPredictions } from '../artifacts/predictions.ts';
import { readSlices, type SliceRow } from '../artifacts/slices.ts';
import type { EvaluatedRun } from '../evaluate/evaluated-run.ts';
import { bySeries, joinTruth, sideInput } from '../evaluate/scored.ts';
import type { Artifact } from '../store/artifact.ts';
import { assertSound } from '../store/sound.ts';
import { Store } from '../store/store.ts';
import { type RunRecord, readRun } from './run-folder.ts';
import { RUN_RECIPE, refuseEditedRecipe } from './run-recipe.ts';
import { unreadableRecipe } from './unreadable-recipe.ts';

/** A run that is at hand: what `runPlan` gives. */
export interface RunParts {
  name?: string;
  recipe: ResolvedRecipe;
  registry: Registry;
  artifacts: ReadonlyMap<string, Artifact>;
}

/** What several runs of one store share: indices that were read, and folders of artifacts that were found complete. */
export interface OpenedBefore {
  indices: Map<string, Promise<SliceRow[]>>;
  found: Set<string>;
}

export interface OpenEvaluatedOptions {
  /** By default the run's last one. */
  model?: ModelName;
  /** By default validation. */
  side?: Side;
  /** For those who open many. */
  before?: OpenedBefore;
}

/**
 * Opens what a run has predicted, by the run's folder (`registry`: the built-in components) or by its parts.
 * Throws `unknown-run`, `run-not-evaluated`, `artifact-missing`, `artifact-damaged` or `run-unreadable` (exit 2).
 */
export async function openEvaluated(
  run: RunParts | { folder: string; registry: Registry },
  options: OpenEvaluatedOptions = {},
): Promise<EvaluatedRun> {
  const { indices, found } = options.before ?? { indices: new Map<string, Promise<SliceRow[]>>(), found: new Set() };
  const { name, recipe, registry, artifacts } = 'folder' in run ? await partsOf(run.folder, run.registry, found) : run;
  const called = name ?? recipe.name;
  const model = options.model ?? MODELS.filter((one) => artifacts.has(`predict:${one}`)).at(-1);
  const [index, predict] = [artifacts.get('index'), artifacts.get(`predict:${model}`)];
  if (model === undefined || index === undefined || predict === undefined) {
    throw new IchorError(
      'run-not-evaluated',
      `Run ${called} has no predictions${model === undefined ? '' : ` of its ${model}`}.`,
      'Finish it by running its recipe again.',
      2,
    );
  }
  const calibrated = artifacts.get(`calibrate:${model}`);
  for (const artifact of [index, predict, calibrated, artifacts.get('labels')])
    if (artifact !== undefined) await assertSound(artifact);
  const side = options.side ?? 'validation';
  // An evaluation is judged by a table of its own.
  const { folder: truth } = artifacts.get('labels') ?? index;
  const rows = indices.get(truth) ?? readSlices(truth);
  indices.set(truth, rows);
  const predictions = (await readModelPredictions(model, (id) => artifacts.get(id)?.folder)) ?? [];
  const slices = joinTruth(await rows, predictions, { opened: artifacts.has('labels') });
  const input = sideInput(bySeries(slices), side, recipe.evaluation.patient);
  return { name: called, model, side, input, recipe, registry };
}

/** A run by its folder: its recipe resolves as it did, its artifacts lie in its own store. */
export async function partsOf(
  folder: string,
  registry: Registry,
  found?: Set<string>,
): Promise<RunParts & { name: string }> {
  const record = await readRun(folder);
  if (record === null)
    throw new IchorError('unknown-run', `There is no run in ${folder}.`, 'See what there is: `ichor runs list`.', 2);
  const resolved = await recipeOfRun(folder, record, registry);
  const store = new Store(resolve(folder, '..', '..'), found);
  const artifacts = new Map<string, Artifact>();
  for (const [id, { stage, key }] of Object.entries(record.artifacts)) {
    const artifact = await store.find(stage, key);
    if (artifact !== null) artifacts.set(id, artifact);
    else if (id === 'index' || id === 'labels' || id.startsWith('predict:') || id.startsWith('calibrate:')) {
      throw new IchorError(
        'artifact-missing',
        `What run ${record.name} made in ${id} is no longer in the store.`,
        'Run its recipe again: only what is missing is made.',
        2,
      );
    }
  }
  return { name: record.name, recipe: resolved.recipe, registry: resolved.registry, artifacts };
}

/**
 * The recipe of a run as it resolved, with the components of its plugins. Throws `run-recipe-edited`, `run-unreadable` (exit 2).
 * @param edited told in place of `run-recipe-edited`, by who only shows what stands there
 */
export async function recipeOfRun(
  folder: string,
  record: RunRecord,
  registry: Registry,
  edited?: (error: IchorError) => void,
): Promise<{ recipe: ResolvedRecipe; tree: Node; registry: Registry }> {
  await refuseEditedRecipe(folder, record).catch((error: unknown) => {
    if (edited === undefined || !(error instanceof IchorError)) throw error;
    edited(error);
  });
  const resolution = await resolveRecipe(join(folder, RUN_RECIPE), {
    registry,
    set: [],
    // To be read, not to be trained: one of private data keeps neither folder nor table of labels.
    training: false,
    cwd: process.cwd(),
  });
  const { recipe, tree } = resolution;
  if (recipe === null || tree === null) throw unreadableRecipe(record.name, resolution);
  return { recipe, tree, registry: resolution.registry };
}
