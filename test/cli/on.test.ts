import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { onLocal } from './on-local.ts';

const { folder, called, on, file } = onLocal();

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
