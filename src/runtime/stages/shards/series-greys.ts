import type { ShardRow } from '../../artifacts/shards.ts';
import type { SliceRow } from '../../artifacts/slices.ts';
import type { PictureGreys } from '../../images/pictures-record.ts';
import type { LedgerNote } from '../../ledger.ts';
import type { NoteReason } from '../../ledger-reasons.ts';
import { placesIn, placesOf, stretches } from './stretches.ts';

/**
 * Of the 5,001 pictures of CT-ICH none has fewer than 101 greys, or ends below 100 of 255; of RSNA's 3,165 slices some at the
 * vertex have 16, so that all of a series counts. None of all these has more than 0.12 of its edges above half of white, but
 * for one whose surroundings are white.
 */
const FEWEST_GREYS = 32;
const MASK_GREYS = 4;
const MOST_BRIGHT_EDGE = 0.5;
/** Pictures of a shorter series are judged with those of all others that are as short. */
const FEW = 5;
/** In CT-ICH no stretch of slices has fewer greys, or a lower highest one, than 0.69 of the slices on both its sides. */
const DROP = 0.25;

type Slice = Pick<SliceRow, 'series'>;
type Row = Pick<ShardRow, 'status' | 'blank' | 'greys'>;

interface Unit {
  series: Set<string>;
  name: string;
  /** With the series that each is of: those of short series are judged together. */
  greys: (PictureGreys & { series: string })[];
}

/** Where the pictures of a series, of one name, hold few greys or dark ones, or bright edges: one note each. */
export function seriesGreys(slices: readonly Slice[], rows: readonly Row[]): LedgerNote[] {
  const notes: LedgerNote[] = [];
  for (const unit of unitsOf(slices, rows)) {
    const note: Note = (reason, message, hint, details, series = unit.series) =>
      notes.push({
        item: [...series][0] ?? '',
        what: 'series',
        reason,
        message,
        kind: 'warning',
        hint,
        ...(details === undefined ? {} : { details }),
        ...(series.size > 1 ? { count: series.size } : {}),
      });
    if (!noteAll(unit, note) && unit.series.size === 1 && unit.greys.length >= FEW) noteSome(unit, note);
    noteInverted(unit, note);
  }
  return notes;
}

type Note = (
  reason: NoteReason,
  message: string,
  hint: string,
  details?: readonly string[],
  /** All of the unit where absent. */
  series?: ReadonlySet<string>,
) => void;

function unitsOf(slices: readonly Slice[], rows: readonly Row[]): Unit[] {
  const bySeries = new Map<string, Unit>();
  rows.forEach(({ status, blank, greys = [] }, i) => {
    if (status !== 'read' || blank) return;
    const { series } = slices[i] as Slice;
    for (const one of greys) {
      const id = JSON.stringify([series, one.name]);
      const unit = bySeries.get(id) ?? { series: new Set([series]), name: one.name, greys: [] };
      bySeries.set(id, unit);
      unit.greys.push({ ...one, series });
    }
  });
  const units: Unit[] = [];
  const short = new Map<string, Unit>();
  for (const unit of bySeries.values()) {
    if (unit.greys.length >= FEW) {
      units.push(unit);
      continue;
    }
    const all = short.get(unit.name) ?? { series: new Set(), name: unit.name, greys: [] };
    short.set(unit.name, all);
    for (const series of unit.series) all.series.add(series);
    all.greys.push(...unit.greys);
  }
  return [...units, ...[...short.values()]];
}

/** Whether all of them are so. */
function noteAll({ name, greys }: Unit, note: Note): boolean {
  const levels = Math.max(...greys.map((one) => one.levels));
  const of = greys.length === 1 ? `The only picture ${name} of it` : `None of the ${greys.length} pictures ${name}`;
  const has = greys.length === 1 ? 'has no' : 'has';
  if (levels <= MASK_GREYS) {
    note(
      'few-greys',
      `${of} ${has} more than ${levels} different values: masks, or pictures of ${levels <= 2 ? '1 bit' : '2 bits'}?`,
      LOOK,
    );
    return true;
  }
  // Pictures of 16 bits are told one by one.
  const eight = greys.filter(({ bits }) => bits === 8);
  const highest = Math.max(...eight.map((one) => one.highest));
  const white = Math.min(...eight.map((one) => one.white));
  if (eight.length === greys.length && highest <= white / 2) {
    note(
      'dark-pictures',
      `${of} ${has} ${greys.length === 1 ? 'value' : 'a value'} above ${highest} of ${white}, which is white: they come out dark.`,
      `Where ${highest} or little above is white, state it: data.source.pictures.${name}.white. Else export them again, over all of 0 to 255.`,
    );
    return true;
  }
  if (levels < FEWEST_GREYS) {
    note(
      'few-greys',
      `${of} ${has} more than ${levels} different values: a brain in a window shows steps. Were they made of fewer bits?`,
      LOOK,
    );
    return true;
  }
  return false;
}

const LOOK = 'Look at one of them, and export the pictures themselves, with 8 or 16 bits of grey.';

/** Single ones among others, as a series goes on. */
function noteSome({ name, greys }: Unit, note: Note): void {
  const drop = (of: (one: PictureGreys) => number) => (a: PictureGreys, b: PictureGreys) => {
    if (of(b) < DROP * of(a)) return -1;
    return of(a) < DROP * of(b) ? 1 : 0;
  };
  const few = placesIn(
    stretches(
      greys,
      drop(({ levels }) => levels),
    ),
  ).filter((at) => (greys[at] as PictureGreys).levels < FEWEST_GREYS);
  if (few.length > 0)
    note(
      'few-greys',
      `Of its pictures ${name} ${placesOf(few, greys.length)} ${few.length === 1 ? 'has' : 'have'} far fewer different values than those beside (at most ${Math.max(...few.map((at) => (greys[at] as PictureGreys).levels))}).`,
      LOOK,
    );
  const share = ({ highest, white }: PictureGreys) => highest / white;
  const dark = placesIn(stretches(greys, drop(share))).filter((at) => !few.includes(at));
  if (dark.length > 0)
    note(
      'dark-pictures',
      `Of its pictures ${name} ${placesOf(dark, greys.length)} ${dark.length === 1 ? 'is' : 'are'} far darker than those beside.`,
      'Look at them: were they made with another white, or another window?',
    );
}

/** Around a head is air, which is black in every window. */
function noteInverted({ name, greys }: Unit, note: Note): void {
  const inverted = greys.flatMap(({ bright }, at) => (bright > MOST_BRIGHT_EDGE ? [at] : []));
  if (inverted.length === 0) return;
  const where =
    inverted.length === greys.length ? `All of its ${greys.length}` : `${inverted.length} of its ${greys.length}`;
  note(
    'inverted-pictures',
    `${where} pictures ${name} are bright along their edges, where air is black: inverted, or no picture of a slice.`,
    'Export them as the others are: air black, bone white.',
    [`${inverted.length} of ${greys.length}`],
    new Set(inverted.map((at) => (greys[at] as Unit['greys'][number]).series)),
  );
}
