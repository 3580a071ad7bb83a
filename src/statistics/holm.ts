/**
 * Holm's adjustment (1979) of the p values of one family: each may then be compared with the level itself, and the chance
 * of one wrong decision among all of them stays below it, whatever they have to do with each other.
 */
export function holm(values: readonly number[]): number[] {
  const order = values.map((value, at) => ({ value, at })).sort((a, b) => a.value - b.value);
  const adjusted = values.map(() => 1);
  let least = 0;
  for (const [rank, { value, at }] of order.entries()) {
    least = Math.max(least, Math.min(1, (values.length - rank) * value));
    adjusted[at] = least;
  }
  return adjusted;
}
