/**
 * Sizes of what is not known before the file runs. One size is free in a network that is exported, the number of slices: it
 * stands as a number so large that no other is, and what a layer adds to it or takes from it is still told.
 */
export const SLICES = 2 ** 30;
const MOST_ADDED = 2 ** 20;

/** What is added to the number of slices; null: the size is a plain number. */
export const beyondSlices = (size: number): number | null =>
  Math.abs(size - SLICES) < MOST_ADDED ? size - SLICES : null;

export const isFree = (size: number): boolean => beyondSlices(size) !== null;

/** A product with a free size in it is none that can be told apart. */
export const isLost = (size: number): boolean => !isFree(size) && !(size < MOST_ADDED);
