import type { Budget, Stopped } from '../artifacts/budget.ts';
import type { EpochRow } from '../artifacts/history.ts';
import { stoppedText } from './early-stopping.ts';

/** `history` of all of the training, also after the checkpoint that was kept. */
export function budgetOf(
  history: readonly EpochRow[],
  about: Pick<Budget, 'batch' | 'unit' | 'items' | 'parameters'>,
  stopped: Stopped | null = null,
): Budget {
  const sum = (of: (row: EpochRow) => number | undefined): number | null =>
    history.reduce<number | null>((all, row) => {
      const own = of(row);
      return all === null || own === undefined ? null : all + own;
    }, 0);
  const updates = sum(({ steps }) => steps) ?? 0;
  const [labels, seen] = [sum((row) => row.labels), sum((row) => row.items)];
  return {
    updates,
    ...about,
    labelsPerUpdate: labels === null || updates === 0 ? null : labels / updates,
    passes: seen === null || about.items === 0 ? null : seen / about.items,
    ...(stopped === null ? {} : { stopped }),
  };
}

/** `375 updates of 31.9 labelled slices (3.0 passes over 3,963 slices), 214,118 parameters` */
export function budgetText({
  updates,
  labelsPerUpdate,
  passes,
  items,
  unit,
  parameters,
  batch,
  stopped,
}: Budget): string {
  const of = labelsPerUpdate === null ? `${count(batch)} ${unit}` : `${figure(labelsPerUpdate)} labelled slices`;
  const over = passes === null ? '' : ` (${figure(passes)} passes over ${count(items)} ${unit})`;
  return `${count(updates)} updates of ${of}${over}, ${count(parameters)} trained parameters${stopped ? `; ${stoppedText(stopped)}` : ''}`;
}

const count = (n: number): string => Math.round(n).toLocaleString('en-GB');
/** One decimal below a hundred. */
export const figure = (n: number): string => (n < 100 ? n.toFixed(1) : count(n));
