import { describe, expect, it } from 'vitest';
import type { EpochRow } from '../../../src/runtime/artifacts/history.ts';
import type { LoadedWeights, TrainingFacts } from '../../../src/runtime/artifacts/weights.ts';
import {
  batchNormNote,
  divergedNote,
  type NotedNetwork,
  pretrainedNotes,
  trainingNotes,
} from '../../../src/runtime/train/training-notes.ts';
import { block } from './toy.ts';

const base: NotedNetwork = { stage: 'backbone', id: 'backbone', type: 'resnet-50', ownMomentum: true, smoke: false };
const row = (epoch: number, loss: number, validation: number): EpochRow => ({
  epoch,
  steps: 13,
  loss,
  validation: { loss: 6 * validation, 'mean-log-loss': validation },
});
const facts = (changes: Partial<TrainingFacts> = {}): TrainingFacts => ({
  marks: [],
  steps: 400,
  batchNormMomentum: 0.9,
  validation: { slices: 100, 'mean-log-loss': 0.1, constant: 0.2 },
  ...changes,
});

describe('batch norm', () => {
  it('is warned of where its averages keep more than 5 % of their start: 104 steps at 0.99 keep 35 %', () => {
    const note = batchNormNote(base, 0.99, 104);
    expect(note).toMatchObject({ what: 'network', reason: 'batch-norm-momentum', kind: 'warning' });
    expect(note?.message).toContain('momentum 0.99 over 104 updates: its running averages keep 35 % of');
    // 0.99^298 = 0.05002, 0.99^299 = 0.0495.
    expect(note?.hint).toBe(
      'Set backbone.momentum to 0.9, or train for at least 299 updates (train.backbone: epochs or updates).',
    );
    expect(batchNormNote(base, 0.99, 298)).not.toBeNull();
    expect(batchNormNote(base, 0.99, 299)).toBeNull();
    expect(batchNormNote(base, 0.9, 104)).toBeNull();
  });

  it('counts the batches of an update, each of which moves the averages', () => {
    const note = batchNormNote(base, 0.99, 149, { perUpdate: 2 });
    expect(note?.message).toContain('momentum 0.99 over 298 batches: its');
    expect(note?.hint).toContain('train for at least 150 updates');
    expect(batchNormNote(base, 0.99, 150, { perUpdate: 2 })).toBeNull();
  });

  it('is not where there is none, where it is frozen, and under --smoke', () => {
    expect(batchNormNote(base, null, 5)).toBeNull();
    expect(batchNormNote({ ...base, smoke: true }, 0.99, 5)).toBeNull();
  });

  it('names no parameter that the network lacks', () => {
    const { hint } = batchNormNote({ ...base, type: 'small-cnn', ownMomentum: false }, 0.9, 18)!;
    expect(hint).toBe('Train for at least 29 updates (train.backbone: epochs or updates).');
  });
});

it('says once that a validation loss has run away, at its first epoch beyond ten times the constant predictor', () => {
  const history = [row(1, 2, 1.9), row(2, 1, 2.1), row(3, 1, 30)];
  expect(divergedNote(base, history, 0.2, block)).toMatchObject({
    reason: 'validation-diverged',
    message: expect.stringContaining("was 2.1000 after epoch 2, more than 10 times the constant predictor's 0.2000"),
    hint: expect.stringContaining('learningRate (0.01)'),
  });
  expect(divergedNote(base, history.slice(0, 1), 0.2, block)).toBeNull();
  expect(divergedNote(base, history, null, block)).toBeNull();
});

it('calls no untrained network run away, however rare the labels are, and speaks of batch norm where there is some', () => {
  expect(divergedNote(base, [row(1, 2, 0.6342)], 0.0577, block)).toBeNull();
  expect(divergedNote(base, [row(1, 2, 0.7)], 0.0577, block)?.hint).toContain('momentum');
  expect(divergedNote({ ...base, ownMomentum: false }, [row(1, 2, 0.7)], 0.0577, block)?.hint).not.toContain(
    'batch norm',
  );
});

it('says that what was frozen never trained where a training stopped early before it began', () => {
  const stopped = { planned: 130, epochs: 2, plannedEpochs: 10, best: 1, metric: 'loss' };
  const budget = {
    updates: 26,
    batch: 8,
    unit: 'slices' as const,
    items: 104,
    labelsPerUpdate: 8,
    passes: 2,
    parameters: 9,
  };
  const reasons = (unfreezeAfter: number) =>
    trainingNotes(
      { ...base, unfreezeAfter },
      { training: facts({ budget: { ...budget, stopped } }) },
      [row(1, 3, 0.1), row(2, 2, 0.1)],
      { ...block, epochs: 10, batch: 8 },
    ).map(({ reason }) => reason);
  expect(reasons(2)).toContain('never-unfrozen');
  expect(reasons(1)).not.toContain('never-unfrozen');
  expect(reasons(1)).toContain('stopped-early');
});

describe('a network that is worse than the constant predictor', () => {
  const worse = { slices: 100, 'mean-log-loss': 0.3, constant: 0.2 };
  const hintOf = (training: Partial<TrainingFacts>, history: EpochRow[], network = base) => {
    const notes = trainingNotes(network, { training: facts({ validation: worse, ...training }) }, history, block);
    const note = notes.find(({ reason }) => reason === 'worse-than-constant');
    expect(note?.message).toBe(
      'Worse than the constant predictor: the base network (resnet-50) has a mean-log-loss of 0.3000 on the validation side of its training, the constant predictor 0.2000.',
    );
    return note?.hint ?? '';
  };
  const falling = [row(1, 3, 0.4), row(2, 1, 0.3)];

  it.each([
    ['batch norm', { steps: 104, batchNormMomentum: 0.99 }, falling, 'running averages of batch norm'],
    ['the learning rate', {}, [row(1, 1, 0.3), row(2, 4, 0.3)], 'most likely the learning rate'],
    ['learning by heart', {}, [row(1, 3, 0.15), row(2, 1, 0.3)], 'It was better in epoch 1'],
    ['too few updates', { steps: 40 }, falling, 'too few updates: 40'],
    ['too few patients', {}, falling, 'too few patients'],
    ['judged once', {}, falling.slice(0, 1), 'judged once, after 400 updates'],
  ])('is told with the likely cause: %s', (_, training, history, said) => {
    expect(hintOf(training, history)).toContain(said);
  });

  it('is no wonder after a smoke run', () => {
    expect(hintOf({ steps: 2 }, falling, { ...base, smoke: true })).toContain('without --smoke');
  });

  it('is one whose figure is no number', () => {
    const validation = { ...worse, 'mean-log-loss': Number.NaN };
    const notes = trainingNotes(base, { training: facts({ validation }) }, falling, block);
    expect(notes.map(({ reason }) => reason)).toEqual(['worse-than-constant']);
  });
});

it('says nothing of a training without fault, nor of one that says nothing of itself', () => {
  const history = [row(1, 3, 0.15), row(2, 1, 0.1)];
  expect(trainingNotes(base, { training: facts() }, history, block)).toEqual([]);
  expect(trainingNotes(base, {}, history, block)).toEqual([]);
});

it('says where the metric that picks the epoch was never defined', () => {
  const history = [{ ...row(1, 3, 0.15), metric: { name: 'auc', value: null } }];
  const best = { ...block, checkpoint: { best: 'auc' } };
  expect(trainingNotes(base, { training: facts() }, history, best)).toMatchObject([
    { reason: 'checkpoint-metric-undefined', message: expect.stringContaining('auc was not defined in any epoch') },
  ]);
});

describe('what a network started from', () => {
  const weights: LoadedWeights = {
    from: 'the backbone of the run mine-1',
    file: 'weights.safetensors',
    identity: 'backbone:12',
    format: 'safetensors',
    names: 'ichor',
    tensors: 8,
    of: 8,
    partial: null,
    leftOut: [],
    inputWeights: null,
    notes: [],
    run: {
      name: 'mine-1',
      validation: { slices: 9, 'mean-log-loss': 0.3, constant: 0.2 },
      seen: { patients: 3, of: 12, unknown: 'artifacts-gone' },
    },
  };
  const notes = (own: LoadedWeights) => pretrainedNotes(base, own).map(({ reason, kind }) => [reason, kind]);

  it('is told of a finished one too, as a matter of fact; what there is to doubt of another run is a warning', () => {
    expect(notes(weights)).toEqual([
      ['pretrained', 'information'],
      ['weights-saw-patients', 'warning'],
      ['weights-patients-unknown', 'warning'],
      ['weights-worse-than-constant', 'warning'],
    ]);
    const told = trainingNotes(base, { training: facts({ weights }) }, [], block);
    expect(told.map(({ message }) => message).join(' ')).toMatch(
      /on 3 of the 12 patients who validate .*on more of the 12 patients .*0\.3000 on validation, the constant predictor 0\.2000/,
    );
    const { run, ...file } = weights;
    expect(notes(file)).toEqual([['pretrained', 'information']]);
    const fine = { ...run!, validation: null, seen: { patients: 0, of: 12, unknown: null } };
    expect(notes({ ...weights, run: fine })).toEqual([['pretrained', 'information']]);
    expect(pretrainedNotes(base, null)).toEqual([]);
  });
});
