import { relative } from 'node:path';
import { storeRootOf } from '../library/options.ts';

/** `.ichor` in the workspace, or what --store says. */
export const storeRoot = (stated: string | undefined, workspace: string): string =>
  storeRootOf(stated, workspace, process.cwd());

/** A path as short as it can be said from here. */
export function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short !== '' && !short.startsWith('../../..') ? short : path;
}
