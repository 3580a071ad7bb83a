import type { SliceRow } from '../../artifacts/slices.ts';
import { readSplit } from '../../artifacts/split.ts';
import type { StageContext } from '../../stage.ts';
import { foldsOf, foldWithoutLabels } from '../../train/crossfit.ts';
import { inputFolder } from '../inputs.ts';

/**
 * The fold of each slice of the index: as the split says, or (a trained run's networks on a folder of their own, which
 * nothing was trained on) drawn for each patient.
 */
export async function foldRows(context: StageContext, index: readonly SliceRow[]): Promise<number[]> {
  const folds = foldsOf(context.recipe);
  if (folds === null) throw new TypeError('this recipe has no folds');
  if (context.inputs.has('split:folds'))
    return (await readSplit(inputFolder(context, 'split:folds'))).map(({ backboneFold }) => backboneFold);
  return index.map(({ group }) => foldWithoutLabels(context.recipe.data.seed, group, folds));
}
