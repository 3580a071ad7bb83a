import { itemsPerUpdate } from '../../registry/budget/items-per-update.ts';
import type { TrainBlock } from '../../registry/recipe.ts';
import { updates, updatesPerPass } from './order.ts';

/** What lies between two validations, each with its checkpoint. */
export interface Round {
  /** Updates that went before it. */
  start: number;
  /** Updates at its end. */
  end: number;
  /** Passes over the data at its end: whole numbers where each round is one, else with a fraction. */
  epoch: number;
}

export type Counted = Pick<
  TrainBlock,
  'epochs' | 'updates' | 'batch' | 'accumulate' | 'stepsPerEpoch' | 'validateEvery'
>;

/**
 * The rounds of a training on `items`: one for each pass over the data, or one for each `validateEvery` updates, whatever
 * pass they lie in; the last one is as short as it comes. A pass that `stepsPerEpoch` cuts short counts as one.
 */
export function roundsOf(items: number, block: Counted): Round[] {
  const all = updates(items, block);
  const pass = updatesPerPass(items, block);
  const every = block.validateEvery ?? pass;
  return Array.from({ length: Math.ceil(all / every) }, (_, round) => {
    const end = Math.min((round + 1) * every, all);
    return { start: round * every, end, epoch: end / pass };
  });
}

/** How many items so many updates have seen, from the first on. */
export function itemsSeen(items: number, block: Counted, after: number): number {
  const pass = updatesPerPass(items, block);
  const each = itemsPerUpdate(block);
  const perPass = Math.min(items, pass * each);
  return Math.floor(after / pass) * perPass + Math.min((after % pass) * each, perPass);
}
