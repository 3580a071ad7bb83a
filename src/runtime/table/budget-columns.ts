import type { Budget } from '../artifacts/budget.ts';
import { figure } from '../train/budget.ts';
import type { RowBudget } from './row-budget.ts';

/** Columns that say what each row was trained with: two for each network, its passes, and the weights. */
export const BUDGET_COLUMNS = [
  'backbone: updates × labels',
  'passes',
  'sequence: updates × labels',
  'passes',
  'trained parameters',
] as const;

export const BUDGET_NOTE =
  'Of the first run of a row: its other seeds train as long, but where it stopped early (of so many), which each seed does for itself. Updates, each of so many labels on average; passes over the training side follow from both.';

/** The cells of a row under these columns; empty where there is no such network, or it has not run. */
export function budgetCells(budget: RowBudget | null): string[] {
  if (budget === null) return BUDGET_COLUMNS.map(() => '');
  const { backbone, backbones, sequence, parameters } = budget;
  const folds = backbones > 1 ? `${backbones} of ` : '';
  return [
    ...networkCells(backbone).map((cell, i) => (i === 0 && cell !== '' ? `${folds}${cell}` : cell)),
    ...networkCells(sequence),
    Math.round(parameters).toLocaleString('en-GB'),
  ];
}

function networkCells(budget: Budget | null): [string, string] {
  if (budget === null) return ['', ''];
  const { updates, labelsPerUpdate, passes, stopped } = budget;
  const of = stopped ? ` (of ${stopped.planned.toLocaleString('en-GB')})` : '';
  const labels = labelsPerUpdate === null ? 'not recorded' : figure(labelsPerUpdate);
  return [`${updates.toLocaleString('en-GB')}${of} × ${labels}`, passes === null ? '' : figure(passes)];
}
