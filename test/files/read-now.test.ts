import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPartNow } from '../../src/files/read-now.ts';
import { NOT_A_FILE, rangeReaderOf, readerOf } from '../../src/runtime/sources/read.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-read-'));
  await writeFile(join(folder, 'ten'), '0123456789');
});
afterAll(() => rm(folder, { recursive: true }));

test('parts of a file, fewer bytes where it ends', async () => {
  expect(String(readPartNow(join(folder, 'ten'), 2, 3))).toBe('234');
  expect(String(readPartNow(join(folder, 'ten'), 8, 5))).toBe('89');
  expect(readPartNow(join(folder, 'ten'), 12, 5)).toHaveLength(0);
});

test('the reader of a folder gives the same at once and by threads', async () => {
  const read = rangeReaderOf(folder);
  for (const length of [3, 100, 100_000])
    expect(String(await read('ten', 2, length))).toBe('23456789'.slice(0, length));
  expect(String(await readerOf(folder)('ten', 4))).toBe('0123');
  expect(String(await readerOf(folder)('ten'))).toBe('0123456789');
});

test('and the same errors', async () => {
  for (const length of [100, 100_000]) {
    await expect(rangeReaderOf(folder)('none', 0, length)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(rangeReaderOf(folder)('', 0, length)).rejects.toMatchObject({ code: 'EISDIR' });
    if (process.platform === 'linux')
      await expect(rangeReaderOf('/dev')('null', 0, length)).rejects.toMatchObject({ code: NOT_A_FILE });
  }
});
