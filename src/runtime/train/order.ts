import { stream } from '../../random.ts';

/**
 * The steps of one epoch: every item once, in an order drawn from the epoch's own stream, so that an interrupted
 * training goes on with the order it would have had. The last step may be smaller; `stepsPerEpoch` cuts the rest off.
 */
export function epochSteps(
  items: number,
  batch: number,
  {
    seed,
    purpose,
    epoch,
    stepsPerEpoch,
  }: { seed: number; purpose: string; epoch: number; stepsPerEpoch: number | null },
): number[][] {
  const order = stream(seed, purpose, epoch).shuffle(Array.from({ length: items }, (_, item) => item));
  return inSteps(order, batch).slice(0, stepsPerEpoch ?? undefined);
}

/** How often the weights change in all: what a training of `items` (on average, where that is only reckoned) makes of its block. */
export const updates = (items: number, { epochs, batch, stepsPerEpoch }: Updates): number =>
  epochs * Math.min(Math.ceil(items / batch), stepsPerEpoch ?? Number.POSITIVE_INFINITY);

interface Updates {
  epochs: number;
  batch: number;
  stepsPerEpoch: number | null;
}

/** Cut into steps of `batch`, the last as small as it comes. */
export function inSteps<T>(items: readonly T[], batch: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / batch) }, (_, step) =>
    items.slice(step * batch, (step + 1) * batch),
  );
}
