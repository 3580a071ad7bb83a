import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeLock } from '../../../src/runtime/store/lock.ts';
import { thisProcess } from '../../../src/runtime/store/process-identity.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-lock-'));
  file = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a lock', () => {
  it('makes the second wait until the first lets go', async () => {
    const first = await takeLock(file);
    const order: string[] = [];
    let waited = 0;
    const second = takeLock(file, { waiting: () => waited++ }).then((lock) => {
      order.push('second');
      return lock;
    });
    await new Promise((done) => setTimeout(done, 100));
    order.push('first released');
    await first.release();
    await (await second).release();
    expect(order).toEqual(['first released', 'second']);
    expect(waited).toBe(1);
  });

  it('is taken over from a process that died', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    await writeFile(file, JSON.stringify({ pid: child.pid, started: null, host: hostname() }));
    const lock = await takeLock(file);
    expect(JSON.parse(await readFile(file, 'utf8')).pid).toBe(process.pid);
    await lock.release();
  });

  it.runIf(process.platform === 'linux')('is taken over where the pid belongs to another process by now', async () => {
    await writeFile(file, JSON.stringify({ ...thisProcess(), started: '1' }));
    await (await takeLock(file)).release();
  });

  it('is never taken from another host', async () => {
    await writeFile(file, JSON.stringify({ pid: 1, started: '1', host: 'somewhere-else' }));
    const signal = AbortSignal.timeout(500);
    await expect(takeLock(file, { signal })).rejects.toThrow();
  });
});
