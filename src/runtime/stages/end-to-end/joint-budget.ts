import type { Budget } from '../../artifacts/budget.ts';

/**
 * What one of the two networks was trained with in all: the joint training, and the one before it. Updates add up, and labels of an
 * update are the mean over all of them; what an item is is said of the joint training, and passes are those of neither, since their
 * items differ.
 * @param parameters weights of this network that the joint training moved.
 */
export function jointBudget(joint: Budget | null, before: Budget | null, parameters: number): Budget | null {
  if (joint === null) return null;
  if (before === null) return { ...joint, parameters };
  const { stopped: _, ...own } = joint;
  const updates = joint.updates + before.updates;
  const labels = ({ labelsPerUpdate, updates: of }: Budget) => (labelsPerUpdate === null ? null : labelsPerUpdate * of);
  const [here, there] = [labels(joint), labels(before)];
  return {
    ...own,
    parameters,
    updates,
    labelsPerUpdate: here === null || there === null || updates === 0 ? null : (here + there) / updates,
    passes: null,
    ...(joint.stopped === undefined
      ? {}
      : { stopped: { ...joint.stopped, planned: joint.stopped.planned + before.updates } }),
  };
}
