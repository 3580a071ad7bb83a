import type { Budget } from '../../artifacts/budget.ts';

/**
 * What one of the two networks was trained with in all: the joint training, and the one before it. Updates add up, and labels of an
 * update are the mean over all of them; what an item is and how many weights were trained is said of the joint training, and passes
 * are those of neither, since their items differ.
 */
export function jointBudget(joint: Budget | null, before: Budget | null): Budget | null {
  if (joint === null || before === null) return joint;
  const { stopped: _, ...own } = joint;
  const updates = joint.updates + before.updates;
  const labels = ({ labelsPerUpdate, updates: of }: Budget) => (labelsPerUpdate === null ? null : labelsPerUpdate * of);
  const [here, there] = [labels(joint), labels(before)];
  return {
    ...own,
    updates,
    labelsPerUpdate: here === null || there === null || updates === 0 ? null : (here + there) / updates,
    passes: null,
    ...(joint.stopped === undefined
      ? {}
      : { stopped: { ...joint.stopped, planned: joint.stopped.planned + before.updates } }),
  };
}
