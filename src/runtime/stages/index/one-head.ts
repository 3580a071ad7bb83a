import { arrange } from './arrange.ts';
import type { Candidate } from './candidate.ts';

/** Steps that differ from the usual one by more than this share of it. */
const ODD_STEP = 0.05;
/** So much more uneven is a stack of two heads than each of them. */
const TWO_HEADS = 0.25;

/**
 * Whether slices of one series that name several patients are slices of one head: together they stand as evenly as the
 * parts do alone. Two heads lie on or between each other's slices. Where nothing tells, they are one: UIDs are made by a
 * machine, patient ids typed by hand.
 */
export function isOneHead(parts: readonly (readonly Candidate[])[]): boolean {
  const alone = parts.map(placesOf);
  const together = placesOf(parts.flat());
  if (together === null) return alone.every((places) => places === null);
  const steps = alone.map((places) => (places === null ? [] : stepsOf(places)));
  const count = steps.reduce((sum, own) => sum + own.length, 0);
  const apart = count === 0 ? 0 : steps.reduce((sum, own) => sum + oddSteps(own), 0) / count;
  const all = stepsOf(together);
  return oddSteps(all) / Math.max(1, all.length) <= apart + TWO_HEADS;
}

/** Where the slices of a stack lie, ascending; null where nothing puts them in order. */
function placesOf(slices: readonly Candidate[]): number[] | null {
  const { placed, by } = arrange(slices);
  if (by === null && placed.every(({ at }) => at === null)) return null;
  return placed.flatMap(({ at }) => at ?? []);
}

const stepsOf = (places: readonly number[]): number[] =>
  places.slice(1).map((place, i) => place - (places[i] as number));

/** How many steps are not the usual one. */
function oddSteps(steps: readonly number[]): number {
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  if (usual <= 0) return steps.length;
  return steps.filter((step) => Math.abs(step - usual) > ODD_STEP * usual).length;
}
