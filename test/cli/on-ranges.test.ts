import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { JobRecord } from '../../src/runtime/jobs/record.ts';
import type { Manifest } from '../../src/runtime/store/store.ts';
import { ichor, start } from '../cli.ts';
import { inRanges } from './in-ranges.ts';

const { folder, on, text, namesIn } = inRanges();

/** The files of all artifacts by their SHA-256; a report says when its stages were made. */
async function filesOf(store: string): Promise<Record<string, Manifest['files']>> {
  const found: Record<string, Manifest['files']> = {};
  for (const stage of await namesIn(store, 'store'))
    for (const key of stage === 'report' ? [] : await namesIn(store, 'store', stage))
      found[`${stage} ${key}`] = JSON.parse(await text(store, 'store', stage, key, 'manifest.json')).files;
  return found;
}

it('a range that is killed is made again alone, and what is joined is what one process makes', async () => {
  const { child, ended } = start(on('killed', 'run', 'one.yaml', '--quiet'), { cwd: folder });
  const record = async (): Promise<JobRecord | null> => {
    const all = await Promise.all(
      (await namesIn('killed', 'jobs', 'run-one'))
        .filter((name) => /^\d+\.json$/.test(name))
        .map(async (name) => JSON.parse(await text('killed', 'jobs', 'run-one', name)) as JobRecord),
    );
    return all.find(({ name }) => name.startsWith('shards:range-2')) ?? null;
  };
  while (child.exitCode === null && (await record())?.machine === undefined) await sleep(5);
  process.kill((await record())?.process.pid as number, 'SIGKILL');
  const { status, err } = await ended;
  expect(status, err).toBe(0);
  const driver = JSON.parse(await text('killed', 'jobs', 'run-one', 'driver.json')) as {
    states: { submissions: number }[];
  };
  const { jobs } = JSON.parse(await text('killed', 'jobs', 'run-one', 'jobs.json')) as { jobs: { name: string }[] };
  expect(jobs.map(({ name }, place) => [name.split(' ')[0], driver.states[place]?.submissions])).toEqual([
    ['index', 1],
    ['shards:range-1-of-2', 1],
    ['shards:range-2-of-2', 2],
    ['backbone', 1],
    ['embed:range-1-of-2', 1],
    ['embed:range-2-of-2', 1],
    ['point', 1],
  ]);
  const whole = await ichor(['run', 'one.yaml', '--engine', 'wasm', '--store', join(folder, 'whole'), '--quiet'], {
    cwd: folder,
  });
  expect(whole.status, whole.err).toBe(0);
  expect(await filesOf('killed')).toEqual(await filesOf('whole'));
  expect(await namesIn('killed', 'store', 'range')).toEqual([]);
}, 120_000);

it('run --on ends where --until says', async () => {
  const { status, err } = await ichor(on('until', 'run', 'one.yaml', '--until', 'shards', '--quiet'), { cwd: folder });
  expect(status, err).toBe(0);
  expect(Object.keys(await filesOf('until')).map((name) => name.split(' ')[0])).toEqual(['index', 'shards', 'source']);
  const none = await ichor(on('until', 'run', 'one.yaml', '--until', 'shard'), { cwd: folder });
  expect(none.status).toBe(2);
  expect(none.err).toContain('error[unknown-stage]: This recipe has no stage `shard`.');
  const alone = await ichor(['run', 'one.yaml', '--jobs', '2'], { cwd: folder });
  expect(alone.status).toBe(2);
  expect(alone.err).toContain('error[wrong-call]: --jobs says how many jobs of an executor run at once');
}, 60_000);
