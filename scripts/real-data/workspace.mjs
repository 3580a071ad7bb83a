import { existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from '../script.mjs';

/** What the recipes name below data/ of the workspace. */
const SETS = ['ct-ich', 'rsna-slices', 'rsna-sample', 'weights'];

/**
 * A workspace of its own in `work`: a store beside the checkout's, and `data`, a link to the sets, so that recipes run as they stand.
 * @param {string} work absolute
 * @param {string} shared absolute; its folder data/ holds the sets
 * @throws SetupError where a set is missing
 */
export function makeWorkspace(work, shared) {
  const data = join(shared, 'data');
  const missing = SETS.filter((name) => !existsSync(join(data, name)));
  if (missing.length > 0)
    throw new SetupError(`${data} has no ${missing.join(', ')}: name the folder that holds data/ with --shared DIR.`);
  mkdirSync(work, { recursive: true });
  if (!existsSync(join(work, 'package.json'))) writeFileSync(join(work, 'package.json'), '{ "private": true }\n');
  const link = join(work, 'data');
  if (linked(link) === data) return;
  rmSync(link, { force: true });
  symlinkSync(data, link, 'junction');
}

/** Where a link leads; null where there is none. */
const linked = (path) => {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isSymbolicLink() ? readlinkSync(path) : null;
};
