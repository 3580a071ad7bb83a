import { dirname } from 'node:path';
import { IchorError } from '../../errors.ts';
import { readRun } from '../runs/run-folder.ts';

/**
 * Throws `ensemble-recipe` (exit 2) for the resolved recipe of an ensemble: it is the recipe of one member under the
 * ensemble's name, and what it would train is no ensemble.
 * @param path absolute
 * @param file as it was named
 */
export async function refuseEnsembleRecipe(path: string, file: string = path): Promise<void> {
  // A run.json beside a recipe of one's own may be another program's.
  const record = await readRun(dirname(path)).catch((error: unknown) => {
    if (error instanceof IchorError) return null;
    throw error;
  });
  if (!record?.ensemble) return;
  const members = record.ensemble.runs.map(({ run }) => run);
  throw new IchorError(
    'ensemble-recipe',
    `${file} is the recipe of the ensemble ${record.name}, which is the mean of ${members.join(', ')}: run as a recipe it would train one network and call it by the ensemble's name.`,
    `Run a member's recipe, or average other runs: ichor ensemble ${members.join(' ')}`,
    2,
  );
}
