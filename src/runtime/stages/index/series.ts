import type { SliceRow } from '../../artifacts/slices.ts';
import type { Identities } from '../../sources/identities.ts';
import type { LedgerLines } from '../ledger-lines.ts';
import type { Candidate } from './candidate.ts';

type Vector = readonly [number, number, number];

/** A gap above this multiple of the series' median spacing is noted (facts 3). */
const WIDE_GAP = 1.5;
/** Positions closer than this are one. */
const SAME_POSITION_MM = 1e-3;
/** Cosine between normals of one series: below it they point elsewhere (about 2.5 degrees). */
const SAME_NORMAL = 0.999;

/** Row direction x column direction: the slice normal, whatever the gantry's tilt. Of length 1 but for rounding. */
function normalOf(orientation: Candidate['orientation']): Vector | null {
  if (orientation === null) return null;
  const [a, b, c, d, e, f] = orientation;
  const normal: Vector = [b * f - c * e, c * d - a * f, a * e - b * d];
  return Math.hypot(...normal) > 0.5 ? normal : null;
}

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const before = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** To a nanometre: what the headers state, without the noise of a difference. */
const rounded = (mm: number): number => Math.round(mm * 1e6) / 1e6;

/**
 * Rows by series (in the order of their ids), each ordered along its slice normal (`ref: slice_position`), ties by
 * slice id. Slices without geometry come last in their series.
 */
export function orderSeries(candidates: Iterable<Candidate>, identities: Identities, ledger: LedgerLines): SliceRow[] {
  const series = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const slices = series.get(candidate.series) ?? [];
    series.set(candidate.series, slices);
    slices.push(candidate);
  }
  return [...series.keys()].sort(before).flatMap((id) =>
    orderSlices(
      id,
      (series.get(id) as Candidate[]).sort((a, b) => before(a.slice, b.slice)),
      identities,
      ledger,
    ),
  );
}

function orderSlices(id: string, slices: Candidate[], identities: Identities, ledger: LedgerLines): SliceRow[] {
  const note = (reason: string, message: string, kind: 'warning' | 'information') =>
    ledger.note({ item: identities.name('series', id), what: 'series', reason, message, kind });
  const normals = slices.map(({ orientation }) => normalOf(orientation));
  const normal = normals.find((each) => each !== null) ?? null;
  const placed = slices.map((slice, i) => {
    const known = normal !== null && normals[i] !== null && slice.position !== null;
    return { slice, positionMm: known ? dot(slice.position as Vector, normal) : null };
  });
  placed.sort(
    (a, b) => (a.positionMm ?? Infinity) - (b.positionMm ?? Infinity) || before(a.slice.slice, b.slice.slice),
  );

  const rows = placed.map(({ slice, positionMm }, order): SliceRow => {
    const previous = placed[order - 1]?.positionMm ?? null;
    return {
      slice: identities.name('slice', slice.slice),
      series: identities.name('series', slice.series),
      study: identities.name('study', slice.study),
      patient: identities.name('patient', slice.patient),
      file: identities.name('file', slice.path),
      set: slice.set,
      order,
      positionMm,
      spacingMm: positionMm !== null && previous !== null ? rounded(positionMm - previous) : null,
      format: slice.format,
      rows: slice.rows,
      columns: slice.columns,
      bytes: slice.bytes,
      headerHash: slice.headerHash,
      labels: slice.labels,
    };
  });
  noteGeometry(rows, normals, normal, note);
  if (new Set(slices.map(({ patient }) => patient)).size > 1)
    note('series-of-two-patients', 'The slices of this series name more than one patient.', 'warning');
  return rows;
}

function noteGeometry(
  rows: readonly SliceRow[],
  normals: readonly (Vector | null)[],
  normal: Vector | null,
  note: (reason: string, message: string, kind: 'warning' | 'information') => void,
): void {
  if (rows.length === 1) note('single-slice', 'The series has one slice only.', 'information');
  const missing = rows.filter(({ positionMm }) => positionMm === null).length;
  if (missing > 0)
    note('no-geometry', `${missing} of ${rows.length} slices have no position: they come last, by id.`, 'warning');
  if (normals.some((each) => each !== null && normal !== null && dot(each, normal) < SAME_NORMAL))
    note('mixed-orientation', 'The slices of this series are not parallel.', 'warning');
  const gaps = rows.flatMap(({ spacingMm }) => (spacingMm === null ? [] : [spacingMm]));
  const same = gaps.filter((gap) => gap < SAME_POSITION_MM).length;
  if (same > 0)
    note('same-position', `${same} pairs of neighbouring slices share a position: ordered by id.`, 'warning');
  const real = gaps.filter((gap) => gap >= SAME_POSITION_MM).sort((a, b) => a - b);
  const median = medianOf(real);
  const wide = real.filter((gap) => gap > WIDE_GAP * median);
  if (wide.length > 0) {
    const widest = (real.at(-1) as number).toFixed(2);
    note(
      'wide-gap',
      `${wide.length} gaps exceed 1.5 times the median spacing of ${median.toFixed(2)} mm, the widest is ${widest} mm.`,
      'warning',
    );
  }
}

function medianOf(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return (low + high) / 2;
}
