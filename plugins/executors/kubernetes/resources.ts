import type { Api, Refused } from './api/types.ts';
import { refusal } from './refusal.ts';

const CORE = '/api/v1';
const GROUPS = { jobs: '/apis/batch/v1', pods: CORE, events: CORE, persistentvolumeclaims: CORE } as const;

/** Where objects of a kind stand in the API: `/apis/batch/v1/namespaces/study/jobs`. */
export const pathOf = (namespace: string, kind: keyof typeof GROUPS, name?: string): string =>
  `${GROUPS[kind]}/namespaces/${encodeURIComponent(namespace)}/${kind}${name === undefined ? '' : `/${name}`}`;

/** Label by which Jobs and pods are found: its value is the label of their driver. */
export const LABEL = 'ichor-jobs';

/** Pods that have not ended. */
export const LIVING = 'status.phase!=Succeeded,status.phase!=Failed';

/** All objects of a kind, of a label where one is given. Throws IchorError `kubernetes-refused`. */
export async function listed<T>(
  api: Api,
  kind: keyof typeof GROUPS,
  { label, fields }: { label?: string; fields?: string },
): Promise<readonly T[]> {
  const query = new URLSearchParams({
    ...(label === undefined ? {} : { labelSelector: `${LABEL}=${label}` }),
    ...(fields === undefined ? {} : { fieldSelector: fields }),
  });
  const answer = await api.ask('GET', `${pathOf(api.namespace, kind)}?${query}`);
  if ('refused' in answer) throw refusal(`Kubernetes does not list the ${kind}`, answer, api.namespace);
  const { items } = answer.object as { items?: readonly T[] };
  if (Array.isArray(items)) return items;
  const strange = { refused: 'what answers is no API of Kubernetes', status: null, after: null };
  throw refusal(`Kubernetes does not list the ${kind}`, strange, api.namespace);
}

/** Deletes an object with what belongs to it; null where it is done, or it is gone already. */
export async function deleted(api: Api, kind: 'jobs' | 'pods', name: string): Promise<Refused | null> {
  // Without a word batch/v1 leaves the pods of a Job behind.
  const answer = await api.ask('DELETE', `${pathOf(api.namespace, kind, name)}?propagationPolicy=Background`);
  return 'refused' in answer && answer.status !== 404 ? answer : null;
}
