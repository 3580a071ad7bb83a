import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LABELS } from '../../../src/labels.ts';
import { readMetrics } from '../../../src/runtime/artifacts/metrics.ts';
import { readPatients } from '../../../src/runtime/artifacts/patients.ts';
import { readPredictions } from '../../../src/runtime/artifacts/predictions.ts';
import { readSlices } from '../../../src/runtime/artifacts/slices.ts';
import { readSubmission } from '../../../src/runtime/artifacts/submission.ts';
import { comparability } from '../../../src/runtime/evaluate/comparable.ts';
import { joinTruth } from '../../../src/runtime/evaluate/scored.ts';
import { summaryTable } from '../../../src/runtime/evaluate/summary-table.ts';
import { type FixtureOptions, writeRun } from '../report/run-fixture.ts';

async function evaluated(options: FixtureOptions) {
  const context = await writeRun(await mkdtemp(join(tmpdir(), 'ichor-evaluate-')), options);
  const folder = context.inputs.get('evaluate')!.folder;
  return { context, folder, metrics: await readMetrics(folder), patients: await readPatients(folder) };
}

describe('evaluate', () => {
  it('measures each model on each side that has labels', async () => {
    const { metrics, context } = await evaluated({ train: 25, validation: 12, test: 2 });
    expect(metrics.models.map(({ model, component }) => [model, component])).toEqual([
      ['backbone', 'small-cnn'],
      ['sequence', 'bi-lstm'],
    ]);
    expect(metrics.final).toBe('sequence');
    for (const { sides } of metrics.models) expect(sides.map(({ side }) => side)).toEqual(['validation', 'train']);
    const [validation, train] = metrics.models[1]!.sides;
    expect(validation?.labelled.patients).toBe(12);
    expect(train?.labelled.patients).toBe(25);
    expect(train?.interpolated).toBe(1);
    expect(metrics.test.patients).toBe(2);

    // Independent of the stage's own path: plain means over the files.
    const index = await readSlices(context.inputs.get('index')!.folder);
    const rows = joinTruth(index, await readPredictions(context.inputs.get('predict:sequence')!.folder));
    const here = rows.filter(({ side }) => side === 'validation');
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const loss = (p: number, y: 0 | 1) => -(y * Math.log(p) + (1 - y) * Math.log(1 - p));
    const expected = mean(
      here.flatMap((row) => LABELS.map((label, i) => loss(row.probabilities[i]!, row.labels![label]))),
    );
    expect(validation?.figures.find(({ name }) => name === 'mean-log-loss')?.value).toBeCloseTo(expected, 12);

    const learnt = rows.filter(({ side }) => side === 'train');
    const constant = mean(
      LABELS.map((label) => {
        const share = mean(learnt.map(({ labels }) => labels![label]));
        return mean(here.map(({ labels }) => loss(share, labels![label])));
      }),
    );
    expect(validation?.baselines.constant?.find(({ name }) => name === 'mean-log-loss')?.value).toBeCloseTo(
      constant,
      12,
    );
  });

  it('gives the all-positive predictor’s F1: 2 P / (2 P + N)', async () => {
    const { metrics } = await evaluated({ train: 5, validation: 30, test: 0 });
    for (const side of metrics.models[0]!.sides.filter(({ side }) => side === 'validation')) {
      for (const { value, counts } of side.baselines.allPositive) {
        const [p, n] = [counts.positives!, counts.negatives!];
        expect(value).toBeCloseTo((2 * p) / (2 * p + n), 12);
        expect(counts.fn! + counts.tn!).toBe(0);
      }
      expect(side.baselines.allPositive).toHaveLength(4);
    }
  });

  it('lists every series with its longest run, and the runs are where the scores are', async () => {
    const { patients, context } = await evaluated({ train: 8, validation: 6, test: 3 });
    expect(patients).toHaveLength(2 * 17);
    expect(patients[0]?.model).toBe('sequence');
    const rows = await readPredictions(context.inputs.get('predict:sequence')!.folder);
    for (const row of patients.filter(({ model }) => model === 'sequence')) {
      const own = rows.filter(({ series }) => series === row.series);
      if (row.longestRun > 0) {
        const run = own.slice(row.firstOrder!, row.lastOrder! + 1);
        expect(run).toHaveLength(row.longestRun);
        expect(run.every(({ probabilities }) => probabilities[5]! > 0.5)).toBe(true);
        expect([run[0]?.slice, run.at(-1)?.slice]).toEqual([row.firstSlice, row.lastSlice]);
      }
      expect(row.call).toBe(row.longestRun >= 3);
      expect(row.truthAnySlice === null).toBe(row.side === 'test');
    }
  });

  it('writes a submission of the final model for every test slice, six rows each', async () => {
    const { folder, context } = await evaluated({ train: 3, validation: 2, test: 2 });
    const submission = await readSubmission(folder);
    const rows = (await readPredictions(context.inputs.get('predict:sequence')!.folder)).filter(
      ({ side }) => side === 'test',
    );
    expect(submission).toEqual(
      rows.flatMap(({ slice, probabilities }) =>
        LABELS.map((label, i) => ({ slice, label, probability: probabilities[i] })),
      ),
    );
  });

  it('tells of ids of the sample submission that have no prediction', async () => {
    const { context } = await evaluated({ train: 2, validation: 1, test: 1, submission: ['ID_gone'] });
    const ledger = JSON.parse(await readFile(join(context.inputs.get('evaluate')!.folder, 'ledger.json'), 'utf8'));
    const reasons = new Set(ledger.notes.map(({ reason }: { reason: string }) => reason));
    expect(reasons).toEqual(new Set(['flagged', 'submission-refused', 'submission-has-more']));
  });

  it('calls without metrics where nothing has a label', async () => {
    const { metrics, patients, folder } = await evaluated({ train: 0, validation: 0, test: 3, labels: false });
    expect(metrics.models.every(({ sides }) => sides.length === 0)).toBe(true);
    expect(patients).toHaveLength(6);
    expect((await readSubmission(folder)).length).toBe(metrics.test.slices * 6);
  });

  it('gives the same bytes again', async () => {
    const read = async (name: string) =>
      readFile(join((await evaluated({ train: 3, validation: 3, test: 1 })).folder, name), 'utf8');
    for (const name of ['metrics.json', 'patients.csv', 'submission.csv'])
      expect(await read(name)).toBe(await read(name));
  });
});

describe('the table at the end of a run', () => {
  it('has a column for each model and one that looks at nothing, and counts where the set is small', async () => {
    const { metrics, context } = await evaluated({ train: 5, validation: 3, test: 1, synthetic: true, smoke: true });
    const table = summaryTable(metrics, comparability(context.recipe, null, metrics, context.registry));
    expect(table?.title).toMatch(/^SYNTHETIC · SMOKE · validation: \d+ slices, 3 series, 3 patients$/);
    expect(table?.columns).toEqual(['figure', 'base (small-cnn)', 'sequence (bi-lstm)', 'without looking']);
    const cells = (name: string) => table?.rows.find((row) => row.name === name)?.cells ?? [];
    expect(cells('mean-log-loss')[0]).toMatch(/^\d\.\d{4}$/);
    expect(cells('mean-log-loss')[2]).toMatch(/^\d\.\d{4} constant$/);
    expect(cells('patient-f1 (truth: same-rule)')[1]).toMatch(/^TP \d · FP \d · FN \d · TN \d$/);
    expect(cells('auc (any)')[1]).toMatch(/^\d+ positive, \d+ negative$/);
    expect(table?.rows.some(({ name }) => name === 'auc (subdural)')).toBe(false);
    expect(table?.notes[0]).toBe('Paper: not comparable: this recipe is no row of the paper’s tables.');
  });

  it('is absent where no slice of the side has a label', async () => {
    const { metrics, context } = await evaluated({ train: 0, validation: 0, test: 1, labels: false });
    expect(summaryTable(metrics, comparability(context.recipe, null, metrics, context.registry))).toBeNull();
  });
});
