import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { needsExpansion } from '../../files/stated-path.ts';
import { findWorkspace } from './workspace.ts';

/**
 * Where a path leads that a recipe file states (`extends`, a local plugin), or null where it climbs out: an absolute
 * path, one that a shell would have to fill in (`~/x`), or one that leaves both the workspace of the file that states it and that of the working directory. The path is judged as
 * it is written: a link within the workspace is its owner's own decision.
 */
export function contained(path: string, from: string, cwd: string): string | null {
  if (isAbsolute(path) || needsExpansion(path) || /^[A-Za-z]:[\\/]/.test(path) || /^[a-z][a-z0-9+.-]+:/i.test(path))
    return null;
  const target = resolve(dirname(from), path);
  return [dirname(from), cwd].some((folder) => isWithin(target, findWorkspace(folder))) ? target : null;
}

/** Whether `path` is `folder` or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
