import { join } from 'node:path';
import { readFile, writeFile } from '../../files/fs.ts';
import { systemCode } from '../../files/system-error.ts';
import { listRuns, type RunRecord } from './run-folder.ts';

/** When a run last stood for one that had nothing left to do. No part of run.json: several processes may recall it at once. */
const FILE = 'recalled';
/** Of a store that may only be read, or is full: which run said something last is all that is not known then. */
const NOT_KEPT = ['EROFS', 'EACCES', 'EPERM', 'ENOSPC', 'EDQUOT'];

/** A finished run stands for one that had nothing left to do. */
export async function markRecalled(folder: string, now = new Date()): Promise<void> {
  try {
    await writeFile(join(folder, FILE), now.toISOString());
  } catch (error) {
    if (!NOT_KEPT.includes(systemCode(error) ?? '')) throw error;
  }
}

/** The run that said something last, be it that it stood for another one; null where none has run in this store. */
export async function newestRun(storeRoot: string): Promise<{ folder: string; record: RunRecord } | null> {
  let newest: { folder: string; record: RunRecord } | null = null;
  let last = '';
  for (const run of await listRuns(storeRoot)) {
    const said = (await recalledAt(run.folder)) ?? run.record.started;
    if (newest === null || said >= last) [newest, last] = [run, said];
  }
  return newest;
}

async function recalledAt(folder: string): Promise<string | null> {
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => '');
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) ? text : null;
}
