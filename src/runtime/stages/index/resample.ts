import { LABELS, type SliceLabels } from '../../../labels.ts';
import { THINNEST_MM } from '../../../patient-rule.ts';
import { placesOf } from '../../../series-places.ts';
import type { SlicePart, SliceRow } from '../../artifacts/slices.ts';
import type { LedgerLines } from '../ledger-lines.ts';

/** Overlaps below this share of a slice are rounding. */
const LEAST = 1e-6;

/**
 * `data.resample`: series whose slices are closer than 2.5 mm become series of slabs of `spacingMm`, each the mean of what it
 * overlaps. A slice reaches halfway to its neighbours; slabs fill what a series covers, centred, and none goes across a hole.
 * A slab has the id of the slice at its middle, and a label that any of its slices has.
 *
 * @param rows of the index, by series, in order
 * @returns the rows in their place, and the series that were resampled (as rows name them)
 */
export function resample(
  rows: readonly SliceRow[],
  spacingMm: number,
  ledger: LedgerLines,
): { rows: SliceRow[]; series: ReadonlySet<string> } {
  const resampled = new Set<string>();
  const all = bySeries(rows).flatMap((slices) => {
    const [first] = slices as [SliceRow, ...SliceRow[]];
    const at = positionsOf(slices);
    const { spacingMm: own } = placesOf(at);
    if (own === null || own >= THINNEST_MM || own >= spacingMm) return slices;
    const note = (kind: 'information' | 'warning', message: string) =>
      ledger.note({ item: first.series, what: 'series', reason: 'resampled', message, kind });
    if (slices.some(({ rows: r, columns }) => r !== first.rows || columns !== first.columns)) {
      note('warning', 'Its pictures are of several sizes, so that no mean of them can be taken: it was not resampled.');
      return slices;
    }
    resampled.add(first.series);
    const slabs = slabsOf(slices, at as readonly number[], spacingMm);
    note(
      'information',
      `Its ${slices.length} slices, ${Number(own.toPrecision(3))} mm apart, were averaged to ${slabs.length} of ${spacingMm} mm (data.resample).`,
    );
    return slabs;
  });
  return { rows: all, series: resampled };
}

interface Weighted {
  row: SliceRow;
  /** Of the slab; they sum to 1. */
  weight: number;
}

function slabsOf(slices: readonly SliceRow[], at: readonly number[], thickness: number): SliceRow[] {
  const found: { centre: number; parts: Weighted[] }[] = [];
  for (const run of runsOf(at)) found.push(...slabsOfRun(slices, at, run, thickness));
  return found.map(({ centre, parts }, order): SliceRow => {
    const middle = nearest(parts, at, slices, centre);
    const offset = middle.positionMm === null ? null : middle.positionMm - (at[slices.indexOf(middle)] as number);
    const before = found[order - 1];
    return {
      ...middle,
      order,
      positionMm: offset === null ? null : rounded(centre + offset),
      spacingMm: before === undefined ? null : rounded(centre - before.centre),
      labels: labelsOf(parts),
      parts: parts.map(
        ({ row: { file, frame, bytes, headerHash }, weight }): SlicePart => ({
          file,
          ...(frame === undefined ? {} : { frame }),
          bytes,
          headerHash,
          weight: rounded(weight, 9),
        }),
      ),
    };
  });
}

/** First and last slice of each part of a series without holes. */
function runsOf(at: readonly number[]): [from: number, to: number][] {
  const { holeBefore } = placesOf(at);
  const starts = holeBefore.flatMap((hole, i) => (hole || i === 0 ? [i] : []));
  return starts.map((from, i) => [from, (starts[i + 1] ?? at.length) - 1]);
}

function slabsOfRun(
  slices: readonly SliceRow[],
  at: readonly number[],
  [from, to]: readonly [number, number],
  thickness: number,
): { centre: number; parts: Weighted[] }[] {
  const reach = reachesOf(at.slice(from, to + 1));
  const low = reach[0]?.[0] as number;
  const high = reach.at(-1)?.[1] as number;
  const count = Math.max(1, Math.round((high - low) / thickness));
  const start = (low + high - count * thickness) / 2;
  return Array.from({ length: count }, (_, slab) => {
    const [bottom, top] = [start + slab * thickness, start + (slab + 1) * thickness];
    const overlaps = reach.flatMap(([a, b], i) => {
      const overlap = Math.min(b, top) - Math.max(a, bottom);
      return overlap > LEAST * (b - a) ? [{ row: slices[from + i] as SliceRow, weight: overlap }] : [];
    });
    const sum = overlaps.reduce((total, { weight }) => total + weight, 0);
    return { centre: (bottom + top) / 2, parts: overlaps.map(({ row, weight }) => ({ row, weight: weight / sum })) };
  });
}

/**
 * From where to where each slice reaches: halfway to its neighbours, at the ends as far as on the other side. Slices at one
 * place reach over the same part, so that they share it.
 */
function reachesOf(at: readonly number[]): [low: number, high: number][] {
  const { place, spacingMm } = placesOf(at);
  const places = place.flatMap((own, i) => (place[i - 1] === own ? [] : [at[i] as number]));
  return place.map((own) => {
    const here = places[own] as number;
    const [below, above] = [places[own - 1], places[own + 1]];
    const down = below === undefined ? (above ?? here + (spacingMm ?? 1)) - here : here - below;
    const up = above === undefined ? (below === undefined ? down : here - below) : above - here;
    return [here - down / 2, here + up / 2];
  });
}

function nearest(
  parts: readonly Weighted[],
  at: readonly number[],
  slices: readonly SliceRow[],
  centre: number,
): SliceRow {
  const away = ({ row }: Weighted) => Math.abs((at[slices.indexOf(row)] as number) - centre);
  return [...parts].sort((a, b) => away(a) - away(b))[0]?.row as SliceRow;
}

/** A label that any of its slices has; none where a slice of it has none. */
function labelsOf(parts: readonly Weighted[]): SliceLabels | null {
  if (parts.some(({ row }) => row.labels === null)) return null;
  return Object.fromEntries(
    LABELS.map((label) => [label, parts.some(({ row }) => row.labels?.[label] === 1) ? 1 : 0]),
  ) as SliceLabels;
}

/** Along the series from its first slice; null where a distance is not known. */
function positionsOf(slices: readonly SliceRow[]): (number | null)[] {
  let at: number | null = 0;
  return slices.map(({ spacingMm }, i) => {
    if (i > 0) at = at === null || spacingMm === null ? null : at + spacingMm;
    return at;
  });
}

function bySeries(rows: readonly SliceRow[]): SliceRow[][] {
  const series = new Map<string, SliceRow[]>();
  for (const row of rows) {
    const own = series.get(row.series);
    if (own === undefined) series.set(row.series, [row]);
    else own.push(row);
  }
  return [...series.values()];
}

const rounded = (value: number, digits = 6): number => Number(value.toFixed(digits));
