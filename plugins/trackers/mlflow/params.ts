import type { TrackBegin } from '../../../src/index.ts';
import { MOST_TAGS, type Run } from './runs.ts';
import { Refused, type Server } from './server.ts';
import { batches, cut, namesOf, type Tag, tag } from './words.ts';

/** How long a value may be: MAX_PARAM_VAL_LENGTH now, and of older servers. */
const LIMITS = [6000, 500, 250] as const;

/**
 * Sends the values of the recipe that the run does not have. A parameter of MLflow never changes: one that the recipe of a resumed
 * run says otherwise (of what enters no key) stays as it was.
 * @returns tags that say what was cut, and what stayed
 */
export async function sendParams(server: Server, run: Run, params: TrackBegin['params']): Promise<Tag[]> {
  const names = namesOf(Object.keys(params));
  const all = Object.entries(params).map(([path, value]) => ({ key: names.get(path) ?? path, value: String(value) }));
  const stayed = all.filter(({ key, value }) => run.params.has(key) && !isSame(run.params.get(key) ?? '', value));
  const missing = all.filter(({ key }) => !run.params.has(key));
  let limit: number = LIMITS[0];
  for (const some of batches(missing, MOST_TAGS)) limit = await sendSome(server, run.id, some, limit);
  const long = all.filter(({ value }) => value.length > limit).map(({ key }) => key);
  return [
    ...tag('ichor.params_cut', long.length === 0 ? null : `after ${limit} characters: ${long.join(', ')}`),
    ...tag(
      'ichor.params_changed',
      stayed.length === 0
        ? null
        : stayed.map(({ key, value }) => `${key}: ${run.params.get(key)}, then ${value}`).join('; '),
    ),
  ];
}

/** Whether the value that is kept is this one, cut or not. */
const isSame = (kept: string, value: string): boolean =>
  kept === value || (kept.endsWith('…') && value.startsWith(kept.slice(0, -1)));

/** The limit that this server takes. */
async function sendSome(server: Server, run: string, some: readonly Tag[], limit: number): Promise<number> {
  try {
    const params = some.map(({ key, value }) => ({ key, value: cut(value, limit) }));
    await server.post('runs/log-batch', { run_id: run, params });
    return limit;
  } catch (error) {
    const less = LIMITS.find((each) => each < limit && some.some(({ value }) => value.length > each));
    // Nothing of such a batch was taken: it is looked at before it is kept.
    if (less !== undefined && error instanceof Refused && error.status === 400 && /length|exceed/i.test(error.said))
      return sendSome(server, run, some, less);
    throw error;
  }
}
