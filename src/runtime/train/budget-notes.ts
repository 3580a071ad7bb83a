import { itemsPerUpdate } from '../../registry/budget/items-per-update.ts';
import { inUpdates } from '../../registry/kinds/schedule.ts';
import type { ComponentValue, TrainBlock } from '../../registry/recipe.ts';
import type { LedgerNote } from '../ledger.ts';
import type { GroupUnit } from '../store/cost.ts';
import { averageNote } from './average.ts';
import { type NotedNetwork, networkPath, networkTitle, trainPath } from './noted-network.ts';
import { updates, updatesPerPass } from './order.ts';

/**
 * What of a stated budget the data cannot give: a batch of more items than there are, updates that do not see all of them,
 * a warm-up of more updates than the epochs come to, an average of weights that is slower than all of them,
 * weights that would be unfrozen after the last one.
 * @param about a word before a number of items that is not exact yet: `about `.
 */
export function budgetNotes(
  network: NotedNetwork,
  block: Pick<TrainBlock, 'epochs' | 'updates' | 'batch' | 'accumulate' | 'stepsPerEpoch' | 'ema'> & {
    optimizer: ComponentValue;
  },
  items: number,
  unit: GroupUnit,
  about = '',
): LedgerNote[] {
  if (network.smoke || items <= 0) return [];
  const title = networkTitle(network);
  const at = trainPath(network);
  const all = updates(items, block);
  const each = itemsPerUpdate(block);
  const note = (reason: LedgerNote['reason'], message: string, hint: string): LedgerNote => ({
    item: network.id,
    what: 'network',
    reason,
    message,
    kind: 'warning',
    hint,
  });
  const notes: LedgerNote[] = [];
  if (block.batch <= items && each > items)
    notes.push(
      note(
        'accumulate-above-set',
        `An update of ${title} is to be of ${count(block.accumulate)} batches of ${count(block.batch)} ${unit}, and there are ${about}${count(items)} to learn from: each update sees all of them.`,
        `Lower ${at}.accumulate (${block.accumulate}), or give it more data.`,
      ),
    );
  if (block.batch > items)
    notes.push(
      note(
        'batch-above-set',
        `A step of ${title} is to hold ${count(block.batch)} ${unit}, and there are ${about}${count(items)} to learn from: each update sees all of them.`,
        `Lower ${at}.batch (${block.batch}), or give it more data.`,
      ),
    );
  const once = updatesPerPass(items, { ...block, stepsPerEpoch: null });
  if (block.updates !== undefined && all < once)
    notes.push(
      note(
        'less-than-a-pass',
        `${title[0]?.toUpperCase()}${title.slice(1)} has ${count(all)} updates of ${count(each)} ${unit}: ${count(all * each)} of the ${about}${count(items)} ${unit} that there are to learn from.`,
        `Raise ${at}.updates (${about}${count(once)} see all of them once), or ${at}.batch.`,
      ),
    );
  const warmUp = (block.optimizer.schedule as { warmUp?: number } | undefined)?.warmUp ?? 0;
  if (warmUp >= 1 && inUpdates(warmUp, all) >= all)
    notes.push(
      note(
        'warm-up-unfinished',
        `The learning rate of ${title} warms up over ${count(warmUp)} updates, and it has ${about}${count(all)}: it never reaches its full size.`,
        `Shorten ${at}.optimizer.schedule.warmUp (${warmUp}), or state a share of the training: 0.1.`,
      ),
    );
  const pass = updatesPerPass(items, block);
  if (network.unfreezeAfter !== undefined && Math.round(network.unfreezeAfter * pass) >= all)
    notes.push(
      note(
        'never-unfrozen',
        `What is frozen in ${title} is to train after ${network.unfreezeAfter} epochs, and all of its ${count(all)} updates are ${about}${Number((all / pass).toFixed(2))}: it stays frozen throughout.`,
        `Lower ${networkPath(network)}.train.unfreezeAfter (${network.unfreezeAfter}), or raise ${at}.${block.updates === undefined ? 'epochs' : 'updates'}.`,
      ),
    );
  const average = averageNote(network, block.ema, all);
  return average === null ? notes : [...notes, average];
}

const count = (n: number): string => Math.round(n).toLocaleString('en-GB');
