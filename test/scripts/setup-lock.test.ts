import { spawnSync } from 'node:child_process';
import { chmod, readdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadScript, temporaryFolder } from './scripts.ts';

interface Lock {
  withSetupLock<T>(
    root: string,
    work: () => Promise<T>,
    options: { say: (line: string) => void; poll: number },
  ): Promise<T>;
}
const { withSetupLock } = await loadScript<Lock>('setup-lock.mjs');
const NAME = '.ichor-setup.lock';

/** Works in a clone, with what was said. */
async function setUp<T>(root: string, work: () => Promise<T>): Promise<{ said: string[]; value: T }> {
  const said: string[] = [];
  return { value: await withSetupLock(root, work, { say: (line) => said.push(line), poll: 10 }), said };
}

test('two set-ups of one clone are one after the other, the second says that it waits, and nothing is left', async () => {
  const root = await temporaryFolder();
  const order: string[] = [];
  let end: () => void = () => {};
  const first = setUp(root, async () => {
    order.push('first begins');
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    order.push('first ends');
  });
  const second = setUp(root, async () => order.push('second begins'));
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(order).toEqual(['first begins']);
  end();
  expect((await first).said).toEqual([]);
  expect((await second).said).toEqual([
    `ichor: another set-up is at work in this clone (process ${process.pid}): waiting for it …\n`,
  ]);
  expect(order).toEqual(['first begins', 'first ends', 'second begins']);
  expect(await readdir(root)).toEqual([]);
});

test('what failed work held is free again', async () => {
  const root = await temporaryFolder();
  const failed = setUp(root, () => Promise.reject(new Error('npm ci')));
  await expect(failed).rejects.toThrow('npm ci');
  expect(await readdir(root)).toEqual([]);
});

test('what a killed set-up left does not stop the next one', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  const root = await temporaryFolder();
  await writeFile(join(root, NAME), JSON.stringify({ pid, host: hostname() }));
  expect(await setUp(root, async () => 1)).toEqual({ value: 1, said: [] });
  // Of another machine only the time tells; so of one that was cut off.
  const old = new Date(Date.now() - 120_000);
  for (const text of [JSON.stringify({ pid: process.pid, host: 'elsewhere' }), '']) {
    await writeFile(join(root, NAME), text);
    await utimes(join(root, NAME), old, old);
    expect(await setUp(root, async () => 2)).toEqual({ value: 2, said: [] });
  }
  expect(await readdir(root)).toEqual([]);
});

test.skipIf(process.getuid?.() === 0)('a clone that cannot be written to is worked in all the same', async () => {
  const root = await temporaryFolder();
  await chmod(root, 0o500);
  expect(await setUp(root, async () => 3)).toEqual({ value: 3, said: [] });
  await chmod(root, 0o700);
});
