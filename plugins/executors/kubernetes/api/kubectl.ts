import { IchorError } from '../../../../src/index.ts';
import { call } from '../../call.ts';
import type { KubernetesParams } from '../params.ts';
import { refusal } from '../refusal.ts';
import type { Answer, Api, Refused } from './types.ts';

/** What kubectl names in brackets: reasons of a Status, apimachinery/pkg/apis/meta/v1/types.go. */
const STATUSES: Readonly<Record<string, number>> = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  AlreadyExists: 409,
  Conflict: 409,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
  ServerTimeout: 504,
};

/** The API by way of kubectl, which knows where the cluster is and who asks. Resources are asked for as they stand in the API (`--raw`). */
export async function kubectl({ context, namespace }: KubernetesParams, signal: AbortSignal): Promise<Api> {
  const global = context === null ? [] : ['--context', context];
  const ask = async (method: string, path: string, body?: object): Promise<Answer> => {
    const words = {
      GET: ['get', '--raw', path],
      POST: ['create', '--raw', path, '--filename', '-'],
      DELETE: ['delete', '--raw', path],
    }[method] as string[];
    const input = body === undefined ? {} : { input: JSON.stringify(body) };
    const answer = await call('kubectl', [...global, ...words], { ...input, signal }, missing);
    if (typeof answer !== 'string') return refusedBy(answer.refused);
    try {
      return { object: JSON.parse(answer) };
    } catch {
      return refusedBy(`kubectl ${words[0]} printed no JSON: ${answer.slice(0, 200)}`);
    }
  };
  return { namespace: namespace ?? (await namespaceOf(global, signal)), ask };
}

/** Of each context, once a process. */
const namespaces = new Map<string, string>();

async function namespaceOf(global: readonly string[], signal: AbortSignal): Promise<string> {
  const key = `${process.env.KUBECONFIG ?? ''} ${global.join(' ')}`;
  const known = namespaces.get(key);
  if (known !== undefined) return known;
  const words = [...global, 'config', 'view', '--minify', '--output', 'jsonpath={..namespace}'];
  const answer = await call('kubectl', words, { signal }, missing);
  if (typeof answer !== 'string') throw refusal('kubectl knows no cluster', refusedBy(answer.refused), null);
  const found = answer.trim() || 'default';
  namespaces.set(key, found);
  return found;
}

/** Forms of what kubectl says of an answer, from version 1.29 to 1.32; the first group is a reason. */
const FORMS: readonly (readonly [RegExp, string | null])[] = [
  [/^Error from server \((\w+)\): /m, null],
  [/^error: .*\(Unauthorized\)/m, 'Unauthorized'],
  [/^The request is invalid: /m, 'Invalid'],
];

/** `Error from server (Forbidden): jobs.batch is forbidden: …`: what stands there without what kubectl puts before it. */
function refusedBy(text: string): Refused {
  // Lines of its log: `E1130 02:54:09.000000 …`
  const words = text.replaceAll(/^[EWI]\d{4} .*$/gm, '').trim() || text.trim();
  const reason = FORMS.map(([form, of]) => (form.test(words) ? (of ?? form.exec(words)?.[1]) : null)).find(Boolean);
  const refused = words
    .replaceAll(/^(Error from server( \(\w+\))?|The request is invalid|[Ee]rror): /gm, '')
    .replaceAll(/\s*\n\s*/g, ' ');
  return { refused, status: STATUSES[reason ?? ''] ?? null, after: null };
}

const missing = (): IchorError =>
  new IchorError(
    'kubernetes-missing',
    'The program kubectl is not there, and this is no pod of a cluster.',
    'Install kubectl and have it reach your cluster (kubectl get jobs), or have the driver run in the cluster: --dry-run prints how.',
    2,
  );
