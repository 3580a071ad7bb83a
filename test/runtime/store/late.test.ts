import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type JobRecord, readRecord, writeRecord } from '../../../src/runtime/jobs/record.ts';
import { beatInThread } from '../../../src/runtime/store/heartbeat.ts';
import { takeLock } from '../../../src/runtime/store/lock.ts';
import { thisProcess } from '../../../src/runtime/store/process-identity.ts';
import { Store } from '../../../src/runtime/store/store.ts';
import { draft } from '../draft.ts';
import { hostOf, onHost } from './late-files.ts';

vi.mock('../../../src/files/fs.ts', async () => (await import('./late-files.ts')).lateFiles);
vi.mock('../../../src/runtime/store/process-identity.ts', async () => (await import('./late-files.ts')).lateIdentity);

/** What a host has seen holds longer than a lease: as 90 s do beside 60. */
const LATE_MS = 1500;
const LEASE_SECONDS = 0.6;
const HOUR = 3_600_000;

let folder: string;
let file: string;
beforeEach(async () => {
  vi.stubEnv('ICHOR_LOCK_STALE_SECONDS', String(LEASE_SECONDS));
  folder = await mkdtemp(join(tmpdir(), 'ichor-late-'));
  file = join(folder, 'lock');
  beatInThread();
});
afterEach(() => {
  vi.unstubAllEnvs();
  return rm(folder, { recursive: true, force: true });
});

/** One clock is two hours behind the other. */
const twoHosts = () => [hostOf('a', LATE_MS, HOUR), hostOf('b', LATE_MS, -HOUR)] as const;

describe('on a drive that shows late what another host wrote', () => {
  it('a lock whose counter moves unseen is not broken, and is taken once it is let go', async () => {
    const [a, b] = twoHosts();
    const first = await onHost(a, () => takeLock(file));
    let broken = 0;
    let taken = false;
    const second = onHost(b, () => takeLock(file, { broken: () => broken++ })).then((lock) => {
      taken = true;
      return lock;
    });
    await sleep(LATE_MS + 500);
    expect({ broken, taken }).toEqual({ broken: 0, taken: false });
    await onHost(a, () => first.assertHeld());
    await onHost(a, () => first.release());
    const lock = await second;
    expect(broken).toBe(0);
    await onHost(b, () => lock.release());
    expect(await readdir(folder)).toEqual([]);
  }, 20_000);

  it('a lock of a host that died is taken over, and not before its lease ran out', async () => {
    const [a, b] = twoHosts();
    const dead = { ...(await onHost(a, async () => thisProcess())), token: 'of-a', beat: '000000000007' };
    await writeFile(file, `${JSON.stringify(dead)}\n`);
    const began = performance.now();
    let broken = 0;
    const lock = await onHost(b, () => takeLock(file, { broken: () => broken++ }));
    expect(performance.now() - began).toBeGreaterThan(LEASE_SECONDS * 1000);
    expect(broken).toBe(1);
    await onHost(b, () => lock.release());
  }, 20_000);

  it('a holder whose lock was taken over learns it before it publishes, whatever its cache says', async () => {
    const [a] = twoHosts();
    const lock = await onHost(a, () => takeLock(file));
    await onHost(a, () => lock.assertHeld());
    await writeFile(file, `${JSON.stringify({ ...thisProcess(), token: 'of-b', beat: '000000000001' })}\n`);
    await expect(onHost(a, () => lock.assertHeld())).rejects.toThrow('was taken over by another process');
  }, 20_000);

  it('what another host has made is found under its lock, also where this one had looked for it before', async () => {
    const [a, b] = twoHosts();
    const key = 'f'.repeat(64);
    const [ofA, ofB] = [new Store(folder), new Store(folder)];
    await onHost(a, () => ofA.prepare());
    expect(await onHost(b, () => ofB.find('index', key))).toBeNull();
    await onHost(a, async () => {
      const lock = await ofA.lock(key, {});
      const { folder: partial } = await ofA.begin(key);
      await writeFile(join(partial, 'slices.csv'), 'slice\n');
      await ofA.finish(draft(key));
      await lock.release();
    });
    const lock = await onHost(b, () => ofB.lock(key, {}));
    // Nothing is made twice: the folder that cannot be made says that it is there.
    expect(await onHost(b, () => ofB.find('index', key))).toBeNull();
    expect(await onHost(b, () => ofB.findNow('index', key))).toMatchObject({ key });
    await onHost(b, () => lock.release());
    expect(await onHost(b, () => ofB.findNow('index', 'e'.repeat(64)))).toBeNull();
    expect(await readdir(join(folder, 'store', 'index'))).toEqual([key]);
  }, 20_000);

  it('inputs and records are seen in the end, and until then nothing or what was is', async () => {
    const [a, b] = twoHosts();
    const record = (end: JobRecord['end']): JobRecord => ({
      format: 1,
      place: 0,
      name: 'shards',
      id: '1',
      process: thisProcess(),
      started: new Date().toISOString(),
      beat: 1,
      machine: null,
      stage: null,
      line: null,
      end,
      error: null,
      run: null,
      peakBytes: 0,
      seconds: 0,
    });
    const read = async () => (await onHost(b, () => readRecord(folder, 0)))?.end;
    expect(await read()).toBeUndefined();
    await onHost(a, () => writeRecord(folder, record(null)));
    expect(await read()).toBeUndefined();
    await sleep(LATE_MS);
    expect(await read()).toBeNull();
    await onHost(a, () => writeRecord(folder, record('done')));
    expect(await read()).toBeNull();
    await sleep(LATE_MS);
    expect(await read()).toBe('done');
  }, 20_000);
});
