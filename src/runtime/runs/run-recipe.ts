import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { textIfThere } from '../../files/text.ts';

export const RUN_RECIPE = 'recipe.resolved.yaml';

/** SHA-256 of a run's recipe as it is written into its folder. */
export const recipeFileHash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Whether the recipe in a run's folder is there and is not what the run was made from. Of runs of before 0.2 nothing is known. */
export const isEditedRecipe = (text: string | null, record: { recipeFileHash?: string }): boolean =>
  text !== null && record.recipeFileHash !== undefined && recipeFileHash(text) !== record.recipeFileHash;

/**
 * Networks read what they were trained on, through what they were trained with: a recipe that was edited since says something else.
 *
 * @throws IchorError `run-recipe-edited` (exit 2)
 */
export async function refuseEditedRecipe(
  folder: string,
  record: { name: string; recipeFileHash?: string },
): Promise<void> {
  if (!isEditedRecipe(await textIfThere(join(folder, RUN_RECIPE)), record)) return;
  throw new IchorError(
    'run-recipe-edited',
    `${RUN_RECIPE} in the folder of run ${record.name} was edited after the run: it is not the recipe that its networks were trained by.`,
    `Run its recipe again: what is done is recalled, and the file is written anew (what was edited is kept beside it). A changed recipe is a run of its own: copy it elsewhere, then ichor run COPY.yaml.`,
    2,
  );
}
