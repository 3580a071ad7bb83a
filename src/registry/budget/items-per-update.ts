import type { TrainBlock } from '../recipe.ts';

/** Slices or groups behind one update: those of every batch whose gradients it sums. */
export const itemsPerUpdate = ({ batch, accumulate }: Pick<TrainBlock, 'batch' | 'accumulate'>): number =>
  batch * accumulate;
