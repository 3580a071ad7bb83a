import { arrange, type PlacedSlice } from './arrange.ts';
import type { Candidate } from './candidate.ts';

/** Steps that differ from the usual one by more than this share of it. */
const ODD_STEP = 0.05;
/** So much more uneven is a stack of two heads than each of them. */
const TWO_HEADS = 0.25;
/** Usual steps between parts of one head: a slice or two may be missing. */
const WIDEST = 3;

/**
 * Whether slices that name several patients, or several studies, are slices of one head: together they stand as evenly as
 * the parts do alone, and next to each other. Two heads lie on or between each other's slices, or apart. `unknown` is the
 * answer where nothing puts them in order.
 */
export function isOneHead(parts: readonly (readonly Candidate[])[], unknown: boolean): boolean {
  const together = placedOf(parts.flat());
  if (together === null) return parts.every((part) => placedOf(part) === null) && unknown;
  const alone = parts.map((part) => stepsOf(placedOf(part) ?? []));
  const count = alone.reduce((sum, own) => sum + own.length, 0);
  const uneven = count === 0 ? 0 : alone.reduce((sum, own) => sum + oddSteps(own), 0) / count;
  const steps = stepsOf(together);
  if (oddSteps(steps) / Math.max(1, steps.length) > uneven + TWO_HEADS) return false;
  const partOf = new Map(parts.flatMap((part, i) => part.map((slice) => [slice, i] as const)));
  const between = steps.filter((_, i) => {
    const [here, next] = [together[i], together[i + 1]] as [PlacedSlice, PlacedSlice];
    return partOf.get(here.slice) !== partOf.get(next.slice);
  });
  return between.every((step) => step <= WIDEST * usualOf(steps));
}

/** In order; null where nothing puts them in order. */
function placedOf(slices: readonly Candidate[]): PlacedSlice[] | null {
  const { placed } = arrange(slices);
  return placed.length === 0 || placed.some(({ at }) => at === null) ? null : placed;
}

const stepsOf = (placed: readonly PlacedSlice[]): number[] =>
  placed.slice(1).map(({ at }, i) => (at as number) - (placed[i]?.at as number));

const usualOf = (steps: readonly number[]): number =>
  [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;

/** How many steps are not the usual one. */
function oddSteps(steps: readonly number[]): number {
  const usual = usualOf(steps);
  if (usual <= 0) return steps.length;
  return steps.filter((step) => Math.abs(step - usual) > ODD_STEP * usual).length;
}
