import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Api, Refused } from './types.ts';

/** A server that is busy, or being replaced, is asked again so often. */
const TRIES = 4;
const FIRST_WAIT_S = 0.5;
const MOST_WAIT_S = 10;

/** It may do at the next try what it did not now. */
const isPassing = ({ status, refused }: Refused): boolean =>
  status === 429 ||
  (status !== null && status >= 500) ||
  (status === null && /ECONNRESET|socket hang up|: EOF$/.test(refused));

/** The same API, asked again in bounds where it is busy. */
export const patient = (api: Api, signal: AbortSignal): Api => ({
  namespace: api.namespace,
  async ask(method, path, body) {
    let answer: Answer = await api.ask(method, path, body);
    for (let tries = 1; tries < TRIES && 'refused' in answer && isPassing(answer); tries++) {
      const seconds = answer.after ?? FIRST_WAIT_S * 2 ** (tries - 1);
      await sleep(Math.min(seconds, MOST_WAIT_S) * 1000, undefined, { signal });
      answer = await api.ask(method, path, body);
      // The answer to an earlier try was lost on the way: each Job has a name of its own.
      if (method === 'POST' && 'refused' in answer && answer.status === 409) answer = { object: body };
    }
    return answer;
  },
});
