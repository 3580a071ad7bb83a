import { beforeAll, expect, it } from 'vitest';
import { jobsOf, parallelTable } from '../../cli/parallel-table.ts';
import { ichor } from '../../cli.ts';

const { folder, table, cellsOf, pointsOf, disturbed, endedBy } = parallelTable();

beforeAll(async () => {
  const one = await ichor(table('one'), { cwd: folder });
  expect(one, one.err).toMatchObject({ status: 0 });
}, 300_000);

it('a process that is killed fails its own row, which the same command then runs', async () => {
  const { status, err, jobs } = await disturbed('shot', ({ pid }) => process.kill(jobsOf(pid)[0] as number, 'SIGKILL'));
  expect(jobs).toHaveLength(2);
  expect(status, err).toBe(1);
  expect(err).toMatch(/^failed {2}.*: The process that ran it was ended by SIGKILL\. Where memory ran out/m);
  const states = (await pointsOf('shot')).map((point) => point.status);
  expect(states.filter((state) => state === 'failed')).toHaveLength(1);
  expect(states.filter((state) => state === 'done')).toHaveLength(3);
  expect(await ichor(table('shot', '--jobs', '2'), { cwd: folder })).toMatchObject({ status: 0 });
  expect(await cellsOf('shot', 'tiny-claims')).toEqual(await cellsOf('one', 'tiny-claims'));
}, 300_000);

it(
  'SIGKILL ends all of them, and the same command goes on',
  () => endedBy('SIGKILL', { status: null, signal: 'SIGKILL' }, 'one'),
  300_000,
);
