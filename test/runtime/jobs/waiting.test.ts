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
  const estimate = { seconds: 1, bytes: 1, peakBytes: null, complete: true };
  const jobs = why.map((_, place): PlacedJob => {
    const name = `point ${place}`;
    return { name, point: String(place), until: null, needs: [], makes: [], estimate, recipe: '' };
  });
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
