import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCsv } from '../../src/runtime/artifacts/csv.ts';
import { readSlices } from '../../src/runtime/artifacts/slices.ts';
import { readSplit } from '../../src/runtime/artifacts/split.ts';
import { ichor, top } from '../cli.ts';

let folder: string;
let out: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-table-folds-'));
  await cp(join(top, 'test', 'fixtures', 'tables'), folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{}');
  const made = await run();
  expect(made, made.err).toMatchObject({ status: 0 });
  out = made.out;
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = () =>
  ichor(['table', 'tiny-folds.yaml', '--engine', 'wasm', '--store', join(folder, 'store')], { cwd: folder });
const read = (name: string) => readFile(join(folder, 'store', 'tables', 'tiny-folds', name), 'utf8');
const artifactOf = async (name: string, stage: string): Promise<string> => {
  const { artifacts } = JSON.parse(await readFile(join(folder, 'store', 'runs', name, 'run.json'), 'utf8'));
  return join(folder, 'store', 'store', artifacts[stage].stage, artifacts[stage].key);
};

interface Said {
  rows: {
    name: string;
    cells: Record<string, { mean: number }>;
    meanOfFolds?: Record<string, number>;
    seeds: {
      patients: number;
      figures: { name: string; value: number }[];
      intervals: Record<string, { low: number; high: number }>;
      folds: { run: string; fold: number; patients: number; figures: { name: string; value: number }[] }[];
    }[];
  }[];
}
const said = async () => JSON.parse(await read('table.json')) as Said;
const valueIn = ({ figures }: { figures: { name: string; value: number }[] }, name: string) =>
  figures.find((one) => one.name === name)?.value as number;

describe('a table over folds', () => {
  it('has each labelled patient in one fold, and figures of all of them', async () => {
    const { rows } = await said();
    const seed = rows[0]?.seeds[0];
    const times = new Map<string, number>();
    const heldOut = new Set<string>();
    const scores: { any: number; truth: number }[] = [];
    let losses = 0;
    for (const one of seed?.folds ?? []) {
      const slices = await readSlices(await artifactOf(one.run, 'index'));
      const split = await readSplit(await artifactOf(one.run, 'split'));
      const own = new Set(slices.flatMap(({ group }, i) => (split[i]?.backbone === 'validation' ? [group] : [])));
      const trained = new Set(slices.flatMap(({ group }, i) => (split[i]?.backbone === 'train' ? [group] : [])));
      // The test side was taken out before, of all folds alike.
      const held = new Set(slices.flatMap(({ group }, i) => (split[i]?.backbone === 'held-out' ? [group] : [])));
      expect(held.size).toBeGreaterThan(0);
      for (const patient of held) heldOut.add(patient);
      for (const patient of own) {
        expect(trained).not.toContain(patient);
        times.set(patient, (times.get(patient) ?? 0) + 1);
      }
      let count = 0;
      const predictions = readCsv(join(await artifactOf(one.run, 'predict:backbone'), 'predictions.csv'), [
        'slice',
        'side',
        'any',
      ]);
      let at = 0;
      for await (const row of predictions) {
        const slice = slices[at++];
        if (row.side !== 'validation' || slice?.labels == null) continue;
        scores.push({ any: Number(row.any), truth: slice.labels.any });
        count++;
      }
      losses += count * valueIn(one, 'mean-log-loss');
    }
    expect([...times.values()].every((count) => count === 1)).toBe(true);
    expect(seed?.patients).toBe(times.size);
    expect([...heldOut].some((patient) => times.has(patient))).toBe(false);
    // A mean over slices is the mean over folds, weighted by their slices.
    expect(valueIn(seed!, 'mean-log-loss')).toBeCloseTo(losses / scores.length, 10);
    // Mann-Whitney over all pairs, whatever network scored them.
    const [positive, negative] = [1, 0].map((truth) => scores.filter((one) => one.truth === truth));
    const wins = positive!.flatMap(({ any }) =>
      negative!.map((one) => (any > one.any ? 1 : any === one.any ? 0.5 : 0)),
    );
    const auc = wins.reduce<number>((sum, one) => sum + one, 0) / wins.length;
    expect(valueIn(seed!, 'auc (any)')).toBeCloseTo(auc, 10);
    const { low, high } = seed!.intervals['auc (any)']!;
    expect(low).toBeLessThan(auc);
    expect(high).toBeGreaterThan(auc);
  });

  it('shows the folds beside, and the mean of folds of what goes by the order of scores', async () => {
    const { rows } = await said();
    const [short] = rows;
    const means = short!.seeds.map(({ folds }) => folds.reduce((sum, one) => sum + valueIn(one, 'auc (any)'), 0) / 3);
    expect(short?.meanOfFolds).toEqual({ 'auc (any)': expect.closeTo((means[0]! + means[1]!) / 2, 12) });
    const markdown = await read('table.md');
    expect(markdown).toContain('| short | 1, fold 2 | done |');
    expect(markdown).toMatch(/seed 0: 0\.\d{4} \[[^\]]+\]; by fold 0\.\d{4} to 0\.\d{4}/);
    expect(markdown).toContain('each labelled patient is predicted once');
    const csv = (await read('table.csv')).split('\n');
    expect(csv[0]).toMatch(/^row,seed,data seed,fold,/);
    expect(csv.filter((line) => line.startsWith('short,0,,')).map((line) => line.split(',')[3])).toEqual([
      '0',
      '1',
      '2',
      'pooled',
    ]);
    expect(await read('table.html')).toContain('fold 2');
    expect(out).toContain('SYNTHETIC · A small table over three folds');
  });

  it('pairs claims by the pooled patients, and predictors without pictures by the shares of each fold', async () => {
    const { rows } = await said();
    const whole = rows.find(({ name }) => name === 'constant')?.seeds[0];
    expect(whole?.patients).toBe(rows[0]?.seeds[0]?.patients);
    let [losses, slices] = [0, 0];
    for (const { run: name } of rows[0]?.seeds[0]?.folds ?? []) {
      const metrics = JSON.parse(await readFile(join(folder, 'store', 'runs', name, 'metrics.json'), 'utf8'));
      const side = metrics.models[0].sides.find((one: { side: string }) => one.side === 'validation');
      losses += side.labelled.slices * valueIn({ figures: side.baselines.constant }, 'mean-log-loss');
      slices += side.labelled.slices;
    }
    expect(valueIn(whole!, 'mean-log-loss')).toBeCloseTo(losses / slices, 10);
    expect(out).toContain('a second epoch lowers the loss: undecided (2 of 5 seeds)');
    expect(out).toMatch(new RegExp(`; ${whole?.patients} patients; exploratory`));
  });

  it('makes a fold anew whose run was deleted', async () => {
    const { rows } = await said();
    await rm(join(folder, 'store', 'runs', rows[0]?.seeds[0]?.folds[1]?.run as string), { recursive: true });
    const again = await run();
    expect(again, again.err).toMatchObject({ status: 0 });
    expect((await said()).rows[0]?.cells).toEqual(rows[0]?.cells);
  });
});
