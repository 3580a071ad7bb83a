import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import type { Budget } from '../artifacts/budget.ts';
import { readNetwork } from '../artifacts/weights.ts';
import type { RunRecord } from './run-folder.ts';

/**
 * What each network of a run was trained with, by instance: `backbone`, `backbone:fold-2`, `sequence`. Without those that have
 * no weights, whose artifact is gone, or that an earlier version of ichor trained.
 * @param root the store.
 */
export async function runBudgets(
  root: string,
  { artifacts }: Pick<RunRecord, 'artifacts'>,
): Promise<Record<string, Budget>> {
  const found: Record<string, Budget> = {};
  for (const [id, { stage, key }] of Object.entries(artifacts)) {
    if (stage !== 'backbone' && stage !== 'sequence') continue;
    try {
      const { training } = await readNetwork(join(root, 'store', stage, key));
      if (training?.budget) found[id] = training.budget;
    } catch (error) {
      // What is damaged or gone is told by whoever needs it; a budget is only shown.
      if (!(error instanceof IchorError)) throw error;
    }
  }
  return found;
}
