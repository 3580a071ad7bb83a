import { LABELS } from '../../../labels.ts';
import { THINNEST_MM } from '../../../patient-rule.ts';
import { placesOf } from '../../../series-places.ts';
import type { SliceRow } from '../../artifacts/slices.ts';
import type { LedgerNote, LeftOut } from '../../ledger.ts';
import type { Identities } from '../../sources/identities.ts';
import { type LedgerLines, shownPath } from '../ledger-lines.ts';
import { type Arrangement, arrange, type OrderedBy, SAME_POSITION_MM } from './arrange.ts';
import type { Candidate } from './candidate.ts';
import { noteFrames } from './frames-of-reference.ts';
import { leaveOutFiles } from './leave-out.ts';
import { isAxial, turnOf } from './planes.ts';
import { noteSeries } from './series-doubts.ts';

/** A gap above this multiple of the series' median spacing is noted (facts 3). */
const WIDE_GAP = 1.5;

/** Pictures turned further in their plane than a head is on its rest are noted. Degrees. */
const MOST_TURNED = 45;

const WORDS = { 'slice-location': 'SliceLocation', 'instance-number': 'InstanceNumber' } as const;

const before = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** To a nanometre: what the headers state, without the noise of a difference. */
const rounded = (mm: number): number => Math.round(mm * 1e6) / 1e6;

/** Series by their ids, in the order of those, each set in order. */
export type ArrangedSeries = ReadonlyMap<string, Arrangement>;

/**
 * Sets each series in order. Slices that have no place in it are left out, with their label rows. `ordered` false: the
 * source does not know of series, and nothing is left out for want of an order.
 */
export function arrangeSeries(
  candidates: Map<string, Candidate>,
  ordered: boolean,
  known: ReadonlyMap<string, Arrangement>,
  identities: Identities,
  ledger: LedgerLines,
): ArrangedSeries {
  const series = new Map<string, Candidate[]>();
  for (const candidate of candidates.values()) {
    const slices = series.get(candidate.series) ?? [];
    series.set(candidate.series, slices);
    slices.push(candidate);
  }
  const arranged = new Map<string, Arrangement>();
  for (const id of [...series.keys()].sort(before)) {
    const slices = series.get(id) as Candidate[];
    const own = known.get(id) ?? arrange(slices);
    const found = ordered ? own : unordered(own);
    for (const [slice, degrees] of found.planes.other)
      leaveOutSlice(
        slice,
        'other-plane',
        `Its plane is turned by ${Math.round(degrees)} degrees against that of its series (a localiser, or a reformat): it is no slice of that stack.`,
        identities,
        ledger,
      );
    if (found.by === null) leaveOutSeries(id, found.unplaced, identities, ledger);
    else
      for (const slice of found.unplaced)
        leaveOutSlice(
          slice,
          'no-place',
          `It has no ${wordFor(found.by)}, which its series is ordered by: its place among the others is not known.`,
          identities,
          ledger,
        );
    for (const slice of [...found.planes.other.keys(), ...found.unplaced]) candidates.delete(slice.slice);
    if (found.placed.length > 0) arranged.set(id, found);
  }
  return arranged;
}

function unordered(found: Arrangement): Arrangement {
  const rest = found.unplaced.map((slice) => ({ slice, positionMm: null, at: null }));
  return { ...found, placed: [...found.placed, ...rest], unplaced: [], directionKnown: true };
}

const wordFor = (by: OrderedBy): string => (by === 'position' || by === 'z' ? 'position' : WORDS[by]);

function leaveOutSlice(
  slice: Candidate,
  reason: LeftOut['reason'],
  message: string,
  identities: Identities,
  ledger: LedgerLines,
): void {
  for (const { path } of slice.pictures ?? [slice])
    ledger.leaveOut({ item: shownPath(identities.name('file', path)), what: 'file', reason, message });
  if (slice.labels === null) return;
  const item = identities.name('slice', slice.slice);
  ledger.leaveOut({ item, what: 'label-row', reason, message, count: LABELS.length });
}

/** What no position and no number puts in order is no series: a model of sequences would read noise. */
function leaveOutSeries(id: string, slices: readonly Candidate[], identities: Identities, ledger: LedgerLines): void {
  if (slices.length === 0) return;
  const [{ position: at }] = slices as [Candidate];
  const atOnePlace = at !== null && slices.every(({ position }) => position?.every((mm, i) => mm === at[i]));
  const line = {
    item: identities.name('series', id),
    reason: 'no-order' as const,
    message: atOnePlace
      ? `The ${slices.length} pictures of the series are different ones of one place, and nothing else puts them in order: which of them is the slice is not known. Leave that one alone in the folder.`
      : `The ${slices.length} slices of the series have no position, SliceLocation or InstanceNumber that puts them in order: export them with their positions.`,
  };
  leaveOutFiles(line, slices, identities, ledger);
  const labelled = slices.filter(({ labels }) => labels !== null).length;
  if (labelled > 0) ledger.leaveOut({ ...line, what: 'label-row', count: labelled * LABELS.length });
}

/**
 * Rows by series (in the order of their ids), each along its slice normal, upwards (`ref: slice_position`), of the
 * candidates that are kept.
 * @param how `generated`: the pictures are phantoms; `resampled`: thin series become thicker slabs (`data.resample`).
 */
export function orderSeries(
  arranged: ArrangedSeries,
  kept: Iterable<Candidate>,
  identities: Identities,
  ledger: LedgerLines,
  how: Spaced = { generated: false, resampled: false },
): SliceRow[] {
  const wanted = new Set(kept);
  return [...arranged].flatMap(([id, found]) => {
    const placed = found.placed.filter(({ slice }) => wanted.has(slice));
    return placed.length === 0 ? [] : rowsOf(id, { ...found, placed }, identities, ledger, how);
  });
}

/** Whose distances are what a recipe asked for. */
interface Spaced {
  generated: boolean;
  resampled: boolean;
}

function lowerMedian(values: readonly (number | null)[]): number {
  const known = values.flatMap((value) => value ?? []).sort((a, b) => a - b);
  return known[Math.ceil(known.length / 2) - 1] ?? Number.POSITIVE_INFINITY;
}

function rowsOf(
  id: string,
  found: Arrangement,
  identities: Identities,
  ledger: LedgerLines,
  { generated, resampled }: Spaced,
): SliceRow[] {
  const { placed, by } = found;
  const inMm = by === 'slice-location' ? 'at' : 'positionMm';
  const spacings = placed.map((one, order) => {
    const [here, previous] = [one[inMm], placed[order - 1]?.[inMm] ?? null];
    return here !== null && previous !== null ? rounded(here - previous) : null;
  });
  noteGeometry(found, spacings, (note) => {
    // How far apart phantoms stand is what their recipe asked for, and slabs that of its `data.resample`.
    const thin = lowerMedian(spacings) < THINNEST_MM;
    if ((generated || (resampled && thin)) && note.reason === 'odd-spacing') return;
    ledger.note({ item: identities.name('series', id), what: 'series', ...note });
  });
  return placed.map(
    ({ slice, positionMm }, order): SliceRow => ({
      slice: identities.name('slice', slice.slice),
      series: identities.name('series', slice.series),
      study: identities.name('study', slice.study),
      patient: identities.name('patient', slice.patient),
      group: identities.name('patient', slice.group),
      file: identities.name('file', slice.path),
      ...(slice.frame === undefined ? {} : { frame: slice.frame }),
      set: slice.set,
      order,
      positionMm,
      spacingMm: spacings[order] ?? null,
      format: slice.format,
      rows: slice.rows,
      columns: slice.columns,
      number: slice.instance,
      bytes: slice.bytes,
      headerHash: slice.headerHash,
      ...(slice.pictures === undefined
        ? {}
        : {
            pictures: slice.pictures.map(({ path, ...of }) => ({ ...of, file: identities.name('file', path) })),
          }),
      labels: slice.labels,
    }),
  );
}

type Say = (note: Pick<LedgerNote, 'reason' | 'message' | 'kind' | 'hint'>) => void;

function noteGeometry(found: Arrangement, spacings: readonly (number | null)[], say: Say): void {
  const { placed } = found;
  notePlanes(found, say);
  notePictures(found, say);
  const gaps = spacings.flatMap((gap) => gap ?? []);
  const real = gaps.filter((gap) => Math.abs(gap) >= SAME_POSITION_MM).sort((a, b) => a - b);
  const median = medianOf(real);
  noteSeries(found, median, say);
  noteFrames(found, median, say);
  if (placed.length === 1) {
    say({ reason: 'single-slice', message: 'The series has one slice only.', kind: 'information' });
    return;
  }
  noteOrder(found, say);
  const same = placed.filter(({ at }, order) => order > 0 && isSame(at, placed[order - 1]?.at ?? null)).length;
  if (same > 0) {
    const numbered = placed.every(({ slice }) => slice.instance !== null);
    const message = `${same} pairs of neighbouring slices share ${found.by === 'instance-number' ? 'an InstanceNumber' : 'a position'}: ordered by ${numbered && found.by !== 'instance-number' ? 'InstanceNumber' : 'id'}.`;
    say({ reason: 'same-position', message, kind: 'warning' });
  }
  noteClose(found, say);
  const wide = real.filter((gap) => gap > WIDE_GAP * median);
  if (wide.length > 0) {
    const widest = (real.at(-1) as number).toFixed(2);
    const message = `${wide.length} gaps exceed 1.5 times the median spacing of ${median.toFixed(2)} mm, the widest is ${widest} mm.`;
    say({ reason: 'wide-gap', message, kind: 'warning' });
  }
}

/** Slices that lie at one place though not at one position: a part that was scanned again, or the ends of two blocks. */
function noteClose({ placed, by }: Arrangement, say: Say): void {
  if (by === 'instance-number') return;
  const { place, spacingMm } = placesOf(placed.map(({ at }) => at));
  const steps = placed.flatMap(({ at }, i) =>
    i > 0 && place[i] === place[i - 1] ? (at as number) - (placed[i - 1]?.at as number) : [],
  );
  const close = steps.filter((step) => step >= SAME_POSITION_MM);
  if (close.length === 0) return;
  const widest = Math.max(...close);
  const apart = spacingMm === null ? '' : `, in a series of ${Number(spacingMm.toPrecision(3))} mm`;
  const message = `${close.length} slices lie at the place of the one below them, up to ${Number(widest.toPrecision(2))} mm off${apart}: scanned again, or the ends of two blocks. A place counts once in the patient rule.`;
  say({ reason: 'close-slices', message, kind: close.length > 1 ? 'warning' : 'information' });
}

const isSame = (a: number | null, b: number | null): boolean =>
  a !== null && b !== null && Math.abs(a - b) < SAME_POSITION_MM;

/** What the order rests on, where that is not the position of each slice along a normal that the headers state. */
function noteOrder({ placed, by, directionKnown, planes }: Arrangement, say: Say): void {
  // A table of pictures: the recipe says which way its numbers run.
  if (placed[0]?.slice.pictures !== undefined) return;
  if (by === 'z')
    say({
      reason: 'no-orientation',
      message: `No slice states its orientation: the ${placed.length} planes are taken as axial, and ordered by z.`,
      kind: 'warning',
    });
  if (by === 'position' && planes.unstated > 0)
    say({
      reason: 'no-orientation',
      message: `${planes.unstated} slices do not state their orientation: that of the others is taken.`,
      kind: 'repair',
    });
  if (by !== 'slice-location' && by !== 'instance-number') return;
  if (directionKnown) {
    const message = `Slices without a position: the ${placed.length} of the series stand in the order of ${WORDS[by]}, which runs along the positions of the others.`;
    say({ reason: 'order-by-number', message, kind: 'warning' });
    return;
  }
  say({
    reason: 'direction-unknown',
    message: `The ${placed.length} slices have no positions that order them. They stand in the order of ${WORDS[by]}: whether the first is the lowest or the highest is not known.`,
    kind: 'warning',
    hint: 'What a model of sequences says of this series holds only if it runs upwards. Export it with its positions.',
  });
}

function notePlanes({ placed, planes }: Arrangement, say: Say): void {
  const { tilted, degrees, mirrored, unstated, normal } = planes;
  const stated = placed.length - unstated;
  if (tilted > 0) {
    const message = `${tilted} of ${placed.length} slices are tilted against the others, by up to ${degrees.toFixed(1)} degrees: ordered by their centres along the normal of most.`;
    say({ reason: 'mixed-orientation', message, kind: 'warning' });
  }
  if (mirrored > 0 && mirrored < stated) {
    const message = `${mirrored} of ${placed.length} slices are stored mirrored against the others: the order does not suffer, the pictures do.`;
    say({ reason: 'mirrored-slices', message, kind: 'warning' });
  } else if (mirrored > 0 && isAxial(normal)) {
    const message = 'Rows or columns run backwards: its pictures are mirror images. The order does not suffer.';
    say({ reason: 'mirrored-series', message, kind: 'warning' });
  }
  if (normal !== null && !isAxial(normal)) {
    const message = `It is not axial: the normal of its planes points to the side or to the front (sagittal or coronal).`;
    say({ reason: 'not-axial', message, kind: 'warning', hint: 'Take the series out, or export axial slices.' });
  }
  const turns = placed.map(({ slice }) => turnOf(slice.orientation)).filter((turn) => Math.abs(turn) > MOST_TURNED);
  if (turns.length > 0) {
    const most = turns.reduce((found, turn) => (Math.abs(turn) > Math.abs(found) ? turn : found), 0);
    const message = `${turns.length} of ${placed.length} pictures are turned by ${Math.abs(Math.round(most))} degrees against those of a patient who lies on the back (prone, or turned by a program): they are read as they are.`;
    say({ reason: 'turned-series', message, kind: 'warning' });
  }
}

/** What Image Type (0008,0008) of a picture says that is no slice of tissue. */
const NOT_SLICES = ['LOCALIZER', 'MIP', 'MINIP', 'MAX_IP', 'MIN_IP', 'PROJECTION IMAGE'];

/** What headers say of the pictures of a series that fits no series of slices. */
function notePictures({ placed }: Arrangement, say: Say): void {
  const other = placed.filter(({ slice }) => slice.imageType.some((value) => NOT_SLICES.includes(value)));
  if (other.length > 0) {
    const message = `${other.length} of ${placed.length} pictures are localisers or projections, as their headers say (image type): they are read as slices.`;
    say({ reason: 'not-slices', message, kind: 'warning', hint: 'Take them out of the folder.' });
  }
  const rescales = new Map<string, { count: number; slope: number; intercept: number }>();
  for (const { slice } of placed) {
    const { slope, intercept } = slice;
    const name = `${slope} ${intercept}`;
    rescales.set(name, { slope, intercept, count: (rescales.get(name)?.count ?? 0) + 1 });
  }
  if (rescales.size < 2) return;
  const [most, next] = [...rescales.values()].sort((a, b) => b.count - a.count) as [Rescale, Rescale];
  const words = ({ slope, intercept, count }: Rescale) => `${count} with slope ${slope} and intercept ${intercept}`;
  const more = rescales.size > 2 ? `, and ${rescales.size - 2} other pairs` : '';
  const message = `The ${placed.length} slices have different rescales: ${words(most)}, ${words(next)}${more}. Each was applied as it stands.`;
  const hint = 'Look whether neighbouring slices have the same brightness: a wrong intercept shifts all HU of a slice.';
  say({ reason: 'mixed-rescale', message, kind: 'warning', hint });
}

type Rescale = { count: number; slope: number; intercept: number };

function medianOf(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return (low + high) / 2;
}
