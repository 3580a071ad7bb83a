import { IchorError } from '../../../src/index.ts';
import type { Refused } from './api/types.ts';

/** What a cluster says, and what there is to do about it. */
const HINTS: readonly (readonly [RegExp | number, string])[] = [
  [
    /exceeded quota|must specify (limits|requests)/i,
    'A quota of the namespace is reached, or wants limits: kubectl describe quota. maxJobs, memoryGb and cpusPerTask ask for less, limitCpu states a limit; or wait until some Jobs have ended. What was submitted goes on.',
  ],
  [
    /admission webhook|PodSecurity|admission/i,
    'A rule of the cluster keeps such pods out, and says which part: labels, annotations, user, group, nodeSelector and tolerations of the file of --on-config change it, or ask who runs the cluster.',
  ],
  [
    /getting credentials|token.*expired|expired.*token|provide credentials|logged in|credential plugin/i,
    'Your credentials for the cluster have expired, or are none: log in again until `kubectl get jobs` answers, and run the same command again. Jobs that run go on.',
  ],
  [401, 'The cluster does not know who asks: log in again until `kubectl get jobs` answers. Jobs that run go on.'],
  [
    /context .* does not exist|no context exists|cannot locate context/i,
    'context of the file of --on-config is none that kubectl knows: kubectl config get-contexts',
  ],
  [
    /current-context|no configuration|invalid configuration/i,
    'kubectl knows no cluster: log in to yours, or name its context in the file of --on-config (kubectl config get-contexts).',
  ],
  [
    /namespaces? "[^"]*" not found/i,
    'namespace of the file of --on-config is none of this cluster: kubectl get namespaces',
  ],
  [
    422,
    'The cluster takes no such Job. What it names stands in the file of --on-config; --dry-run prints the whole manifest.',
  ],
  [
    /x509|certificate/i,
    'The certificate of the cluster is not the one that is known: take its configuration for kubectl anew.',
  ],
  [
    /refused|no such host|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|timeout|timed out|no route|unreachable|no answer|Unable to connect/i,
    'The cluster does not answer from here: a VPN, a proxy, or it is down. Try again later. Jobs that run go on.',
  ],
  [429, 'The cluster is too busy to answer: try again later. Jobs that run go on.'],
];

/**
 * An error of what a cluster refuses.
 * @param namespace where it was asked for; null where none is known
 */
export function refusal(what: string, { refused, status }: Refused, namespace: string | null): IchorError {
  const hint =
    HINTS.find(([form]) => (typeof form === 'number' ? form === status : form.test(refused)))?.[1] ??
    forbidden(refused, status, namespace) ??
    'The cluster says why; what it is asked stands in the manifests of --dry-run.';
  return new IchorError('kubernetes-refused', `${what}: ${refused}`, hint, 2);
}

/** `jobs.batch is forbidden: User "x" cannot create resource "jobs" in API group "batch" in the namespace "y"` */
function forbidden(refused: string, status: number | null, namespace: string | null): string | null {
  const [, verb, resource] = /cannot (\w+) resource "([\w/]+)"/.exec(refused) ?? [];
  if (verb === undefined)
    return status === 403 ? 'Whoever asks may not do that there: ask who runs the cluster.' : null;
  const where = namespace === null ? '' : ` --namespace ${namespace}`;
  return `Whoever asks needs a Role that allows ${verb} of ${resource}: --dry-run prints one, and \`kubectl auth can-i ${verb} ${resource}${where}\` says whether it is there.`;
}
