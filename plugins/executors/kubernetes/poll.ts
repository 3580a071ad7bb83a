import type { ExecutorContext, ExecutorListed } from '../../../src/index.ts';
import { apiOf } from './api/api.ts';
import type { Api } from './api/types.ts';
import { isOver } from './ended.ts';
import { endedIndexes, idOf, idOfPod, placesOf } from './ids.ts';
import type { JobObject, PodObject } from './objects.ts';
import type { KubernetesParams } from './params.ts';
import { assertInClaim } from './places.ts';
import { given, seen } from './remembered.ts';
import { deleted, LIVING, listed } from './resources.ts';
import { slow, waitOf, warningsOf } from './waits.ts';

/** Of one node that is away, so many pods are ended one by one. */
const MOST_DELETED = 50;

/**
 * Two calls, whatever the number of jobs: the Jobs, and those of their pods that have not ended. A third one, for events, only where
 * something takes long to begin. What can never begin, an image that is not there, is told, waited for for five minutes, and ended.
 */
export async function poll(context: ExecutorContext, params: KubernetesParams): Promise<readonly ExecutorListed[]> {
  const { label, signal, command } = context;
  // The first that is asked of it. Whoever only cancels submits nothing.
  if (command.length > 0) assertInClaim(context, params);
  const api = await apiOf(params, signal);
  const jobs = await listed<JobObject>(api, 'jobs', { label });
  const open = jobs.filter(({ metadata, status }) => !metadata.deletionTimestamp && !isOver(status?.conditions));
  if (open.length === 0) return [];
  const pods = await listed<PodObject>(api, 'pods', { label, fields: LIVING });
  const byId = new Map(pods.map((pod) => [idOfPod(pod), pod]));
  const without = open.filter((job) => !indexesOf(job).some((id) => byId.has(id))).map(({ metadata }) => metadata.name);
  const events = await warningsOf(api, slow(pods, without));
  const found = open.flatMap((job) => {
    const places = placesOf(job);
    const ended = endedIndexes(job);
    return places.flatMap((place, index) => {
      const id = idOf(job.metadata.name, index);
      return ended.has(index) || given.has(id) ? [] : [{ place, id, job, pod: byId.get(id) }];
    });
  });
  const over = new Map<string, { name: string; pod: string; why: string }>();
  const answer = found.flatMap(({ place, id, job, pod }): ExecutorListed[] => {
    seen.add(id);
    if (pod === undefined) return [{ place, id, state: 'waiting', why: events.get(job.metadata.name) ?? null }];
    if (pod.metadata.deletionTimestamp) return [{ place, id, state: 'running', why: leaving(pod) }];
    if (pod.status?.phase === 'Running') return [{ place, id, state: 'running', why: null }];
    const wait = waitOf(pod, events);
    if (wait.over) over.set(id, { name: job.metadata.name, pod: pod.metadata.name, why: wait.why ?? '' });
    return [{ place, id, state: 'waiting', why: wait.why }];
  });
  await end(api, over, answer);
  return answer.filter(({ id }) => !given.has(id));
}

const indexesOf = (job: JobObject): string[] => placesOf(job).map((_, index) => idOf(job.metadata.name, index));

const leaving = ({ spec }: PodObject): string =>
  `it is being ended; where that takes long, its node ${spec?.nodeName ?? ''} does not answer, and the cluster waits for it (kubectl get nodes)`;

/** Ends what can never begin: a whole Job where none of it runs, else its pods. */
async function end(
  api: Api,
  over: ReadonlyMap<string, { name: string; pod: string; why: string }>,
  answer: readonly ExecutorListed[],
): Promise<void> {
  for (const name of new Set([...over.values()].map((one) => one.name))) {
    const own = answer.filter(({ id }) => id.startsWith(`${name}_`));
    const stuck = own.filter(({ id }) => over.has(id));
    const words = `It could not begin: ${over.get(stuck[0]?.id ?? '')?.why}`.replace(/\.?$/, '.');
    if (own.every(({ state }) => state === 'waiting')) {
      if ((await deleted(api, 'jobs', name)) !== null) continue;
      for (const { id } of own) given.set(id, words);
    } else
      for (const { id } of stuck.slice(0, MOST_DELETED))
        if ((await deleted(api, 'pods', over.get(id)?.pod as string)) === null) given.set(id, words);
  }
}
