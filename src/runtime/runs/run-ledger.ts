import { join } from 'node:path';
import { existsSync, readFile } from '../../files/fs.ts';
import { type Fates, fatesOf, readLedger } from '../artifacts/ledger.ts';
import { itemOf, type LedgerItem, MORE_FILE, readLedgerMore } from '../artifacts/ledger-more.ts';
import { type LedgerPart, MORE_ITEMS } from '../ledger.ts';
import { FAILED_LEDGER } from '../notices/of-run.ts';
import type { Store } from '../store/store.ts';
import { type RunRecord, readRun } from './run-folder.ts';

/** One stage of a run, with its part of the ledger. */
export interface StageLedger {
  id: string;
  /** Where `ledger.json` lies. */
  folder: string;
  part: LedgerPart;
}

export interface RunLedger {
  stages: StageLedger[];
  /** Of an ensemble: stages of its members beyond its own, `quickstart-2 index`. They count in no fate. */
  members: StageLedger[];
  /** The stage that failed: what it had left out by then, so that fates need not sum to what was found. */
  failed: StageLedger | null;
  /** Stages whose artifacts were removed. */
  gone: string[];
  fates: { files: Fates; labelRows: Fates };
}

/** The ledgers of all that a run refers to. */
export async function readRunLedger(store: Store, record: RunRecord, runFolder: string): Promise<RunLedger> {
  const stages: StageLedger[] = [];
  const gone: string[] = [];
  for (const [id, { stage, key }] of Object.entries(record.artifacts)) {
    const folder = store.folder(stage, key);
    if (existsSync(join(folder, FAILED_LEDGER))) stages.push({ id, folder, part: await readLedger(folder) });
    else gone.push(id);
  }
  const members = await memberLedgers(store, record, new Set(stages.map(({ folder }) => folder)));
  const own = join(runFolder, FAILED_LEDGER);
  const part = existsSync(own) ? (JSON.parse(await readFile(own, 'utf8')) as LedgerPart) : null;
  const failed = part === null ? null : { id: part.stage, folder: runFolder, part };
  const parts = [...stages.map((one) => one.part), ...(part === null ? [] : [part])];
  const fates = { files: fatesOf(parts, 'file'), labelRows: fatesOf(parts, 'label-row') };
  return { stages, members, failed, gone, fates };
}

/** `listed`: folders of artifacts that stand there already; two members share what was made once. */
async function memberLedgers(store: Store, { ensemble }: RunRecord, listed: Set<string>): Promise<StageLedger[]> {
  const found: StageLedger[] = [];
  for (const { run } of ensemble?.runs ?? []) {
    const record = await readRun(join(store.root, 'runs', run));
    if (record === null) continue;
    for (const [id, { stage, key }] of Object.entries(record.artifacts)) {
      const folder = store.folder(stage, key);
      if (listed.has(folder) || !existsSync(join(folder, FAILED_LEDGER))) continue;
      listed.add(folder);
      found.push({ id: `${run} ${id}`, folder, part: await readLedger(folder) });
    }
    found.push(...(await memberLedgers(store, record, listed)));
  }
  return found;
}

/** Every line of a stage's ledger, those of `ledger-more.csv` in the place of their count. */
export async function* itemsOf({ folder, part }: StageLedger): AsyncGenerator<LedgerItem> {
  const listed = existsSync(join(folder, MORE_FILE));
  for (const line of part.leftOut) if (!listed || line.item !== MORE_ITEMS) yield itemOf('left-out', line);
  for (const line of part.notes) if (!listed || line.item !== MORE_ITEMS) yield itemOf(line.kind, line);
  yield* readLedgerMore(folder);
}
