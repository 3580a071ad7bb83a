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

/** Positions closer than this are one place, whatever stands around them. */
export const SAME_PLACE_MM = 0.1;
/** Within so much of the spacing around them slices are of one place. */
const CLOSE = 0.5;
/** A gap of more than so many of the spacings around it is a hole. */
export const HOLE = 1.5;
/** Gaps within this share of each other are of one spacing. */
const SAME_SPACING = 0.1;
/** So many gaps of one spacing in a row make a block of a series, which may have a spacing of its own. */
const BLOCK = 3;
/** Without blocks a spacing is one that so many of all gaps have. */
const COMMON = 0.2;
const MISSING = [2, 3, 4] as const;
/** Two stacks lie between each other where so many pairs of gaps are as wide as all. */
const NEARLY_ALL = 0.8;

/**
 * Places, holes and lengths of the slices of one series. Slices closer than half of the spacing around them, which stand in no block of
 * their own, are of one place: they show more of the same tissue than not (scanned again, a slice comes back 0.3 or 2 mm off).
 *
 * @param at Position of each slice along the normal in mm, not falling; null where it is not known: then each slice is a place, and there
 *   are no holes.
 */
export function placesOf(at: readonly (number | null)[]): SeriesPlaces {
  if (at.length === 0 || at.some((one) => one === null)) return unknownPlaces(at.length);
  const { place, gaps, usual, isHole } = standing(at as readonly number[]);
  // Beyond a hole nobody knows where the neighbour is: half of the usual spacing lies on that side.
  const half = gaps.map((gap, i) => (isHole[i] ? (usual[i] as number) : gap) / 2);
  const lengths = [...gaps, 0].map((_, i) => (half[i - 1] ?? 0) + (half[i] ?? 0));
  return {
    place,
    holeBefore: place.map((own, i) => own > 0 && place[i - 1] !== own && isHole[own - 1] === true),
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
  if (at.length === 0 || at.some((one) => one === null)) return { holes: 0, missing: 0 };
  const { between, usual, isHole } = standing(at as readonly number[]);
  const wide = between.flatMap((gap, i) => (isHole[i] ? [gap / (usual[i] as number)] : []));
  return {
    holes: wide.length,
    missing: wide.reduce((sum, spacings) => sum + Math.max(1, Math.round(spacings) - 1), 0),
  };
}

/** How the slices of a series stand to each other. */
interface Standing {
  place: number[];
  /** From the first slice of each place to the first of the next, in mm. */
  gaps: number[];
  /** From the last slice of each place to the first of the next; the spacing it is held against; whether slices are missing in it. */
  between: number[];
  usual: number[];
  isHole: boolean[];
}

function standing(at: readonly number[]): Standing {
  const exact = placed(at, () => SAME_PLACE_MM);
  const around = spacingsAround(gapsOf(at, exact));
  const place = placed(at, (slice) => {
    const own = exact[slice] as number;
    return own === exact[slice - 1]
      ? Number.POSITIVE_INFINITY
      : Math.max(SAME_PLACE_MM, CLOSE * (around[own - 1] as number));
  });
  const gaps = gapsOf(at, place);
  const between = at.flatMap((here, i) => (i === 0 || place[i] === place[i - 1] ? [] : [here - (at[i - 1] as number)]));
  const usual = usualSpacings(between);
  return { place, gaps, between, usual, isHole: between.map((gap, i) => gap > HOLE * (usual[i] as number)) };
}

/** Number of each slice's place: that of the slice before it where it is closer than `limit` to the first of that place. */
function placed(at: readonly number[], limit: (slice: number) => number): number[] {
  let [number, first] = [-1, 0];
  return at.map((here, i) => {
    if (i > 0 && here - first < limit(i)) return number;
    first = here;
    number++;
    return number;
  });
}

/** From the first slice of each place to the first of the next. */
function gapsOf(at: readonly number[], place: readonly number[]): number[] {
  const firsts = at.filter((_, i) => i === 0 || place[i] !== place[i - 1]);
  return firsts.slice(1).map((here, i) => here - (firsts[i] as number));
}

/**
 * The smaller spacing of the blocks beside each gap, 0 in a block. Without blocks: what every two gaps in turn make, where that is nearly
 * always the same (two stacks that lie between each other).
 */
function spacingsAround(gaps: readonly number[]): number[] {
  const blocks = gaps.map((gap, i) => inBlock(gaps, gap, i));
  if (!blocks.includes(true)) {
    const pairs = gaps.slice(1).map((gap, i) => gap + (gaps[i] as number));
    const middle = lowerMedian(pairs);
    const smaller = lowerMedian(gaps);
    const turns =
      pairs.length >= 2 * BLOCK &&
      pairs.filter((pair) => alike(pair, middle)).length >= NEARLY_ALL * pairs.length &&
      // Each third slice missing looks alike.
      !MISSING.some((spacings) => alike(middle - smaller, spacings * smaller));
    return gaps.map(() => (turns ? middle : 0));
  }
  const below = blockBefore(gaps, blocks);
  const above = blockBefore([...gaps].reverse(), [...blocks].reverse()).reverse();
  return gaps.map((_, i) => (blocks[i] ? 0 : Math.min(below[i] as number, above[i] as number)));
}

/** The gap of the last block before each gap; infinite where there is none. */
function blockBefore(gaps: readonly number[], blocks: readonly boolean[]): number[] {
  let last = Number.POSITIVE_INFINITY;
  return gaps.map((gap, i) => {
    const before = last;
    if (blocks[i]) last = gap;
    return before;
  });
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
