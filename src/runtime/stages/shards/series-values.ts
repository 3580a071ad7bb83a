import type { SliceRow } from '../../artifacts/slices.ts';
import type { LedgerNote } from '../../ledger.ts';
import type { NoteSeries, SeriesSlice } from './series-note.ts';
import { noteShiftedSlices } from './shifted-slices.ts';

/**
 * Of the ten heads of the RSNA sample each has a slice with 0.23 or more of its pixels in 0..80 HU, and none has less than
 * 0.19 of air; with an intercept that is 1024 off, or half the slope, the most are 0.02 of brain, or 0.001 of air.
 */
const LEAST_BRAIN = 0.03;
const LEAST_AIR = 0.01;
/** Slices of shorter series are judged with the others of their study: one slice may show bone and scalp alone. */
const FEW = 5;

/** Of the ten heads air is commonest at -1020 to -990 HU, soft tissue at 10 (wide ventricles) to 40. */
const AIR = [-1040, -960] as const;
const TISSUE = [-5, 65] as const;
/** Each of them has all of the 79 HU between 0 and 80. */
const FEWEST_LEVELS = 20;
/** No slice of them has more of one HU above 200 than 0.0017, of -900 to -600 HU the median slice at most 0.12. */
const MOST_BRIGHT = 0.03;
const MOST_LUNG = 0.2;
/** Of the pixels along the edges none of their slices has more of one HU above -700 than 0.015. A side is a quarter. */
const MOST_EDGE = 0.2;
/** A padding, and a stray value or two. */
const MOST_RUN_OVER = 16;

type Slice = Pick<SliceRow, 'series' | 'study'>;

/**
 * Where the HU of a whole series are those of no head: one note a series. Single slices may hold no brain, or no air
 * around them; a series that nowhere does has another rescale than it says, or is of something else.
 */
export function seriesValues(
  slices: readonly Slice[],
  rows: readonly SeriesSlice[],
): { notes: LedgerNote[]; without: ReadonlySet<string> } {
  const bySeries = new Map<string, SeriesSlice[]>();
  const studyOf = new Map<string, string>();
  rows.forEach((row, i) => {
    const { series, study } = slices[i] as Slice;
    // What wrapped around, or is blank, has its own note.
    if (row.status !== 'read' || row.blank || row.notes.some(({ reason }) => reason === 'wrapped-values')) return;
    const own = bySeries.get(series) ?? [];
    own.push(row);
    bySeries.set(series, own);
    studyOf.set(series, study);
  });
  const units = new Map<string, { series: string[]; rows: SeriesSlice[] }>();
  for (const [series, own] of bySeries) {
    const id = JSON.stringify(own.length < FEW ? ['study', studyOf.get(series)] : ['series', series]);
    const unit = units.get(id) ?? { series: [], rows: [] };
    units.set(id, { series: [...unit.series, series], rows: [...unit.rows, ...own] });
  }
  const notes: LedgerNote[] = [];
  const without = new Set<string>();
  for (const { series, rows: own } of units.values()) {
    const [item = ''] = series;
    const of = own.length === 1 ? 'The only slice' : `None of the ${own.length} slices`;
    const most = (share: 'brain' | 'air') => own.reduce((found, row) => Math.max(found, row[share]), 0);
    const note: NoteSeries = (reason, message, hint, details) =>
      notes.push({
        item,
        what: 'series',
        reason,
        message,
        kind: 'warning',
        hint,
        ...(details === undefined ? {} : { details }),
        ...(series.length > 1 ? { count: series.length } : {}),
      });
    const [brain, air] = [most('brain'), most('air')];
    if (air < LEAST_AIR) for (const one of series) without.add(one);
    if (brain < (own.length < FEW ? LEAST_BRAIN / 10 : LEAST_BRAIN)) {
      const shows = own.length === 1 ? 'shows nothing' : 'shows anything';
      note(
        'no-tissue',
        `${of} ${shows} between 0 and 80 HU, where brain and blood are (at most ${(brain * 100).toFixed(1)} % of a picture), ${air < LEAST_AIR ? 'nor any air' : 'though air'}: the rescale is probably wrong, or it is no head.`,
        'Look at rescale slope and intercept of one of these files, and at a picture: `ichor figure windows`.',
      );
    } else if (air < LEAST_AIR) {
      const holds = own.length === 1 ? 'holds no air' : 'holds air';
      note(
        'no-air',
        `${of} ${holds} (-1100 to -700 HU): the intercept is probably wrong, and all HU are too high.`,
        'Look at the rescale intercept of one of these files: 0 often stands where -1024 is due.',
      );
    }
    // Above 200 HU every head has a skull.
    if (own.length >= FEW && brain >= LEAST_BRAIN && own.every(({ values }) => values.bright.hu === 0))
      note(
        'no-bone',
        `${of} holds anything above 200 HU, though brain: bone is missing, and values were probably clipped.`,
        'Export the series again, with all of its HU: what a program made of one window has lost the others.',
      );
    const shifted = air >= LEAST_AIR && brain >= LEAST_BRAIN && noteShifted(own, note);
    if (!shifted && series.length === 1 && own.length >= FEW) noteShiftedSlices(own, note);
    noteOdd(own, note, shifted);
    if (air >= LEAST_AIR) noteFilled(own, note);
  }
  return { notes, without };
}

/** Air and brain have the same HU in every head: where they are elsewhere slope or intercept are not those of the pixels. */
function noteShifted(rows: readonly SeriesSlice[], note: NoteSeries): boolean {
  if (rows.length < FEW) return false;
  const air = rows.flatMap(({ values }) => values.airPeak ?? []).sort((a, b) => a - b);
  const airPeak = air[Math.floor(air.length / 2)];
  // Slices through the skull's base and the vertex show little brain: the half that shows most of one value counts.
  const shown = rows.map(({ values }) => values.tissue).sort((a, b) => b.share - a.share);
  const peaks = shown.slice(0, Math.ceil(shown.length / 2)).map(({ hu }) => hu);
  const tissue = peaks.sort((a, b) => a - b)[Math.floor(peaks.length / 2)] ?? 0;
  const found = [
    ...(airPeak !== undefined && (airPeak < AIR[0] || airPeak > AIR[1])
      ? [`air has ${airPeak} HU instead of -1000`]
      : []),
    ...(tissue < TISSUE[0] || tissue > TISSUE[1]
      ? [`soft tissue is commonest at ${tissue} HU, where brain has 20 to 45`]
      : []),
  ];
  if (found.length === 0) return false;
  note(
    'shifted-values',
    `Of its ${rows.length} slices ${found.join(', and ')}: slope or intercept are probably not those of its pixels, or it is no head.`,
    'Look at rescale slope and intercept of one of these files: a program may have changed them, or the pixels alone.',
  );
  return true;
}

/** SeriesSlice of no scanner's head. `shifted`: what looks like lung may be air. */
function noteOdd(rows: readonly SeriesSlice[], note: NoteSeries, shifted: boolean): void {
  const look = 'Look at one of these slices: `ichor figure windows`.';
  const of = (some: readonly SeriesSlice[]) => `${some.length} of its ${rows.length} slices`;
  const brains = rows.filter(({ brain }) => brain >= LEAST_BRAIN);
  const coarse = brains.filter(({ values }) => values.levels < FEWEST_LEVELS);
  if (coarse.length * 2 > brains.length) {
    const levels = Math.max(...coarse.map(({ values }) => values.levels));
    note(
      'coarse-values',
      `${of(coarse)} have at most ${levels} different values between 0 and 80 HU: a brain window shows steps. Were they made of pictures of 8 bits?`,
      look,
    );
  }
  const bright = rows.filter(({ values }) => values.bright.share > MOST_BRIGHT);
  const [first] = bright;
  if (first !== undefined)
    note(
      'bright-surroundings',
      `${of(bright)} have one bright value (${first.values.bright.hu} HU) on ${Math.round(first.values.bright.share * 100)} % of a picture: a padding that the header does not declare, which shows as bone.`,
      look,
    );
  const lungs = rows.map(({ values }) => values.lung).sort((a, b) => a - b)[Math.floor(rows.length / 2)] ?? 0;
  if (!shifted && rows.length >= FEW && lungs > MOST_LUNG)
    note(
      'lung-values',
      `Half of its slices have ${Math.round(lungs * 100)} % or more of their pixels between -900 and -600 HU, as lungs do: is it a chest?`,
      look,
    );
  const over = rows.filter(({ values }) => values.runOver > MOST_RUN_OVER);
  if (over.length > 0)
    note(
      'run-over-values',
      `${of(over)} have many values at the low end of their signed bits: what is denser has run over, and bone shows as air. Are they unsigned?`,
      'Look at pixel representation (0028,0103) and bits stored of one of these files.',
    );
}

/** Outside of the scanner's circle, and around what a program turned or cut out, is air, or a padding as low. */
function noteFilled(rows: readonly SeriesSlice[], note: NoteSeries): void {
  const filled = rows.filter(
    ({ values: { edge, bright }, notes }) =>
      edge.share >= MOST_EDGE &&
      bright.share <= MOST_BRIGHT &&
      !notes.some(({ reason }) => reason === 'padding-among-tissue' || reason === 'empty-part'),
  );
  const [first] = filled;
  if (first === undefined) return;
  const { hu, share } = first.values.edge;
  note(
    'filled-surroundings',
    `${filled.length} of its ${rows.length} slices have one value (${hu} HU) on ${Math.round(100 * share)} % of the picture's edges, where air is: a fill, or a padding that the header does not declare.`,
    'Fill what is outside of the scan with -1000 HU, or declare its value as padding (0028,0120).',
  );
}
