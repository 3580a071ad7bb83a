import type { BudgetComparison } from '../../budget/compare-budgets.ts';
import { type OtherLength, otherLengthText } from '../../schedule-length.ts';
import type { Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { finding } from './finding.ts';

export const budgetTwice = (place: Place, path: Path, stage: string): Diagnostic =>
  finding(
    'error',
    'budget-twice',
    place,
    path,
    `train.${stage} states both epochs and updates: each says how long it trains.`,
    'Keep one of the two. A profile, a row or --set that states one takes the place of the other below it.',
  );

export const warmUpTooLong = (place: Place, path: Path, warmUp: number, updates: number): Diagnostic =>
  finding(
    'error',
    'warm-up-too-long',
    place,
    path,
    `The warm-up of ${warmUp} updates does not end before the training of ${updates} does: the learning rate never reaches its full size.`,
    'Shorten it, or state a share of the training: warmUp: 0.1.',
  );

export function scheduleLength(
  place: Place,
  path: Path,
  length: OtherLength,
  { updates, ...words }: { schedule: string; updates: number; at: string },
): Diagnostic {
  const { message, hint } = otherLengthText(length, { ...words, updates: updates.toLocaleString('en-GB') });
  return finding('warning', 'schedule-length', place, path, message, hint);
}

export const earlyStoppingIdle = (place: Place, path: Path, patience: number, validations: number): Diagnostic =>
  finding(
    'warning',
    'early-stopping-idle',
    place,
    path,
    `The training cannot stop early: it is validated ${validations} ${validations === 1 ? 'time' : 'times'}, and a patience of ${patience} is used up after ${patience + 1} at the soonest.`,
    'Lower patience, train for longer, or validate more often (validateEvery).',
  );

export const earlyStoppingSchedule = (place: Place, path: Path, stage: string, schedule: string): Diagnostic =>
  finding(
    'warning',
    'early-stopping-schedule',
    place,
    path,
    `The schedule ${schedule} goes by the length that is stated, and early stopping may end the training before it: the learning rate then never falls as low as it was to.`,
    `Take a schedule that is counted in updates (constant, half-life or step with a length from 1 on), or leave train.${stage}.earlyStopping away and keep the best epoch: checkpoint: { best: mean-log-loss }.`,
  );

/** A point of a sweep that trains more, or less, than another by what it tries. */
export const sweepBudget = (
  place: Place,
  axis: string,
  { stage, what, verdict, here, there }: BudgetComparison,
): Diagnostic =>
  finding(
    verdict === 'unknown' ? 'note' : 'warning',
    'sweep-budget',
    place,
    ['sweep', axis],
    verdict === 'unknown'
      ? `Whether the points of this sweep train as much as each other only the data can tell: the ${TITLE[stage]} has ${said(what, here)} in one, ${there} in another.`
      : `The points of this sweep do not train as much as each other: the ${TITLE[stage]} has ${said(what, there)} in one, ${here} in another.`,
    'Their results differ by that as well. State train.*.updates in the place of epochs, and try batches beside updates that match (pairs); or read the sweep as one of budgets.',
  );

const TITLE = { backbone: 'backbone', sequence: 'sequence model' } as const;
const said = (what: BudgetComparison['what'], text: string): string =>
  what === 'updates' ? text : `${text} an update`;
