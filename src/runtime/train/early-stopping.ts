import type { EarlyStopping, TrainBlock } from '../../registry/recipe.ts';
import type { Stopped } from '../artifacts/budget.ts';
import type { EpochRow } from '../artifacts/history.ts';
import { type Counted, roundsOf } from './rounds.ts';

/** The figure that a training is stopped by, of a row; null where it is not defined, or nothing was validated. */
function figureOf(row: EpochRow, { metric }: EarlyStopping): { value: number; better: 'lower' | 'higher' } | null {
  if (metric === 'loss') return row.validation && { value: row.validation.loss, better: 'lower' };
  const { value = null, better = 'lower' } = row.stopping ?? {};
  return value === null ? null : { value, better };
}

/** How many validations have passed since the last better one, and which that was; null: the figure was defined in none. */
function sinceBest(history: readonly EpochRow[], stopping: EarlyStopping): { best: EpochRow; since: number } | null {
  let found: { best: EpochRow; value: number; since: number } | null = null;
  for (const row of history) {
    const figure = figureOf(row, stopping);
    // One that is not defined says neither.
    if (figure === null) continue;
    const gain = found === null ? null : (figure.better === 'lower' ? -1 : 1) * (figure.value - found.value);
    if (found === null || gain === null || gain > stopping.minDelta)
      found = { best: row, value: figure.value, since: 0 };
    else found.since += 1;
  }
  return found;
}

/**
 * Whether a training is to end after these rows, as Keras' EarlyStopping counts: `patience` validations in a row that were
 * not better than the best by more than `minDelta`. Of its history alone, so that an interrupted training decides alike.
 */
export function isToStop(history: readonly EpochRow[], stopping: EarlyStopping | null): boolean {
  const found = stopping && sinceBest(history, stopping);
  return found !== null && stopping !== null && found.since >= stopping.patience;
}

/** Whether what it is stopped by was defined in no validation: then it never is. */
export const neverDefined = (history: readonly EpochRow[], stopping: EarlyStopping | null): boolean =>
  stopping !== null && history.length > 0 && sinceBest(history, stopping) === null;

/** Null where a training went to its end. */
export function stoppedEarly(
  history: readonly EpochRow[],
  block: Counted & Pick<TrainBlock, 'earlyStopping'>,
  items: number,
): Stopped | null {
  const { earlyStopping } = block;
  const rounds = roundsOf(items, block);
  const [last, end] = [history.at(-1), rounds.at(-1)];
  if (earlyStopping === null || !last || !end || history.length >= rounds.length) return null;
  const found = sinceBest(history, earlyStopping);
  if (found === null || !isToStop(history, earlyStopping)) return null;
  return {
    planned: end.end,
    epochs: last.epoch,
    plannedEpochs: end.epoch,
    best: found.best.epoch,
    metric: earlyStopping.metric,
  };
}

/** `stopped early after 4 of 7 epochs; loss on validation was best after 2` */
export function stoppedText({ epochs, plannedEpochs, best, metric }: Stopped): string {
  const short = (n: number) => String(Number(n.toFixed(2)));
  return `stopped early after ${short(epochs)} of ${short(plannedEpochs)} epochs; ${metric} on validation was best after ${short(best)}`;
}
