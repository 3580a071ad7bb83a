import { setTimeout as sleep } from 'node:timers/promises';
import { IchorError } from '../../errors.ts';
import { Store } from '../store/store.ts';
import { type JobsFile, jobsFolder, type PlacedJob } from './folder.ts';
import { inputWaitSeconds } from './input-wait.ts';
import { isMade } from './made.ts';
import { readRecord } from './record.ts';

/**
 * Whether what others make for a job is there; looked for again for as long as another machine may not see it yet. Throws IchorError
 * `job-input-missing`.
 */
export async function inputsOf(
  { store: root, name, jobs }: JobsFile,
  { needs }: PlacedJob,
  signal: AbortSignal,
): Promise<void> {
  const store = new Store(root);
  let left = needs.flatMap((need) => jobs[need]?.makes ?? []);
  const seconds = inputWaitSeconds();
  const until = performance.now() + seconds * 1000;
  for (;;) {
    const missing = [];
    for (const one of left) if (!(await isMade(store, one))) missing.push(one);
    left = missing;
    const [first] = left;
    if (first === undefined) return;
    if (performance.now() > until || (await hasFailed(root, name, needs)))
      throw new IchorError(
        'job-input-missing',
        `${first.id} (${first.key.slice(0, 12)}), which it reads, is not in the store${performance.now() > until ? `; it was looked for again for ${seconds} s` : ''}.`,
        'The job that makes it failed, or has not ended: see `ichor jobs list`.',
      );
    await sleep(Math.min(1000, seconds * 100 + 10), undefined, { signal });
  }
}

/** By its own word one of them ended without what it was to make: nobody makes that before it is submitted again, and this one with it. */
async function hasFailed(root: string, name: string, needs: readonly number[]): Promise<boolean> {
  const folder = jobsFolder(root, name);
  const records = await Promise.all(needs.map((need) => readRecord(folder, need)));
  return records.some((record) => record?.end === 'failed');
}
