import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ExecutorParams } from '../../../src/registry/executor/config.ts';
import type { Executor, ExecutorListed } from '../../../src/registry/kinds/executor.ts';
import { Driver, type JobEvent } from '../../../src/runtime/jobs/driver.ts';
import type { PlacedJob } from '../../../src/runtime/jobs/folder.ts';
import { START } from '../../../src/runtime/jobs/state.ts';
import { Store } from '../../../src/runtime/store/store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ichor-waiting-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function placed(place: number): PlacedJob {
  const estimate = { seconds: 1, bytes: 1, peakBytes: null, complete: true };
  return { name: `point ${place}`, point: String(place), until: null, needs: [], makes: [], estimate, recipe: '' };
}

it('why jobs have not begun is told once of all that wait for the same', async () => {
  const stop = new AbortController();
  const why = ['0/3 nodes are available', '0/3 nodes are available', null];
  let looks = 0;
  const executor = {
    kind: 'executor',
    contract: () => ({ dependencies: false, queues: true, survives: true }),
    submit: async (jobs: readonly { place: number }[]) => jobs.map(({ place }) => `job_${place}`),
    async poll(): Promise<ExecutorListed[]> {
      looks++;
      if (looks === 1) return [];
      if (looks === 4) stop.abort();
      return why.map((one, place) => ({ place, id: `job_${place}`, state: 'waiting', why: one }));
    },
    cancel: async () => {},
    collect: async () => new Map(),
  } as unknown as Executor;
  const jobs = why.map((_, place) => placed(place));
  const told: [number, JobEvent][] = [];
  const params = { retries: 2, pollSeconds: 0.1, memoryGb: 1, minutes: 30 } as ExecutorParams;
  const context = { folder, label: 'x', command: [], workspace: folder, jobs: null, signal: stop.signal, warn() {} };
  const driver = new Driver({
    ...{ folder, jobs, states: jobs.map(() => START), executor, params, context, cpus: 1, store: new Store(folder) },
    tell: (place, event) => void told.push([place, event]),
  });
  await driver.begin();
  await expect(driver.run()).rejects.toThrow();
  expect(looks).toBeGreaterThanOrEqual(4);
  expect(told.filter(([, { what }]) => what === 'waits')).toEqual([
    [0, { what: 'waits', why: '0/3 nodes are available', others: 1 }],
  ]);
});

it.each([
  [true, [['job_0']]],
  [false, []],
])(
  'what was put back with its work done is taken out of the queue, where others wait for its end: %s',
  async (dependencies, expected) => {
    const stop = new AbortController();
    let looks = 0;
    const cancelled: (readonly string[])[] = [];
    const executor = {
      kind: 'executor',
      contract: () => ({ dependencies, queues: true, survives: true }),
      submit: async () => ['job_1'],
      async poll(): Promise<ExecutorListed[]> {
        if (++looks === 4) stop.abort();
        const why = 'BeginTime';
        return [0, 1].map((place) => ({ place, id: `job_${place}`, state: 'waiting', why }));
      },
      cancel: async (ids: readonly string[]) => void cancelled.push(ids),
      collect: async () => new Map(),
    } as unknown as Executor;
    const params = { retries: 2, pollSeconds: 0.1, memoryGb: 1, minutes: 30 } as ExecutorParams;
    const context = { folder, label: 'x', command: [], workspace: folder, jobs: null, signal: stop.signal, warn() {} };
    const driver = new Driver({
      ...{ folder, jobs: [placed(0), placed(1)], executor, params, context, cpus: 1, store: new Store(folder) },
      states: [
        { ...START, phase: 'done', id: 'job_0', submissions: 1 },
        { ...START, phase: 'under-way', id: 'job_1', submissions: 1 },
      ],
      tell() {},
    });
    await driver.begin();
    await expect(driver.run()).rejects.toThrow();
    expect(cancelled).toEqual(expected);
  },
);

it('asks once more why a job is gone before nobody knowing is the last word', async () => {
  const stop = new AbortController();
  let asked = 0;
  const submitted: number[] = [];
  const job: PlacedJob = { ...placed(0), makes: [{ id: 'predict:backbone', stage: 'predict', key: '0'.repeat(64) }] };
  const executor = {
    kind: 'executor',
    contract: () => ({ dependencies: true, queues: true, survives: true }),
    async submit(jobs: readonly { place: number; seconds: number | null }[]) {
      submitted.push(jobs[0]?.seconds ?? 0);
      stop.abort();
      return ['job_1'];
    },
    poll: async (): Promise<ExecutorListed[]> => [],
    cancel: async () => {},
    collect: async (ids: readonly string[]) =>
      new Map(ids.map((id) => [id, { end: asked++ === 0 ? 'unknown' : 'time-limit', words: null }])),
  } as unknown as Executor;
  const params = { retries: 2, pollSeconds: 100, memoryGb: 1, minutes: 30 } as ExecutorParams;
  const context = { folder, label: 'x', command: [], workspace: folder, jobs: null, signal: stop.signal, warn() {} };
  const driver = new Driver({
    ...{ folder, jobs: [job], executor, params, context, cpus: 1, store: new Store(folder), tell() {} },
    states: [{ ...START, phase: 'under-way', id: 'job_0', submissions: 1, missed: 2 }],
  });
  process.env.ICHOR_INPUT_WAIT_SECONDS = '1';
  try {
    await driver.begin();
    for (let looks = 0; looks < 12 && !stop.signal.aborted; looks++) await driver.begin();
  } finally {
    delete process.env.ICHOR_INPUT_WAIT_SECONDS;
  }
  expect(asked).toBe(2);
  expect(submitted).toEqual([3600]);
  expect(driver.states[0]).toMatchObject({ phase: 'under-way', timeTimes: 2, submissions: 2 });
});
