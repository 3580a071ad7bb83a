import { expect, test } from 'vitest';
import { compareBudgets } from '../../src/registry/budget/compare-budgets.ts';
import type { Budget } from '../../src/runtime/artifacts/budget.ts';
import { jointBudget } from '../../src/runtime/stages/end-to-end/joint-budget.ts';
import { toyRecipe } from '../runtime/stages/toy-plan.ts';

const updates = (backbone: number, sequence: number) => [
  `train.backbone.updates=${backbone}`,
  `train.sequence.updates=${sequence}`,
];
const joint = (more: string) => `train.endToEnd={ slices: 4, updates: 200, ${more} }`;
const ofUpdates = async (here: readonly string[], there: readonly string[]) =>
  compareBudgets(await toyRecipe(...here), await toyRecipe(...there))
    .filter(({ what }) => what === 'updates')
    .map(({ stage, verdict, here: words }) => [stage, verdict, words]);

test('a network’s updates are those of both its trainings', async () => {
  const both = [...updates(400, 360), joint('from: two-stage')];
  expect(await ofUpdates(both, updates(600, 560))).toEqual([
    ['backbone', 'matched', '400 updates and 200 updates end to end'],
    ['sequence', 'matched', '360 updates and 200 updates end to end'],
  ]);
  expect((await ofUpdates(both, updates(400, 360))).map(([, verdict]) => verdict)).toEqual([
    'not matched',
    'not matched',
  ]);
  // From scratch what the two blocks say trains nothing.
  const scratch = [...updates(400, 360), joint('from: scratch, batchNorm: trained')];
  expect(await ofUpdates(scratch, updates(200, 200))).toEqual([
    ['backbone', 'matched', '200 updates end to end'],
    ['sequence', 'matched', '200 updates end to end'],
  ]);
});

test('only the data tell what epochs of runs come to', async () => {
  const epochs = [...updates(400, 360), 'train.endToEnd={ slices: 4, epochs: 3, batch: 2 }'];
  expect(await ofUpdates(epochs, updates(600, 560))).toEqual([
    ['backbone', 'unknown', '400 updates and 3 epochs of 2 runs end to end'],
    ['sequence', 'unknown', '360 updates and 3 epochs of 2 runs end to end'],
  ]);
});

test('what both trainings had is added up, labels by their updates', () => {
  const budget = (of: number, labelsPerUpdate: number, unit: Budget['unit']): Budget => ({
    updates: of,
    batch: 4,
    unit,
    items: 100,
    labelsPerUpdate,
    passes: 3,
    parameters: 10,
  });
  const [own, before] = [budget(100, 30, 'series'), budget(300, 10, 'slices')];
  // (100 x 30 + 300 x 10) / 400 = 15.
  expect(jointBudget(own, before, 7)).toEqual({
    updates: 400,
    batch: 4,
    unit: 'series',
    items: 100,
    labelsPerUpdate: 15,
    passes: null,
    parameters: 7,
  });
  expect(jointBudget(own, null, 7)).toEqual({ ...own, parameters: 7 });
  expect(jointBudget(null, before, 7)).toBeNull();
});
