import type { SeriesFacts } from '../../../registry/kinds/series-rule.ts';
import type { Candidate } from './candidate.ts';

interface Stack {
  facts: SeriesFacts;
  slices: readonly Candidate[];
}

/** Planes of two blocks of one head may tilt against each other, and meet unevenly. */
const MOST_GAP = 1.5;
const LEAST_GAP = 0.25;
/** The same table position, and nearly the same field: series of one scan lie above each other. */
const ASIDE_MM = 60;

/**
 * What of a study goes on where a stack ends: scanners write the base of the skull and the cerebrum as two series now and then,
 * of which one alone is no head. In words: `goes on in another series (10 slices)`.
 */
export function goesOn(one: Stack, others: readonly Stack[]): string[] {
  const own = extentOf(one);
  if (own === null) return [];
  return others.flatMap((other) => {
    const its = extentOf(other);
    if (its === null || Math.hypot(own.x - its.x, own.y - its.y) > ASIDE_MM) return [];
    const gap = Math.max(its.low - own.high, own.low - its.high);
    const spacing = Math.max(own.spacing, its.spacing);
    if (gap < LEAST_GAP * Math.min(own.spacing, its.spacing) || gap > MOST_GAP * spacing) return [];
    return [`goes on in another series (${other.facts.slices} slices)`];
  });
}

/** Along z, of axial stacks whose slices all have a position. */
function extentOf({
  facts,
  slices,
}: Stack): { low: number; high: number; x: number; y: number; spacing: number } | null {
  if (facts.plane !== 'axial' || facts.spacingMm === null || facts.spacingMm === 0) return null;
  const places = slices.flatMap(({ position }) => (position === null ? [] : [position]));
  const [first] = places;
  if (first === undefined || places.length < slices.length) return null;
  const heights = places.map(([, , z]) => z);
  const [low, high] = heights.reduce(([a, b], z) => [Math.min(a, z), Math.max(b, z)], [first[2], first[2]]);
  return { low, high, x: first[0], y: first[1], spacing: facts.spacingMm };
}
