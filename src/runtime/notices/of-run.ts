import { join } from 'node:path';
import { copyFile, existsSync, writeFile } from '../../files/fs.ts';
import { readLedger } from '../artifacts/ledger.ts';
import { MORE_FILE } from '../artifacts/ledger-more.ts';
import type { LedgerPart } from '../ledger.ts';
import type { Artifact } from '../store/artifact.ts';
import { type Notice, noticesOf, type Warning } from './notice.ts';

/** What is to be said of a run with these artifacts. `failed`: the ledger of a stage that made none. */
export async function noticesOfRun(
  artifacts: ReadonlyMap<string, Artifact>,
  warnings: readonly Warning[],
  failed: LedgerPart | null = null,
): Promise<Notice[]> {
  const parts: LedgerPart[] = [];
  for (const { folder } of artifacts.values()) parts.push(await readLedger(folder));
  return noticesOf(failed === null ? parts : [...parts, failed], warnings);
}

/** In a run's folder: the ledger of the stage that failed, which left no artifact to hold it. */
export const FAILED_LEDGER = 'ledger.json';

export async function keepLedger(runFolder: string, part: LedgerPart, stageFolder: string): Promise<void> {
  await writeFile(join(runFolder, FAILED_LEDGER), `${JSON.stringify(part, null, 2)}\n`);
  const more = join(stageFolder, MORE_FILE);
  if (existsSync(more)) await copyFile(more, join(runFolder, MORE_FILE));
}
