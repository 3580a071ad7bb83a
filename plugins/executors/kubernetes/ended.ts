import type { ExecutorEnd } from '../../../src/index.ts';
import { CONTAINER } from './manifests/pod.ts';
import { hasCondition, type PodObject } from './objects.ts';

export type Ended = { end: ExecutorEnd; words: string | null };

/** Reasons of DisruptionTarget that say that a node is gone, not that the pod had to give way. */
const OF_NODES = /DeletionByTaintManager|DeletionByPodGC/;
/** Reasons of a pod that its node did not take, or lost. */
const NOT_TAKEN = /^(NodeLost|NodeShutdown|Shutdown|Terminated|NodeAffinity|UnexpectedAdmissionError|OutOf\w+)$/;

/** How a pod ended: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/, /disruptions/. */
export function endOf({ status = {} }: PodObject): Ended {
  const { reason = '', message, conditions, containerStatuses } = status;
  const disruption = conditions?.find(({ type, status: is }) => type === 'DisruptionTarget' && is === 'True');
  const terminated = containerStatuses?.find(({ name }) => name === CONTAINER)?.state?.terminated;
  const words = said(reason || disruption?.reason, message ?? disruption?.message);
  if (reason === 'DeadlineExceeded') return { end: 'time-limit', words: null };
  if (disruption !== undefined)
    return { end: OF_NODES.test(disruption.reason ?? '') ? 'node-failed' : 'preempted', words };
  if (NOT_TAKEN.test(reason)) return { end: 'node-failed', words };
  if (reason === 'Evicted' || reason === 'Preempting') return { end: 'preempted', words };
  if (terminated === undefined) return { end: 'unknown', words };
  if (terminated.reason === 'OOMKilled') return { end: 'out-of-memory', words: null };
  // What the system does where memory runs out and the container did not hear of it.
  if (terminated.exitCode === 137) return { end: 'killed', words: 'Kubernetes: exit code 137.' };
  if (terminated.exitCode === 0) return { end: 'done', words: null };
  const more = terminated.message?.trim();
  return { end: 'failed', words: `It ended with status ${terminated.exitCode}${more ? `: ${more}` : '.'}` };
}

/** Of pods of one job the last one says how it ended: earlier ones were made anew. */
export const lastOf = (pods: readonly PodObject[]): PodObject | undefined =>
  [...pods]
    .sort((a, b) => (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? ''))
    .at(-1);

export const isOver = (conditions: Parameters<typeof hasCondition>[0]): boolean =>
  hasCondition(conditions, 'Complete', 'Failed');

function said(reason: string | undefined, message: string | undefined): string | null {
  if (!reason && !message) return null;
  return `Kubernetes: ${[reason, message?.trim()].filter(Boolean).join(', ')}`.replace(/\.?$/, '.');
}
