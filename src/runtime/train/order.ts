import { stream } from '../../random.ts';
import { itemsPerUpdate } from '../../registry/budget/items-per-update.ts';
import type { TrainBlock } from '../../registry/recipe.ts';

/**
 * The steps of one epoch: every item once, in an order drawn from the epoch's own stream, so that an interrupted
 * training goes on with the order it would have had. The last step may be smaller; `stepsPerEpoch` cuts the rest off.
 * @param from.ordered the feed draws an order of its own (a sampler's): items are taken as they come.
 */
export function epochSteps(
  items: number,
  batch: number,
  {
    seed,
    purpose,
    epoch,
    stepsPerEpoch,
    ordered = false,
  }: { seed: number; purpose: string; epoch: number; stepsPerEpoch: number | null; ordered?: boolean },
): number[][] {
  const all = Array.from({ length: items }, (_, item) => item);
  const order = ordered ? all : stream(seed, purpose, epoch).shuffle(all);
  return inSteps(order, batch).slice(0, stepsPerEpoch ?? undefined);
}

/** How often the weights change in one pass over `items` (on average, where that is only reckoned). */
export const updatesPerPass = (
  items: number,
  block: Pick<TrainBlock, 'batch' | 'accumulate' | 'stepsPerEpoch'>,
): number =>
  Math.max(1, Math.min(Math.ceil(items / itemsPerUpdate(block)), block.stepsPerEpoch ?? Number.POSITIVE_INFINITY));

/** Batches behind an update, on average over a pass: its last update has those that are left. */
export function batchesPerUpdate(
  items: number,
  block: Pick<TrainBlock, 'batch' | 'accumulate' | 'stepsPerEpoch'>,
): number {
  const ofPass = Math.min(
    Math.ceil(items / block.batch),
    (block.stepsPerEpoch ?? Number.POSITIVE_INFINITY) * block.accumulate,
  );
  return Math.max(1, ofPass) / updatesPerPass(items, block);
}

/** How often they change in all: what a block states, or what its epochs come to. */
export const updates = (items: number, block: Updates): number =>
  block.updates ?? (block.epochs ?? 0) * updatesPerPass(items, block);

type Updates = Pick<TrainBlock, 'epochs' | 'updates' | 'batch' | 'accumulate' | 'stepsPerEpoch'>;

/** Cut into steps of `batch`, the last as small as it comes. */
export function inSteps<T>(items: readonly T[], batch: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / batch) }, (_, step) =>
    items.slice(step * batch, (step + 1) * batch),
  );
}
