import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JobRecord } from '../../src/runtime/jobs/record.ts';
import { ichor, start } from '../cli.ts';

const RECIPE = `recipe: 1
name: folds
data:
  source: { type: phantom, studies: 12, testStudies: 1, minimumSlices: 4, maximumSlices: 5, size: 64 }
  split: { validation: 0.4 }
  image: { size: 32 }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
backbone: { type: small-cnn, width: 0.25, blocks: 2 }
sequence: { type: bi-lstm, cells: 4, layers: 1 }
train: { backbone: { epochs: 1 }, sequence: { epochs: 1, embeddings: { crossfit: 2 } } }
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-on-'));
  await writeFile(join(folder, 'package.json'), '{}');
  await writeFile(join(folder, 'folds.yaml'), RECIPE);
  await writeFile(
    join(folder, 'cells.yaml'),
    RECIPE.replace('folds', 'cells').replace(', embeddings: { crossfit: 2 }', '') +
      'sweep: { grid: { sequence.cells: [4, 6] } }\n',
  );
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
const called = (...words: string[]) => ichor(words, { cwd: folder });
const on = (store: string, ...words: string[]) => [
  ...words,
  '--engine',
  'wasm',
  '--store',
  join(folder, store),
  '--on',
  'local',
];
const file = (store: string, ...names: string[]) => readFile(join(folder, store, ...names), 'utf8');

it('run --on trains folds as jobs beside each other, and ends with the run that one process makes', async () => {
  const plan = await called(...on('jobs', 'run', 'folds.yaml', '--plan', '--json'));
  expect(plan, plan.err).toMatchObject({ status: 0 });
  const { jobs, total } = (
    JSON.parse(plan.out) as {
      jobs: {
        jobs: { job: string; needs: string[]; memoryBytes: number }[];
        total: { seconds: number; longest: number };
      };
    }
  ).jobs;
  expect(jobs.map(({ job, needs }) => [job.split(' ')[0], needs.map((need) => need.split(' ')[0])])).toEqual([
    ['shards', []],
    ['embed', ['shards']],
    ['embed:fold-1', ['shards']],
    ['embed:fold-2', ['shards']],
    ['point', ['embed', 'embed:fold-1', 'embed:fold-2']],
  ]);
  expect(total.longest).toBeLessThan(total.seconds);
  const there = await called(...on('jobs', 'run', 'folds.yaml', '--quiet'));
  expect(there, there.err).toMatchObject({ status: 0, out: 'folds-1\n' });
  const here = await called('run', 'folds.yaml', '--engine', 'wasm', '--store', join(folder, 'one'), '--quiet');
  expect(here, here.err).toMatchObject({ status: 0, out: 'folds-1\n' });
  for (const stage of await readdir(join(folder, 'one', 'store'))) {
    const keys = await readdir(join(folder, 'one', 'store', stage));
    expect(await readdir(join(folder, 'jobs', 'store', stage)), stage).toEqual(keys);
    if (stage === 'predict')
      for (const key of keys)
        expect(await file('jobs', 'store', stage, key, 'predictions.csv')).toBe(
          await file('one', 'store', stage, key, 'predictions.csv'),
        );
  }
}, 120_000);

it('a job that is killed is started again, and none outlives its command', async () => {
  const { child, ended } = start(on('killed', 'sweep', 'cells.yaml', '--jobs', '2'), { cwd: folder });
  const record = async (place: number): Promise<JobRecord | null> =>
    JSON.parse(await file('killed', 'jobs', 'sweep-cells', `${place}.json`).catch(() => 'null'));
  while (child.exitCode === null && (await record(0))?.stage == null) await sleep(20);
  process.kill((await record(0))?.process.pid as number, 'SIGKILL');
  const { status, err, out } = await ended;
  expect(status, err).toBe(0);
  expect(err).toMatch(/embed [0-9a-f]{8} {2}is submitted again: its process was killed, for want of memory perhaps/);
  expect(out).toContain('cells: 2 done');
  const stopped = start(on('stopped', 'sweep', 'cells.yaml', '--jobs', '2'), { cwd: folder });
  const own = async (): Promise<JobRecord | null> =>
    JSON.parse(await file('stopped', 'jobs', 'sweep-cells', '0.json').catch(() => 'null'));
  while (stopped.child.exitCode === null && (await own())?.stage == null) await sleep(20);
  stopped.child.kill('SIGTERM');
  expect((await stopped.ended).status).toBe(143);
  expect((await own())?.end).toBe('preempted');
}, 120_000);

it('says at its line what is wrong with a file for an executor, and that there is no such executor', async () => {
  await writeFile(join(folder, 'wrong.yaml'), 'executor:\n  pollSeconds: often\n');
  const wrong = await called(...on('none', 'sweep', 'cells.yaml', '--on-config', 'wrong.yaml'));
  expect(wrong.status).toBe(2);
  expect(wrong.err).toMatch(/wrong\.yaml:2:16 +error wrong-type/);
  const unknown = await called('sweep', 'cells.yaml', '--store', 'none', '--on', 'slrum');
  expect(unknown.status).toBe(2);
  expect(unknown.err).toContain('error[executor-unknown]: There is no executor named slrum.');
  const alone = await called('run', 'folds.yaml', '--store', 'none', '--on-config', 'wrong.yaml');
  expect(alone.err).toContain('error[on-config-alone]');
  expect(await called('jobs', '--store', 'none')).toMatchObject({ status: 0, out: 'Nothing is under way.\n' });
}, 60_000);
