import { type Effect, type NoEffect, roundingOf } from './effect.ts';

/**
 * The mean of a table of differences, a line for each seed and a column for each patient, with both drawn at random:
 * value = mean + patient + seed + the rest (their interaction among it).
 *
 * With mean squares P (patients), S (seeds) and E (the rest) of the two-way analysis of variance, the variance of the mean
 * is (P + S - E) / (patients x seeds), of which E may take away too much by chance: no less is taken than what P or S
 * alone says. Degrees of freedom are those of P or of S where one of them is taken alone; of the sum Satterthwaite's (1946)
 * less one, never below the fewest of its parts: estimated from so few seeds they come out too high. Where two of them are equally large
 * the fewest degrees of freedom are. docs/statistics.md has the formulas, what else was tried, and how often the intervals hold the truth.
 *
 * `mean`: where the mean is known better than by the values' own, as of pseudo-values.
 */
export function crossedEffect(values: readonly (readonly number[])[], mean?: number): Effect | NoEffect {
  const seeds = values.length;
  const patients = values[0]?.length ?? 0;
  if (seeds < 2) return { why: 'one seed says nothing of another' };
  if (patients < 2) return { why: 'one patient says nothing of another' };
  const own = average(values.map(average));
  const bySeed = values.map(average);
  const byPatient = values[0]!.map((_, i) => average(values.map((line) => line[i]!)));
  const squares = {
    patients: (seeds * sum(byPatient.map((one) => (one - own) ** 2))) / (patients - 1),
    seeds: (patients * sum(bySeed.map((one) => (one - own) ** 2))) / (seeds - 1),
    rest:
      sum(values.map((line, j) => sum(line.map((one, i) => (one - byPatient[i]! - bySeed[j]! + own) ** 2)))) /
      ((patients - 1) * (seeds - 1)),
  };
  const rounding = roundingOf(values.flat());
  const equal = (one: number, other: number) => Math.abs(one - other) <= rounding;
  const alike = values.every((line) => line.every((one, i) => equal(one, values[0]![i]!)));
  if (alike && byPatient.every((one) => equal(one, byPatient[0]!)))
    return { why: 'nothing varies: neither with the patient nor with the seed' };
  // Copies of one run would pass for so many trainings.
  if (alike) return { why: 'the seeds change nothing: they are one run, counted several times' };
  const { patients: p, seeds: s, rest: e } = squares;
  const both = p + s - e;
  const variance = Math.max(p, s, both);
  if (variance <= rounding ** 2)
    return { why: 'neither patients nor seeds vary: what is left over has no error to be held against' };
  const ofBoth =
    both ** 2 / (p ** 2 / (patients - 1) + s ** 2 / (seeds - 1) + e ** 2 / ((patients - 1) * (seeds - 1))) - 1;
  // Which of equals is the largest hangs on a last bit.
  const largest = (one: number) => one >= variance * (1 - 1e-9);
  const df = Math.min(
    ...(largest(p) ? [patients - 1] : []),
    ...(largest(s) ? [seeds - 1] : []),
    ...(largest(both) && !largest(p) && !largest(s) ? [Math.max(Math.min(patients, seeds) - 1, ofBoth)] : []),
  );
  return {
    mean: mean ?? own,
    standardError: Math.sqrt(variance / (patients * seeds)),
    df,
    spread: {
      patients: Math.sqrt(Math.max(0, p - e) / seeds),
      seeds: Math.sqrt(Math.max(0, s - e) / patients),
      rest: Math.sqrt(e),
    },
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const average = (values: readonly number[]): number => sum(values) / values.length;
