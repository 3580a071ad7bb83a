import { join } from 'node:path';
import { existsSync } from '../../files/fs.ts';
import { readCsv, writeCsv } from './csv.ts';

/** One row of `series.csv` (index): a series that was found, chosen or not. Ids are HMACs where identities are private. */
export interface SeriesRow {
  series: string;
  study: string;
  patient: string;
  /** Files of it that could be read. */
  slices: number;
  /** Files of it that were refused for what they are. */
  refused: number;
  /** Gaps of more than 1.5 of the spacings beside them, and about how many slices would fill them. */
  holes: number;
  missing: number;
  plane: string | null;
  tiltDegrees: number | null;
  coverageMm: number | null;
  spacingMm: number | null;
  kernel: string | null;
  contrast: string | null;
  part: string | null;
  /** Its place among the series of its study, from 1; null where it was excluded, or no rule was asked. */
  rank: number | null;
  /** How many series its study has. */
  of: number;
  chosen: boolean;
  /** Why it is certainly no stack of axial slices. */
  excluded: string | null;
  /** What speaks against what is predicted of it. */
  doubts: readonly string[];
}

const FILE = 'series.csv';
const COLUMNS = [
  'series',
  'study',
  'patient',
  'slices',
  'refused',
  'holes',
  'missing',
  'plane',
  'tiltDegrees',
  'coverageMm',
  'spacingMm',
  'kernel',
  'contrast',
  'part',
  'rank',
  'of',
  'chosen',
  'excluded',
] as const;

/** Between doubts in a cell. */
const SEPARATOR = '; ';

/** Doubts as one cell of a table: `bone kernel; derived`. */
export const doubtsCell = (doubts: readonly string[]): string => doubts.join(SEPARATOR);

export const doubtsOfCell = (cell: string): readonly string[] => (cell === '' ? [] : cell.split(SEPARATOR));

export async function writeSeries(folder: string, rows: Iterable<SeriesRow>): Promise<void> {
  await writeCsv(join(folder, FILE), [...COLUMNS, 'doubts'], rows, (row) => [
    ...COLUMNS.map((column) => row[column]),
    doubtsCell(row.doubts),
  ]);
}

/** The rows of an index artifact; those of earlier versions have none. */
export async function readSeries(folder: string): Promise<SeriesRow[]> {
  const file = join(folder, FILE);
  if (!existsSync(file)) return [];
  const rows: SeriesRow[] = [];
  for await (const row of readCsv(file, [...COLUMNS, 'doubts'])) {
    const text = (column: string): string => row[column] ?? '';
    const word = (column: string): string | null => (text(column) === '' ? null : text(column));
    const number = (column: string): number | null => (text(column) === '' ? null : Number(text(column)));
    rows.push({
      series: text('series'),
      study: text('study'),
      patient: text('patient'),
      slices: Number(text('slices')),
      refused: Number(text('refused')),
      holes: Number(text('holes')),
      missing: Number(text('missing')),
      plane: word('plane'),
      tiltDegrees: number('tiltDegrees'),
      coverageMm: number('coverageMm'),
      spacingMm: number('spacingMm'),
      kernel: word('kernel'),
      contrast: word('contrast'),
      part: word('part'),
      rank: number('rank'),
      of: Number(text('of')),
      chosen: text('chosen') === '1',
      excluded: word('excluded'),
      doubts: doubtsOfCell(text('doubts')),
    });
  }
  return rows;
}

/** What is doubtful of each series, by its id; those without doubts are not among them. */
export const doubtsBySeries = (rows: readonly SeriesRow[]): ReadonlyMap<string, readonly string[]> =>
  new Map(rows.filter(({ doubts }) => doubts.length > 0).map(({ series, doubts }) => [series, doubts]));
