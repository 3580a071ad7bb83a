import { describe, expect, it } from 'vitest';
import byPatient from '../../../plugins/splits/by-patient.ts';
import { dealGroups, quotas } from '../../../plugins/splits/deal.ts';
import type { SplitPatient } from '../../../src/index.ts';

const patients = (withAny: number, without: number): SplitPatient[] =>
  Array.from({ length: withAny + without }, (_, i) => ({
    patient: `P${i}`,
    group: `P${i}`,
    slices: [0, 1].map((k) => ({ slice: `P${i}-${k}`, any: i < withAny && k === 1 })),
  }));

const validationOf = (of: readonly SplitPatient[], validation: number, seed = 0): string[] => {
  const sides = byPatient.assign(of, { validation }, seed);
  return of
    .filter(({ slices }) => sides.get(slices[0]?.slice as string) === 'validation')
    .map(({ patient }) => patient);
};

describe('quotas', () => {
  // By hand: exact shares, the larger remainder takes the odd one, ties go to those with haemorrhage.
  it.each([
    [6, 3, 3, 2, 1],
    [1, 1, 1, 1, 0],
    [2, 2, 1, 1, 0],
    [1, 3, 1, 0, 1],
    [3, 1, 1, 1, 0],
    [0, 5, 2, 0, 2],
    [5, 0, 2, 2, 0],
    [41, 59, 10, 4, 6],
    [7765, 11173, 1894, 777, 1117],
  ])('%i with and %i without, %i drawn: %i and %i', (withAny, without, count, wantedWith, wantedWithout) => {
    expect(quotas(withAny, without, count)).toEqual({ with: wantedWith, without: wantedWithout });
  });
});

describe('by-patient', () => {
  it('draws max(1, round(share x patients)), stratified', () => {
    for (const [withAny, without, share, count] of [
      [6, 3, 0.34, 3],
      [6, 3, 0.01, 1],
      [40, 60, 0.1, 10],
      [1, 1, 0.5, 1],
    ] as const) {
      const of = patients(withAny, without);
      const drawn = validationOf(of, share);
      expect(drawn).toHaveLength(count);
      const positive = drawn.filter((name) =>
        of.find(({ patient }) => patient === name)?.slices.some(({ any }) => any),
      );
      expect(positive).toHaveLength(quotas(withAny, without, count).with);
    }
  });

  it('gives every slice a side, all of a patient the same', () => {
    const of = patients(10, 10);
    const sides = byPatient.assign(of, { validation: 0.3 }, 1);
    expect(sides.size).toBe(40);
    for (const { slices } of of) expect(new Set(slices.map(({ slice }) => sides.get(slice))).size).toBe(1);
  });

  it('depends on the seed, and not on the order of the patients', () => {
    const of = patients(20, 20);
    expect(validationOf(of.toReversed(), 0.2).sort()).toEqual(validationOf(of, 0.2).sort());
    const draws = new Set([0, 1, 2, 3].map((seed) => validationOf(of, 0.2, seed).join()));
    expect(draws.size).toBe(4);
  });

  it('keeps groups whole', () => {
    for (let seed = 0; seed < 20; seed++) {
      const of = patients(6, 6).map((each, i) => ({ ...each, group: `G${Math.floor(i / 3)}` }));
      const drawn = new Set(validationOf(of, 0.34, seed));
      expect(drawn.size).toBeGreaterThan(0);
      expect(drawn.size).toBeLessThan(12);
      for (const group of ['G0', 'G1', 'G2', 'G3']) {
        const own = of.filter((each) => each.group === group).filter(({ patient }) => drawn.has(patient));
        expect([0, 3]).toContain(own.length);
      }
    }
  });

  it('fills the seats that groups left empty, whatever they have', () => {
    const of = (any: boolean, group: string, place: string) => ({ patient: place, group, any, place });
    // One seat with, one without; the only group that fits has two with.
    const drawn = dealGroups(
      [of(true, 'a', '1'), of(true, 'a', '2'), of(false, 'b', '3'), of(false, 'b', '4'), of(false, 'b', '5')],
      2,
    );
    expect([...(drawn ?? [])]).toEqual(['1', '2']);
  });

  it('refuses one patient, a share that takes all, and one group', () => {
    const wrong = (of: SplitPatient[], share: number) => () => byPatient.assign(of, { validation: share }, 0);
    expect(wrong(patients(1, 0), 0.1)).toThrow('leaves none');
    expect(wrong(patients(2, 1), 0.9)).toThrow('leaves none');
    expect(
      wrong(
        patients(2, 2).map((each) => ({ ...each, group: 'G' })),
        0.3,
      ),
    ).toThrow('share pictures');
  });
});
