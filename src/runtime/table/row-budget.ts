import { posix } from 'node:path';
import { matches } from '../../registry/budget/matched.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { TableRow } from '../../registry/table/table.ts';
import type { Budget } from '../artifacts/budget.ts';
import { figure } from '../train/budget.ts';
import { stoppedText } from '../train/early-stopping.ts';

/** What the networks of a row's runs were trained with; null where a run has none, or has not run. */
export interface RowBudget {
  /** Of the network whose embeddings or answers the row rests on: of a cross-fit each fold's. */
  backbone: Budget | null;
  /** How many such networks: the folds of a cross-fit. */
  backbones: number;
  sequence: Budget | null;
  /** Weights that were trained, of one backbone and the sequence model. */
  parameters: number;
}

/** The budget of a row out of those of one of its runs: seeds have the same. Null where nothing was trained. */
export function rowBudget(networks: Readonly<Record<string, Budget>>): RowBudget | null {
  const folds = Object.keys(networks).filter((id) => /^backbone:(.*-)?fold-\d+$/.test(id));
  const backbone = networks[folds[0] ?? 'backbone'] ?? null;
  const sequence = networks.sequence ?? null;
  if (backbone === null && sequence === null) return null;
  return {
    backbone,
    backbones: backbone === null ? 0 : Math.max(1, folds.length),
    sequence,
    parameters: (backbone?.parameters ?? 0) + (sequence?.parameters ?? 0),
  };
}

export interface Budgeted {
  row: TableRow;
  budget: RowBudget | null;
}

/**
 * What the data showed of a row that claims, by its recipe's `contrast`, to differ in one thing only from another row of the
 * table: that it trained on another budget, or why it is meant to; and of any row that it stopped early. Empty where the
 * budgets are equal within 10 %.
 */
export function budgetMarks({ row, budget }: Budgeted, recipe: ResolvedRecipe, rows: readonly Budgeted[]): string[] {
  if (budget === null) return [];
  const stopped = (['backbone', 'sequence'] as const).flatMap((network) => {
    const early = budget[network]?.stopped;
    return early
      ? [
          `${network} ${stoppedText(early)}: ${count(budget[network]?.updates ?? 0)} updates, where the recipe has ${count(early.planned)}. A row beside it may have trained longer.`,
        ]
      : [];
  });
  return [...stopped, ...contrastMarks(row, budget, recipe, rows)];
}

function contrastMarks(row: TableRow, budget: RowBudget, recipe: ResolvedRecipe, rows: readonly Budgeted[]): string[] {
  if (Object.keys(row.set).length > 0) return [];
  return Object.entries(recipe.contrast ?? {}).flatMap(([key, claim]) => {
    const file = posix.normalize(posix.join(posix.dirname(row.stated), `${key}.yaml`));
    const other = rows.find(
      (one) =>
        one.row.baseline === null &&
        one.row.values === null &&
        posix.normalize(one.row.stated) === file &&
        Object.keys(one.row.set).length === 0,
    );
    if (!other?.budget) return [];
    const found = differences(budget, other.budget);
    if (found.length === 0) return [];
    const why = Array.isArray(claim) ? 'not matched' : `not matched: ${claim.reason}`;
    return [`Budget beside ${other.row.name} ${why} (${found.join('; ')}).`];
  });
}

function differences(here: RowBudget, there: RowBudget): string[] {
  return (['backbone', 'sequence'] as const).flatMap((network) => {
    const [a, b] = [here[network], there[network]];
    if (a === null || b === null) return [];
    const unequal = (of: (one: Budget) => number | null): boolean => {
      const [left, right] = [of(a), of(b)];
      return left !== null && right !== null && !matches(left, right);
    };
    return [
      ...(unequal(({ updates }) => updates)
        ? [`${network}: ${count(a.updates)} updates, there ${count(b.updates)}`]
        : []),
      ...(unequal(({ labelsPerUpdate }) => labelsPerUpdate)
        ? [`${network}: ${figure(a.labelsPerUpdate ?? 0)} labels an update, there ${figure(b.labelsPerUpdate ?? 0)}`]
        : []),
    ];
  });
}

const count = (n: number): string => Math.round(n).toLocaleString('en-GB');
