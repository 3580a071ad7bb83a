import { describe, expect, it } from 'vitest';
import type { EarlyStopping, TrainBlock } from '../../../src/registry/recipe.ts';
import type { EpochRow } from '../../../src/runtime/artifacts/history.ts';
import { openEngine } from '../../../src/runtime/engine/open.ts';
import { budgetOf, budgetText } from '../../../src/runtime/train/budget.ts';
import { isToStop, neverDefined, stoppedEarly, stoppedText } from '../../../src/runtime/train/early-stopping.ts';
import { fitNetwork } from '../../../src/runtime/train/fit.ts';
import { trainingNotes } from '../../../src/runtime/train/training-notes.ts';
import { block, temporary, toyContext, toyFit } from './toy.ts';

const row = (epoch: number, loss: number, more: Partial<EpochRow> = {}): EpochRow => ({
  epoch,
  steps: 4,
  loss: 1,
  validation: { loss, 'mean-log-loss': loss / 6 },
  ...more,
});
const rows = (...losses: number[]) => losses.map((loss, i) => row(i + 1, loss));
const stopping = (more: Partial<EarlyStopping> = {}): EarlyStopping => ({
  patience: 2,
  metric: 'loss',
  minDelta: 0,
  ...more,
});
/** After how many rows it stops first; null: never. */
const stopsAfter = (history: EpochRow[], by: EarlyStopping) =>
  history.map((_, i) => i + 1).find((length) => isToStop(history.slice(0, length), by)) ?? null;

describe('early stopping', () => {
  // By hand, in the way of keras.callbacks.EarlyStopping (3.x, on_epoch_end): wait += 1; better than best by more than
  // min_delta: best = current, wait = 0; wait >= patience and not the first epoch: stop.
  it.each([
    ['a loss that falls', [5, 4, 3, 2, 1], {}, null],
    ['two in a row that are no better', [5, 4, 4, 4, 1], {}, 4],
    ['equal is not better', [5, 5, 5], {}, 3],
    ['a better one in between starts the count again', [5, 6, 4, 6, 3, 6, 6], {}, 7],
    ['a patience of one', [5, 4, 4.5, 1], { patience: 1 }, 3],
    ['better by no more than minDelta', [5, 4.9, 4.8, 4.7], { minDelta: 0.25 }, 3],
    ['better by more than minDelta, together', [5, 4.9, 4.7, 4.6, 4.5], { minDelta: 0.25 }, 5],
  ])('%s', (_, losses, by, after) => {
    expect(stopsAfter(rows(...losses), stopping(by))).toBe(after);
  });

  it('goes by a metric that is better the higher it is, and counts no validation where it is not defined', () => {
    const auc = (...values: (number | null)[]) =>
      values.map((value, i) => row(i + 1, 1, { stopping: { name: 'auc', value, better: 'higher' } }));
    const by = stopping({ metric: 'auc' });
    expect(stopsAfter(auc(0.5, 0.6, 0.6, 0.55), by)).toBe(4);
    expect(stopsAfter(auc(null, 0.6, null, 0.5, null, 0.5), by)).toBe(6);
    expect(stopsAfter(auc(null, null, null, null), by)).toBeNull();
    expect(neverDefined(auc(null, null), by)).toBe(true);
    expect(neverDefined(auc(null, 0.1), by)).toBe(false);
  });

  it('says how far a training came, of what, and when it was best; nothing of one that went to its end', () => {
    const counted: TrainBlock = { ...block, epochs: 7, earlyStopping: stopping() };
    const history = rows(5, 4, 4, 4);
    const stopped = stoppedEarly(history, counted, 14);
    expect(stopped).toEqual({ planned: 28, epochs: 4, plannedEpochs: 7, best: 2, metric: 'loss' });
    expect(stoppedText(stopped!)).toBe('stopped early after 4 of 7 epochs; loss on validation was best after 2');
    expect(stoppedEarly(history, { ...counted, epochs: 4 }, 14)).toBeNull();
    expect(stoppedEarly(history, { ...counted, earlyStopping: null }, 14)).toBeNull();
    const budget = budgetOf(history, { batch: 4, unit: 'slices', items: 14, parameters: 10 }, stopped);
    expect(budgetText(budget)).toBe(
      '16 updates of 4 slices, 10 trained parameters; stopped early after 4 of 7 epochs; loss on validation was best after 2',
    );
    const noted = { stage: 'backbone', id: 'backbone', type: 'small-cnn', ownMomentum: true, smoke: false } as const;
    const training = { marks: [], steps: 16, budget, batchNormMomentum: null, validation: null };
    expect(trainingNotes(noted, { training }, history, counted)).toMatchObject([
      {
        reason: 'stopped-early',
        kind: 'information',
        message:
          'The base network (small-cnn) stopped early after 4 of 7 epochs; loss on validation was best after 2. The weights of its end are kept (checkpoint: last).',
      },
    ]);
  });
});

describe('a training that stops early', async () => {
  const engine = await openEngine('wasm');
  const falling = [0.5, 0.2, 0.3, 0.4, 0.1, 0.1];
  const by = (values = falling) => {
    let seen = 0;
    return { name: 'toy', evaluate: () => ({ value: values[seen++] ?? null, better: 'lower' as const }) };
  };
  const changes = { epochs: 6, earlyStopping: stopping({ metric: 'toy' }), checkpoint: { best: 'toy', everySteps: 3 } };

  it('ends after its patience with the best weights, at the end of its bar, and does not train on when called again', async () => {
    const folder = await temporary();
    const seen: [number, number][] = [];
    const context = toyContext(folder, (done, total) => seen.push([done, total]));
    const fitted = await fitNetwork({ ...toyFit(engine, context, changes), bestBy: by(), stopBy: by() });
    expect(fitted.history.map(({ stopping: one }) => one?.value)).toEqual([0.5, 0.2, 0.3, 0.4]);
    expect(fitted.epoch).toBe(2);
    expect(seen.at(-1)).toEqual([120, 120]);
    expect(context.notes).toEqual(['backbone stopped early after 4 of 6 epochs; toy on validation was best after 2.']);
    const two = await fitNetwork(toyFit(engine, toyContext(await temporary()), { epochs: 2 }));
    expect(fitted.weights).toEqual(two.weights);
    const again: [number, number][] = [];
    const resumed = await fitNetwork({
      ...toyFit(
        engine,
        toyContext(folder, (...at) => again.push(at)),
        changes,
      ),
      bestBy: by([]),
      stopBy: by([]),
    });
    expect(again).toEqual([
      [80, 120],
      [120, 120],
    ]);
    expect(resumed).toEqual(fitted);
  });

  it('decides after an interruption as without one', async () => {
    const options = { epochs: 6, earlyStopping: stopping({ patience: 1, minDelta: 100 }) };
    const calm = await fitNetwork(toyFit(engine, toyContext(await temporary()), options));
    expect(calm.history).toHaveLength(2);
    const folder = await temporary();
    const crashing = toyContext(folder, (done) => {
      if (done > 25) throw new Error('crashed');
    });
    await expect(fitNetwork(toyFit(engine, crashing, options))).rejects.toThrow('crashed');
    expect(await fitNetwork(toyFit(engine, toyContext(folder), options))).toEqual(calm);
  });

  it('needs a validation side', async () => {
    const run = fitNetwork(toyFit(engine, toyContext(await temporary()), { earlyStopping: stopping(), validation: 0 }));
    await expect(run).rejects.toMatchObject({
      code: 'no-validation',
      exit: 2,
      message: 'earlyStopping goes by loss, and no labelled slice is on the validation side.',
      hint: 'Give the split a validation share, or set earlyStopping: null.',
    });
  });
});
