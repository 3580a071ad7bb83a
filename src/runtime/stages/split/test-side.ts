import { IchorError } from '../../../errors.ts';
import { seedOf } from '../../../random.ts';
import type { SplitPatient } from '../../../registry/kinds/split.ts';
import type { Registry } from '../../../registry/registry.ts';

/** The split that draws it: as many patients with and without haemorrhage as the data have, whoever shares pictures together. */
const DRAWN_BY = 'by-patient';

/**
 * Slices of the test side (`data.test`): of a share of the labelled patients, drawn before any split sees them, from a stream of their
 * own, so that another split, or another fold, holds out the same ones.
 * Throws IchorError `test-side-impossible` (exit 2) where so many patients cannot be set apart.
 */
export function testSide(
  patients: readonly SplitPatient[],
  share: number | null,
  { seed, registry }: { seed: number; registry: Registry },
): ReadonlySet<string> {
  if (share === null || patients.length === 0) return new Set();
  const split = registry.get('split', DRAWN_BY);
  if (split === undefined) throw new TypeError(`split ${DRAWN_BY} is not registered`);
  const own = seedOf(seed, 'test-side')[0] as number;
  try {
    const sides = split.assign(patients, { validation: share } as never, own);
    return new Set([...sides].flatMap(([slice, side]) => (side === 'validation' ? [slice] : [])));
  } catch (error) {
    if (!(error instanceof IchorError) || error.code !== 'split-impossible') throw error;
    throw new IchorError(
      'test-side-impossible',
      `A share of ${share} for the test side cannot be set apart from ${patients.length} labelled patients: at least one stays on either side, and those that share pictures stay together.`,
      'Lower data.test, give it more patients, or leave it out: data.test: null.',
      2,
    );
  }
}
