import type { LedgerNote } from '../ledger.ts';
import { type Machine, machineText } from '../machine.ts';

/** What the ledger says of an artifact that was begun with other threads, or on another instruction set. */
export function resumedNote(id: string, before: readonly Machine[], now: Machine): LedgerNote {
  return {
    item: id,
    what: 'network',
    reason: 'resumed-on-another-machine',
    kind: 'warning',
    message: `${id} was begun on ${before.map(machineText).join(', then on ')} and went on on ${machineText(now)}: a run on either alone gives slightly other numbers.`,
    hint: 'For bits that can be made again, run it with --exact, which makes one of this machine alone beside it.',
  };
}
