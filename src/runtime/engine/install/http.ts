import { DownloadFailed } from '../../download/failed.ts';
import { type Answer, get as ask } from '../../download/http.ts';
import { WayFailed } from './events.ts';

/** `get` of `src/runtime/download/`, whose failures are those of a way. */
export function get(
  address: string,
  headers: Readonly<Record<string, string>>,
  signal?: AbortSignal,
  env?: NodeJS.ProcessEnv,
): Promise<Answer> {
  return asWay(ask(address, { headers, signal, env }));
}

/** @throws WayFailed in the place of DownloadFailed */
export async function asWay<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DownloadFailed)) throw error;
    const text =
      error.kind === 'other-file' ? `the file that came is not the pinned one: ${error.message}` : error.message;
    throw new WayFailed(text, { cause: error.cause });
  }
}
