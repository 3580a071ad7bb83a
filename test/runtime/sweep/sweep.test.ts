import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { IchorError } from '../../../src/errors.ts';
import {
  type LedgerPoint,
  readLedger,
  type SweepLedger,
  writeLedger,
} from '../../../src/runtime/runs/points-ledger.ts';
import { thisProcess } from '../../../src/runtime/store/process-identity.ts';
import { sweepPage } from '../../../src/runtime/sweep/page.ts';
import { deviation, mean, sweepResults } from '../../../src/runtime/sweep/results.ts';
import { runSweep } from '../../../src/runtime/sweep/run-sweep.ts';
import { sweepCsv, sweepMarkdown, sweepTable } from '../../../src/runtime/sweep/table.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-sweep-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const point = (layers: number, seed: number, change: Partial<LedgerPoint> = {}): LedgerPoint => ({
  name: `layers-${layers}.seed-${seed}`,
  values: { 'sequence.layers': layers },
  seed,
  recipe: `recipe-${layers}-${seed}`,
  status: 'not started',
  run: null,
  error: null,
  seconds: null,
  process: null,
  ...change,
});
const ledgerOf = (points: LedgerPoint[]): SweepLedger => ({
  format: 1,
  name: 'layers',
  base: { sequence: { cells: 4, dropout: 0.1 } },
  points,
});
const wanted = () => ledgerOf([point(1, 0), point(1, 1), point(2, 0)]);

/** Runs points by a function; says which ones ran. */
async function sweep(
  run: (name: string) => Promise<string>,
  options: { wanted?: SweepLedger; restart?: boolean; runsFolder?: string } = {},
) {
  const ran: string[] = [];
  const controller = new AbortController();
  const ledger = await runSweep({
    folder,
    ...(options.runsFolder === undefined ? {} : { runsFolder: options.runsFolder }),
    wanted: options.wanted ?? wanted(),
    restart: options.restart ?? false,
    signal: controller.signal,
    run: ({ name }) => {
      ran.push(name);
      return run(name);
    },
    show: async () => {},
  });
  return { ran, states: ledger.points.map(({ status }) => status), ledger };
}
const succeed = async (name: string) => `${name}-1`;

describe('the ledger of a sweep', () => {
  test('a failed point is recorded, the next one runs; the next call tries it again and recalls the others', async () => {
    const first = await sweep(async (name) => {
      if (name === 'layers-1.seed-1') throw new IchorError('split-impossible', 'No patient is left.', 'Give it more.');
      return succeed(name);
    });
    expect(first.states).toEqual(['done', 'failed', 'done']);
    expect(first.ledger.points[1]?.error).toBe('No patient is left. Give it more.');
    const second = await sweep(succeed);
    expect(second.ran).toHaveLength(3);
    expect(second.ledger.points[0]).toEqual(first.ledger.points[0]);
    expect(second.states).toEqual(['done', 'done', 'done']);
    expect(second.ledger.points[1]).toMatchObject({ run: 'layers-1.seed-1-1', error: null });
    // What became stale meanwhile, or whose run was removed, is another run now.
    const third = await sweep(async (name) => `${name}-2`);
    expect(third.ledger.points.map(({ run }) => run)).toEqual(wanted().points.map(({ name }) => `${name}-2`));
  });

  test('what a recalled run was made from is noted, in a ledger that did not know it too', async () => {
    const runsFolder = join(folder, 'runs');
    const before = (await sweep(succeed)).ledger.points.map((point) => ({ ...point, seconds: 12.5 }));
    await writeLedger(folder, ledgerOf(before));
    for (const { name } of wanted().points) {
      await mkdir(join(runsFolder, `${name}-1`), { recursive: true });
      const record = { name: `${name}-1`, recipeHash: `before ${name}`, status: 'done', components: {}, artifacts: {} };
      await writeFile(join(runsFolder, `${name}-1`, 'run.json'), JSON.stringify(record));
    }
    const { ledger } = await sweep(succeed, { runsFolder });
    expect(ledger.points.map(({ seconds }) => seconds)).toEqual([12.5, 12.5, 12.5]);
    expect(ledger.points.map(({ madeFrom }) => madeFrom)).toEqual(wanted().points.map(({ name }) => `before ${name}`));
  });

  test('a fault of the program stops it, and what is done stays', async () => {
    await expect(
      sweep(async (name) => {
        if (name === 'layers-1.seed-1') throw new TypeError('undefined is no function');
        return succeed(name);
      }),
    ).rejects.toThrow('undefined is no function');
    expect((await readLedger(folder))?.points.map(({ status }) => status)).toEqual(['done', 'failed', 'not started']);
  });

  test('what a killed process was at is not started; what a living one is at reads running', async () => {
    const dead = { ...thisProcess(), pid: 2 ** 22 - 1, started: '1' };
    const points = [
      point(1, 0, { status: 'running', process: dead }),
      point(1, 1, { status: 'running', process: thisProcess() }),
    ];
    await writeLedger(folder, ledgerOf(points));
    expect((await readLedger(folder))?.points.map(({ status }) => status)).toEqual(['not started', 'running']);
  });

  test('an interruption leaves its point to the next call', async () => {
    const controller = new AbortController();
    const run = runSweep({
      folder,
      wanted: wanted(),
      restart: false,
      signal: controller.signal,
      async run({ name }) {
        if (name !== 'layers-1.seed-1') return succeed(name);
        controller.abort(new Error('interrupted by SIGINT'));
        controller.signal.throwIfAborted();
        return '';
      },
      show: async () => {},
    });
    await expect(run).rejects.toThrow('interrupted by SIGINT');
    expect((await readLedger(folder))?.points.map(({ status }) => status)).toEqual([
      'done',
      'not started',
      'not started',
    ]);
    expect((await sweep(succeed)).states).toEqual(['done', 'done', 'done']);
  });

  test('a sweep may grow; a changed recipe is refused, with what changed; --restart forgets', async () => {
    await sweep(succeed);
    const grown = ledgerOf([...wanted().points, point(3, 0)]);
    expect((await sweep(succeed, { wanted: grown })).states).toEqual(['done', 'done', 'done', 'done']);

    const changed: SweepLedger = {
      ...wanted(),
      base: { sequence: { cells: 8, dropout: 0.1 } },
      points: wanted().points.map((one) => ({ ...one, recipe: `${one.recipe}-other` })),
    };
    const refused = sweep(succeed, { wanted: changed });
    await expect(refused).rejects.toMatchObject({
      code: 'sweep-incompatible',
      exit: 2,
      message: expect.stringContaining('(changed: sequence.cells)'),
    });
    await expect(sweep(succeed, { wanted: ledgerOf([point(1, 0)]) })).rejects.toThrow(
      'layers-1.seed-1, which is done, is no longer',
    );
    expect((await readLedger(folder))?.points).toHaveLength(4);
    expect((await sweep(succeed, { wanted: changed, restart: true })).ran).toHaveLength(3);
  });
});

test.each([
  ['cut off', '{"format": 1, "poi'],
  ['empty', ''],
  ['null', 'null'],
  ['another thing', '{}'],
])('a ledger that is damaged (%s) is told, with the way out', async (_, text) => {
  await writeFile(join(folder, 'ledger.json'), text);
  await expect(sweep(succeed)).rejects.toMatchObject({
    code: 'sweep-ledger-damaged',
    exit: 2,
    hint: expect.stringContaining('--restart'),
  });
  expect((await sweep(succeed, { restart: true })).states).toEqual(['done', 'done', 'done']);
});

describe('what a sweep shows', () => {
  const losses: Record<string, number> = { 'a-1': 0.2, 'b-1': 0.3, 'c-1': 0.1 };
  async function results(patients: number) {
    const points = [
      point(1, 0, { status: 'done', run: 'a-1' }),
      point(1, 1, { status: 'done', run: 'b-1' }),
      point(2, 0, { status: 'done', run: 'c-1' }),
      point(2, 1, { status: 'failed', error: 'No | patient <left>.' }),
    ];
    for (const [run, value] of Object.entries(losses)) {
      await mkdir(join(folder, run), { recursive: true });
      const figures = [
        { name: 'mean-log-loss', value, better: 'lower', unit: 'slice', counts: {} },
        {
          name: 'auc (any)',
          value: 1 - value,
          better: 'higher',
          unit: 'slice',
          counts: { positives: 9, negatives: 9 },
        },
      ];
      const side = { side: 'validation', labelled: { slices: 9, series: 9, patients }, figures };
      const models = [
        { model: 'backbone', component: 'x', sides: [] },
        { model: 'sequence', component: 'y', sides: [side] },
      ];
      await writeFile(
        join(folder, run, 'metrics.json'),
        JSON.stringify({ format: 1, synthetic: true, smoke: false, final: 'sequence', models }),
      );
    }
    const ledger = ledgerOf(points);
    return { ledger, found: await sweepResults(ledger, folder, []) };
  }

  test('mean and sample deviation over the seeds: 0.2 and 0.3 are 0.25 ± 0.0707', async () => {
    // By hand: deviations 0.05 and 0.05, their squares sum to 0.005, divided by 1: root 0.0707.
    expect(mean([0.2, 0.3])).toBeCloseTo(0.25, 12);
    expect(deviation([0.2, 0.3])).toBeCloseTo(0.070_710_678, 9);
    expect(deviation([0.2])).toBeNull();
    const { found } = await results(30);
    expect(sweepTable(found)).toEqual([
      ['sequence.layers', 'runs', 'mean-log-loss ↓', 'auc (any) ↑'],
      ['1', '2 of 2', '0.2500 ± 0.0707', '0.7500 ± 0.0707'],
      ['2', '1 of 2, 1 failed', '0.1000', '0.9000'],
    ]);
  });

  test('with few patients counts stand in the place of an AUC, not of a loss', async () => {
    const [, first, second] = sweepTable((await results(19)).found);
    expect(first?.slice(2)).toEqual([
      '0.2500 ± 0.0707',
      'too few for a figure: 19 patients; 9 positive and 9 negative slices',
    ]);
    expect(second?.slice(2)).toEqual(['0.1000', '9 positive, 9 negative']);
  });

  test('Markdown, CSV and page say SYNTHETIC, and escape what an error says', async () => {
    const { ledger, found } = await results(30);
    expect(sweepMarkdown(found)).toContain('# SYNTHETIC · Sweep layers\n\n| sequence.layers | runs |');
    const csv = sweepCsv(ledger, found);
    expect(csv.split('\n')[0]).toBe(
      'point,sequence.layers,seed,state,run,seconds,marks,patients,mean-log-loss,auc (any),error',
    );
    expect(csv).toContain('layers-1.seed-1,1,1,done,b-1,,SYNTHETIC,30,0.3,0.7,\n');
    const page = await sweepPage(ledger, found);
    expect(page).toContain('<title>SYNTHETIC · layers · ichor sweep</title>');
    expect(page).toContain('No | patient &lt;left&gt;.');
    expect(page).toContain('<a href="../../runs/b-1/report.html">b-1</a>');
    expect(page).toContain('sequence.layers 1, seed 1');
    // In the plot itself too, in its wide and its narrow form.
    expect(page.match(/<svg[\s\S]*?SYNTHETIC[\s\S]*?<\/svg>/g)?.length).toBe(2);
    expect(await sweepPage(ledger, found)).toBe(page);
  });

  test('before anything is done there is a page without a plot', async () => {
    const ledger = wanted();
    const found = await sweepResults(ledger, folder, []);
    const page = await sweepPage(ledger, found);
    expect(page).toContain('No figure can be drawn yet');
    expect(page).toContain('not started');
    await expect(readFile(join(folder, 'a-1', 'metrics.json'))).rejects.toThrow();
  });
});
