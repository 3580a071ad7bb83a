import { IchorError } from '../errors.ts';
import { visibleLine } from '../registry/diagnostics/odd-characters.ts';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import type { Fates } from '../runtime/artifacts/ledger.ts';
import type { LedgerItem } from '../runtime/artifacts/ledger-more.ts';
import { counted, leftOutWords, number } from '../runtime/notices/words.ts';
import { findRun } from '../runtime/runs/find-run.ts';
import { newestRun } from '../runtime/runs/recalled.ts';
import { itemsOf, type RunLedger, readRunLedger, type StageLedger } from '../runtime/runs/run-ledger.ts';
import { Store } from '../runtime/store/store.ts';
import { asCalled } from './called.ts';
import { envelope } from './json.ts';
import { paint } from './paint.ts';
import { storeRoot } from './paths.ts';
import { writeOut } from './streams.ts';
import { table } from './table.ts';

/** `ichor runs ledger [RUN]` */
export async function ledgerCommand(
  name: string | undefined,
  options: { store?: string; json?: boolean },
): Promise<number> {
  const asked = storeRoot(options.store, findWorkspace(process.cwd()));
  const found = name === undefined ? { ...(await newestIn(asked)), storeRoot: asked } : await findRun(asked, name);
  const { record, folder } = found;
  const ledger = await readRunLedger(new Store(found.storeRoot), record, folder);
  if (options.json) await writeJson(record, ledger);
  else await writeText(record, ledger);
  return 0;
}

async function newestIn(root: string) {
  const newest = await newestRun(root);
  if (newest === null)
    throw new IchorError('unknown-run', 'No recipe has run in this store yet.', 'Run one: `ichor run RECIPE`.', 2);
  return newest;
}

async function writeText(record: { name: string; status: string }, ledger: RunLedger): Promise<void> {
  const { failed, gone, fates } = ledger;
  await writeOut(`${paint.bold(record.name)}  ${record.status}\n`);
  if (gone.length > 0)
    await writeOut(`The artifacts of ${gone.join(', ')} were removed, and their ledgers with them.\n`);
  if (failed !== null)
    await writeOut(`The stage ${failed.id} failed: this is what it had left out and noted by then.\n`);
  await writeOut(fatesText(fates.files, 'file'));
  await writeOut(fatesText(fates.labelRows, 'label-row'));
  let items = 0;
  for (const stage of allOf(ledger)) {
    let before = '';
    for await (const line of itemsOf(stage)) {
      items++;
      const head = `${stage.id} · ${headOf(line)}`;
      if (head !== before) await writeOut(`\n${paint.bold(head)}\n`);
      before = head;
      const hint = line.hint === '' ? '' : ` ${paint.dim(asCalled(line.hint))}`;
      await writeOut(
        `  ${visibleLine(line.item)}${line.count > 1 ? ` (${number(line.count)})` : ''}  ${visibleLine(asCalled(line.message))}${hint}\n`,
      );
    }
  }
  if (items === 0) await writeOut('\nNothing was left out, repaired or doubted.\n');
}

const allOf = ({ stages, members, failed }: RunLedger): StageLedger[] => [
  ...stages,
  ...members,
  ...(failed === null ? [] : [failed]),
];

const headOf = ({ fate, what, reason }: LedgerItem): string =>
  `${fate === 'left-out' ? 'left out' : fate}: ${reason} (${what.replace('-', ' ')})`;

/** Each reason by stage, and what was used: they sum to what was found. */
function fatesText({ found, used, leftOut }: Fates, what: 'file' | 'label-row'): string {
  if (found === 0 && leftOut.length === 0) return '';
  const rows = leftOut.map(({ stage, reason, count }) => [
    `left out: ${reason}`,
    stage,
    number(count),
    leftOutWords(reason),
  ]);
  if (found === 0) return `\n${table(rows, { right: [2] })}\n`;
  const all = [['used', '', number(used), ''], ...rows, ['found', '', number(found), '']];
  return `\n${paint.bold(counted(found, what))}\n${table(all, { right: [2] })}\n`;
}

/** As one object, its items written as they are read. */
async function writeJson(record: { name: string; status: string }, ledger: RunLedger): Promise<void> {
  const { failed, gone, fates } = ledger;
  const head = {
    ...envelope(true),
    run: record.name,
    status: record.status,
    failed: failed?.id ?? null,
    removed: gone,
    fates,
  };
  await writeOut(`${JSON.stringify(head).slice(0, -1)},"items":[`);
  let first = true;
  for (const stage of allOf(ledger)) {
    for await (const line of itemsOf(stage)) {
      await writeOut(`${first ? '' : ','}\n${JSON.stringify({ stage: stage.id, ...line })}`);
      first = false;
    }
  }
  await writeOut('\n]}\n');
}
