import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import { type Calibration, defineCalibration, Type } from '../../../src/index.ts';
import { LABELS, type SliceLabels } from '../../../src/labels.ts';
import { stream } from '../../../src/random.ts';
import type { Component } from '../../../src/registry/kinds/component.ts';
import type { Side } from '../../../src/registry/kinds/split.ts';
import type { ResolvedRecipe } from '../../../src/registry/recipe.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { readCalibration } from '../../../src/runtime/artifacts/calibration.ts';
import {
  type PredictionRow,
  predictionsId,
  readLogits,
  readModelPredictions,
  readPredictions,
  writeLogits,
  writePredictions,
} from '../../../src/runtime/artifacts/predictions.ts';
import { type SliceRow, writeSlices } from '../../../src/runtime/artifacts/slices.ts';
import { patientCounts, tooFewPatients } from '../../../src/runtime/calibration/few-patients.ts';
import { calibrationFolds, FOLDS } from '../../../src/runtime/calibration/folds.ts';
import { modelMetrics } from '../../../src/runtime/evaluate/model-metrics.ts';
import { bySeries, joinTruth } from '../../../src/runtime/evaluate/scored.ts';
import type { LedgerPart } from '../../../src/runtime/ledger.ts';
import type { StageContext } from '../../../src/runtime/stage.ts';
import { calibrateStage } from '../../../src/runtime/stages/calibrate.ts';
import { calibrationStage } from '../../../src/runtime/stages/calibration.ts';
import type { Artifact } from '../../../src/runtime/store/artifact.ts';
import { sliceRow } from '../train/fixture.ts';

const WIDTH = LABELS.length;
const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

interface MadeUp {
  index: SliceRow[];
  rows: PredictionRow[];
  logits: Float32Array;
}

/** So many validation patients of four slices, others of the train and the test side; scores that are too sure of themselves. */
function madeUp(patients: number, seed = 0): MadeUp {
  const random = stream(seed, 'made-up');
  const index: SliceRow[] = [];
  const rows: PredictionRow[] = [];
  const logits: number[] = [];
  for (let p = 0; p < patients + 20; p++) {
    const side: Side = p < patients ? 'validation' : p % 2 === 0 ? 'train' : 'test';
    for (let order = 0; order < 4; order++) {
      const own = LABELS.map(() => 3 * (random.uniform() - 0.55));
      const truth = own.map((z) => (random.uniform() < sigmoid(z) ? 1 : 0));
      const labels = Object.fromEntries(LABELS.map((label, i) => [label, truth[i]])) as unknown as SliceLabels;
      const sure = own.map((z, label) => Math.fround(z * (1.5 + label / 4)));
      const row = sliceRow(`s${p}`, order, null);
      index.push({ ...row, labels: side === 'test' ? null : labels, group: `p${p}`, patient: `p${p}` });
      logits.push(...sure);
      rows.push({
        slice: row.slice,
        series: row.series,
        patient: `p${p}`,
        order,
        side,
        how: 'predicted',
        probabilities: sure.map(sigmoid),
      });
    }
  }
  return { index, rows, logits: Float32Array.from(logits) };
}

interface Calibrated {
  folder: { calibration: string; calibrate: string; predict: string };
  rows: PredictionRow[];
  ledger: LedgerPart;
}

/** Both stages, as the runner would. `given`: the calibration of a trained run. */
async function calibrated(
  of: MadeUp,
  calibration: object = { type: 'temperature', by: 'label' },
  { smoke = false, given, more = [] }: { smoke?: boolean; given?: string; more?: Component[] } = {},
): Promise<Calibrated> {
  const root = await mkdtemp(join(tmpdir(), 'ichor-calibration-'));
  const folderOf = (name: string) => mkdtemp(join(root, `${name}-`));
  const [index, predict] = [await folderOf('index'), await folderOf('predict')];
  await writeSlices(index, of.index);
  await writePredictions(predict, of.rows);
  await writeLogits(predict, of.logits);
  const artifact = (folder: string) => ({ stage: 'index', key: 'k', folder }) as Artifact;
  const inputs = new Map([
    ['index', artifact(index)],
    ['predict:sequence', artifact(predict)],
  ]);
  const context = {
    recipe: { calibration, smoke, data: { seed: 3 } } as unknown as ResolvedRecipe,
    registry: createRegistry([...builtIn, ...more] as Component[]),
    instance: 'sequence',
    inputs,
    progress: async () => {},
  } as unknown as StageContext;
  const folder = {
    calibration: given ?? (await folderOf('calibration')),
    calibrate: await folderOf('calibrate'),
    predict,
  };
  const none: LedgerPart = { stage: '', leftOut: [], notes: [] };
  const ledger = given === undefined ? await calibrationStage.run({ ...context, folder: folder.calibration }) : none;
  inputs.set('calibration:sequence', artifact(folder.calibration));
  await calibrateStage.run({ ...context, folder: folder.calibrate });
  return { folder, rows: await readPredictions(folder.calibrate), ledger };
}

const ENOUGH = 60;

describe('calibration and calibrate', () => {
  it('give a patient of the validation side nothing that was fitted on it: its labels do not change its own scores', async () => {
    const one = madeUp(ENOUGH);
    const before = await calibrated(one);
    // The truth of one patient turned round where that leaves its labels as a whole what they were: its fold stays.
    const index = one.index.map((row) => {
      if (row.group !== 'p7') return row;
      const twin = one.index.filter(({ group }) => group === 'p7').at(3 - row.order);
      return { ...row, labels: twin?.labels ?? row.labels };
    });
    const after = await calibrated({ ...one, index });
    const of = ({ rows }: Calibrated, patient: string) =>
      rows.filter((row) => row.patient === patient).map(({ probabilities }) => probabilities);
    expect(of(after, 'p7')).toEqual(of(before, 'p7'));
    const dealt = calibrationFolds(one.index.slice(0, 4 * ENOUGH), 3);
    const others = [...dealt].filter(([, fold]) => fold !== dealt.get('p7'));
    for (const [patient] of others) expect(of(after, patient), patient).not.toEqual(of(before, patient));
    const same = [...dealt].filter(([, fold]) => fold === dealt.get('p7'));
    for (const [patient] of same) expect(of(after, patient), patient).toEqual(of(before, patient));
    // Who is of no fold has what was fitted on all.
    expect(of(after, 'p61')).not.toEqual(of(before, 'p61'));
  });

  it('write temperatures of all and of each fold, and divide by them: validation by its fold, all else by all', async () => {
    const one = madeUp(ENOUGH);
    const { folder, rows, ledger } = await calibrated(one);
    expect(ledger.notes).toEqual([]);
    const file = await readCalibration(folder.calibration);
    expect(file).toMatchObject({ format: 1, model: 'sequence', component: 'temperature', skipped: null });
    expect(file.all).toMatchObject({ slices: 4 * ENOUGH, patients: ENOUGH });
    expect(file.folds).toHaveLength(FOLDS);
    expect(file.folds.map(({ patients }) => patients)).toEqual([48, 48, 48, 48, 48]);
    // Too sure by 1.5 and more: as made up.
    file.all?.parameters.temperature?.forEach((t, label) => {
      expect(t, LABELS[label]).toBeGreaterThan(1);
      expect(t, LABELS[label]).toBeLessThan(2 * (1.5 + label / 4));
      expect((file.all?.scales?.[label] ?? 0) * t).toBeCloseTo(1, 12);
    });
    const dealt = calibrationFolds(one.index.slice(0, 4 * ENOUGH), 3);
    rows.forEach((row, at) => {
      const fold = dealt.get(row.patient);
      const t = (fold === undefined ? file.all : file.folds[fold])?.parameters.temperature ?? [];
      row.probabilities.forEach((p, label) => {
        expect(p).toBe(sigmoid((one.logits[at * WIDTH + label] as number) / (t[label] as number)));
      });
    });
    const logits = await readLogits(folder.calibrate);
    expect(
      logits.every(
        (z, cell) => Math.abs(sigmoid(z) - (rows[Math.floor(cell / WIDTH)]?.probabilities[cell % WIDTH] ?? 9)) < 1e-6,
      ),
    ).toBe(true);
    // Nothing in the file that may leave with the networks names a patient, a series or a slice.
    expect(await readFile(join(folder.calibration, 'calibration.json'), 'utf8')).not.toMatch(/p7|s7/);
  });

  it('leave AUC, F1 at 0.5 and every call as they were, to the last digit, and lower the log loss', async () => {
    const metrics = [
      'mean-log-loss',
      'auc',
      'average-precision',
      'sensitivity-at-specificity',
      'f1',
      'patient-f1',
      'series-f1',
      'batch-mean-f1',
    ].map((type) => ({
      type,
      level: 'slice',
      score: 'rule',
      threshold: 0.5,
      specificity: 0.9,
      rule: 'recipe',
      slices: 'all',
      batch: 32,
    }));
    for (const seed of [1, 2, 3]) {
      const one = madeUp(ENOUGH, seed);
      const { folder } = await calibrated(one);
      const recipe = {
        backbone: { type: 'small-cnn' },
        sequence: { type: 'bi-lstm' },
        evaluation: {
          metrics: [
            ...metrics,
            { type: 'auc', level: 'patient', score: 'rule' },
            { type: 'f1', level: 'series', score: 'rule', threshold: 'best' },
          ],
          patient: {
            rule: 'consecutive',
            slices: 2,
            millimetres: null,
            threshold: 0.5,
            truth: ['same-rule', 'any-slice'],
          },
          bootstrap: { draws: 40, seed: 0 },
        },
      } as unknown as ResolvedRecipe;
      const registry = createRegistry(builtIn);
      const figures = async (calibrate?: string) => {
        const folders: Record<string, string | undefined> = {
          'predict:sequence': folder.predict,
          'calibrate:sequence': calibrate,
        };
        const rows = (await readModelPredictions('sequence', (id) => folders[id])) ?? [];
        return modelMetrics('sequence', bySeries(joinTruth(one.index, rows)), recipe, registry);
      };
      const [before, after] = [await figures(), await figures(folder.calibrate)];
      for (const side of ['validation', 'train'] as const) {
        const [was, is] = [before, after].map(({ sides }) => sides.find((own) => own.side === side)!) as [
          (typeof before.sides)[0],
          (typeof before.sides)[0],
        ];
        const kept = is.figures.filter(({ name }) => !name.startsWith('mean-log-loss'));
        expect(kept.length).toBeGreaterThan(25);
        expect(kept).toEqual(was.figures.filter(({ name }) => !name.startsWith('mean-log-loss')));
        for (const { name } of kept) expect(is.intervals?.[name], name).toEqual(was.intervals?.[name]);
        const loss = ({ figures: all }: typeof was) => all.find(({ name }) => name === 'mean-log-loss')?.value ?? 0;
        expect(loss(is)).toBeLessThan(loss(was));
        expect(is.calibration?.before.mean).toBeCloseTo(loss(was), 12);
        expect(is.calibration?.after.mean).toBeCloseTo(loss(is), 12);
        expect(was.calibration).toBeUndefined();
        expect(is.baselines).toEqual(was.baselines);
      }
    }
  });

  it('apply what a trained run has fitted where there is no validation side, and copy where nothing was fitted', async () => {
    const { folder } = await calibrated(madeUp(ENOUGH));
    const all = (await readCalibration(folder.calibration)).all?.parameters.temperature as readonly number[];
    const fresh = madeUp(ENOUGH, 9);
    const rows = fresh.rows.map((row) => ({ ...row, side: 'test' as const }));
    const applied = await calibrated({ ...fresh, rows }, undefined, { given: folder.calibration });
    applied.rows.forEach((row, at) => {
      expect(row.probabilities).toEqual(
        all.map((t, label) => sigmoid((fresh.logits[at * WIDTH + label] as number) / t)),
      );
    });

    const smoke = await calibrated(madeUp(4), undefined, { smoke: true });
    expect((await readCalibration(smoke.folder.calibration)).skipped).toMatch(/^Too few patients/);
    expect(smoke.ledger.notes).toMatchObject([{ reason: 'not-calibrated', kind: 'warning' }]);
    expect(smoke.rows).toEqual(await readPredictions(smoke.folder.predict));
  });

  it('end where there are too few patients, and where a logit is none', async () => {
    await expect(calibrated(madeUp(4))).rejects.toMatchObject({
      code: 'calibration-few-patients',
      exit: 2,
      message: expect.stringMatching(
        /^Too few patients to calibrate on, of 20 each, on the validation side of the sequence model: epidural: \d positive/,
      ),
    });
    const one = madeUp(ENOUGH);
    const spoil = (value: number) => {
      const logits = Float32Array.from(one.logits);
      logits[8] = value;
      return calibrated({ ...one, logits });
    };
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
      await expect(spoil(value)).rejects.toMatchObject({
        code: 'predictions-invalid',
        message: expect.stringContaining(`The logit of intraventricular of slice ${one.rows[1]?.slice} is ${value}`),
      });
    // A slice without pixels has what stands in for it: of no patient of its labels in training that may be minus infinity.
    const rows = one.rows.map((row, at) => (at === 1 ? { ...row, how: 'interpolated' as const } : row));
    const logits = Float32Array.from(one.logits);
    logits[8] = Number.NEGATIVE_INFINITY;
    const { folder, rows: own } = await calibrated({ ...one, rows, logits });
    expect((await readCalibration(folder.calibration)).all?.slices).toBe(4 * ENOUGH - 1);
    expect(own[1]?.probabilities[2]).toBe(0);
  });

  it('refuse a component that keeps no order or sign, or gives no numbers', async () => {
    const made = (more: Partial<Calibration>) =>
      defineCalibration({
        name: 'acme/own',
        version: 1,
        summary: 'Own.',
        params: Type.Object({}),
        contract: () => ({ fits: 'together' }),
        fit: () => ({ parameters: { a: [1] } }),
        calibrate: (logit) => logit,
        ...more,
      } as Omit<Calibration, 'kind'>);
    const run = (more: Partial<Calibration>) =>
      calibrated(madeUp(ENOUGH), { type: 'acme/own' }, { more: [made(more) as Component] });
    const failed = (message: RegExp) => ({ code: 'component-failed', message: expect.stringMatching(message) });
    await expect(run({ calibrate: (logit) => logit - 1 })).rejects.toMatchObject(failed(/changes its sign/));
    await expect(run({ calibrate: (logit) => 1 / logit })).rejects.toMatchObject(failed(/changes its order/));
    await expect(run({ calibrate: () => Number.NaN })).rejects.toMatchObject(failed(/cannot be used/));
    await expect(run({ fit: () => ({ parameters: { a: [Number.NaN] } }) })).rejects.toMatchObject(
      failed(/finite numbers/),
    );
    await expect(run({ scales: () => [1, 2] })).rejects.toMatchObject(failed(/not 6 numbers/));
    const { folder } = await run({ calibrate: (logit) => logit ** 3 });
    expect((await readCalibration(folder.calibration)).all?.scales).toBeNull();
  });
});

describe('folds', () => {
  const rows = madeUp(ENOUGH).index.slice(0, 4 * ENOUGH);
  it('are as large as each other, as alike as may be, and those of the patients in any order', () => {
    const dealt = calibrationFolds(rows, 3);
    expect(dealt.size).toBe(ENOUGH);
    for (let fold = 0; fold < FOLDS; fold++)
      expect([...dealt.values()].filter((own) => own === fold)).toHaveLength(ENOUGH / FOLDS);
    const backwards = calibrationFolds([...rows].reverse(), 3);
    expect(new Map([...backwards].sort())).toEqual(new Map([...dealt].sort()));
    expect([...calibrationFolds(rows, 4)].sort()).not.toEqual([...dealt].sort());
  });

  it('share out a rare label', () => {
    const none = Object.fromEntries(LABELS.map((label) => [label, 0])) as unknown as SliceLabels;
    const rare = Array.from({ length: 100 }, (_, p) => ({
      group: `p${p}`,
      labels: { ...none, ...(p % 20 === 3 ? { epidural: 1 as const, any: 1 as const } : {}) },
    }));
    const dealt = calibrationFolds(rare, 0);
    const folds = rare.filter(({ labels }) => labels.epidural === 1).map(({ group }) => dealt.get(group));
    expect([...folds].sort()).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('too few patients', () => {
  const registry = createRegistry(builtIn);
  const rowsOf = (positive: number, negative: number) => {
    const labels = (y: 0 | 1) => Object.fromEntries(LABELS.map((label) => [label, y])) as unknown as SliceLabels;
    return [
      ...Array.from({ length: positive }, (_, p) => ({ group: `a${p}`, labels: labels(1) })),
      ...Array.from({ length: negative }, (_, p) => ({ group: `b${p}`, labels: labels(0) })),
      { group: 'u', labels: null },
    ];
  };
  const few = (rows: ReturnType<typeof rowsOf>, by: string) =>
    tooFewPatients(rows, 'backbone', { type: 'temperature', by }, registry);

  it('are counted by patient, both with the label and without it', () => {
    expect(patientCounts([...rowsOf(3, 2), ...rowsOf(3, 2)]).labels.any).toEqual({ positive: 3, negative: 2 });
    expect(few(rowsOf(20, 20), 'label')).toBeNull();
    expect(few(rowsOf(19, 20), 'label')?.message).toContain('base model: epidural: 19 positive, ');
    expect(few(rowsOf(20, 19), 'label')?.message).toContain('any: 19 with negative slices');
    expect(few(rowsOf(19, 19), 'all')?.message).toContain('all labels together: 19 positive');
  });

  it('of single labels point at one temperature for all, where there are enough for that', () => {
    const rows = rowsOf(20, 20).map((row) =>
      row.labels === null ? row : { ...row, labels: { ...row.labels, epidural: 0 as const } },
    );
    expect(few(rows, 'label')).toMatchObject({
      code: 'calibration-few-patients',
      message: expect.stringContaining('model: epidural: 0 positive.'),
      hint: expect.stringContaining('by: all'),
    });
    expect(few(rows, 'all')).toBeNull();
    expect(few(rowsOf(4, 4), 'label')?.hint).not.toContain('by: all');
  });
});

describe('the predictions of a model', () => {
  it('are calibrated where the run is', () => {
    const has = (...ids: string[]) => predictionsId('sequence', (id) => ids.includes(id));
    expect(has('predict:sequence')).toBe('predict:sequence');
    expect(has('predict:sequence', 'calibrate:sequence')).toBe('calibrate:sequence');
    expect(has('predict:sequence', 'calibrate:backbone')).toBe('predict:sequence');
  });
});
