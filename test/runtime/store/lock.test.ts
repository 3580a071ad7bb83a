import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { brokenText, clearLock, takeLock, waitingText } from '../../../src/runtime/store/lock.ts';
import { thisProcess } from '../../../src/runtime/store/process-identity.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-lock-'));
  file = join(folder, 'lock');
});
afterEach(() => {
  vi.unstubAllEnvs();
  return rm(folder, { recursive: true, force: true });
});

describe('a lock', () => {
  it('makes the second wait until the first lets go', async () => {
    const first = await takeLock(file);
    const order: string[] = [];
    let waited = 0;
    let waits = () => {};
    const waiting = new Promise<void>((resolve) => {
      waits = resolve;
    });
    const second = takeLock(file, {
      waiting() {
        waited += 1;
        waits();
      },
    }).then((lock) => {
      order.push('second');
      return lock;
    });
    await waiting;
    // It looks again meanwhile, and says nothing twice.
    await new Promise((done) => setTimeout(done, 300));
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

  it('is not taken from another host while its counter moves, and is once that has stopped', async () => {
    vi.stubEnv('ICHOR_LOCK_STALE_SECONDS', '0.6');
    const elsewhere = (beat: number) =>
      `${JSON.stringify({ pid: 1, started: '1', host: 'somewhere-else', token: 'theirs', beat: String(beat).padStart(12, '0') })}\n`;
    await writeFile(file, elsewhere(0));
    let beats = 0;
    const beating = setInterval(() => writeFileSync(file, elsewhere(++beats)), 150);
    const told: string[] = [];
    const second = takeLock(file, {
      waiting: (lock) => told.push(waitingText(lock)),
      broken: (lock) => told.push(brokenText(lock)),
    });
    await sleep(1500);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('process 1 on somewhere-else');
    expect(told[0]).toContain(file);
    clearInterval(beating);
    const lock = await second;
    expect(told[1]).toMatch(/process 1 on somewhere-else did not move for 0.6 s/);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: process.pid });
    await lock.release();
  });

  it.each(['', '{}', 'null', '{"pid":0,"started":null,"host":"x"}', 'no JSON'])(
    'that says %j is waited out and named, not taken at once: its holder may be writing it',
    async (text) => {
      vi.stubEnv('ICHOR_LOCK_STALE_SECONDS', '0.4');
      await writeFile(file, text);
      const signal = AbortSignal.timeout(250);
      const waiting = vi.fn();
      await expect(takeLock(file, { signal, waiting })).rejects.toThrow();
      expect(waiting).toHaveBeenCalledWith({ file, holder: null });
      const broken = vi.fn();
      await (await takeLock(file, { broken })).release();
      expect(broken).toHaveBeenCalledOnce();
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('keeps its counter moving while the main thread is held by native code', async () => {
    vi.stubEnv('ICHOR_LOCK_STALE_SECONDS', '0.6');
    const own = join(dirname(fileURLToPath(import.meta.url)), '../../../src/runtime/store/lock.ts');
    // A process of its own: the beats of this one have begun with another number.
    const held = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        '--input-type=module',
        '-e',
        `const { takeLock } = await import(${JSON.stringify(own)});
         await takeLock(${JSON.stringify(file)});
         console.log('held');
         await new Promise((done) => setTimeout(done, 300));
         Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      await once(held.stdout, 'data');
      await sleep(600);
      const seen = new Set<string>();
      for (let i = 0; i < 8; i++) {
        seen.add(JSON.parse(await readFile(file, 'utf8')).beat);
        await sleep(100);
      }
      expect(seen.size).toBeGreaterThan(3);
    } finally {
      held.kill('SIGKILL');
    }
  }, 30_000);

  it('is never taken from a living process of this machine, whatever its counter does', async () => {
    vi.stubEnv('ICHOR_LOCK_STALE_SECONDS', '0.2');
    await writeFile(file, JSON.stringify({ ...thisProcess(), token: 'stopped', beat: '000000000000' }));
    const signal = AbortSignal.timeout(1000);
    if (process.platform === 'linux') await expect(takeLock(file, { signal })).rejects.toThrow();
  });

  it('of a process with the same host name on another machine is not judged by its pid', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    await writeFile(file, JSON.stringify({ pid: child.pid, started: null, host: hostname(), machine: 'another' }));
    const signal = AbortSignal.timeout(700);
    await expect(takeLock(file, { signal })).rejects.toThrow();
  });

  it('that stands still is taken over by one of many who wait, and then by the next', async () => {
    vi.stubEnv('ICHOR_LOCK_STALE_SECONDS', '0.3');
    await writeFile(file, JSON.stringify({ pid: 1, started: '1', host: 'gone', token: 'dead', beat: '000000000000' }));
    let holders = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        const lock = await takeLock(file);
        most = Math.max(most, ++holders);
        await sleep(20);
        await lock.assertHeld();
        holders--;
        await lock.release();
      }),
    );
    expect(most).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  }, 20_000);

  it('that was lost meanwhile is noticed before anything is put into the store, and not released', async () => {
    const lock = await takeLock(file);
    await lock.assertHeld();
    const other = JSON.stringify({ pid: 1, started: '1', host: 'x', token: 'theirs', beat: '000000000000' });
    await writeFile(file, other);
    await expect(lock.assertHeld()).rejects.toMatchObject({ code: 'lock-lost' });
    await lock.release();
    expect(await readFile(file, 'utf8')).toBe(other);
  });

  it('left by a dead process where all is finished is cleared; a living one’s is not', async () => {
    await clearLock(file);
    await writeFile(file, JSON.stringify({ pid: 1, started: '1', host: 'gone' }));
    await clearLock(file);
    expect(await readdir(folder)).toEqual([]);
    if (process.platform !== 'linux') return;
    const lock = await takeLock(file);
    await clearLock(file);
    await lock.assertHeld();
    await lock.release();
  });
});
