/** Two figures of a budget that differ by more are not the same budget. */
export const BUDGET_TOLERANCE = 0.1;

export type MatchedWord = 'matched' | 'not matched' | 'unknown';

/** Whether two figures are equal within 10 % of the larger. */
export const matches = (a: number, b: number): boolean =>
  Math.abs(a - b) <= BUDGET_TOLERANCE * Math.max(a, b) * (1 + 1e-9);
