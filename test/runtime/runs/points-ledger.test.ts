import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLedger } from '../../../src/runtime/runs/points-ledger.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-ledger-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const POINT = { name: 'a', values: {}, seed: 0, recipe: 'h', status: 'done', run: 'a-1', error: null, seconds: 1 };
const read = async (points: unknown) => {
  await writeFile(join(folder, 'ledger.json'), JSON.stringify({ format: 1, name: 't', base: null, points }));
  return readLedger(folder);
};

test.each([
  [[null]],
  [[{}]],
  ['text'],
  [[{ ...POINT, name: 3 }]],
  [[{ ...POINT, status: 'gone' }]],
  [[{ ...POINT, run: null }]],
  [[{ ...POINT, values: null }]],
])('points %j are no ledger', async (points) => {
  await expect(read(points)).rejects.toMatchObject({ code: 'sweep-ledger-damaged', exit: 2 });
});

test('a ledger is read', async () => {
  expect((await read([POINT]))?.points).toEqual([POINT]);
});
