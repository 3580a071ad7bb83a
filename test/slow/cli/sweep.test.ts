import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { smallSweep } from '../../cli/small-sweep.ts';
import { ichor, start } from '../../cli.ts';

const { folder, sweep, ledgerOf } = smallSweep();

test('a sweep that is killed in its second point goes on there, and ends with the table of an undisturbed sweep', async () => {
  const whole = await ichor(sweep('whole'), { cwd: folder });
  expect(whole, whole.err).toMatchObject({ status: 0 });
  expect(whole.out).toContain('SYNTHETIC · tried: 4 done');

  const { child, ended } = start(sweep('killed'), { cwd: folder });
  let states: string[] = [];
  while (child.exitCode === null) {
    states = (await ledgerOf('killed').catch(() => null))?.points.map(({ status }) => status) ?? [];
    if (states[1] === 'running') break;
    await sleep(5);
  }
  child.kill('SIGKILL');
  expect((await ended).signal).toBe('SIGKILL');
  expect(states.slice(0, 2)).toEqual(['done', 'running']);

  const again = await ichor(sweep('killed'), { cwd: folder });
  expect(again, again.err).toMatchObject({ status: 0 });
  expect(again.err).toMatch(/1 of 4 {2}.* {2}done before\n2 of 4/);
  const table = (store: string) => readFile(join(folder, store, 'sweeps', 'tried', 'table.md'), 'utf8');
  expect(await table('killed')).toBe(await table('whole'));
}, 300_000);
