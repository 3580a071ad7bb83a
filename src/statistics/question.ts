import type { Effect } from './effect.ts';
import { tQuantile, tTail } from './student-t.ts';

/** What is asked of an effect (positive: better), in its own unit. */
export type Question =
  /** Better by more than this; `sides` of the test at it. */
  | { kind: 'better'; by: number; sides: 1 | 2 }
  /** No further from 0 than this either way: equivalence, by two one-sided tests. */
  | { kind: 'same'; within: number };

/** Of each test. */
export const ALPHA = 0.05;
/** With which a smallest effect would have been found. */
export const POWER = 0.8;

/** p values of both ends: that it is so, and that it is not so. The smaller one decides. */
export interface Tested {
  holds: number;
  fails: number;
}

export function test(effect: Effect, question: Question): Tested {
  const { mean, standardError, df } = effect;
  const above = (limit: number) => tTail((mean - limit) / standardError, df);
  const below = (limit: number) => tTail((limit - mean) / standardError, df);
  if (question.kind === 'better') {
    const { by, sides } = question;
    return { holds: Math.min(1, sides * above(by)), fails: Math.min(1, sides * below(by)) };
  }
  const { within } = question;
  // Inside takes both tests, outside either of two.
  return {
    holds: Math.max(above(-within), below(within)),
    fails: Math.min(1, 2 * Math.min(above(within), below(-within))),
  };
}

/** The share that the interval holds which decides the question: 90 % where two one-sided tests at 5 % do. */
export const levelOf = (question: Question): number =>
  question.kind === 'better' && question.sides === 2 ? 1 - ALPHA : 1 - 2 * ALPHA;

export function intervalOf({ mean, standardError, df }: Effect, level: number): { low: number; high: number } {
  const half = tQuantile((1 + level) / 2, df) * standardError;
  return { low: mean - half, high: mean + half };
}

/**
 * The smallest effect that this experiment would have found in four of five repetitions: a gain, or of a question of
 * equality the smallest band that it would have shown of two that are equal. `family`: of so many tests the first of Holm's.
 */
export function smallestFound(
  { standardError, df }: Pick<Effect, 'standardError' | 'df'>,
  question: Question,
  family = 1,
): number {
  const alpha = ALPHA / family;
  if (question.kind === 'better')
    return question.by + (tQuantile(1 - alpha / question.sides, df) + tQuantile(POWER, df)) * standardError;
  // Both tests have to be passed: each fails in half of the repetitions that do not show it.
  return (tQuantile(1 - alpha, df) + tQuantile((1 + POWER) / 2, df)) * standardError;
}
