import type { LedgerNote } from '../../ledger.ts';
import { type Arrangement, type OrderedBy, type PlacedSlice, SAME_POSITION_MM } from './arrange.ts';
import type { Candidate } from './candidate.ts';

type Say = (note: Pick<LedgerNote, 'reason' | 'message' | 'kind' | 'hint' | 'details'>) => void;

/** Millimetres that a head, its rest and a neck fill in a picture. The narrowest of 674,258 RSNA slices shows 150 (facts 3). */
const NARROWEST = 120;
const WIDEST = 1000;
/** Of 2,214 RSNA series one is taller (337), whose slices have gaps; so many slices of the shortest reach over 81. */
const TALLEST = 300;
const LOWEST = 40;
const FEW_SLICES = 10;
/** Of those 2,214 series the median spacing is 2.06 to 6.37. */
const THIN = 1.5;
const THICK = 12;
/** Sides and spacings differ by more than rounding. */
const SAME = 1.02;

/** What headers say that the head lies otherwise in its series than its positions have it, or that a part of it is not there. */
export function noteSeries({ placed, by }: Arrangement, median: number, say: Say): void {
  noteMissing(placed, median, say);
  noteNumbers(placed, say);
  noteSizes(placed, say);
  noteDirections(placed, say);
  if (by !== null && by !== 'instance-number') noteExtent(placed, by, median, say);
  noteClaims(placed, say);
}

/** InstanceNumbers, each once; null where they are no count. */
function numbersOf(placed: readonly PlacedSlice[]): number[] | null {
  const numbers = placed.flatMap(({ slice }) => slice.instance ?? []);
  const sound = numbers.length === placed.length && new Set(numbers).size === numbers.length;
  return sound && numbers.every((one) => Number.isInteger(one) && one >= 0) ? numbers : null;
}

/** The value of all of them; null where they differ, or have none. */
function agreed(placed: readonly PlacedSlice[], value: (slice: Candidate) => number | null): number | null {
  const [first = null, ...others] = new Set(placed.map(({ slice }) => value(slice)));
  return others.length === 0 ? first : null;
}

function noteMissing(placed: readonly PlacedSlice[], median: number, say: Say): void {
  if (placed.length < 2) return;
  const found: string[] = [];
  const numbers = numbersOf(placed);
  if (numbers !== null) {
    const sorted = [...numbers].sort((a, b) => a - b);
    const [first, last] = [sorted[0] as number, sorted.at(-1) as number];
    const missing = last - first + 1 - numbers.length;
    // Numbers that run in hundreds count something else.
    if (missing > 0 && missing <= 3 * numbers.length)
      found.push(`${missing} of the InstanceNumbers from ${first} to ${last} are not there`);
    if (first > Math.max(4, numbers.length / 4) && first <= 4 * numbers.length)
      found.push(`the InstanceNumbers begin at ${first}`);
  }
  const acquired = agreed(placed, ({ acquired: count }) => count);
  if (acquired !== null && acquired > placed.length && acquired <= 4 * placed.length && found.length === 0)
    found.push(`the header speaks of ${acquired} images in the acquisition, and ${placed.length} are here`);
  const stated = Math.abs(agreed(placed, ({ spacing }) => spacing) ?? 0);
  if (stated > 0 && median > 1.5 * stated)
    found.push(`the header states ${rounded(stated)} mm between slices, and they stand ${rounded(median)} mm apart`);
  // Thin slices far apart are a protocol of lungs; of a head each other slice was left behind.
  const thick = agreed(placed, ({ acquisition }) => acquisition.thicknessMm) ?? 0;
  if (stated === 0 && thick > 0 && median > 1.5 * thick)
    found.push(`slices are ${rounded(thick)} mm thick, and stand ${rounded(median)} mm apart`);
  if (found.length === 0) return;
  const message = `Slices may be missing: ${found.join('; ')}.`;
  const hint = 'Copy the series again, whole: a model of sequences takes the next slice that is there for a neighbour.';
  say({ reason: 'missing-slices', message, kind: 'warning', hint });
}

/** Of a series whose numbers turn so often, numbers and positions are not of one order. */
const OFTEN = 0.2;

function noteNumbers(placed: readonly PlacedSlice[], say: Say): void {
  noteRepeated(placed, say);
  const numbers = numbersOf(placed);
  if (numbers === null || numbers.length < FEW_SLICES) return;
  const up = numbers.slice(1).filter((one, i) => one > (numbers[i] as number)).length;
  const [fewer, steps] = [Math.min(up, numbers.length - 1 - up), numbers.length - 1];
  if (fewer <= OFTEN * steps) return;
  const message = `Its InstanceNumbers run neither with its positions nor against them (${fewer} of ${steps} steps go the other way): one of the two is wrong. Positions were taken.`;
  say({
    reason: 'numbers-against-positions',
    message,
    kind: 'warning',
    hint: 'Look whether neighbouring pictures go on from each other: `ichor figure windows`.',
  });
}

/** Of so many of a series' slices the number stands at another place too: all, but for a scan that was a slice longer. */
const NEARLY_ALL = 0.8;
/** Fewer numbers than these count something else: the files, or the blocks of a scan. */
const FEW_NUMBERS = 5;

/** Each InstanceNumber several times, at places that differ: whatever wrote the series counted two of them. */
function noteRepeated(placed: readonly PlacedSlice[], say: Say): void {
  if (placed.length < FEW_SLICES) return;
  const places = new Map<number, number[]>();
  for (const { slice, at } of placed)
    if (slice.instance !== null && at !== null) places.set(slice.instance, [...(places.get(slice.instance) ?? []), at]);
  if (places.size < FEW_NUMBERS) return;
  const repeated = [...places.values()].filter((at) => Math.max(...at) - Math.min(...at) >= SAME_POSITION_MM);
  const slices = repeated.reduce((sum, at) => sum + at.length, 0);
  // A number that stands three and four times is none of two scans, and no count either.
  if (slices < NEARLY_ALL * placed.length || slices > 3 * repeated.length) return;
  const message = `${repeated.length} of its ${places.size} InstanceNumbers stand twice, at different places: are there two scans, or two heads, in one series? Its slices stand in the order of their positions.`;
  const hint = 'Look whether neighbouring pictures go on from each other: `ichor figure windows`.';
  say({ reason: 'repeated-numbers', message, kind: 'warning', hint });
}

const sizeOf = ({ rows, columns }: Candidate): string => `${rows} × ${columns}`;

type Sides = readonly [down: number, across: number];

/** Of one pixel, in millimetres; without a spacing what it is higher than wide. */
const pixelOf = ({ pixelSpacing, pixelAspect }: Candidate): Sides => pixelSpacing ?? pixelAspect ?? [1, 1];

/** Of a picture, as of its pixels. */
const sidesOf = (slice: Candidate): Sides => {
  const [down, across] = pixelOf(slice);
  return [slice.rows * down, slice.columns * across];
};

/** How many times as long as the other the longer side is. */
const unevenness = ([down, across]: Sides): number => Math.max(down / across, across / down);

function noteSizes(placed: readonly PlacedSlice[], say: Say): void {
  const slices = placed.map(({ slice }) => slice);
  const sizes = new Map<string, number>();
  for (const slice of slices) sizes.set(sizeOf(slice), (sizes.get(sizeOf(slice)) ?? 0) + 1);
  const shown = [...sizes].sort((a, b) => b[1] - a[1]).map(([size, count]) => `${count} of ${size}`);
  const spacings = slices.flatMap(({ pixelSpacing }) => pixelSpacing?.[0] ?? []).filter((mm) => mm > 0);
  const [finest, coarsest] = [Math.min(...spacings), Math.max(...spacings)];
  const differ = spacings.length > 0 && coarsest > SAME * finest;
  if (sizes.size > 1 || differ) {
    const what = [
      ...(sizes.size > 1 ? [`pictures of several sizes (${shown.slice(0, 3).join(', ')})`] : []),
      ...(differ ? [`pixels of ${rounded(finest)} to ${rounded(coarsest)} mm`] : []),
    ];
    const message = `It has ${what.join(' and ')}: scaled to one size, one head is shown larger and smaller.`;
    say({ reason: 'mixed-sizes', message, kind: 'warning' });
  }
  const stretched = slices.filter((slice) => unevenness(sidesOf(slice)) > SAME);
  const [first] = stretched;
  if (first !== undefined) {
    const most = Math.max(...stretched.map((slice) => unevenness(sidesOf(slice))));
    const [down, across] = pixelOf(first);
    const odd = unevenness([down, across]) > SAME;
    const size = `${rounded(down)} × ${rounded(across)}${first.pixelSpacing === null ? '' : ' mm'}`;
    const message = `${stretched.length} of ${slices.length} pictures are not square (sides ${most.toFixed(2)} to 1${odd ? `, of pixels that are not square: ${size}` : ''}): scaled to a square, the head is stretched.`;
    const mend = odd ? 'Resample them to square pixels, and pad what is then no square' : 'Pad them to squares';
    say({
      reason: 'stretched-pictures',
      message,
      kind: 'warning',
      hint: `${mend}, or leave them: a network sees them stretched, in training and here.`,
      ...(odd ? { details: [size] } : {}),
    });
  }
  const [sides] = slices
    .filter(({ pixelSpacing }) => pixelSpacing !== null)
    .map(sidesOf)
    .filter(isNoHead);
  if (sides === undefined) return;
  const message = `Its pictures are ${rounded(sides[0])} × ${rounded(sides[1])} mm, which no head fills: a part was cut out, or the pixel spacing is wrong.`;
  say({ reason: 'implausible-size', message, kind: 'warning' });
}

/** Rows and columns of 78,545 RSNA slices have a length of 1 and stand at right angles, but for rounding (7e-7). */
const SKEWED = 0.01;

/** Directions of rows and columns that are none: the normal, and with it order and spacing, comes of them. */
function noteDirections(placed: readonly PlacedSlice[], say: Say): void {
  const skewed = placed.filter(({ slice: { orientation } }) => orientation !== null && isSkewed(orientation)).length;
  if (skewed === 0) return;
  const message = `The orientation of ${skewed} of its ${placed.length} slices is not two directions at right angles, each of length 1: order and spacing, which follow from it, may be wrong.`;
  say({
    reason: 'odd-orientation',
    message,
    kind: 'warning',
    hint: 'Look at Image Orientation (Patient) of one of these files: a program may have changed it.',
  });
}

function isSkewed([a, b, c, d, e, f]: NonNullable<Candidate['orientation']>): boolean {
  const [row, column] = [Math.hypot(a, b, c), Math.hypot(d, e, f)];
  // Directions that are none at all are `no-orientation`.
  if (row === 0 || column === 0) return false;
  const cosine = (a * d + b * e + c * f) / (row * column);
  if (1 - Math.abs(cosine) < SKEWED) return false;
  return Math.abs(row - 1) > SKEWED || Math.abs(column - 1) > SKEWED || Math.abs(cosine) > SKEWED;
}

const isNoHead = ([down, across]: Sides): boolean =>
  Math.max(down, across) < NARROWEST || Math.max(down, across) > WIDEST;

/** A location is a number of which nobody but who wrote it says that it is millimetres. */
function noteExtent(placed: readonly PlacedSlice[], by: OrderedBy, median: number, say: Say): void {
  const located = by === 'slice-location';
  const at = placed.flatMap((one) => (located ? one.at : one.positionMm) ?? []);
  const extent = (at.at(-1) ?? 0) - (at[0] ?? 0);
  if (extent > TALLEST) {
    const message = `Its ${placed.length} slices reach over ${Math.round(extent)} mm, and no head is so tall: are there two in one series, a neck and a chest below it, or are positions in another unit?`;
    say({ reason: 'implausible-extent', message, kind: 'warning' });
  } else if (at.length >= FEW_SLICES && extent < LOWEST) {
    const message = `Its ${placed.length} slices reach over ${rounded(extent)} mm: that is a part of a head, or positions are in another unit.`;
    say({ reason: 'implausible-extent', message, kind: 'warning' });
  }
  if (placed.length < 3 || !(median > 0) || (median >= THIN && median <= THICK)) return;
  const message = `Its slices stand ${rounded(median)} mm apart: three consecutive ones, by which a patient is called, are ${rounded(3 * median)} mm of a head. Networks learned from slices of about 5 mm, if from RSNA's.`;
  const doubt = located ? doubtOf(placed) : null;
  say({ reason: 'odd-spacing', message, kind: 'warning', ...(doubt === null ? {} : { hint: doubt }) });
}

/** What a column, or an element, that is no position in millimetres most often is. */
function doubtOf(placed: readonly PlacedSlice[]): string {
  const what = placed.some(({ slice }) => slice.pictures !== undefined)
    ? 'The positions (data.source.positionMm)'
    : 'Its SliceLocations';
  const [first] = placed as [PlacedSlice];
  const counted = placed.every(
    ({ at, slice }, i) =>
      at !== null &&
      first.at !== null &&
      (slice.instance === null || first.slice.instance === null
        ? Math.abs(at - first.at - i) < EQUAL
        : Math.abs(Math.abs(at - first.at) - Math.abs(slice.instance - first.slice.instance)) < EQUAL),
  );
  return counted
    ? `${what} rise by one from slice to slice, as numbers do: are they numbers (data.source.number), and no millimetres?`
    : `${what} may be in another unit than millimetres, or something else than positions.`;
}
const EQUAL = 1e-6;

function noteClaims(placed: readonly PlacedSlice[], say: Say): void {
  const claims = placed.map(({ slice }) => slice.claims);
  const of = (count: number) =>
    count === placed.length
      ? 'The headers of all its pictures'
      : `The headers of ${count} of its ${placed.length} pictures`;
  const parts = claims.flatMap(({ part }) => part ?? []);
  const [part] = parts;
  if (part !== undefined) {
    const message = `${of(parts.length)} name another part of the body (${part}), and not the head.`;
    say({
      reason: 'other-body-part',
      message,
      kind: 'warning',
      hint: 'Take the series out: what a network says of it means nothing.',
    });
  }
  const regions = claims.flatMap(({ part: other, region }) => (other === null ? (region ?? []) : []));
  const [region] = regions;
  if (region !== undefined) {
    const message = `${of(regions.length)} name a part that is not the brain (${region}), and not the head.`;
    const hint = 'Look whether it shows the whole brain: what is said of it is said of no more than it shows.';
    say({ reason: 'other-body-part', message, kind: 'warning', hint });
  }
  const subjects = claims.flatMap(({ subject }) => subject ?? []);
  const [subject] = subjects;
  if (subject !== undefined) {
    const message = `${of(subjects.length)} say that it shows ${subject}, and no person.`;
    say({
      reason: 'no-person',
      message,
      kind: 'warning',
      hint: 'Take the series out: what a network says of it means nothing.',
    });
  }
  const agents = claims.filter(({ contrast, enhanced }) => contrast || enhanced).length;
  if (agents > 0) {
    const message = `${of(agents)} name a contrast agent: vessels and what enhances are as bright as blood. RSNA's heads have none.`;
    say({ reason: 'contrast-agent', message, kind: 'warning' });
  }
  const others = claims.flatMap(({ other }) => other ?? []);
  const [other] = others;
  if (other === undefined) return;
  const message = `${of(others.length)} say that it is ${other}, no slice of HU. It is read as slices.`;
  say({ reason: 'not-hu-pictures', message, kind: 'warning', hint: 'Take them out of the folder.' });
}

const rounded = (value: number): string => String(Number(value.toPrecision(3)));
