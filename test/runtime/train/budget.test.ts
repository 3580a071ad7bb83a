import { describe, expect, it } from 'vitest';
import { defineSchedule, Type } from '../../../src/index.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { budgetOf, budgetText } from '../../../src/runtime/train/budget.ts';
import { budgetNotes } from '../../../src/runtime/train/budget-notes.ts';
import { seeingFold } from '../../../src/runtime/train/crossfit.ts';
import { scheduleNotes } from '../../../src/runtime/train/schedule-note.ts';
import { block as toyBlock } from './toy.ts';

const network = { stage: 'backbone', id: 'backbone', type: 'small-cnn', ownMomentum: true, smoke: false } as const;
const block = {
  updates: 100,
  batch: 32,
  accumulate: 1,
  ema: 'none' as const,
  stepsPerEpoch: null,
  optimizer: { type: 'adam' },
};

describe('a budget', () => {
  it('is counted from what was trained', () => {
    const row = { epoch: 1, loss: 1, validation: null };
    const about = { batch: 4, unit: 'slices' as const, items: 14, parameters: 1234 };
    const history = [
      { ...row, steps: 4, items: 14, labels: 14 },
      { ...row, epoch: 1.5, steps: 2, items: 8, labels: 7 },
    ];
    const budget = budgetOf(history, about);
    expect(budget).toMatchObject({ updates: 6, labelsPerUpdate: 3.5, passes: 22 / 14 });
    expect(budgetText(budget)).toBe(
      '6 updates of 3.5 labelled slices (1.6 passes over 14 slices), 1,234 trained parameters',
    );
    // A history of an earlier version does not say what it saw.
    expect(budgetOf([{ ...row, steps: 4 }], about)).toMatchObject({ updates: 4, labelsPerUpdate: null, passes: null });
  });

  it('that a schedule was not made for is noted', () => {
    const optimizer = { ...toyBlock.optimizer, schedule: { type: 'stairs', every: 100, warmUp: 0.5 } };
    const stairs = defineSchedule({
      name: 'stairs',
      version: 1,
      summary: 'Falls in stairs.',
      params: Type.Object({ every: Type.Number({ default: 1, description: 'Updates.' }) }),
      contract: () => ({}),
      factor: (update, _, { every }) => 0.1 ** Math.floor(update / every),
    });
    const registry = createRegistry([stairs]);
    // 320 slices in steps of 4 are 80 updates an epoch: after the warm-up half of them.
    const notes = (epochs: number, of = network) =>
      scheduleNotes(of, { ...toyBlock, epochs, optimizer }, 320, registry);
    expect(notes(2)).toMatchObject([
      {
        reason: 'schedule-of-other-length',
        message:
          'The schedule stairs changes the learning rate only after more than the 160 updates of this training: it stays as it is to the end.',
      },
    ]);
    expect(notes(3)).toEqual([]);
    expect(notes(20)[0]?.message).toContain('leaves less than a ten-thousandth of the learning rate');
    expect(notes(2, { ...network, smoke: true } as never)).toEqual([]);
  });

  it('that the data cannot give is noted', () => {
    const reasons = (changes: object, items: number) =>
      budgetNotes(network, { ...block, ...changes }, items, 'slices').map(({ reason }) => reason);
    expect(reasons({}, 1000)).toEqual([]);
    expect(reasons({}, 20)).toEqual(['batch-above-set']);
    expect(reasons({ accumulate: 4 }, 128)).toEqual([]);
    expect(reasons({ accumulate: 4 }, 127)).toEqual(['accumulate-above-set']);
    expect(reasons({ accumulate: 4 }, 20)).toEqual(['batch-above-set']);
    expect(reasons({}, 3300)).toEqual(['less-than-a-pass']);
    expect(reasons({ accumulate: 2 }, 3300)).toEqual([]);
    expect(budgetNotes(network, block, 3300, 'slices')[0]).toMatchObject({
      message: expect.stringContaining('3,200 of the 3,300 slices'),
      hint: expect.stringContaining('train.backbone.updates (104 see all of them once)'),
    });
    const ema = (decay: number, warmUp = false) => ({ ema: { decay, warmUp } });
    // 0.97^98 = 0.0505, 0.97^99 = 0.0490; of 100 updates the first is the beginning.
    expect(reasons({ updates: 99, ...ema(0.97) }, 1000)).toEqual(['ema-too-slow']);
    expect(reasons({ updates: 100, ...ema(0.97) }, 1000)).toEqual([]);
    expect(reasons({ updates: 99, ...ema(0.999, true) }, 1000)).toEqual([]);
    expect(budgetNotes(network, { ...block, updates: 99, ...ema(0.97) }, 1000, 'slices')[0]).toMatchObject({
      message: expect.stringContaining('after 99 updates 5 % of it'),
      hint: expect.stringContaining('or train for at least 100 updates.'),
    });
    // 1000 slices are 32 updates: 100 of them 3.1 passes.
    const frozen = (unfreezeAfter: number) => budgetNotes({ ...network, unfreezeAfter }, block, 1000, 'slices');
    expect(frozen(3)).toEqual([]);
    expect(frozen(3.2)).toMatchObject([{ reason: 'never-unfrozen', message: expect.stringContaining('are 3.13: it') }]);
    const { updates: _, ...epochs } = { ...block, epochs: 2 };
    const warm = { ...epochs, optimizer: { type: 'adam', schedule: { type: 'cosine', warmUp: 20 } } };
    expect(budgetNotes(network, warm, 320, 'slices').map(({ reason }) => reason)).toEqual(['warm-up-unfinished']);
    expect(budgetNotes(network, warm, 640, 'slices')).toEqual([]);
    expect(budgetNotes({ ...network, smoke: true }, block, 20, 'slices')).toEqual([]);
  });
});

describe('in-sample folds', () => {
  it('embed each patient by a backbone of another fold, which trained on it', () => {
    expect([1, 2].map((fold) => seeingFold(fold, 2))).toEqual([2, 1]);
    expect([1, 2, 3, 4, 5].map((fold) => seeingFold(fold, 5))).toEqual([2, 3, 4, 5, 1]);
  });
});
