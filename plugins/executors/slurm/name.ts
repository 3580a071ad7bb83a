/** The name of an array: whose it is, and the place of its task 0. */
export const nameOf = (label: string, first: number): string => `${label}.${first}`;

/** The place of task 0 of an array with this name; null where it is another's. */
export function firstOf(name: string, label: string): number | null {
  if (!name.startsWith(`${label}.`)) return null;
  const first = Number(name.slice(label.length + 1));
  return Number.isInteger(first) ? first : null;
}
