import { execFile } from 'node:child_process';
import { relative } from 'node:path';
import { promisify } from 'node:util';

/** The workspace's repository when a run began. */
export interface GitState {
  /** Null where nothing is committed yet. */
  commit: string | null;
  /** Whether anything differs from the commit, files that git does not know included; the store is not looked at. */
  dirty: boolean;
}

const git = async (folder: string, args: readonly string[]): Promise<string> =>
  (await promisify(execFile)('git', ['-C', folder, ...args], { timeout: 10_000, maxBuffer: 1 << 26 })).stdout.trim();

/** Null where the folder is in no repository, or there is no git. */
export async function gitState(workspace: string, storeRoot: string): Promise<GitState | null> {
  try {
    await git(workspace, ['rev-parse', '--is-inside-work-tree']);
    const commit = await git(workspace, ['rev-parse', '--verify', 'HEAD']).catch(() => null);
    const store = relative(workspace, storeRoot);
    const inside = store !== '' && !store.startsWith('..');
    const status = await git(workspace, [
      'status',
      '--porcelain',
      '--',
      '.',
      ...(inside ? [`:(exclude)${store}`] : []),
    ]);
    return { commit, dirty: status !== '' };
  } catch {
    return null;
  }
}
