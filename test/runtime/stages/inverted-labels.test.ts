import { describe, expect, it } from 'vitest';
import type { Label } from '../../../src/labels.ts';
import { invertedLabels } from '../../../src/runtime/stages/index/inverted-labels.ts';
import { indexStage } from '../../../src/runtime/stages/index-stage.ts';
import { DataStages } from './context.ts';
import { kaggleFolder, series } from './kaggle-folder.ts';

const of = (slices: number, positives: Partial<Record<Label, number>>) =>
  invertedLabels('labels.csv', slices, new Map(Object.entries(positives) as [Label, number][]));

describe('labels of which 0 and 1 were exchanged', () => {
  it('are told by several types on more than half of the slices', () => {
    expect(of(1764, { epidural: 1764, subdural: 1743, any: 1696 })).toMatchObject({
      item: 'labels.csv',
      reason: 'labels-inverted',
      message: 'Of 1,764 labelled slices most are positive for several types: epidural 100 %, subdural 99 %.',
    });
  });

  it.each<[string, number, Partial<Record<Label, number>>]>([
    ['a collection of one type', 100, { subdural: 95, any: 100, epidural: 50 }],
    ['a handful of slices', 49, { subdural: 49, epidural: 49 }],
    ['heads as they are', 1000, { subdural: 63, intraparenchymal: 48, any: 143 }],
  ])('%s is no such thing', (_, slices, positives) => expect(of(slices, positives)).toBeNull());

  it('are said by index', async () => {
    const types = ['epidural', 'intraparenchymal', 'intraventricular', 'subarachnoid'] as const;
    const slices = series('a', 60, { positive: types });
    const stages = await DataStages.of(await kaggleFolder(slices), {});
    await stages.run(indexStage);
    expect(stages.ledgers.get('index')?.notes.map(({ reason }) => reason)).toContain('labels-inverted');
  });
});
