import { readFile } from 'node:fs/promises';
import { type RequestOptions, request } from 'node:https';
import { join } from 'node:path';
import { SERVICE_ACCOUNT } from './service-account.ts';
import type { Answer, Api } from './types.ts';

const TIMEOUT_MS = 60_000;

/** The API as a pod reaches it. Null where this is no pod, or one that was given no token. */
export async function inCluster(namespace: string | null, signal: AbortSignal): Promise<Api | null> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = process.env;
  if (host === undefined || host === '') return null;
  const own = await readFile(join(SERVICE_ACCOUNT, 'namespace'), 'utf8').catch(absent);
  if (own === null) return null;
  return {
    namespace: namespace ?? own.trim(),
    async ask(method, path, body) {
      // Both are replaced while a pod runs: a token lives for an hour.
      const token = await readFile(join(SERVICE_ACCOUNT, 'token'), 'utf8');
      const ca = await readFile(join(SERVICE_ACCOUNT, 'ca.crt'));
      const headers = {
        accept: 'application/json',
        authorization: `Bearer ${token.trim()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      return send({ host, port, path, method, ca, headers, signal, timeout: TIMEOUT_MS }, body);
    },
  };
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

function send(options: RequestOptions & { signal: AbortSignal }, body: object | undefined): Promise<Answer> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    const failed = (error: Error) =>
      signal.aborted ? reject(signal.reason) : resolve({ refused: error.message, status: null, after: null });
    const sent = request(options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => void parts.push(part));
      response.on('error', failed);
      response.on('end', () => {
        const { statusCode = 0, headers } = response;
        resolve(answerOf(statusCode, headers['retry-after'], Buffer.concat(parts).toString('utf8')));
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    sent.on('error', failed);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function answerOf(status: number, retryAfter: string | undefined, text: string): Answer {
  let object: unknown;
  try {
    object = JSON.parse(text);
  } catch {
    object = null;
  }
  if (status >= 200 && status < 300 && object !== null) return { object };
  const { message = text.trim().slice(0, 500) || `status ${status}` } = (object ?? {}) as { message?: string };
  const after = retryAfter === undefined ? Number.NaN : Number(retryAfter);
  return { refused: message, status, after: Number.isFinite(after) ? after : null };
}
