/** Where the slices of a series lie, as far as rules of consecutive slices ask. Lists go by the series' order. */
export interface SeriesPlaces {
  /** Number of each slice's place, from 0: slices at one position (phases, doubled ones) share one. */
  place: readonly number[];
  /** Between the place of a slice and the one below it slices are missing: no run goes on across it. */
  holeBefore: readonly boolean[];
  /** Millimetres that each slice's place stands for: half of the distances to its neighbours. Null: distances are not known. */
  lengthMm: readonly number[] | null;
  /** The median distance of neighbouring places; null where it is not known, or there is one place. */
  spacingMm: number | null;
}

/** Positions closer than this are one place: scans of one place come back to it so well. */
export const SAME_PLACE_MM = 0.1;
/** A gap of more than so many of the spacings around it is a hole. */
export const HOLE = 1.5;
/** Gaps within this share of each other are of one spacing. */
const SAME_SPACING = 0.1;
/** So many gaps of one spacing in a row make a block of a series, which may have a spacing of its own. */
const BLOCK = 3;
/** Without blocks a spacing is one that so many of all gaps have. */
const COMMON = 0.2;
const MISSING = [2, 3, 4] as const;

/**
 * Places, holes and lengths of the slices of one series.
 *
 * @param at Position of each slice along the normal in mm, not falling; null where it is not known: then each slice is a place, and there
 *   are no holes.
 */
export function placesOf(at: readonly (number | null)[]): SeriesPlaces {
  if (at.length === 0 || at.some((one) => one === null)) return unknownPlaces(at.length);
  const positions = at as readonly number[];
  const place: number[] = [];
  // The position of each place: that of its first slice.
  const places: number[] = [];
  for (const here of positions) {
    if (places.length === 0 || here - (places.at(-1) as number) >= SAME_PLACE_MM) places.push(here);
    place.push(places.length - 1);
  }
  const gaps = places.slice(1).map((here, i) => here - (places[i] as number));
  const usual = usualSpacings(gaps);
  const holes = gaps.map((gap, i) => gap > HOLE * (usual[i] as number));
  // Beyond a hole nobody knows where the neighbour is: half of the usual spacing lies on that side.
  const half = gaps.map((gap, i) => (holes[i] ? (usual[i] as number) : gap) / 2);
  const lengths = places.map((_, i) => (half[i - 1] ?? 0) + (half[i] ?? 0));
  return {
    place,
    holeBefore: place.map((own, i) => own > 0 && place[i - 1] !== own && holes[own - 1] === true),
    lengthMm: place.map((own) => lengths[own] as number),
    spacingMm: gaps.length === 0 ? null : medianOf(gaps),
  };
}

/** Places of which nothing is known but their order. */
export const unknownPlaces = (slices: number): SeriesPlaces => ({
  place: Array.from({ length: slices }, (_, i) => i),
  holeBefore: new Array<boolean>(slices).fill(false),
  lengthMm: null,
  spacingMm: null,
});

/** How many holes there are, and how many slices would fill them. */
export function holesOf(at: readonly (number | null)[]): { holes: number; missing: number } {
  const { place, holeBefore } = placesOf(at);
  if (!holeBefore.includes(true)) return { holes: 0, missing: 0 };
  const places = place.flatMap((own, i) => (place[i - 1] === own ? [] : [at[i] as number]));
  const gaps = places.slice(1).map((here, i) => here - (places[i] as number));
  const usual = usualSpacings(gaps);
  const wide = gaps.flatMap((gap, i) => (gap > HOLE * (usual[i] as number) ? [gap / (usual[i] as number)] : []));
  return {
    holes: wide.length,
    missing: wide.reduce((sum, spacings) => sum + Math.max(1, Math.round(spacings) - 1), 0),
  };
}

/**
 * The spacing that each gap is held against: that of its own block (three and more gaps alike), else the wider one of the blocks
 * beside it: a series in blocks of several spacings (2.5 mm below, 5 mm above) has no holes at their ends, nor where two
 * stacks lie between each other. Without blocks: the median, and what occurs as often.
 */
function usualSpacings(gaps: readonly number[]): number[] {
  const blocks = gaps.map((gap, i) => inBlock(gaps, gap, i));
  const middle = lowerMedian(gaps);
  const isUsual = blocks.includes(true) ? blocks : gaps.map((gap) => isCommon(gaps, gap, middle));
  const nearest = (from: number, step: 1 | -1): number => {
    for (let i = from; i >= 0 && i < gaps.length; i += step) if (isUsual[i]) return gaps[i] as number;
    return 0;
  };
  return gaps.map((gap, i) => (isUsual[i] ? gap : Math.max(nearest(i, -1), nearest(i, 1)) || gap));
}

const alike = (a: number, b: number): boolean => Math.abs(a - b) <= SAME_SPACING * Math.max(a, b);

function inBlock(gaps: readonly number[], gap: number, i: number): boolean {
  for (let from = Math.max(0, i - BLOCK + 1); from <= i; from++) {
    const row = gaps.slice(from, from + BLOCK);
    if (row.length === BLOCK && row.every((other) => alike(other, gap))) return true;
  }
  return false;
}

/** Two, three or four spacings are missing slices rather than a spacing of its own, however often they occur. */
function isCommon(gaps: readonly number[], gap: number, middle: number): boolean {
  if (alike(gap, middle)) return true;
  const often = gaps.filter((other) => alike(other, gap)).length >= Math.max(2, COMMON * gaps.length);
  return often && !MISSING.some((spacings) => alike(gap, spacings * middle));
}

function lowerMedian(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? 0;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return ((sorted[Math.ceil(sorted.length / 2) - 1] as number) + (sorted[Math.floor(sorted.length / 2)] as number)) / 2;
}
