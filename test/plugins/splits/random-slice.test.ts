import { describe, expect, it } from 'vitest';
import randomSlice from '../../../plugins/splits/random-slice.ts';
import type { SplitPatient } from '../../../src/index.ts';

/** Twenty patients of ten slices. `picture` names what a slice shows. */
const patients = (picture: (slice: string) => string | undefined = () => undefined): SplitPatient[] =>
  Array.from({ length: 20 }, (_, p) => ({
    patient: `P${p}`,
    group: `P${p}`,
    slices: Array.from({ length: 10 }, (_, k) => {
      const slice = `P${p}-${k}`;
      const shown = picture(slice);
      return { slice, any: k === 0, ...(shown === undefined ? {} : { picture: shown }) };
    }),
  }));

const drawn = (of: readonly SplitPatient[], validation: number, seed = 0): string[] =>
  [...randomSlice.assign(of, { validation }, seed)].flatMap(([slice, side]) => (side === 'validation' ? [slice] : []));

describe('random-slice', () => {
  it('says of itself that it is no split by patient', () => {
    expect(randomSlice.contract({ validation: 0.1 })).toEqual({ by: 'slice' });
  });

  it('draws max(1, round(share x slices)), whatever patient they are of: most patients stand on both sides', () => {
    for (const [share, count] of [
      [0.1, 20],
      [0.333, 67],
      [0.001, 1],
    ] as const)
      expect(drawn(patients(), share)).toHaveLength(count);
    // 20 patients of 10 slices at a half: the chance that one of them stands on one side only is 2 / 1024.
    const validating = drawn(patients(), 0.5).map((slice) => slice.split('-')[0]);
    const both = patients().filter(({ patient }) => {
      const own = validating.filter((name) => name === patient).length;
      return own > 0 && own < 10;
    });
    expect(both.length).toBeGreaterThanOrEqual(18);
  });

  it('draws by the hash of the slice id: the order of patients and slices changes nothing, the seed does', () => {
    const turned = patients()
      .toReversed()
      .map((each) => ({ ...each, slices: each.slices.toReversed() }));
    expect(drawn(turned, 0.2).sort()).toEqual(drawn(patients(), 0.2).sort());
    expect(new Set([0, 1, 2, 3].map((seed) => drawn(patients(), 0.2, seed).sort().join())).size).toBe(4);
    // A larger share keeps what a smaller one drew: places are fixed.
    const small = drawn(patients(), 0.1);
    expect(drawn(patients(), 0.3)).toEqual(expect.arrayContaining(small));
  });

  it('keeps slices that show one picture together', () => {
    // Slice 0 of each pair of patients shows the same picture.
    const shared = (slice: string) => {
      const [patient, k] = slice.slice(1).split('-').map(Number) as [number, number];
      return k === 0 ? `hash-${Math.floor(patient / 2)}` : undefined;
    };
    for (let seed = 0; seed < 10; seed++) {
      const sides = randomSlice.assign(patients(shared), { validation: 0.3 }, seed);
      for (let p = 0; p < 20; p += 2) expect(sides.get(`P${p}-0`)).toBe(sides.get(`P${p + 1}-0`));
      expect([...sides.values()].filter((side) => side === 'validation')).toHaveLength(60);
    }
  });

  it('takes the smallest group where none fits, and refuses what cannot be split', () => {
    const halves = (slice: string) => (slice < 'P5' ? 'one' : 'two');
    const count = drawn(patients(halves), 0.01).length;
    expect(count).toBe(
      patients(halves)
        .flatMap(({ slices }) => slices)
        .filter(({ picture }) => picture === 'two').length,
    );
    expect(() =>
      randomSlice.assign(
        patients(() => 'one'),
        { validation: 0.1 },
        0,
      ),
    ).toThrow('the same picture');
    expect(() => randomSlice.assign(patients(), { validation: 0.999 }, 0)).toThrow('leaves none of the 200');
    expect(() => randomSlice.assign([], { validation: 0.1 }, 0)).toThrow('leaves none of the 0');
  });
});
