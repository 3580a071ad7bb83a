import type { ExecutorContext, ExecutorJob } from '../../../src/index.ts';
import { apiOf } from './api/api.ts';
import { groupsOf } from './groups.ts';
import { idOf, newName } from './ids.ts';
import { jobManifest } from './manifests/job.ts';
import type { KubernetesParams } from './params.ts';
import { assertInClaim } from './places.ts';
import { assertReady } from './ready.ts';
import { refusal } from './refusal.ts';
import { deleted, pathOf } from './resources.ts';

/** An Indexed Job for those that need about the same. All jobs that come here are ready: what they read is in the store. */
export async function submit(
  jobs: readonly ExecutorJob[],
  context: ExecutorContext,
  params: KubernetesParams,
): Promise<readonly string[]> {
  assertInClaim(context, params);
  const api = await apiOf(params, context.signal);
  if (context.ids.size === 0) await assertReady(api, params, context);
  const ids = new Map<number, string>();
  const made: string[] = [];
  for (const group of groupsOf(jobs)) {
    const name = newName(context.label);
    const manifest = jobManifest(group, { name, namespace: api.namespace, context, params });
    const answer = await api.ask('POST', pathOf(api.namespace, 'jobs'), manifest);
    if ('refused' in answer) {
      // All of them or none; what cannot be taken back is found by its label.
      for (const one of made) await deleted(api, 'jobs', one);
      throw refusal(`Kubernetes takes no Job of ${group.jobs.length}`, answer, api.namespace);
    }
    made.push(name);
    for (const [index, { place }] of group.jobs.entries()) ids.set(place, idOf(name, index));
  }
  return jobs.map(({ place }) => ids.get(place) as string);
}
