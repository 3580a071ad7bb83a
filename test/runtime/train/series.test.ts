import { describe, expect, it } from 'vitest';
import { blend, seriesRows, standIns } from '../../../src/runtime/train/series.ts';

const index = 'aaaaabbc'.split('').map((series) => ({ series }));

describe('series', () => {
  it('are contiguous rows of the index', () => {
    expect(seriesRows(index)).toEqual([
      { series: 'a', from: 0, to: 5 },
      { series: 'b', from: 5, to: 7 },
      { series: 'c', from: 7, to: 8 },
    ]);
  });

  it('find stand-ins within the series, linear in the places between', () => {
    const readable = [true, false, false, false, true, false, true, false];
    expect(standIns(index, readable)).toEqual([
      {
        row: 1,
        from: [
          { row: 0, weight: 0.75 },
          { row: 4, weight: 0.25 },
        ],
      },
      {
        row: 2,
        from: [
          { row: 0, weight: 0.5 },
          { row: 4, weight: 0.5 },
        ],
      },
      {
        row: 3,
        from: [
          { row: 0, weight: 0.25 },
          { row: 4, weight: 0.75 },
        ],
      },
      { row: 5, from: [{ row: 6, weight: 1 }] },
      { row: 7, from: [] },
    ]);
  });

  it('take the nearest alone at an end', () => {
    expect(
      standIns(
        'xxx'.split('').map((series) => ({ series })),
        [true, true, false],
      ),
    ).toEqual([{ row: 2, from: [{ row: 1, weight: 1 }] }]);
  });

  it('blend vectors by weight', () => {
    expect([...blend([Float32Array.of(0, 4), Float32Array.of(4, 8)], [0.75, 0.25])]).toEqual([1, 5]);
  });
});
