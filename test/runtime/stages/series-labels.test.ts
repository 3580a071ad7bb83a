import { describe, expect, it } from 'vitest';
import { LABELS, type SliceLabels } from '../../../src/labels.ts';
import { labelsOfSeries } from '../../../src/runtime/stages/index/series-labels.ts';
import { indexStage } from '../../../src/runtime/stages/index-stage.ts';
import { DataStages } from './context.ts';
import { kaggleFolder, series } from './kaggle-folder.ts';

const labels = (any: 0 | 1) =>
  Object.fromEntries(LABELS.map((label) => [label, label === 'any' || label === 'subdural' ? any : 0])) as SliceLabels;
/** Series of these slices: `1` a positive one, `0` a negative, `-` one without labels. */
const of = (...all: string[]) =>
  labelsOfSeries(
    'labels.csv',
    all.flatMap((slices, i) =>
      [...slices].map((one) => ({ series: `R${i}`, labels: one === '-' ? null : labels(one === '1' ? 1 : 0) })),
    ),
  );
const negative = (count: number) => Array.from({ length: count }, () => '00000');

describe('labels of studies that were written to all of their slices', () => {
  it('are told by series of which no two slices differ', () => {
    expect(of('11111', '1111-1', '11111', ...negative(7))).toMatchObject({
      item: 'labels.csv',
      reason: 'labels-of-series',
      message:
        'In each of the 10 series of 5 and more labelled slices all slices have the same labels, in 3 of them positive ones: are they of studies, and not of slices?',
    });
  });

  it.each<[string, readonly string[]]>([
    ['one series whose slices differ', ['11111', '11111', '11111', '11011', ...negative(7)]],
    ['two positive series', ['11111', '11111', ...negative(10)]],
    ['a few series', ['11111', '11111', '11111', ...negative(6)]],
    ['series of a few slices', ['11111', '11111', '1111', ...negative(9)]],
    ['no labels', ['-----', '-----', '-----', ...negative(9)]],
  ])('%s is no such thing', (_, all) => expect(of(...all)).toBeNull());

  it('are said by index', async () => {
    const slices = [...'abcdefghij'].flatMap((patient) =>
      series(patient, 5, { positive: patient < 'd' ? ['subdural'] : [] }),
    );
    const stages = await DataStages.of(await kaggleFolder(slices), {});
    await stages.run(indexStage);
    expect(stages.ledgers.get('index')?.notes.map(({ reason }) => reason)).toContain('labels-of-series');
  });
});
