import type { SliceRow } from '../../artifacts/slices.ts';
import { readSplit } from '../../artifacts/split.ts';
import type { StageContext } from '../../stage.ts';
import { foldsOf, foldsSeePatients, foldWithoutLabels, seeingFold } from '../../train/crossfit.ts';
import { inputFolder } from '../inputs.ts';

/**
 * The fold whose backbone embeds each slice of the index. That is the slice's own, whose backbone has not seen it; under
 * `{ in-sample: FOLDS }` another one for what trains, so that nothing but having been seen differs. The fold is as the split says, or (a trained run's networks on a folder of their own, which
 * nothing was trained on) drawn for each patient.
 */
export async function foldRows(context: StageContext, index: readonly SliceRow[]): Promise<number[]> {
  const folds = foldsOf(context.recipe);
  if (folds === null) throw new TypeError('this recipe has no folds');
  if (context.inputs.has('split:folds')) {
    const seen = foldsSeePatients(context.recipe);
    return (await readSplit(inputFolder(context, 'split:folds'))).map(({ backbone, backboneFold }) =>
      seen && backbone === 'train' ? seeingFold(backboneFold, folds) : backboneFold,
    );
  }
  return index.map(({ group }) => foldWithoutLabels(context.recipe.data.seed, group, folds));
}
