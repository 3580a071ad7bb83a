import type { TrainBlock } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { otherLength, otherLengthText } from '../../registry/schedule-length.ts';
import type { LedgerNote } from '../ledger.ts';
import { scheduleOf, warmUpOf } from './learning-rate.ts';
import { type NotedNetwork, trainPath } from './noted-network.ts';
import { updates } from './order.ts';

/**
 * The note where the schedule is made for another length than the training comes to.
 * @param about a word before a number of updates that is not exact yet: `about `.
 */
export function scheduleNotes(
  network: NotedNetwork,
  block: TrainBlock,
  items: number,
  registry: Registry,
  about = '',
): LedgerNote[] {
  if (network.smoke || items <= 0) return [];
  const { component, params } = scheduleOf(registry, block.optimizer);
  const all = updates(items, block);
  const length = otherLength((update, of) => component.factor(update, of, params), all - warmUpOf(params.warmUp, all));
  if (length === null) return [];
  const words = { schedule: component.name, updates: `${about}${Math.round(all).toLocaleString('en-GB')}` };
  return [
    {
      item: network.id,
      what: 'network',
      reason: 'schedule-of-other-length',
      kind: 'warning',
      ...otherLengthText(length, { ...words, at: trainPath(network) }),
    },
  ];
}
