import { describe, expect, it } from 'vitest';
import { measureOf, patientRule, ruleScore } from '../src/patient-rule.ts';
import type { PatientRule } from '../src/registry/kinds/metric.ts';
import { placesOf } from '../src/series-places.ts';

const slices = (count: number, rule: PatientRule['rule'] = 'consecutive'): PatientRule => ({
  rule,
  slices: count,
  threshold: 0.5,
});
const mm = (millimetres: number, rule: PatientRule['rule'] = 'consecutive'): PatientRule => ({
  ...slices(3, rule),
  millimetres,
});
const every = (count: number, gap: number): number[] => Array.from({ length: count }, (_, i) => i * gap);
/** `..###.` */
const scores = (text: string): number[] => [...text].map((one) => (one === '#' ? 0.9 : 0.1));

describe('the patient rule by slices', () => {
  it('is what it was for a complete series', () => {
    const at = placesOf(every(8, 5));
    for (const text of ['........', '..##....', '..###...', '##.##.##', '#####...', '.....###']) {
      for (const rule of [slices(3), slices(3, 'count')]) {
        expect(patientRule(scores(text), rule, at), text).toEqual(patientRule(scores(text), rule));
        expect(ruleScore(scores(text), rule, at), text).toBe(ruleScore(scores(text), rule));
      }
    }
    expect(patientRule(scores('..###...'), slices(3), at)).toEqual({
      call: true,
      run: { length: 3, first: 2, last: 4 },
    });
  });

  it('does not cross a hole: two slices on either side of it are no run of three', () => {
    const whole = placesOf(every(8, 5));
    const holed = placesOf([0, 5, 10, 15, 25, 30, 35, 40]);
    const across = scores('..####..');
    expect(patientRule(across, slices(3), whole).call).toBe(true);
    expect(patientRule(across, slices(3), holed)).toEqual({ call: false, run: { length: 2, first: 2, last: 3 } });
    expect(ruleScore(across, slices(3), holed)).toBe(0.1);
    // Anywhere is anywhere.
    expect(patientRule(across, slices(3, 'count'), holed).call).toBe(true);
    expect(patientRule(scores('.###.#..'), slices(3), holed).call).toBe(true);
  });

  it('counts a place once, by its highest score', () => {
    const doubled = placesOf([0, 0, 5, 5, 10, 10, 15, 15]);
    // Two places, four slices.
    expect(patientRule(scores('####....'), slices(3), doubled)).toEqual({
      call: false,
      run: { length: 2, first: 0, last: 3 },
    });
    expect(patientRule(scores('####....'), slices(3, 'count'), doubled).call).toBe(false);
    // Three places, each by one of its two slices.
    expect(patientRule(scores('#..##...'), slices(3), doubled)).toEqual({
      call: true,
      run: { length: 3, first: 0, last: 5 },
    });
    expect(ruleScore([0.9, 0.1, 0.2, 0.8, 0.7, 0.1, 0, 0], slices(3), doubled)).toBe(0.7);
  });
});

describe('the patient rule by millimetres', () => {
  it('is reached half a spacing before its length, at the end of a series as in its middle', () => {
    const at = placesOf(every(8, 5));
    // In the middle three slices are 15 mm, at an end 12.5; half a spacing is 2.5.
    expect(patientRule(scores('..###...'), mm(15), at).call).toBe(true);
    expect(patientRule(scores('###.....'), mm(15), at).call).toBe(true);
    expect(patientRule(scores('..##....'), mm(15), at).call).toBe(false);
    expect(patientRule(scores('##......'), mm(10), at).call).toBe(true);
    expect(patientRule(scores('..###...'), mm(17.5), at).call).toBe(true);
    expect(patientRule(scores('..###...'), mm(17.6), at).call).toBe(false);
  });

  it('takes half as many slices where they stand twice as far apart', () => {
    const thick = placesOf(every(8, 10));
    const thin = placesOf(every(8, 2.5));
    expect(patientRule(scores('..##....'), mm(20), thick).call).toBe(true);
    expect(patientRule(scores('..#.....'), mm(20), thick).call).toBe(false);
    expect(patientRule(scores('..###...'), mm(15), thin).call).toBe(false);
    expect(patientRule(scores('..######'), mm(15), thin).call).toBe(true);
  });

  it('sums up halves of unequal distances', () => {
    // Lengths 1.5, 3, 4, 5, 2.5; the median distance is 4.
    const at = placesOf([0, 3, 6, 11, 16]);
    expect(patientRule(scores('.##..'), mm(9), at).call).toBe(true);
    expect(patientRule(scores('.##..'), mm(9.1), at).call).toBe(false);
    expect(patientRule(scores('.#.#.'), mm(10, 'count'), at).call).toBe(true);
    expect(patientRule(scores('.#.#.'), mm(10.1, 'count'), at).call).toBe(false);
  });

  it.each([
    ['slices of 0.6 mm', every(8, 0.6)],
    ['distances that nobody knows', every(8, 5).map(() => null)],
    ['one place', [0]],
  ])('goes by slices for %s', (_, at) => {
    const places = placesOf(at);
    expect(measureOf(mm(15), places)).toBe('slices');
    const text = at.length === 1 ? '#' : '..###...';
    expect(patientRule(scores(text), mm(15), places)).toEqual(patientRule(scores(text), slices(3), places));
  });

  it('has the score at which it would be called, and at none above', () => {
    const at = placesOf([0, 5, 10, 15, 25, 30, 35, 40]);
    const own = [0.2, 0.9, 0.8, 0.3, 0.95, 0.6, 0.7, 0.1];
    for (const rule of [mm(15), mm(10), mm(15, 'count'), slices(3), slices(2, 'count')]) {
      const score = ruleScore(own, rule, at);
      expect(patientRule(own, { ...rule, threshold: score - 1e-9 }, at).call).toBe(true);
      expect(patientRule(own, { ...rule, threshold: score }, at).call).toBe(false);
    }
    expect(ruleScore(own, mm(15), at)).toBe(0.6);
    expect(ruleScore(own, mm(500), at)).toBe(0);
  });
});
