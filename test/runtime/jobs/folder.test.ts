import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { beginJobs, type JobsFile, leftBehind, placed, writeDriver } from '../../../src/runtime/jobs/folder.ts';
import type { Job } from '../../../src/runtime/jobs/graph.ts';
import { resourcesOf } from '../../../src/runtime/jobs/resources.ts';
import { type JobState, START } from '../../../src/runtime/jobs/state.ts';
import { thisProcess } from '../../../src/runtime/store/process-identity.ts';

const job = (name: string, ...needs: string[]): Job => ({
  name,
  point: 'p',
  until: null,
  needs,
  makes: [],
  estimate: { seconds: 600, bytes: 0, peakBytes: null, complete: true },
});
const recipe = () => 'hash';
const file = (jobs: JobsFile['jobs']): JobsFile => ({
  format: 1,
  name: 'sweep-x',
  token: 'abc',
  executor: 'local',
  params: {},
  of: null,
  cwd: '/',
  store: '/',
  version: '0',
  node: '0',
  engine: null,
  isa: null,
  threads: null,
  jobs,
});
const driver = (states: readonly JobState[]) => ({ format: 1 as const, started: '', process: thisProcess(), states });

it('a job keeps its place from call to call, and new ones stand behind', () => {
  const first = placed([job('a'), job('b', 'a')], recipe);
  expect(first.map(({ name, needs }) => [name, needs])).toEqual([
    ['a', []],
    ['b', [0]],
  ]);
  // a is made by now, c is new, and b needs it.
  expect(placed([job('c'), job('b', 'c')], recipe, first).map(({ name, needs }) => [name, needs])).toEqual([
    ['a', []],
    ['b', [2]],
    ['c', []],
  ]);
});

it('what may be under way is kept, also where a driver died as it began; what is over is not', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'ichor-jobs-')), 'x');
  expect(await leftBehind(folder)).toBeNull();
  const jobs = placed([job('a'), job('b', 'a')], recipe);
  await beginJobs(folder, file(jobs.slice(0, 1)), false);
  expect(await leftBehind(folder)).toBeNull();
  const under: JobState = { ...START, phase: 'under-way', id: '7' };
  await writeDriver(folder, driver([under]));
  await beginJobs(folder, file(jobs), true);
  expect((await leftBehind(folder))?.states).toEqual([under, START]);
  await writeDriver(folder, driver([START, START].map((state) => ({ ...state, phase: 'done' as const }))));
  expect(await leftBehind(folder)).toBeNull();
  await beginJobs(folder, file(jobs), false);
  expect(existsSync(join(folder, 'driver.json'))).toBe(false);
});

it('a job is given what it is expected to take, with room, or what the file says; and more where that was not enough', () => {
  const params = { memoryGb: null, minutes: null, memoryFactor: 1.5, timeFactor: 3 } as Parameters<
    typeof resourcesOf
  >[1];
  const of = (peakBytes: number | null, seconds: number, complete = true) =>
    resourcesOf({ peakBytes, seconds, bytes: 0, complete }, params, START);
  expect(of(null, 7200)).toEqual({ memoryBytes: 4e9, seconds: 21_600 });
  expect(of(8e9, 60)).toEqual({ memoryBytes: 12e9, seconds: 1800 });
  expect(of(1e6, 60, false)).toEqual({ memoryBytes: 1e9, seconds: 86_400 });
  const stated = { ...params, memoryGb: 2, minutes: 10 };
  const more = { memoryTimes: 4, timeTimes: 2 };
  expect(resourcesOf({ peakBytes: 9e9, seconds: 1e6, bytes: 0, complete: true }, stated, more)).toEqual({
    memoryBytes: 8e9,
    seconds: 1200,
  });
});
