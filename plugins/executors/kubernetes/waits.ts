import type { Api } from './api/types.ts';
import { CONTAINER } from './manifests/pod.ts';
import type { EventObject, PodObject } from './objects.ts';
import { listed } from './resources.ts';

/** Reasons of a container that does not start by itself: an image that is not there, a secret or a name that is none. */
const STUCK =
  /^(ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|CreateContainerConfigError|CreateContainerError)$/;
/** A registry may be away for a while; after so long it is not waited for any more. */
const STUCK_MS = 5 * 60_000;
/** What takes longer to begin has said why in an event. */
const SLOW_MS = 30_000;

/** Since when pods, and Jobs without any, are as they are, by this process's own clock. */
const since = new Map<string, number>();

function standsFor(key: string): number {
  const now = performance.now();
  const first = since.get(key) ?? now;
  since.set(key, first);
  return now - first;
}

/** Why the container of a pod does not start; null where it does, or may. */
function stuckText({ status }: PodObject): string | null {
  const { reason = '', message = '' } =
    status?.containerStatuses?.find(({ name }) => name === CONTAINER)?.state?.waiting ?? {};
  return STUCK.test(reason) ? `${reason}: ${message}`.replace(/: $/, '') : null;
}

/** What a pod that has not begun waits for, and whether it is waited for any longer. */
export function waitOf(pod: PodObject, events: ReadonlyMap<string, string>): { why: string | null; over: boolean } {
  const { name } = pod.metadata;
  const stuck = stuckText(pod);
  if (stuck !== null) return { why: stuck, over: standsFor(`${name} stuck`) >= STUCK_MS };
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False')
    return { why: [scheduled.reason, scheduled.message].filter(Boolean).join(': ') || null, over: false };
  return { why: events.get(name) ?? null, over: false };
}

/** What takes long to begin: pods that are to be on a node and are not, Jobs of which none is there. */
export function slow(pods: readonly PodObject[], jobsWithout: readonly string[]): Set<string> {
  const starting = pods.filter(
    (pod) =>
      pod.status?.phase !== 'Running' &&
      stuckText(pod) === null &&
      pod.status?.conditions?.find(({ type }) => type === 'PodScheduled')?.status !== 'False',
  );
  const names = [...starting.map(({ metadata }) => metadata.name), ...jobsWithout];
  return new Set(names.filter((name) => standsFor(`${name} slow`) >= SLOW_MS));
}

/** The last warning of each of these objects. One call, and none where nothing is slow or events may not be seen. */
export async function warningsOf(api: Api, names: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  if (names.size === 0) return new Map();
  const events = await listed<EventObject>(api, 'events', { fields: 'type=Warning' }).catch(() => []);
  return new Map(
    events.flatMap(({ involvedObject, reason = '', message = '' }) =>
      involvedObject?.name !== undefined && names.has(involvedObject.name)
        ? [[involvedObject.name, `${reason}: ${message}`] as const]
        : [],
    ),
  );
}
