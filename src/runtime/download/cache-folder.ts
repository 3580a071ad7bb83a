import { join } from 'node:path';
import { homeFolder } from '../../files/home.ts';

/**
 * The user's cache folder of ichor: `ICHOR_CACHE` where set, else what the platform has for caches.
 * `npm ci` wipes node_modules, so nothing big that is downloaded may lie there. Null where the user has no home folder.
 */
export function cacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string | null = homeFolder(),
): string | null {
  if (env.ICHOR_CACHE) return env.ICHOR_CACHE;
  const inHome = (...names: string[]) => (home === null ? null : join(home, ...names));
  if (platform === 'darwin') return inHome('Library', 'Caches', 'ichor');
  if (platform === 'win32') {
    const local = env.LOCALAPPDATA || inHome('AppData', 'Local');
    return local === null ? null : join(local, 'ichor', 'Cache');
  }
  // The XDG specification ignores a relative path.
  const base = env.XDG_CACHE_HOME?.startsWith('/') ? env.XDG_CACHE_HOME : inHome('.cache');
  return base === null ? null : join(base, 'ichor');
}
