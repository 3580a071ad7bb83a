import { randomBytes } from 'node:crypto';
import { numbersIn } from '../ranges.ts';
import type { JobObject, PodObject } from './objects.ts';

/** The place that each index of a Job stands for, one after the other. */
export const PLACES = 'ICHOR_PLACES';

/** A name that no Job had: whose it is, and what tells it from the others. Pods have it with `-INDEX-…` behind, 63 characters in all. */
export const newName = (label: string): string => `${label}-${randomBytes(4).toString('hex')}`;

/** What a job is called. */
export const idOf = (name: string, index: number | string): string => `${name}_${index}`;

/** Job and index of what was called so. */
export function partsOf(id: string): { name: string; index: number } {
  const at = id.lastIndexOf('_');
  return { name: id.slice(0, at), index: Number(id.slice(at + 1)) };
}

/** What a pod's job is called; null where it is of none. */
export function idOfPod({ metadata: { labels, annotations } }: PodObject): string | null {
  const name = labels?.['batch.kubernetes.io/job-name'] ?? labels?.['job-name'];
  const index = annotations?.['batch.kubernetes.io/job-completion-index'];
  return name === undefined || index === undefined ? null : idOf(name, index);
}

/** Places by index, as the Job itself says. */
export function placesOf({ spec }: JobObject): number[] {
  const env = spec.template.spec.containers.flatMap((container) => container.env ?? []);
  const places = env.find(({ name }) => name === PLACES)?.value ?? '';
  return places.split(' ').filter(Boolean).map(Number);
}

/** How each index of a Job ended that has. */
export function endedIndexes({ status }: JobObject): Map<number, 'done' | 'failed'> {
  const of = (text: string | undefined, end: 'done' | 'failed') =>
    numbersIn(text ?? '').map((index) => [index, end] as const);
  return new Map([...of(status?.completedIndexes, 'done'), ...of(status?.failedIndexes, 'failed')]);
}
