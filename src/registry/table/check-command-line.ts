import { fullProfile, tableSeed } from '../diagnostics/findings/tables.ts';
import { PROFILE_FILE } from '../resolve/steps/profile.ts';
import { FULL } from './language.ts';
import type { OpenTable } from './open-table.ts';

/** What sets the seed, which rows have of their own. */
export const SETS_SEED = /^\s*seed\s*=/;

/** A seed for all rows would make one run of each of their seeds. False where nothing can be resolved so. */
export function checkCommandLine({ set, names, sources, findings }: OpenTable): boolean {
  for (const [index, argument] of set.entries()) {
    if (SETS_SEED.test(argument)) findings.push(tableSeed({ file: '--set', line: index + 1, column: 1 }, ['seed']));
  }
  if (set.length > 0) sources.set('--set', set.join('\n'));
  if (names.length > 0) sources.set(PROFILE_FILE, names.join('\n'));
  // No recipe is resolved under it: nothing else that could be said would be about what was meant.
  const full = names.indexOf(FULL);
  if (full < 0) return true;
  findings.push(fullProfile({ file: PROFILE_FILE, line: full + 1, column: 1 }, FULL, false));
  return false;
}
