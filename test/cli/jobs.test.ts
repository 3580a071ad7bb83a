import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ichor } from '../cli.ts';
import { parallelTable } from './parallel-table.ts';

const { folder, table, cellsOf, endedBy } = parallelTable();

it('two at once make what one at a time makes, each shared stage once, and say whose each line is', async () => {
  const one = await ichor(table('one'), { cwd: folder });
  expect(one, one.err).toMatchObject({ status: 0 });
  const two = await ichor(table('two', '--jobs', '2'), { cwd: folder });
  expect(two, two.err).toMatchObject({ status: 0 });
  expect(await cellsOf('two', 'tiny-claims')).toEqual(await cellsOf('one', 'tiny-claims'));
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

it(
  'SIGTERM ends all of them, and the same command goes on',
  () => endedBy('SIGTERM', { status: 143, signal: null }, 'one'),
  300_000,
);

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
