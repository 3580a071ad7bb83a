import { IchorError } from '../../errors.ts';
import { type TrainBlock, type TrainedStage, trainKey } from '../../registry/recipe.ts';
import { isOutOfMemory } from '../engine/failure.ts';
import { TITLES } from './diverged.ts';

/** The error of a training whose step found no memory, with its batch and what makes the same updates in less; any other error as it is. */
export function explainMemory(
  error: unknown,
  { stage, unit, block }: { stage: TrainedStage; unit: string; block: Pick<TrainBlock, 'batch' | 'accumulate'> },
): unknown {
  if (!isOutOfMemory(error)) return error;
  const { batch, accumulate } = block;
  const half = Math.ceil(batch / 2);
  const smaller =
    batch > 1
      ? `Halve the batch and keep the updates: train.${trainKey(stage)}: { batch: ${half}, accumulate: ${2 * accumulate} }; the gradient is that of ${batch * accumulate} ${unit} at once, but for the statistics of batch norm. Or take`
      : 'Take';
  return new IchorError(
    'training-out-of-memory',
    `Training of ${TITLES[stage]} ran out of memory with batches of ${batch} ${unit}. ${error.message}`,
    `${smaller} a smaller network or image. The last checkpoint stays; another batch begins anew.`,
    1,
    { cause: error },
  );
}
