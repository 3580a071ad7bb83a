import { join } from 'node:path';
import { homeFolder } from './home.ts';

/**
 * The user's folder of ichor's settings: `ICHOR_CONFIG` where set, else what the platform has for them. What lies there is
 * the user's own, and goes with no store. Null where the user has no home folder.
 */
export function configFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string | null = homeFolder(),
): string | null {
  if (env.ICHOR_CONFIG) return env.ICHOR_CONFIG;
  const inHome = (...names: string[]) => (home === null ? null : join(home, ...names));
  if (platform === 'darwin') return inHome('Library', 'Application Support', 'ichor');
  if (platform === 'win32') {
    const roaming = env.APPDATA || inHome('AppData', 'Roaming');
    return roaming === null ? null : join(roaming, 'ichor');
  }
  // The XDG specification ignores a relative path.
  const base = env.XDG_CONFIG_HOME?.startsWith('/') ? env.XDG_CONFIG_HOME : inHome('.config');
  return base === null ? null : join(base, 'ichor');
}
