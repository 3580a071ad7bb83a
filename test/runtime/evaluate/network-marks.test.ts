import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { marksOfCell, unionOfMarks } from '../../../src/runtime/artifacts/marks.ts';
import { type PredictionRow, readPredictions, writePredictions } from '../../../src/runtime/artifacts/predictions.ts';
import type { TrainingFacts } from '../../../src/runtime/artifacts/weights.ts';
import { average } from '../../../src/runtime/ensemble/average.ts';
import { allMarks, marks } from '../../../src/runtime/evaluate/summary-table.ts';
import { marksOfModel, verdicts, worseThanBase } from '../../../src/runtime/train/network-marks.ts';
import { constantLogLoss } from '../../../src/runtime/train/training-facts.ts';
import { sliceRow } from '../train/fixture.ts';

const trained = (loss: number, own: TrainingFacts['marks'] = []): TrainingFacts => ({
  marks: own,
  steps: 100,
  batchNormMomentum: null,
  validation: { slices: 50, 'mean-log-loss': loss, constant: 0.2 },
});
const networks = (base: TrainingFacts, sequence: TrainingFacts) =>
  new Map([
    ['backbone', { type: 'resnet-50', training: base }],
    ['sequence', { type: 'bi-gru', training: sequence }],
  ] as const);
const same = { sequence: { type: 'bi-gru', split: 'same' } };

describe('what stands on predictions', () => {
  it('is what the networks were trained on, and their verdict', () => {
    const both = networks(trained(2.6, ['SYNTHETIC']), trained(0.3, ['SYNTHETIC', 'SMOKE']));
    expect(marksOfModel('backbone', both, same)).toEqual(['SYNTHETIC', 'WORSE THAN CONSTANT']);
    expect(marksOfModel('sequence', both, same)).toEqual(['SYNTHETIC', 'SMOKE', 'WORSE THAN CONSTANT']);
    expect(verdicts(both, same)).toEqual([
      'Worse than the constant predictor: the base network (resnet-50) has a mean-log-loss of 2.6000 on the validation side of its training, the constant predictor 0.2000.',
      'Worse than the constant predictor: the sequence model (bi-gru) has a mean-log-loss of 0.3000 on the validation side of its training, the constant predictor 0.2000.',
    ]);
  });

  it('is a sequence model worse than its base, where both were validated on the same slices', () => {
    const both = networks(trained(0.1), trained(0.15));
    expect(marksOfModel('sequence', both, same)).toEqual(['WORSE THAN BASE']);
    expect(marksOfModel('backbone', both, same)).toEqual([]);
    expect(worseThanBase(both, same)).toContain(
      '0.1500 on the validation side of its training, its base network 0.1000',
    );
    const own = { sequence: { type: 'bi-gru', split: { type: 'by-patient' } } };
    expect(marksOfModel('sequence', both, own)).toEqual([]);
  });

  it('is nothing where nothing is known', () => {
    expect(marksOfModel('backbone', new Map([['backbone', { type: 'x' }]]), same)).toEqual([]);
  });
});

it('marks stand in titles without the verdicts, which are sentences of their own', () => {
  const of = { synthetic: false, smoke: true, marks: ['SYNTHETIC', 'WORSE THAN BASE'] as const };
  expect(marks(of)).toEqual(['SYNTHETIC', 'SMOKE']);
  expect(allMarks(of)).toEqual(['SYNTHETIC', 'SMOKE', 'WORSE THAN BASE']);
});

const row = (own: PredictionRow['marks']): PredictionRow => ({
  slice: 'a',
  series: 's',
  patient: 'p',
  order: 0,
  side: 'test',
  how: 'predicted',
  probabilities: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
  ...(own ? { marks: own } : {}),
});

it('predictions.csv has them in its last column, empty where there is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ichor-marks-'));
  const rows = [row(['SYNTHETIC', 'SMOKE']), row(undefined)];
  await writePredictions(folder, rows);
  const [head, first, second] = (await readFile(join(folder, 'predictions.csv'), 'utf8')).split('\n');
  expect(head).toMatch(/,any,marks$/);
  expect(first).toMatch(/,0\.6,SYNTHETIC;SMOKE$/);
  expect(second).toMatch(/,0\.6,$/);
  expect(await readPredictions(folder)).toEqual(rows);
  expect(marksOfCell('SMOKE;FROM THE FUTURE')).toEqual(['SMOKE']);
});

it('an average has the marks of all that it is of', () => {
  const logits = new Float32Array(6);
  const members = [[row(['SMOKE'])], [row(['SYNTHETIC'])]].map((rows) => ({ rows, logits }));
  expect(average(members, 'probabilities').rows[0]?.marks).toEqual(['SYNTHETIC', 'SMOKE']);
  expect(average([{ rows: [row(undefined)], logits }], 'logits').rows[0]).not.toHaveProperty('marks');
  expect(unionOfMarks(['WORSE THAN BASE'], ['SYNTHETIC'])).toEqual(['SYNTHETIC', 'WORSE THAN BASE']);
});

it('the constant predictor gives the shares of the training side, as evaluation has it', () => {
  // One of four positive in training; one of two in validation: the mean of -ln 0.25 and -ln 0.75.
  const index = [1, 0, 0, 0, 1, 0].map((label, i) => sliceRow('s', i, label as 0 | 1));
  const expected = -(Math.log(0.25) + Math.log(0.75)) / 2;
  expect(constantLogLoss(index, [0, 1, 2, 3], [4, 5])).toBeCloseTo(expected, 12);
});
