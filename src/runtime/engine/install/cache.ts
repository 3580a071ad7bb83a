import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The user's cache folder of ichor: `ICHOR_CACHE` where set, else what the platform has for caches.
 * `npm ci` wipes node_modules, so nothing big that is downloaded may lie there.
 */
export function cacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  if (env.ICHOR_CACHE) return env.ICHOR_CACHE;
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'ichor');
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'ichor', 'Cache');
  // The XDG specification ignores a relative path.
  const base = env.XDG_CACHE_HOME?.startsWith('/') ? env.XDG_CACHE_HOME : join(home, '.cache');
  return join(base, 'ichor');
}

/** Holds a folder per installed engine: `tensorflow-2.17.1/`, with its libraries and `engine.json`. */
export function engineCacheFolder(env?: NodeJS.ProcessEnv): string {
  return join(cacheFolder(env), 'engine');
}
