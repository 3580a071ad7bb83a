import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IchorError } from '../../src/errors.ts';
import { LABELS } from '../../src/index.ts';
import { evaluate, openRun, run } from '../../src/library/index.ts';
import { readLedger } from '../../src/runtime/artifacts/ledger.ts';
import type { Metrics } from '../../src/runtime/artifacts/metrics.ts';
import { readSlices } from '../../src/runtime/artifacts/slices.ts';
import { readSplit } from '../../src/runtime/artifacts/split.ts';
import { top } from '../cli.ts';

const SET = [
  'data.source.studies=24',
  'data.source.testStudies=1',
  'data.source.size=64',
  'data.image.size=32',
  'train.backbone.epochs=1',
  'train.sequence.epochs=1',
];
const RECIPE = join(top, 'recipes/quickstart.yaml');
let store: string;
const record = async (name: string) =>
  JSON.parse(await readFile(join(store, 'runs', name, 'run.json'), 'utf8')) as {
    name: string;
    testSide?: { of: string; opened: string[] };
    artifacts: Record<string, { stage: string; key: string }>;
    notices: { text: string }[];
  };
const folderOf = async (name: string, id: string) => {
  const { stage, key } = (await record(name)).artifacts[id]!;
  return join(store, 'store', stage, key);
};
const metricsOf = async (name: string): Promise<Metrics> =>
  JSON.parse(await readFile(join(await folderOf(name, 'evaluate'), 'metrics.json'), 'utf8')) as Metrics;

beforeAll(async () => {
  store = await mkdtemp(join(tmpdir(), 'ichor-test-side-'));
  await run(RECIPE, { set: [...SET, 'data.test=0.25'], store, engine: 'wasm' });
}, 300_000);
afterAll(() => rm(store, { recursive: true, force: true }));

describe('a run with a test side', () => {
  it('holds out a share of the labelled patients before the split, whole', async () => {
    const slices = await readSlices(await folderOf('quickstart-1', 'index'));
    const split = await readSplit(await folderOf('quickstart-1', 'split'));
    const patients = new Map<string, Set<string>>();
    slices.forEach(({ group, labels }, at) => {
      if (labels !== null) patients.set(group, (patients.get(group) ?? new Set()).add(split[at]!.backbone));
    });
    expect([...patients.values()].every((sides) => sides.size === 1)).toBe(true);
    const held = [...patients.values()].filter((sides) => sides.has('held-out')).length;
    expect(held).toBe(Math.round(0.25 * patients.size));
    // A share of the others validates.
    expect([...patients.values()].filter((sides) => sides.has('validation')).length).toBeGreaterThan(0);
  });

  it('has no label of it in any figure, table or page, and says that somebody is held out', async () => {
    const metrics = await metricsOf('quickstart-1');
    expect(metrics.models.flatMap(({ sides }) => sides.map(({ side }) => side))).not.toContain('held-out');
    const [head = '', ...rows] = (await readFile(join(store, 'runs/quickstart-1/patients.csv'), 'utf8'))
      .trim()
      .split(/\r?\n/);
    const columns = head.split(',');
    const held = rows.map((row) => row.split(',')).filter((row) => row[columns.indexOf('side')] === 'held-out');
    expect(held.length).toBeGreaterThan(0);
    expect(columns).toContain('truth_any_slice');
    for (const name of ['truth_same_rule', 'truth_any_slice']) {
      expect(new Set(held.map((row) => row[columns.indexOf(name)]))).toEqual(new Set(['']));
      expect(new Set(held.map((row) => row[columns.indexOf('labelled')]))).toEqual(new Set(['0']));
    }
    const { notes } = await readLedger(await folderOf('quickstart-1', 'split'));
    expect(notes.filter(({ reason }) => reason === 'test-side')).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/^5 patients of 21 \(110 slices with labels\) are held out as the test side/),
      }),
    ]);
    expect((await record('quickstart-1')).testSide).toBeUndefined();
  });

  it('gives the same figures, byte by byte, whatever the labels of the test side are', async () => {
    // What is made of an index in which they are all turned round is what was made.
    const { joinTruth } = await import('../../src/runtime/evaluate/scored.ts');
    const { readModelPredictions } = await import('../../src/runtime/artifacts/predictions.ts');
    const index = await readSlices(await folderOf('quickstart-1', 'index'));
    const split = await readSplit(await folderOf('quickstart-1', 'split'));
    const turned = index.map((row, at) =>
      split[at]!.backbone !== 'held-out' || row.labels === null
        ? row
        : {
            ...row,
            labels: Object.fromEntries(LABELS.map((label) => [label, 1 - row.labels![label]])) as typeof row.labels,
          },
    );
    const record1 = await record('quickstart-1');
    const at = (id: string) => {
      const found = record1.artifacts[id];
      return found && join(store, 'store', found.stage, found.key);
    };
    const rows = (await readModelPredictions('sequence', at)) ?? [];
    expect(joinTruth(turned, rows)).toEqual(joinTruth(index, rows));
    expect(joinTruth(turned, rows, { opened: true })).not.toEqual(joinTruth(index, rows, { opened: true }));
  });
});

describe('evaluate with testSide', () => {
  it('judges by it alone, trains and predicts nothing, and writes into both runs when it was opened', async () => {
    const trained = await metricsOf('quickstart-1');
    const done = await evaluate('quickstart-1', [], { store, testSide: true });
    expect(done.ran).toEqual(['labels', 'evaluate', 'report']);
    const metrics = await metricsOf('quickstart-test-side-1');
    expect(metrics.models.map(({ sides }) => sides.map(({ side }) => side))).toEqual([['held-out'], ['held-out']]);
    const split = await readSplit(await folderOf('quickstart-1', 'split'));
    expect(metrics.models[0]!.sides[0]!.labelled.slices).toBe(
      split.filter(({ backbone }) => backbone === 'held-out').length,
    );
    expect(metrics.models[0]!.sides[0]!.intervals).toBeDefined();
    const [one, two] = [await record('quickstart-1'), await record('quickstart-test-side-1')];
    expect(one.testSide?.opened).toHaveLength(1);
    expect(two.testSide).toEqual(one.testSide);
    expect(two.notices.some(({ text }) => text.includes('were opened'))).toBe(false);
    const page = await readFile(join(store, 'runs/quickstart-test-side-1/report.html'), 'utf8');
    expect(page).toContain(`opened at ${one.testSide!.opened[0]}, once`);
    expect(page).toContain('Test side');
    // The run itself stays what it was.
    expect(await metricsOf('quickstart-1')).toEqual(trained);
    expect((await openRun('quickstart-test-side-1', { store })).predictsWith).toBe('quickstart-1');
  });

  it('says when it is opened again, also by another run that holds out the same patients', async () => {
    await evaluate('quickstart-1', [], { store, testSide: true });
    const { opened } = (await record('quickstart-1')).testSide!;
    expect(opened).toHaveLength(2);
    const again = (await record('quickstart-test-side-2')).notices.map(({ text }) => text).join('\n');
    expect(again).toContain(`were opened once before: quickstart-1 at ${opened[0]}`);
    const page = await readFile(join(store, 'runs/quickstart-test-side-2/report.html'), 'utf8');
    expect(page).toContain(`opened at ${opened[1]}, 2 times, the first time at ${opened[0]}`);

    // Another training on the same data, and so the same test side.
    await run(RECIPE, { set: [...SET, 'data.test=0.25', 'seed=1'], store, engine: 'wasm' });
    const done = await evaluate('quickstart-2', [], { store, testSide: true });
    expect(done.notices.map(({ text }) => text).join('\n')).toContain('were opened 2 times before: quickstart-1');
  }, 120_000);

  it('refuses a run that holds nobody out, and other slices beside it', async () => {
    await run(RECIPE, { set: SET, store, engine: 'wasm' });
    const code = (work: PromiseLike<unknown>) =>
      Promise.resolve(work).then(
        () => null,
        (error: IchorError) => error.code,
      );
    expect(await code(evaluate('quickstart-3', [], { store, testSide: true }))).toBe('no-test-side');
    expect(await code(evaluate('quickstart-test-side-1', [], { store, testSide: true }))).toBe('no-test-side');
    await writeFile(join(store, 'labels.csv'), 'ID,Label\n');
    expect(await code(evaluate('quickstart-1', [store], { store, testSide: true }))).toBe('wrong-call');
    expect(await code(evaluate('quickstart-1', [], { store, testSide: true, labels: 'labels.csv' }))).toBe(
      'wrong-call',
    );
    expect(await code(evaluate('quickstart-1', [], { store }))).toBe('wrong-call');
    // None of them counts as an opening.
    expect((await record('quickstart-1')).testSide?.opened).toHaveLength(2);
  }, 120_000);
});
