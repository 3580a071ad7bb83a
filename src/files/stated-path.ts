import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { IchorError } from '../errors.ts';
import { homeFolder } from './home.ts';

/** `$HOME/x`, `${HOME}/x`, `$env:USERPROFILE\x`, `%USERPROFILE%\x`: what a shell would have put a folder in the place of. */
const VARIABLE = /^(?:\$\{[A-Za-z_]\w*\}|\$(?:env:)?[A-Za-z_]\w*|%[A-Za-z_]\w*%)(?=[\\/]|$)/;
/** `~anna/x`: another user's home folder to a shell. */
const USER = /^~[A-Za-z_][\w.-]*(?=[\\/]|$)/;
/** `~` and `~/x`; in Windows `~\x` too. */
const HOME = /^~(?=[\\/]|$)/;

/** Whether `expandHome` would have anything to do or to say. */
export const needsExpansion = (path: string): boolean => HOME.test(path) || USER.test(path) || VARIABLE.test(path);

/**
 * A path as its author meant it: a leading `~` is the home folder, wherever no shell has expanded it (in a recipe, after
 * `--set path=`, in quotes). Nothing else is expanded; a variable and `~anna` are told rather than taken for a folder of
 * that name, unless one is there. Throws IchorError `path-not-expanded`.
 * @param from what a relative path is meant from: whether a folder of that very name is there
 */
export function expandHome(path: string, from: string = process.cwd()): string {
  if (HOME.test(path)) {
    const home = homeFolder();
    if (home !== null) return path === '~' ? home : join(home, path.slice(2));
    throw notExpanded(
      path,
      'Nobody knows the home folder of this user, so that ~ stands for nothing.',
      'Write the whole path, or set HOME.',
    );
  }
  const word = (USER.exec(path) ?? VARIABLE.exec(path))?.[0];
  if (word === undefined || existsSync(resolve(from, word))) return path;
  const what = word.startsWith('~') ? `The home folder ${word}` : `The variable ${word}`;
  throw notExpanded(
    path,
    `${what} is not filled in: of a path only a leading ~/ is.`,
    'Write the whole path, or start it with ~/ for your home folder. In double quotes the shell fills in variables: --set "data.source.root=$HOME/data".',
  );
}

/** `expandHome`, and absolute from `from`. */
export const resolveStated = (path: string, from: string): string => resolve(from, expandHome(path, from));

const notExpanded = (path: string, why: string, hint: string): IchorError =>
  new IchorError('path-not-expanded', `The path ${path} cannot be used. ${why}`, hint, 2);
