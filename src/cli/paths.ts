import { join, relative, resolve } from 'node:path';
import { IchorError } from '../errors.ts';
import { existsSync, statSync } from '../files/fs.ts';

/** `.ichor` in the workspace, or what --store says. */
export function storeRoot(stated: string | undefined, workspace: string): string {
  if (stated === '') throw new IchorError('store-not-writable', '--store names no folder.', 'Say --store DIR.', 2);
  if (stated !== undefined && existsSync(stated) && !statSync(stated).isDirectory())
    throw new IchorError(
      'store-not-writable',
      `--store ${stated} is a file, and a store is a folder.`,
      'Name the folder of a store, or one that is to be made: --store DIR.',
      2,
    );
  return stated === undefined ? join(workspace, '.ichor') : resolve(stated);
}

/** A path as short as it can be said from here. */
export function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short !== '' && !short.startsWith('../../..') ? short : path;
}
