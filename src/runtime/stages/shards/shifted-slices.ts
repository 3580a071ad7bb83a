import type { NoteReason } from '../../ledger-reasons.ts';
import type { NoteSeries, SeriesSlice } from './series-note.ts';
import { placesIn, placesOf, type Stretch, stretches } from './stretches.ts';

/**
 * In HU. Along the ten heads of the RSNA sample no stretch's middle of tissue is more than 9 away from both its sides (18
 * where only every third slice is there, 15 mm apart), no slice's 13 from the one before.
 */
const TISSUE_STEP = 30;
/** Slices that show less of it are of the skull's base and the vertex. */
const LEAST_TISSUE = 0.15;
/** Air's commonest HU are the same all along a head, to 20 HU. */
const AIR_STEP = 40;
/** No stretch of them shows less brain than 0.86 of what the slice before or behind it does, where these show so much. */
const BRAIN_DROP = 0.3;
const LEAST_BRAIN = 0.15;

/** What is said of such a slice by itself. */
const TOLD: readonly NoteReason[] = [
  'implausible-values',
  'implausible-rescale',
  'wrapped-values',
  'empty-part',
  'torn-pictures',
];

const signOf = (difference: number, least: number): -1 | 0 | 1 =>
  Math.abs(difference) < least ? 0 : difference > 0 ? 1 : -1;

const tissueStep = ({ values: { middle: a } }: SeriesSlice, { values: { middle: b } }: SeriesSlice) =>
  Math.min(a.share, b.share) < LEAST_TISSUE ? null : signOf(b.hu - a.hu, TISSUE_STEP);

const airStep = ({ values: { airPeak: a } }: SeriesSlice, { values: { airPeak: b } }: SeriesSlice) =>
  a === null || b === null ? null : signOf(b - a, AIR_STEP);

const brainStep = ({ brain: a }: SeriesSlice, { brain: b }: SeriesSlice) => {
  if (a >= LEAST_BRAIN && b < BRAIN_DROP * a) return -1;
  return b >= LEAST_BRAIN && a < BRAIN_DROP * b ? 1 : 0;
};

/**
 * Slices of a series, in its order, that are brighter or darker than those on both sides of them; or, from one slice on to
 * the end, as much in air as in tissue. A head changes slowly.
 */
export function noteShiftedSlices(rows: readonly SeriesSlice[], note: NoteSeries): void {
  const told = (row: SeriesSlice) => row.notes.some(({ reason }) => TOLD.includes(reason));
  const judged = rows.flatMap((row, at) => (told(row) ? [] : [{ row, at }]));
  const slices = judged.map(({ row }) => row);
  const found = [tissueStep, airStep, brainStep].map((step) => stretches(slices, step));
  const places = placesIn(found.flat().length === 0 ? stepAtOnce(slices) : found.flat());
  if (places.length === 0) return;
  const at = places.map((place) => (judged[place] as { at: number }).at);
  const where = placesOf(at, rows.length);
  const one = places.length === 1;
  note(
    'shifted-slices',
    `${one ? 'Slice' : 'Slices'} ${where} ${one ? 'is' : 'are'} ${sayHow(slices, places)} than those beside: pixels were changed, or ${one ? 'its' : 'their'} slope or intercept is not theirs.`,
    'Look at rescale and picture of one of these slices and of the one beside it: `ichor figure windows`.',
    [where],
  );
}

/** All slices before or behind such a step, whichever are fewer. */
function stepAtOnce(slices: readonly SeriesSlice[]): Stretch[] {
  const at = slices.findIndex((slice, i) => {
    const before = slices[i - 1];
    if (before === undefined) return false;
    const step = airStep(before, slice);
    return step !== null && step !== 0 && step === tissueStep(before, slice);
  });
  if (at < 1) return [];
  return [at * 2 <= slices.length ? { from: 0, to: at - 1 } : { from: at, to: slices.length - 1 }];
}

/** `about 60 HU brighter`, where both sides say how much. */
function sayHow(slices: readonly SeriesSlice[], places: readonly number[]): string {
  const inside = new Set(places);
  const differences = places
    .flatMap((place) =>
      [place - 1, place + 1].flatMap((other) => {
        const [a, b] = [slices[place], slices[other]];
        if (a === undefined || b === undefined || inside.has(other)) return [];
        if (Math.min(a.values.middle.share, b.values.middle.share) < LEAST_TISSUE) return [];
        return [a.values.middle.hu - b.values.middle.hu];
      }),
    )
    .sort((a, b) => a - b);
  const middle = differences[Math.floor(differences.length / 2)] ?? 0;
  if (Math.abs(middle) < TISSUE_STEP) return 'otherwise in brightness';
  return `about ${Math.round(Math.abs(middle) / 10) * 10} HU ${middle > 0 ? 'brighter' : 'darker'}`;
}
