import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { JobRecord } from '../../../src/runtime/jobs/record.ts';
import { inRanges } from '../../cli/in-ranges.ts';
import { ichor, start } from '../../cli.ts';

const { folder, on, text, namesIn, filesOf } = inRanges();

/** What was made, once for each time: stages by the logs of runs, ranges, which leave none, by those of jobs. */
async function madeIn(store: string, jobs: string): Promise<string[]> {
  const made: string[] = [];
  for (const run of await namesIn(store, 'runs'))
    for (const line of (await text(store, 'runs', run, 'log.jsonl')).split('\n').filter(Boolean)) {
      const { type, stage, key } = JSON.parse(line) as { type: string; stage: string; key: string };
      if (type === 'stage-done') made.push(`${stage} ${key}`);
    }
  for (const log of await namesIn(store, 'jobs', jobs, 'logs'))
    made.push(...((await text(store, 'jobs', jobs, 'logs', log)).match(/\w+:range-\d-of-\d(?= +done in)/g) ?? []));
  return made.sort();
}

it('two commands that drive the same jobs of one store make each thing once, and end alike', async () => {
  const words = on('two', 'sweep', 'cells.yaml');
  const both = [start(words, { cwd: folder }), start(words, { cwd: folder })];
  const ended = await Promise.all(both.map((each) => each.ended));
  for (const { status, out, err } of ended) {
    expect(status, err).toBe(0);
    expect(out).toContain('cells: 2 done');
  }
  // The other one drives; this one says so, waits, and shows what came of it.
  expect(ended.filter(({ err }) => err.includes('this sweep is running already (process'))).toHaveLength(1);
  const made = await madeIn('two', 'sweep-cells');
  expect(made).toEqual([...new Set(made)]);
  expect(made.filter((name) => name.includes('range'))).toEqual(
    ['embed', 'shards'].flatMap((stage) => [1, 2].map((place) => `${stage}:range-${place}-of-2`)),
  );
  expect(await namesIn('two', 'locks')).toEqual([]);
  expect(await namesIn('two', 'partial')).toEqual([]);
}, 120_000);

it('two commands of different jobs that need the same parts make each part once', async () => {
  const both = [on('apart', 'sweep', 'cells.yaml'), on('apart', 'run', 'one.yaml', '--quiet')].map((words) =>
    start(words, { cwd: folder }),
  );
  for (const { status, err } of await Promise.all(both.map((each) => each.ended))) expect(status, err).toBe(0);
  const made = await madeIn('apart', 'sweep-cells');
  const shared = made.filter((name) => /^(source|index|shards|backbone|embed) /.test(name));
  expect(shared).toEqual([...new Set(shared)]);
  expect(shared.map((name) => name.split(' ')[0]).sort()).toEqual(['backbone', 'embed', 'index', 'shards', 'source']);
  expect(await namesIn('apart', 'store', 'range')).toEqual([]);
}, 120_000);

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
