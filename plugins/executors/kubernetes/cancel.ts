import type { ExecutorContext } from '../../../src/index.ts';
import { apiOf } from './api/api.ts';
import { isOver } from './ended.ts';
import { endedIndexes, idOf, idOfPod, placesOf } from './ids.ts';
import type { JobObject, PodObject } from './objects.ts';
import type { KubernetesParams } from './params.ts';
import { refusal } from './refusal.ts';
import { deleted, LIVING, listed } from './resources.ts';

/**
 * A Job of which all that is left is to end is deleted with its pods. No index can be taken out of a Job: of one of which
 * others go on, the pods of those that are to end are deleted, which ends their index; one without a pod yet ends as it
 * begins, at the mark in the folder that `ichor jobs cancel` leaves.
 */
export async function cancel(
  ids: readonly string[],
  { label, signal }: ExecutorContext,
  params: KubernetesParams,
): Promise<void> {
  const api = await apiOf(params, signal);
  const wanted = new Set(ids);
  const partly = new Set<string>();
  for (const job of await listed<JobObject>(api, 'jobs', { label })) {
    const { name } = job.metadata;
    if (isOver(job.status?.conditions)) continue;
    const ended = endedIndexes(job);
    const left = placesOf(job).flatMap((_, index) => (ended.has(index) ? [] : [idOf(name, index)]));
    const mine = left.filter((id) => wanted.has(id));
    if (mine.length === 0) continue;
    if (mine.length < left.length) for (const id of mine) partly.add(id);
    else await end('jobs', name);
  }
  if (partly.size === 0) return;
  for (const pod of await listed<PodObject>(api, 'pods', { label, fields: LIVING })) {
    const id = idOfPod(pod);
    if (id !== null && partly.has(id)) await end('pods', pod.metadata.name);
  }

  async function end(kind: 'jobs' | 'pods', name: string): Promise<void> {
    const refused = await deleted(api, kind, name);
    if (refused !== null) throw refusal('Kubernetes does not cancel the jobs', refused, api.namespace);
  }
}
