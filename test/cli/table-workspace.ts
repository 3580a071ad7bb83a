import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SweepLedger } from '../../src/runtime/runs/points-ledger.ts';
import { ichor, top } from '../cli.ts';

/** What a table's table.json says, as far as it is looked at here. */
export interface Said {
  rows: {
    name: string;
    cells: Record<string, { mean: number | null; deviation: number | null }>;
    seeds: { seed: number; run: string; status: string; figures: { name: string; value: number }[] | null }[];
    ran: { backbone: string } | null;
  }[];
  claims: {
    claim: string;
    outcome: string | null;
    why: string | null;
    gain: { mean: number; low: number; high: number } | null;
    pairs: { seed: number; gain: number }[];
  }[];
}

/** A folder with the small tables of test/fixtures/tables, which goes with its test file; stores are named by their place in it. */
export function tableWorkspace() {
  const folder = mkdtempSync(join(tmpdir(), 'ichor-table-'));
  cpSync(join(top, 'test', 'fixtures', 'tables'), folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{}');

  const command = (file: string, store: string, ...more: string[]) => [
    'table',
    file,
    '--engine',
    'wasm',
    '--store',
    join(folder, store),
    ...more,
  ];
  const run = (file: string, store: string, ...more: string[]) => ichor(command(file, store, ...more), { cwd: folder });
  const made = (store: string, table: string, name: string) => join(folder, store, 'tables', table, name);
  const read = (store: string, table: string, name: string) => readFile(made(store, table, name), 'utf8');
  const ledgerOf = async (store: string, table: string): Promise<SweepLedger> =>
    JSON.parse(await read(store, table, 'ledger.json')) as SweepLedger;
  const said = async (store: string, table: string) => JSON.parse(await read(store, table, 'table.json')) as Said;
  /** The figures of each row, without what differs from one time to another. */
  const cellsOf = async (store: string, table: string) => (await said(store, table)).rows.map(({ cells }) => cells);
  return { folder, command, run, made, read, ledgerOf, said, cellsOf };
}
