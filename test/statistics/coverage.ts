import { stream } from '../../src/random.ts';
import { crossedEffect } from '../../src/statistics/crossed.ts';
import { isEffect } from '../../src/statistics/effect.ts';
import { ALPHA, test } from '../../src/statistics/question.ts';

/** Variances of patients, of seeds and of the rest: each source alone, and mixtures; in each the mean is nought. */
export const RATIOS = {
  'patients alone': [1, 0, 0.01],
  'seeds alone': [0.01, 1, 0.01],
  'the rest alone': [0, 0, 1],
  'patients and the rest': [1, 0, 1],
  'seeds and the rest': [0, 0.05, 1],
  'all three': [1, 0.2, 1],
  'patients most': [1, 0.02, 0.5],
} as const satisfies Record<string, readonly [number, number, number]>;

export const SIZES = [
  { seeds: 5, patients: 20 },
  { seeds: 5, patients: 85 },
  { seeds: 5, patients: 200 },
  { seeds: 8, patients: 50 },
] as const;

/** Of made-up tables whose true mean is nought: the share whose 95 % interval holds it, and the share called a difference. */
export function coverage(
  ratio: keyof typeof RATIOS,
  { seeds, patients }: (typeof SIZES)[number],
  tables: number,
): { covered: number; rejected: number } {
  const [p, s, rest] = RATIOS[ratio].map(Math.sqrt) as [number, number, number];
  let covered = 0;
  for (let n = 0; n < tables; n++) {
    const random = stream(7, `coverage ${ratio} ${seeds} ${patients}`, n);
    const ofPatient = Array.from({ length: patients }, () => p * random.normal());
    const values = Array.from({ length: seeds }, () => {
      const ofSeed = s * random.normal();
      return ofPatient.map((one) => one + ofSeed + rest * random.normal());
    });
    const found = crossedEffect(values);
    if (!isEffect(found)) throw new Error(found.why);
    // The interval holds nought where neither side of the test at nought is passed.
    const { holds, fails } = test(found, { kind: 'better', by: 0, sides: 2 });
    if (Math.min(holds, fails) >= ALPHA) covered += 1;
  }
  return { covered: covered / tables, rejected: 1 - covered / tables };
}
