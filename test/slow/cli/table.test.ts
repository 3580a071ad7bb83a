import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { tableWorkspace } from '../../cli/table-workspace.ts';
import { start } from '../../cli.ts';

const { folder, command, run, ledgerOf, said, cellsOf } = tableWorkspace();

it('a table that is killed (SIGKILL) in its third run goes on there, and ends with the same figures', async () => {
  const { child, ended } = start(command('tiny-claims.yaml', 'killed'), { cwd: folder });
  let states: string[] = [];
  while (child.exitCode === null) {
    states = (await ledgerOf('killed', 'tiny-claims').catch(() => null))?.points.map(({ status }) => status) ?? [];
    if (states[2] === 'running') break;
    await sleep(5);
  }
  child.kill('SIGKILL');
  expect((await ended).signal).toBe('SIGKILL');
  expect(states.slice(0, 3)).toEqual(['done', 'done', 'running']);
  const again = await run('tiny-claims.yaml', 'killed');
  expect(again, again.err).toMatchObject({ status: 0 });
  expect(again.err).toMatch(/2 of 4 {2}tiny, seed 1 {2}done before\n3 of 4/);
  const whole = await run('tiny-claims.yaml', 'whole');
  expect(whole, whole.err).toMatchObject({ status: 0 });
  expect(await cellsOf('killed', 'tiny-claims')).toEqual(await cellsOf('whole', 'tiny-claims'));
}, 300_000);

it('two tables at once on one store make what they share once', async () => {
  await writeFile(join(folder, 'alone.yaml'), 'table: 1\nfigures: [mean-log-loss]\nseeds: [0, 1]\nrows: [tiny.yaml]\n');
  const both = await Promise.all([run('alone.yaml', 'shared'), run('tiny-claims.yaml', 'shared')]);
  for (const one of both) expect(one, one.err).toMatchObject({ status: 0 });
  const [table, claims] = [await said('shared', 'alone'), await said('shared', 'tiny-claims')];
  expect(claims.rows[0]!.cells).toEqual(table.rows[0]!.cells);
  expect(await readdir(join(folder, 'shared', 'store', 'backbone'))).toHaveLength(2);
  expect(await readdir(join(folder, 'shared', 'partial'))).toEqual([]);
  expect(await readdir(join(folder, 'shared', 'locks'))).toEqual([]);
}, 300_000);
