import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SweepLedger } from '../../src/runtime/runs/points-ledger.ts';
import { ichor, start, top } from '../cli.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-jobs-'));
  await cp(join(top, 'test', 'fixtures', 'tables'), folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{}');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const table = (store: string, ...more: string[]) =>
  ['table', 'tiny-claims.yaml', '--engine', 'wasm', '--store', join(folder, store)].concat(more);
const file = (store: string, name: string) => readFile(join(folder, store, 'tables', 'tiny-claims', name), 'utf8');
const cellsOf = async (store: string) =>
  (JSON.parse(await file(store, 'table.json')) as { rows: { cells: unknown }[] }).rows.map(({ cells }) => cells);
const pointsOf = async (store: string) =>
  (JSON.parse(await file(store, 'ledger.json').catch(() => '{"points":[]}')) as SweepLedger).points;

/** The processes that a command has started, by their ids: those that run points. */
function jobsOf(parent: number): number[] {
  const lines = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n');
  return lines
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [])
    .filter(([, , ppid, args]) => Number(ppid) === parent && args?.includes(' points '))
    .map(([, pid]) => Number(pid));
}

/** Waits until the first of a table's four runs is done, then does something to what runs. */
async function disturbed(store: string, disturb: (child: { pid: number; kill(signal: NodeJS.Signals): void }) => void) {
  const { child, ended } = start(table(store, '--jobs', '2'), { cwd: folder });
  while (child.exitCode === null && (await pointsOf(store)).filter(({ status }) => status === 'done').length === 0)
    await sleep(5);
  const jobs = jobsOf(child.pid as number);
  disturb({ pid: child.pid as number, kill: (signal) => child.kill(signal) });
  return { ...(await ended), jobs };
}

it('two at once make what one at a time makes, each shared stage once, and say whose each line is', async () => {
  const one = await ichor(table('one'), { cwd: folder });
  expect(one, one.err).toMatchObject({ status: 0 });
  const two = await ichor(table('two', '--jobs', '2'), { cwd: folder });
  expect(two, two.err).toMatchObject({ status: 0 });
  expect(await cellsOf('two')).toEqual(await cellsOf('one'));
  for (const stage of ['source', 'index', 'shards', 'split', 'backbone', 'sequence']) {
    const made = async (store: string) => readdir(join(folder, store, 'store', stage));
    expect(await made('two'), stage).toEqual(await made('one'));
  }
  expect(two.err).toMatch(/^1 of 4 {2}tiny, seed 0$/m);
  expect(two.err).toMatch(/^2 of 4 {2}tiny, seed 1$/m);
  expect(two.err).toMatch(/^1 of 4 {2}tiny, seed 0 {2}backbone +done in/m);
  expect(two.err).toMatch(/^2 of 4 {2}tiny, seed 1 {2}backbone +done in/m);
  const again = await ichor(table('two', '--jobs', '3'), { cwd: folder });
  expect(again.err.match(/done before/g)).toHaveLength(4);
}, 300_000);

it('a process that is killed fails its own row, which the same command then runs', async () => {
  const { status, err, jobs } = await disturbed('shot', ({ pid }) => process.kill(jobsOf(pid)[0] as number, 'SIGKILL'));
  expect(jobs).toHaveLength(2);
  expect(status, err).toBe(1);
  expect(err).toMatch(/^failed {2}.*: The process that ran it was ended by SIGKILL\. Where memory ran out/m);
  const states = (await pointsOf('shot')).map((point) => point.status);
  expect(states.filter((state) => state === 'failed')).toHaveLength(1);
  expect(states.filter((state) => state === 'done')).toHaveLength(3);
  expect(await ichor(table('shot', '--jobs', '2'), { cwd: folder })).toMatchObject({ status: 0 });
  expect(await cellsOf('shot')).toEqual(await cellsOf('one'));
}, 300_000);

it.each([
  ['SIGTERM', 143, null],
  ['SIGKILL', null, 'SIGKILL'],
] as const)(
  '%s ends all of them, and the same command goes on',
  async (signal, status, by) => {
    const { jobs, ...ended } = await disturbed(`ended-${signal}`, ({ kill }) => kill(signal));
    expect(ended, ended.err).toMatchObject({ status, signal: by });
    expect(jobs).toHaveLength(2);
    // Nobody is left who writes into the store.
    for (const job of jobs) {
      while (isAlive(job)) await sleep(20);
    }
    const again = await ichor(table(`ended-${signal}`, '--jobs', '2'), { cwd: folder });
    expect(again, again.err).toMatchObject({ status: 0 });
    expect(again.err).toContain('done before');
    expect(await cellsOf(`ended-${signal}`)).toEqual(await cellsOf('one'));
    expect(await readdir(join(folder, `ended-${signal}`, 'locks'))).toEqual([]);
  },
  300_000,
);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it('a row that cannot run fails alone, with its reason, and --jobs must be a number that makes sense', async () => {
  const text = await readFile(join(folder, 'tiny-claims.yaml'), 'utf8');
  await writeFile(
    join(folder, 'failing.yaml'),
    text
      .replace('name: tiny-claims', 'name: failing')
      .replace(
        '{ name: context, recipe: tiny-seq.yaml }',
        '{ name: context, recipe: tiny-seq.yaml, set: { data.minBrainFraction: 0.95 } }',
      ),
  );
  const at = ['--engine', 'wasm', '--store', join(folder, 'two'), '--jobs', '2'];
  const { status, err } = await ichor(['table', 'failing.yaml', ...at], { cwd: folder });
  expect(status, err).toBe(1);
  expect(err).toMatch(
    /failed {2}context\.seed-0 \(failing\.yaml:8\): The backbone cannot be trained: no labelled slice/,
  );
  for (const wrong of ['0', '1.5', 'all']) {
    const { status, err } = await ichor([...table('two'), '--jobs', wrong], { cwd: folder });
    expect(status).toBe(2);
    expect(err).toContain('--jobs');
  }
}, 300_000);
