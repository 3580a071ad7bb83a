import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { JobRecord } from '../../../src/runtime/jobs/record.ts';
import { onLocal } from '../../cli/on-local.ts';
import { start } from '../../cli.ts';

const { folder, on, file } = onLocal();

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
