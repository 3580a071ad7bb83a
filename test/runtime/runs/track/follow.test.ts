import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defineTracker, Type } from '../../../../src/index.ts';
import { removeRuns } from '../../../../src/runtime/runs/remove-runs.ts';
import { followAgain, followRun } from '../../../../src/runtime/runs/track/follow.ts';
import { syncTracking } from '../../../../src/runtime/runs/track/sync.ts';
import type { Tracking } from '../../../../src/runtime/runs/track/tracking.ts';
import { live, row, steps, temporaryStore, trackerOf, trainedRun } from './run.ts';

const begun = async (...args: Parameters<typeof trainedRun>) => {
  const made = await trainedRun(...args);
  return { ...made, tracking: (await followRun(made.run, made.options)) as Tracking };
};
const done = { state: 'done', error: null, marks: [] } as const;
const types = (records: readonly { type: string }[]) => records.map(({ type }) => type);
const sync = (storeRoot: string, { options }: Awaited<ReturnType<typeof trainedRun>>, runs: string[] = []) =>
  syncTracking({
    storeRoot,
    workspace: storeRoot,
    runs,
    registryOf: async () => options.registry,
    signal: new AbortController().signal,
  });

describe('a run that is followed', () => {
  it('brings its records in order, each once', async () => {
    const store = await temporaryStore();
    let count = 0;
    const bell = trackerOf(async (records, { state }) => {
      expect(state).toBe(count === 0 ? null : count);
      count += records.length;
      return count;
    });
    const { tracking, run, notes } = await begun(store, bell);
    for (const epoch of [1, 2, 3]) tracking.epoch('backbone', live(epoch), live(epoch));
    // As of the artifact, once it is there.
    for (const epoch of [1, 2, 3]) tracking.epoch('backbone', row(epoch));
    await tracking.end(done);
    expect(types(bell.given)).toEqual(['begin', 'scalars', 'scalars', 'scalars', 'end']);
    expect(steps(bell.given)).toEqual([4, 8, 12]);
    expect(bell.given[1]).toMatchObject({ values: { train_loss: 1, gradient_norm: 2, slices_per_second: 5 } });
    expect(bell.given[1]).toHaveProperty('values.memory_mb');
    expect(JSON.parse(await readFile(join(run.folder, 'tracking', 'acme.bell.json'), 'utf8'))).toMatchObject({
      cursor: 5,
      state: 5,
      error: null,
    });
    expect(notes).toEqual([]);
  });

  it('goes on where a tracker throws, says so once, and `track sync` sends the rest', async () => {
    const store = await temporaryStore();
    let down = true;
    const bell = trackerOf(async () => {
      if (down) throw new Error('nobody answers\nat all');
      return null;
    });
    const { tracking, ...made } = await begun(store, bell);
    tracking.epoch('backbone', live(1), live(1));
    await tracking.end(done);
    await made.run.end('done');
    expect(made.notes.map(({ code }) => code)).toEqual(['tracker-failed', 'track-unsent']);
    expect(made.notes[0]?.message).toMatch(/^The tracker acme\/bell failed: nobody answers.at all\.$/);
    expect(made.notes[1]?.hint).toBe('`ichor track sync made-up-1` sends the rest.');
    expect(await sync(store, made)).toMatchObject([
      { run: 'made-up-1', trackers: [{ sent: 0, left: 3, error: { code: 'tracker-failed' } }] },
    ]);
    down = false;
    expect(await sync(store, made)).toMatchObject([{ trackers: [{ sent: 3, left: 0, error: null }] }]);
    expect(await sync(store, made)).toMatchObject([{ trackers: [{ sent: 0, left: 0, error: null }] }]);
    expect(types(bell.given)).toEqual(['begin', 'scalars', 'end']);
  });

  it.each([
    ['a function', () => 1],
    [
      'a circle',
      (() => {
        const circle: Record<string, unknown> = {};
        circle.self = circle;
        return circle;
      })(),
    ],
    ['a big integer', 1n],
  ])('does not take %s for a state', async (_, state) => {
    const { tracking, notes } = await begun(
      await temporaryStore(),
      trackerOf(async () => state),
    );
    await tracking.end(done);
    expect(notes[0]).toMatchObject({ code: 'tracker-failed', message: expect.stringContaining('it resolves with a') });
  });

  it('does not wait for a tracker that hangs, nor calls it a second time', async () => {
    let calls = 0;
    const bell = trackerOf(() => {
      calls++;
      return new Promise(() => {});
    });
    const { tracking, notes } = await begun(await temporaryStore(), bell);
    tracking.epoch('backbone', live(1), live(1));
    const began = performance.now();
    // An interrupted run gives them three seconds.
    await tracking.end({ state: 'interrupted', error: null, marks: [] });
    expect(performance.now() - began).toBeLessThan(6000);
    expect(calls).toBe(1);
    expect(notes.map(({ code }) => code)).toEqual(['tracker-failed', 'track-unsent']);
    expect(notes[1]?.message).toMatch(/of run made-up-1: it did not answer in the 3 s that it has at the end\.$/);
  }, 15_000);

  it('hands what tells of patients to none that was not given it', async () => {
    const store = await temporaryStore();
    const bell = trackerOf(async () => null);
    const file = { name: 'predictions.csv', path: join(store, 'p'), holds: 'table', identifies: true } as const;
    const first = await begun(store, bell);
    first.tracking.artifacts([file]);
    await first.tracking.end(done);
    expect(types(bell.given)).toEqual(['begin', 'end']);
    const given = trackerOf(async () => null);
    const { run, options } = await trainedRun(store, given);
    const recipe = { ...options.recipe, tracking: [{ type: 'acme/bell', identified: true }] };
    const second = await followRun(run, { ...options, recipe });
    second?.artifacts([file]);
    await second?.end(done);
    expect(types(given.given)).toEqual(['begin', 'artifact', 'end']);
  });
});

describe('a run that was killed', () => {
  it('is gone on with by the next one: one state, no epoch twice, what was unsent is sent', async () => {
    const store = await temporaryStore();
    let down = false;
    const bell = trackerOf(async (records, { state }) => {
      if (down) throw new Error('down');
      return [...((state as number[] | null) ?? []), ...steps(records)];
    });
    const first = await begun(store, bell);
    first.tracking.epoch('backbone', live(1), live(1));
    await first.tracking.deliveries[0]?.finish(1000);
    down = true;
    first.tracking.epoch('backbone', live(2), live(2));
    // Killed here: the record of the run says so, once nobody is there.
    await first.run.end('interrupted');
    await first.tracking.lock.release();
    down = false;

    const second = await begun(store, bell);
    for (const epoch of [1, 2]) second.tracking.epoch('backbone', row(epoch), { ...live(epoch), speed: null });
    second.tracking.epoch('backbone', live(3), live(3));
    await second.tracking.end(done);
    await second.run.end('done');
    expect(steps(bell.given)).toEqual([4, 8, 12]);
    expect(types(bell.given)).toEqual(['begin', 'scalars', 'scalars', 'begin', 'scalars', 'end']);
    expect(bell.given[3]).toMatchObject({ run: 'made-up-2', resumes: 'made-up-1' });
    const { state } = JSON.parse(await readFile(join(second.run.folder, 'tracking', 'acme.bell.json'), 'utf8'));
    expect(state).toEqual([4, 8, 12]);
    expect(await sync(store, second)).toMatchObject([
      { run: 'made-up-1', passedOver: { why: 'continued', by: 'made-up-2' } },
      { run: 'made-up-2', trackers: [{ sent: 0, left: 0 }] },
    ]);
    // Done: the next of this recipe begins for itself.
    const third = await begun(store, bell);
    await third.tracking.end(done);
    expect(bell.given.at(-2)).toMatchObject({ run: 'made-up-3', resumes: null });
  });

  it('is not, where that is another training, or one that began again says so by its steps', async () => {
    const store = await temporaryStore();
    const bell = trackerOf(async () => null);
    const first = await begun(store, bell);
    first.tracking.epoch('backbone', live(1), live(1));
    await first.tracking.end({ state: 'failed', error: 'x', marks: [] });
    await first.run.end('failed');
    const other = await begun(store, bell, { keys: { backbone: 'k2' } });
    await other.tracking.end({ state: 'failed', error: 'x', marks: [] });
    expect(bell.given.at(-2)).toMatchObject({ run: 'made-up-2', resumes: null });
    await other.run.end('failed');
    const again = await begun(store, bell, { keys: { backbone: 'k2' } });
    again.tracking.epoch('backbone', live(1), live(1));
    // The checkpoint was lost: trained anew, and told.
    again.tracking.epoch('backbone', live(1, 0.9), live(1, 0.9));
    await again.tracking.end(done);
    expect(steps(bell.given)).toEqual([4, 4, 4]);
  });

  it('leaves the files of its trackers to the one that goes on: who removes it takes nothing of a run that is done', async () => {
    const store = await temporaryStore();
    const bell = trackerOf(async (records, { folder }) => {
      await mkdir(folder, { recursive: true });
      for (const { type } of records) await appendFile(join(folder, 'rung'), `${type}\n`);
      return null;
    });
    const first = await begun(store, bell);
    await first.tracking.end({ state: 'interrupted', error: null, marks: [] });
    await first.run.end('interrupted');
    const second = await begun(store, bell);
    await second.tracking.end(done);
    await second.run.end('done');
    expect(await removeRuns(store, ['made-up-1'], { force: false })).toEqual(['made-up-1']);
    expect(await readFile(join(second.run.folder, 'tracking', 'acme.bell', 'rung'), 'utf8')).toBe(
      'begin\nend\nbegin\nend\n',
    );
  });

  it('before its tracker ever answered is sent by `track sync` all the same', async () => {
    const store = await temporaryStore();
    let hangs = true;
    const bell = trackerOf(() => (hangs ? new Promise(() => {}) : Promise.resolve(null)));
    const { tracking, ...made } = await begun(store, bell);
    // Killed here, while it waits for the first answer.
    await made.run.end('interrupted');
    await tracking.lock.release();
    expect(await readdir(join(made.run.folder, 'tracking'))).toEqual(['acme.bell.json', 'journal.jsonl']);
    hangs = false;
    expect(await sync(store, made, ['made-up-1', 'made-up-1'])).toMatchObject([
      { run: 'made-up-1', trackers: [{ tracker: 'acme/bell', sent: 2, left: 0 }] },
    ]);
  });

  it('is said to have ended by `track sync`, and a damaged cursor or journal is named', async () => {
    const store = await temporaryStore();
    const bell = trackerOf(async () => null);
    const { tracking, ...made } = await begun(store, bell);
    await tracking.deliveries[0]?.finish(1000);
    await made.run.end('interrupted');
    await tracking.lock.release();
    expect(await sync(store, made, ['made-up-1'])).toMatchObject([{ trackers: [{ sent: 1, left: 0 }] }]);
    expect(bell.given.at(-1)).toMatchObject({ type: 'end', state: 'interrupted' });
    await writeFile(join(made.run.folder, 'tracking', 'acme.bell.json'), '{"cursor":-1}');
    expect(await sync(store, made)).toMatchObject([{ trackers: [{ error: { code: 'track-cursor-damaged' } }] }]);
    await writeFile(join(made.run.folder, 'tracking', 'journal.jsonl'), 'x\n');
    expect(await sync(store, made)).toMatchObject([{ error: { code: 'track-journal-damaged' } }]);
    // The next run is told of it, and goes on.
    const next = await begun(store, bell);
    expect(next.notes.map(({ code }) => code)).toEqual(['track-journal-damaged']);
    await next.tracking.end(done);
    await rm(join(made.run.folder, 'tracking'), { recursive: true });
    await expect(sync(store, made, ['made-up-1'])).rejects.toMatchObject({ code: 'run-not-tracked' });
  });
});

it('a run in which nothing was left to do is told to a tracker that is new to it, and to no other', async () => {
  const store = await temporaryStore();
  const bell = trackerOf(async () => null);
  const { run, options, notes } = await trainedRun(store, bell);
  await run.end('done');
  const recorded = async (tracking: Tracking) => {
    for (const epoch of [1, 2]) tracking.epoch('backbone', row(epoch));
    await tracking.end(done);
  };
  await followAgain(run, options, recorded);
  expect(types(bell.given)).toEqual(['begin', 'scalars', 'scalars', 'end']);
  expect(bell.given[1]).not.toHaveProperty('values.memory_mb');
  await followAgain(run, options, () => Promise.reject(new Error('nothing is recorded twice')));
  expect(bell.given).toHaveLength(4);
  expect(notes).toEqual([]);
});

it('is sent from the start to another place than before, and to that one once', async () => {
  const store = await temporaryStore();
  const given: string[] = [];
  const tracker = defineTracker({
    name: 'acme/bell',
    version: 1,
    summary: 'Rings.',
    params: Type.Object({ at: Type.String({ default: 'here', description: 'Where.' }) }),
    argument: 'at',
    contract: () => ({}),
    async send(records, { state }, { at }) {
      given.push(...records.map(({ type }) => `${at} ${type} ${state}`));
      return at;
    },
  });
  const { run, options, notes } = await trainedRun(store, { tracker, given: [] });
  await run.end('done');
  for (const at of ['here', 'there', 'there']) {
    const recipe = { ...options.recipe, tracking: [{ type: 'acme/bell', identified: false, at }] };
    await followAgain(run, { ...options, recipe }, (tracking) => tracking.end(done));
  }
  expect(given).toEqual(['here begin null', 'here end here', 'there begin null', 'there end null']);
  expect(notes).toEqual([]);
});

it('a journal that was cut off, or taken away, is said to be damaged, and written anew where the run is recalled', async () => {
  const store = await temporaryStore();
  const bell = trackerOf(async () => 'kept');
  const { run, options, notes } = await trainedRun(store, bell);
  await run.end('done');
  const recorded = async (tracking: Tracking) => {
    tracking.epoch('backbone', row(1));
    await tracking.end(done);
  };
  await followAgain(run, options, recorded);
  const journal = join(run.folder, 'tracking', 'journal.jsonl');
  const whole = await readFile(journal, 'utf8');
  const made = { run, options, notes };
  const lines = whole.trim().split('\n');
  for (const [text, message] of [
    [`${lines.slice(0, -1).join('\n')}\n`, /is cut off: run made-up-1 is done, and its last record does not say so\.$/],
    [`${[lines[0], lines.at(-1)].join('\n')}\n`, /is cut off: acme\/bell has received 3 records, and it holds 1\.$/],
    [null, /is not there \(any more\)/],
  ] as const) {
    await (text === null ? rm(journal) : writeFile(journal, text));
    expect(await sync(store, made)).toMatchObject([
      {
        error: {
          code: 'track-journal-damaged',
          message: expect.stringMatching(message),
          hint: expect.stringMatching(/^Run its recipe again with `--track NAME`: then all of it is sent anew\./),
        },
      },
    ]);
    bell.given.splice(0);
    await followAgain(run, options, recorded);
    expect(types(bell.given)).toEqual(['begin', 'scalars', 'end']);
    expect(await readFile(journal, 'utf8')).toBe(whole);
    expect(await sync(store, made)).toMatchObject([{ error: null, trackers: [{ sent: 0, left: 0, error: null }] }]);
  }
  expect(notes.map(({ code }) => code)).toEqual(['track-journal-damaged', 'track-journal-damaged']);
  // A file in the place of the folder, and a store that takes no lock.
  await rm(join(run.folder, 'tracking'), { recursive: true });
  await writeFile(join(run.folder, 'tracking'), '');
  expect(await sync(store, made)).toMatchObject([{ error: { message: expect.stringMatching(/is a file|ENOTDIR/) } }]);
  await rm(join(store, 'locks'), { recursive: true });
  await writeFile(join(store, 'locks'), '');
  expect(await sync(store, made)).toMatchObject([
    {
      error: {
        code: 'track-journal-failed',
        message: expect.stringMatching(/^What trackers have received of run made-up-1 cannot be written down: /),
      },
    },
  ]);
});

it('a folder that takes no journal ends no run', async () => {
  const store = await temporaryStore();
  const { run, options, notes } = await trainedRun(
    store,
    trackerOf(async () => null),
  );
  await writeFile(join(run.folder, 'tracking'), 'in the way');
  expect(await followRun(run, options)).toBeNull();
  expect(notes).toMatchObject([{ level: 'warning', code: 'track-journal-failed' }]);
});
