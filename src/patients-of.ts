/**
 * The patients of a metric's slices or series, each once, in the order of their first appearance (equal in both lists of
 * an input): what `times` of `resample` counts.
 */
export function patientsOf(rows: readonly { patient: string }[]): string[] {
  return [...new Set(rows.map(({ patient }) => patient))];
}
