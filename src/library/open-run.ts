import { join, resolve } from 'node:path';
import { existsSync } from '../files/fs.ts';
import { explainSystemError } from '../files/system-error.ts';
import { findRun } from '../runtime/runs/find-run.ts';
import { openedRun } from './opened-run.ts';
import { checkedOptions, checkedText, placesOf, type StoreOptions } from './options.ts';
import type { Run } from './run-types.ts';

/**
 * Opens a run: also one that is running, was interrupted or failed.
 * @param name its name, a tag, its recipe's name (the newest whole run of it as its file stands), or its folder from `cwd`
 *
 * Throws IchorError `unknown-run`, `run-damaged`, `wrong-option` (exit 2).
 */
export async function openRun(name: string, options?: StoreOptions): Promise<Run> {
  const asked = checkedText('openRun', 'the name or the folder of a run', name);
  const { cwd, storeRoot } = placesOf(checkedOptions('openRun', options));
  try {
    const found = await findRun(storeRoot, runNamed(asked, storeRoot, cwd));
    return await openedRun(found.folder, found.storeRoot);
  } catch (error) {
    throw explainSystemError(error);
  }
}

/** A folder that is meant from `cwd`; any other name as it is. */
export function runNamed(name: string, storeRoot: string, cwd: string): string {
  if (existsSync(join(storeRoot, 'runs', name, 'run.json'))) return name;
  const folder = resolve(cwd, name);
  return existsSync(join(folder, 'run.json')) ? folder : name;
}
