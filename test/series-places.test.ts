import { describe, expect, it } from 'vitest';
import { holesOf, placesOf } from '../src/series-places.ts';

/** Positions from distances. */
const along = (...gaps: readonly number[]): number[] => {
  const at = [0];
  for (const gap of gaps) at.push(at.at(-1)! + gap);
  return at;
};
const times = (count: number, gap: number): number[] => new Array<number>(count).fill(gap);

describe('places of a series', () => {
  it('stand for half of the distances to their neighbours: at the ends there is one', () => {
    const places = placesOf(along(5, 5, 3, 3));
    expect(places.lengthMm).toEqual([2.5, 5, 4, 3, 1.5]);
    expect(places.spacingMm).toBe(4);
    expect(places.place).toEqual([0, 1, 2, 3, 4]);
    expect(places.holeBefore).toEqual([false, false, false, false, false]);
  });

  it('are one where slices lie at one position, and keep their lengths', () => {
    const places = placesOf([0, 0, 0.02, 5, 5, 10]);
    expect(places.place).toEqual([0, 0, 0, 1, 1, 2]);
    expect(places.lengthMm).toEqual([2.5, 2.5, 2.5, 5, 5, 2.5]);
  });

  it.each([
    ['a slice scanned again, 0.3 mm off', [5, 5, 5, 0.3, 4.7, 5, 5, 5], [0, 1, 2, 3, 3, 4, 5, 6, 7]],
    ['three again, 2 mm off', [5, 5, 5, 2, 3, 2, 3, 2, 3, 5, 5, 5], [0, 1, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9]],
    ['the last again, 2 mm further', [5, 5, 5, 5, 2], [0, 1, 2, 3, 4, 4]],
    ['all again, 2 mm off', [2, 3, 2, 3, 2, 3, 2], [0, 0, 1, 1, 2, 2, 3, 3]],
    // ID_d1b55b3421: three scans of a part.
    ['twice again', [5, 5, 5, 4.3, 0.2, 0.5, 4.3, 0.2, 0.5, 5, 5, 5], [0, 1, 2, 3, 4, 4, 4, 5, 5, 5, 6, 7, 8]],
    // ID_dd7ffe6179, as many others: a slice of the upper block lies on the last of the lower one.
    ['blocks that end on each other', [2.5, 2.5, 2.5, 1, 5, 5, 5], [0, 1, 2, 3, 3, 4, 5, 6]],
    ['blocks that abut', [2.5, 2.5, 2.5, 1.7, 5, 5, 5], [0, 1, 2, 3, 4, 5, 6, 7]],
    ['a thin block in a thick one', [5, 5, 5, 2, 2, 2, 2, 5, 5, 5], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  ])('are one where slices lie closer than half of the spacing around them: %s', (_, gaps, place) => {
    expect(placesOf(along(...gaps))).toMatchObject({ place });
    expect(holesOf(along(...gaps)).holes).toBe(0);
  });

  it('are what they are where no spacing is usual, or slices are missing', () => {
    expect(placesOf(along(5, 10, 5, 10, 5, 10, 5)).place).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(placesOf(along(24, 48, 24, 48)).place).toEqual([0, 1, 2, 3, 4]);
    expect(placesOf(along(5, 2, 7, 1, 4)).place).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('end at a hole of more than 1.5 spacings, beyond which half of a spacing lies', () => {
    const places = placesOf(along(5, 5, 10, 5, 5));
    expect(places.holeBefore).toEqual([false, false, false, true, false, false]);
    expect(places.lengthMm).toEqual([2.5, 5, 5, 5, 5, 2.5]);
    expect(placesOf(along(5, 5, 7.5, 5, 5)).holeBefore).not.toContain(true);
    expect(placesOf(along(5, 5, 7.6, 5, 5)).holeBefore).toContain(true);
  });

  it('say it of the slice behind the hole alone, though several lie at its place', () => {
    expect(placesOf([0, 5, 15, 15, 20]).holeBefore).toEqual([false, false, true, false, false]);
  });

  it.each([
    ['2.5 mm below, 5 mm above', [...times(12, 2.5), ...times(20, 5)]],
    ['many thin, some thick', [...times(30, 2.5), ...times(8, 5)]],
    ['few thin, many thick', [...times(4, 5), ...times(30, 10)]],
    // Two stacks that lie between each other: distances come in turns.
    ['0.25 and 4.75 in turns', Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? 0.25 : 4.75))],
  ])('of blocks of several spacings have no holes: %s', (_, gaps) => {
    expect(holesOf(along(...gaps))).toEqual({ holes: 0, missing: 0 });
  });

  it.each([
    ['one slice', [...times(10, 5), 10, ...times(10, 5)], 1, 1],
    ['a slice of a thick block', [...times(15, 2.5), ...times(3, 5), 10, ...times(15, 5)], 1, 1],
    ['three in a row', [...times(10, 5), 20, ...times(10, 5)], 1, 3],
    ['two at two places', [...times(4, 5), 10, 5, 10, ...times(9, 5)], 2, 2],
  ])('count what is missing: %s', (_, gaps, holes, missing) => {
    expect(holesOf(along(...gaps))).toEqual({ holes, missing });
  });

  it('are one a slice where a position is not known, and of no length', () => {
    expect(placesOf([0, null, 5])).toEqual({
      place: [0, 1, 2],
      holeBefore: [false, false, false],
      lengthMm: null,
      spacingMm: null,
    });
    expect(placesOf([])).toMatchObject({ place: [], spacingMm: null });
    expect(placesOf([7])).toMatchObject({ place: [0], lengthMm: [0], spacingMm: null });
  });
});
