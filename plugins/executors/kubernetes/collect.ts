import type { ExecutorContext } from '../../../src/index.ts';
import { apiOf } from './api/api.ts';
import { type Ended, endOf, lastOf } from './ended.ts';
import { endedIndexes, idOfPod, partsOf } from './ids.ts';
import type { JobObject, PodObject } from './objects.ts';
import type { KubernetesParams } from './params.ts';
import { given, seen } from './remembered.ts';
import { listed } from './resources.ts';

/** Two calls: what the pods that failed say, and of those without a pod the Jobs. */
export async function collect(
  ids: readonly string[],
  { label, signal }: ExecutorContext,
  params: KubernetesParams,
): Promise<ReadonlyMap<string, Ended>> {
  const api = await apiOf(params, signal);
  const jobs = new Map(
    (await listed<JobObject>(api, 'jobs', { label })).map((job) => [job.metadata.name, job] as const),
  );
  const pods = new Map<string, PodObject[]>();
  for (const pod of await listed<PodObject>(api, 'pods', { label, fields: 'status.phase=Failed' })) {
    const id = idOfPod(pod);
    if (id !== null) pods.set(id, [...(pods.get(id) ?? []), pod]);
  }
  return new Map(
    ids.flatMap((id): [string, Ended][] => {
      const { name, index } = partsOf(id);
      const words = given.get(id);
      if (words !== undefined) return [[id, { end: 'failed', words }]];
      const job = jobs.get(name);
      const how = job === undefined ? undefined : endedIndexes(job).get(index);
      if (how === 'done') return [[id, { end: 'done', words: null }]];
      const pod = lastOf(pods.get(id) ?? []);
      if (pod !== undefined) return [[id, endOf(pod)]];
      if (how === 'failed') return [[id, { end: 'unknown', words: 'Its pod was deleted.' }]];
      // One that ended is deleted after `keepSeconds`, and this process has seen no end of it.
      if (job === undefined && seen.has(id)) return [[id, { end: 'cancelled', words: `The Job ${name} was deleted.` }]];
      return [];
    }),
  );
}
