import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { tableWorkspace } from '../../cli/table-workspace.ts';
import { start } from '../../cli.ts';

const { folder, command, run, read, ledgerOf, said, cellsOf } = tableWorkspace();

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

it('a table that is interrupted ends with 130, and goes on', async () => {
  const { child, ended } = start(command('tiny-claims.yaml', 'interrupted'), { cwd: folder });
  while (child.exitCode === null) {
    const points = (await ledgerOf('interrupted', 'tiny-claims').catch(() => null))?.points ?? [];
    if (points[1]?.status === 'running') break;
    await sleep(5);
  }
  child.kill('SIGINT');
  const { status, err } = await ended;
  expect(status).toBe(130);
  expect(err).toContain('the same command goes on from here');
  expect((await ledgerOf('interrupted', 'tiny-claims')).points.map((point) => point.status)).toEqual([
    'done',
    'not started',
    'not started',
    'not started',
  ]);
  // What is shown is of this state, and not of one before.
  expect(await read('interrupted', 'tiny-claims', 'table.md')).toMatch(
    /\*\*tiny\*\*<br><small>1 of 2 runs<\/small>[\s\S]*\*\*context\*\*<br><small>not run yet/,
  );
  expect(await run('tiny-claims.yaml', 'interrupted')).toMatchObject({ status: 0 });
}, 300_000);
