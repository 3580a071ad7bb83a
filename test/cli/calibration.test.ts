import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { LABELS } from '../../src/labels.ts';
import { readCalibration } from '../../src/runtime/artifacts/calibration.ts';
import type { Metrics } from '../../src/runtime/artifacts/metrics.ts';
import { readLogits } from '../../src/runtime/artifacts/predictions.ts';
import { ichor } from '../cli.ts';

/** Sixty and more patients with a haemorrhage, in seconds: three slices each. */
const RECIPE = `
recipe: 1
name: patients
data:
  source: { type: phantom, studies: 130, testStudies: 2, size: 64, minimumSlices: 3, maximumSlices: 3, positives: 0.7, singleSliceMimics: 0 }
  split: { validation: 0.5 }
  image: { size: 16 }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
augment: []
backbone: { type: small-cnn, width: 0.25 }
sequence: { type: bi-lstm, cells: 4, layers: 1 }
train:
  backbone: { epochs: 3, optimizer: { type: adam, learningRate: 3e-3 } }
  sequence: { epochs: 3, optimizer: { type: adam, learningRate: 1e-2 } }
evaluation:
  metrics: [mean-log-loss, auc, average-precision, f1, patient-f1, series-f1]
  patient: { rule: consecutive, slices: 2 }
`;
const ALL = ['--set', 'calibration={type: temperature, by: all}'];

let root: string;
const run = (...args: string[]) => ichor(args, { cwd: root });
const ended = async (...args: string[]): Promise<string> => {
  const { status, out, err } = await run(...args);
  expect(`${status} ${err}`).toMatch(/^0 /);
  return `${out}\n${err}`;
};
const inRun = (name: string, file: string) => readFileSync(join(root, '.ichor/runs', name, file), 'utf8');
const metricsOf = (name: string): Metrics => JSON.parse(inRun(name, 'metrics.json'));
const folderOf = (name: string, id: string): string => {
  const { stage, key } = JSON.parse(inRun(name, 'run.json')).artifacts[id];
  return join(root, '.ichor/store', stage, key);
};

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'calibration-'));
  writeFileSync(join(root, 'package.json'), '{}');
  writeFileSync(join(root, 'patients.yaml'), RECIPE);
  await ended('run', 'patients.yaml');
}, 300_000);

describe('a calibrated run', () => {
  let said: string;
  beforeAll(async () => {
    said = await ended('run', 'patients.yaml', ...ALL);
  }, 300_000);

  it('trains nothing again, and says what it did to the log loss', () => {
    expect(said).toMatch(/sequence +done before/);
    expect(said).toMatch(/predict:sequence +done before/);
    expect(said).toMatch(
      /Calibrated by temperature, cross-fitted over patients; mean log loss before and after: base [\d.]+ -> [\d.]+; sequence [\d.]+ -> [\d.]+\./,
    );
    expect(inRun('patients-2', 'report.html')).toContain('calibrated by temperature on the validation side');
    expect(inRun('patients-2', 'report.html')).not.toMatch(/uncalibrated/);
    expect(inRun('patients-1', 'report.html')).toMatch(/uncalibrated/);
  });

  it('has the AUC, the average precision and the F1 at 0.5 of the run without, to the last digit, on every side of both models', () => {
    const [before, after] = [metricsOf('patients-1'), metricsOf('patients-2')];
    let compared = 0;
    for (const [m, model] of after.models.entries())
      for (const [s, side] of model.sides.entries()) {
        const was = before.models[m]?.sides[s];
        expect(side.side).toBe(was?.side);
        const kept = side.figures.filter(({ name }) => !name.startsWith('mean-log-loss'));
        expect(kept).toEqual(was?.figures.filter(({ name }) => !name.startsWith('mean-log-loss')));
        compared += kept.filter(({ value }) => value !== null).length;
        expect(side.calibration?.before.mean).toBeCloseTo(
          was?.figures.find(({ name }) => name === 'mean-log-loss')?.value ?? 0,
          12,
        );
        expect(side.calibration?.after.mean).not.toBe(side.calibration?.before.mean);
      }
    expect(compared).toBeGreaterThan(40);
    const { temperatures, patients } = after.models[1]?.calibration ?? {};
    expect(patients).toBeGreaterThan(50);
    expect(temperatures?.any.lowest).toBeLessThanOrEqual(temperatures?.any.highest ?? 0);
    expect(before.models[1]?.calibration).toBeUndefined();
  });

  it('shows calibrated probabilities wherever it shows any, and calls as before at 0.5', () => {
    const rows = (name: string, file: string): Record<string, string>[] =>
      parse(inRun(name, file), { columns: true }) as Record<string, string>[];
    const [before, after] = [rows('patients-1', 'predictions.csv'), rows('patients-2', 'predictions.csv')];
    expect(after.map(({ slice, side }) => [slice, side])).toEqual(before.map(({ slice, side }) => [slice, side]));
    expect(after.every((row, i) => row.any !== before[i]?.any)).toBe(true);
    const any = new Map(after.map((row) => [row.slice, row]));
    for (const row of rows('patients-2', 'flagged.csv')) expect(row.any).toBe(any.get(row.slice)?.any);
    const submission = inRun('patients-2', 'submission.csv').trim().split('\n').slice(1);
    for (const line of submission) {
      const [id = '', label] = line.split(',');
      const at = id.lastIndexOf('_');
      expect(label).toBe(any.get(id.slice(0, at))?.[id.slice(at + 1)]);
    }
    const calls = (name: string) => rows(name, 'patients.csv').map(({ series, model, call }) => [series, model, call]);
    expect(calls('patients-2')).toEqual(calls('patients-1'));
  });

  it('gives its temperatures to what it predicts, and to a packed run', async () => {
    const source = folderOf('patients-1', 'source');
    await ended('predict', 'patients-2', source, '--show-ids');
    await ended('runs', 'pack', 'patients-2', '--out', 'packed.ichor.zip');
    await ended('predict', 'packed.ichor.zip', source, '--show-ids', '--store', 'elsewhere');
    const name = 'patients-predict-1';
    const { all } = await readCalibration(folderOf('patients-2', 'calibration:sequence'));
    const t = all?.parameters.temperature ?? [];
    const logits = await readLogits(folderOf(name, 'predict:sequence'));
    const rows = parse(inRun(name, 'predictions.csv'), { columns: true }) as Record<string, string>[];
    expect(rows.length).toBeGreaterThan(100);
    rows.forEach((row, at) => {
      LABELS.forEach((label, column) => {
        const z = logits[at * LABELS.length + column] as number;
        expect(Number(row[label])).toBe(1 / (1 + Math.exp(-z / (t[column] as number))));
      });
    });
    const elsewhere = readFileSync(join(root, 'elsewhere/runs/patients-predict-1/predictions.csv'), 'utf8');
    // A packed run has no store of what it was trained on: it cannot tell what it has seen.
    expect(elsewhere).toBe(inRun(name, 'predictions.csv').replaceAll(/(; )?picture seen in training/g, ''));
    expect(inRun(name, 'report.html')).toContain('Fitted on the validation side of patients-2.');
  }, 300_000);

  it('is averaged as it is, aloud where another member is not calibrated', async () => {
    // Predictions of one network count once.
    const twice = await run('ensemble', 'patients-1', 'patients-2');
    expect(twice.err).toContain('ensemble-repeats');
    await ended('run', 'patients.yaml', '--set', 'seed=1');
    const mixed = await ended('ensemble', 'patients-2', 'patients-3', '--name', 'mixed');
    expect(mixed).toContain('Of the members patients-2 is calibrated, and patients-3 not');
    const cells = (name: string) =>
      (parse(inRun(name, 'predictions.csv'), { columns: true }) as Record<string, string>[]).map(({ any }) =>
        Number(any),
      );
    const [a, b, mean] = [cells('patients-2'), cells('patients-3'), cells('mixed-1')] as [number[], number[], number[]];
    mean.forEach((p, i) => {
      expect(p).toBeCloseTo(((a[i] as number) + (b[i] as number)) / 2, 12);
    });
  }, 300_000);
});

describe('too few patients', () => {
  it('end a run before it trains, and a plan says so; a smoke run goes on without, aloud', async () => {
    const few = ['--set', 'calibration=temperature', '--set', 'data.split.validation=0.2', '--set', 'name=few'];
    const { status, err } = await run('run', 'patients.yaml', ...few);
    expect(status).toBe(2);
    expect(err).toMatch(
      /error\[calibration-few-patients\]: Too few patients to calibrate on, of 20 each, on the validation side of the base model: .*epidural: \d+ positive/,
    );
    expect(err).not.toMatch(/epoch 1/);
    const plan = await run('plan', 'patients.yaml', ...few);
    expect(plan.out + plan.err).toMatch(/a run would stop calibration-few-patients/);
    const smoke = await ended('run', 'patients.yaml', '--smoke', ...few);
    expect(smoke).toContain('that are not calibrated in this smoke run');
  }, 300_000);
});
