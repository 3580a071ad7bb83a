import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { existsSync } from '../../files/fs.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { resolveRecipe } from '../../registry/resolve/resolve.ts';
import { refuseChangedComponents } from '../runs/changed-components.ts';
import { refuseWithoutNetworks, trainedNetworks } from '../runs/predict-run.ts';
import type { RunRecord } from '../runs/run-folder.ts';
import { RUN_RECIPE, refuseEditedRecipe } from '../runs/run-recipe.ts';
import { unreadableRecipe } from '../runs/unreadable-recipe.ts';
import type { Artifact } from '../store/artifact.ts';
import { Store } from '../store/store.ts';

/** A finished run with all the networks that its recipe names, as it is handed on. */
export interface TrainedRun {
  record: RunRecord;
  folder: string;
  recipe: ResolvedRecipe;
  registry: Registry;
  /** By instance: `backbone`, `backbone:fold-1`, `sequence`. */
  networks: ReadonlyMap<string, Artifact>;
  /** The folder of what evaluate found; null where it did not run, or it is not in the store any more. */
  evaluated: string | null;
}

/**
 * @throws IchorError `run-not-trained` for what is not finished, has not all of its networks, is an ensemble, or is what another
 *   run predicted; `artifact-missing`, `artifact-damaged`, `run-unreadable`, `run-recipe-edited` (exit 2).
 */
export async function openTrained(
  { record, folder, storeRoot }: { record: RunRecord; folder: string; storeRoot: string },
  registry: Registry,
): Promise<TrainedRun> {
  if (record.predictsWith !== null)
    throw new IchorError(
      'run-not-trained',
      `Run ${record.name} is what the networks of ${record.predictsWith} predicted: it has none of its own.`,
      `Name the run that trained them: ${record.predictsWith}.`,
      2,
    );
  const networks = await trainedNetworks(storeRoot, record);
  const path = join(folder, RUN_RECIPE);
  await refuseEditedRecipe(folder, record);
  if (!existsSync(path))
    throw new IchorError(
      'run-unreadable',
      `Run ${record.name} has lost its ${RUN_RECIPE}.`,
      'Run its recipe again: the file is written again, and everything else recalled.',
      2,
    );
  const resolution = await resolveRecipe(path, { registry, set: [], training: false, cwd: process.cwd() });
  const isWrong = resolution.diagnostics.some(({ severity }) => severity === 'error');
  if (resolution.recipe === null || isWrong) throw unreadableRecipe(record.name, resolution);
  refuseWithoutNetworks(record, resolution.recipe, resolution.registry, networks);
  await refuseChangedComponents(record, resolution.recipe, resolution.registry, storeRoot);
  const reference = record.artifacts.evaluate;
  const evaluated = reference === undefined ? null : new Store(storeRoot).folder(reference.stage, reference.key);
  return {
    record,
    folder,
    recipe: resolution.recipe,
    registry: resolution.registry,
    networks,
    evaluated: evaluated !== null && existsSync(evaluated) ? evaluated : null,
  };
}
