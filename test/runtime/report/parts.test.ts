import { describe, expect, it } from 'vitest';
import type { EpochRow } from '../../../src/runtime/artifacts/history.ts';
import type { JoinedSlice } from '../../../src/runtime/evaluate/scored.ts';
import { chooseSlices } from '../../../src/runtime/report/choose-series.ts';
import { whoseCounts } from '../../../src/runtime/report/confusion-section.ts';
import { curvePlot } from '../../../src/runtime/report/curve-plot.ts';
import { lossAxis, spansDecades } from '../../../src/runtime/report/plot-parts.ts';

describe('the axis of a loss', () => {
  it('is logarithmic where the loss spans more than two decades', () => {
    expect(spansDecades([0.1471, 140_249, null])).toBe(true);
    expect(spansDecades([1, 100])).toBe(false);
    expect(spansDecades([1, 101])).toBe(true);
    // Zero has no logarithm, and infinity no place.
    expect(spansDecades([0, 101])).toBe(false);
    expect(spansDecades([0.5, Number.POSITIVE_INFINITY, Number.NaN])).toBe(false);
    expect(spansDecades([null])).toBe(false);
    expect(lossAxis([1, 2])).toMatchObject({ type: 'value' });
  });

  it('says so, has powers of ten, and spreads what a linear axis would flatten', async () => {
    const plot = async (values: number[]) => {
      const epochs = values.map((loss, i): EpochRow => ({ epoch: i + 1, steps: 1, loss, validation: null }));
      const drawn = await curvePlot('x', 'losses', epochs, [{ name: 'train', ink: 'base', values }], '', 0.2);
      const text = drawn.text.slice(0, drawn.text.indexOf('plot narrow'));
      const dots = [...text.matchAll(/<path d="M1 0A1 1[^>]*transform="matrix\(3,0,0,3,[\d.]+,([\d.]+)\)"/g)];
      return { text, heights: dots.map(([, y]) => Number(y)) };
    };
    // What a newcomer saw: from epoch 2 on everything lay on the lower edge.
    const diverged = await plot([1570, 140_249, 10_703, 2096, 27_406, 9887, 871, 147]);
    expect(diverged.text).toContain('>log scale</text>');
    expect(diverged.text).toMatch(/>1000<\/text>[\s\S]*>100000<\/text>/);
    expect(diverged.heights).toHaveLength(8);
    expect(Math.abs(diverged.heights[0]! - diverged.heights[7]!)).toBeGreaterThan(20);
    const calm = await plot([2, 1.2, 0.9]);
    expect(calm.text).not.toContain('log scale');
  });
});

describe('whose counts a confusion matrix holds', () => {
  const of = (...all: [unit: 'patient' | 'series', truth: 'same-rule' | 'any-slice'][]) =>
    whoseCounts(all.map(([unit, truth]) => ({ unit, truth })));
  it.each([
    [of(['patient', 'same-rule']), 'Patients, truth: same-rule'],
    [of(['series', 'same-rule'], ['series', 'any-slice']), 'Series, truth: both agree'],
    [of(['patient', 'any-slice'], ['series', 'any-slice']), 'Patients and series, truth: any-slice'],
    [
      of(['patient', 'same-rule'], ['patient', 'any-slice'], ['series', 'same-rule'], ['series', 'any-slice']),
      'Patients and series, truth: both agree',
    ],
    [of(['patient', 'same-rule'], ['series', 'any-slice']), 'Patients, truth: same-rule; series, truth: any-slice'],
  ])('%s', (found, wanted) => {
    expect(found).toBe(wanted);
  });
});

describe('the slices of a series that are pictured', () => {
  const slice = (order: number, any: number, truth: 0 | 1 | null): JoinedSlice =>
    ({
      slice: `s${order}`,
      order,
      probabilities: [0, 0, 0, 0, 0, any],
      labels: truth === null ? null : { any: truth },
    }) as unknown as JoinedSlice;
  const chosen = (slices: JoinedSlice[], readable = slices.map((one) => one.slice)) =>
    chooseSlices(slices, new Set(readable)).map(({ slice: one, why }) => [one.order, why]);

  it('are the highest, the most missed and the false peak, in order', () => {
    const slices = [slice(0, 0.1, 0), slice(1, 0.8, 0), slice(2, 0.9, 1), slice(3, 0.2, 1), slice(4, 0.3, 0)];
    expect(chosen(slices)).toEqual([
      [1, 'highest where nothing is labelled'],
      [2, 'highest p(any)'],
      [3, 'lowest where any is labelled'],
    ]);
    // Only of those whose pixels can be read.
    expect(chosen(slices, ['s2', 's4'])).toEqual([
      [2, 'highest p(any), lowest where any is labelled'],
      [4, 'highest where nothing is labelled'],
    ]);
  });

  it('with the middle of the series where fewer are extreme, and without labels', () => {
    const negative = [slice(0, 0.1, 0), slice(1, 0.2, 0), slice(2, 0.3, 0)];
    expect(chosen(negative)).toEqual([
      [1, 'middle of the series'],
      [2, 'highest p(any), highest where nothing is labelled'],
    ]);
    expect(chosen([slice(0, 0.1, null), slice(1, 0.2, null), slice(2, 0.3, null)])).toEqual([
      [1, 'middle of the series'],
      [2, 'highest p(any)'],
    ]);
  });
});
