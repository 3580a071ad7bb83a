import type { SplitPatient } from '../../src/index.ts';

export type SplitSlice = SplitPatient['slices'][number];

/** Slices that show one picture, by its name; a slice of which no picture is known is alone. In the order of `slices`. */
export function byPicture(slices: readonly SplitSlice[]): Map<string, SplitSlice[]> {
  const groups = new Map<string, SplitSlice[]>();
  for (const slice of slices) {
    // A picture's hash is no slice id, so that the two cannot be mistaken for each other.
    const name = slice.picture === undefined ? `slice ${slice.slice}` : `picture ${slice.picture}`;
    const group = groups.get(name) ?? [];
    groups.set(name, group);
    group.push(slice);
  }
  return groups;
}
