/**
 * The places that a training sequence keeps of `length`: all of them, or `steps` at regular intervals, first and last
 * among them, in order: floor(k (length - 1) / (steps - 1)) in whole numbers (facts 1.6, row 13).
 */
export function regularInterval(length: number, steps: number): number[] {
  if (length <= steps) return Array.from({ length }, (_, place) => place);
  if (steps === 1) return [0];
  return Array.from({ length: steps }, (_, k) => Math.floor((k * (length - 1)) / (steps - 1)));
}
