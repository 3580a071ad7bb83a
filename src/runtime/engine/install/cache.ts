import { join } from 'node:path';
import { cacheFolder } from '../../download/cache-folder.ts';

/** Holds a folder per installed engine: `tensorflow-2.17.1/`, with its libraries and `engine.json`. Null without a home folder. */
export function engineCacheFolder(env?: NodeJS.ProcessEnv): string | null {
  const cache = cacheFolder(env);
  return cache === null ? null : join(cache, 'engine');
}
