import { join } from 'node:path';
import { LABELS, type SliceLabels } from '../../labels.ts';
import { readCsv, writeCsv } from './csv.ts';

/** One row of `slices.csv` (index). Rows are ordered by series, then by position along the normal. */
/** A file that a resampled slice is a part of the mean of. */
export interface SlicePart {
  /** As those of a row are. */
  file: string;
  frame?: number;
  bytes: number;
  headerHash: string;
  /** All of a slice sum to 1. */
  weight: number;
}

/** A picture of a slice, of a source that gives pictures. */
export interface SlicePicture {
  /** As channels name it. */
  name: string;
  /** As those of a row are. */
  file: string;
  bytes: number;
  headerHash: string;
}

export interface SliceRow {
  /** Image id (`ID_...`): the file's stem for Kaggle's layout, else the SOP instance UID; HMAC where private. */
  slice: string;
  series: string;
  study: string;
  /** The header's own id; its group where it has none. */
  patient: string;
  /** Who counts as one person in splits, folds and figures: the patient, unless index joined it with others or the id names nobody. */
  group: string;
  /** Path relative to the source's root; HMAC of it where identities are private. */
  file: string;
  /** Which frame of it, 1-based; absent where the file is one slice. */
  frame?: number;
  set: 'train' | 'test';
  /** 0-based place within the series. */
  order: number;
  /** Along the normal of the series, upwards: dot(ImagePositionPatient, row x column); null where it is not known. */
  positionMm: number | null;
  /** Distance to the slice before; null for the first, and where it is not known. */
  spacingMm: number | null;
  /** Stored pixel format: `12u`, `16s` (bits stored, signed). */
  format: string;
  rows: number;
  columns: number;
  /** Its number in the series (InstanceNumber); null where it has none. */
  number?: number | null;
  bytes: number;
  /** SHA-256 of the header up to the pixels, hex (its HMAC where private): a file that changed since fails the stage that reads it. */
  headerHash: string;
  /** Null: unlabelled. */
  labels: SliceLabels | null;
  /** The files that it is the mean of (`data.resample`), its own `file` among them; absent: it is what its file holds. */
  parts?: readonly SlicePart[];
  /** Its pictures, of a source that gives pictures: `file` is the first of them. */
  pictures?: readonly SlicePicture[];
}

/** The files that a slice is made of, by what stands for them. */
export const filesOfSlice = ({ file, bytes, parts, pictures }: SliceRow): readonly { file: string; bytes: number }[] =>
  parts ?? pictures ?? [{ file, bytes }];

const COLUMNS = [
  'slice',
  'series',
  'study',
  'patient',
  'group',
  'file',
  'frame',
  'set',
  'order',
  'positionMm',
  'spacingMm',
  'format',
  'rows',
  'columns',
  'number',
  'bytes',
  'headerHash',
] as const;

/** Writes `slices.csv`: the columns are a row's own names, then the six labels, empty where there are none, then `parts` where a row has them. */
export async function writeSlices(folder: string, rows: readonly SliceRow[]): Promise<void> {
  const parts = rows.some((row) => row.parts !== undefined);
  const pictures = rows.some((row) => row.pictures !== undefined);
  await writeCsv(
    join(folder, 'slices.csv'),
    [...COLUMNS, ...LABELS, ...(parts ? ['parts'] : []), ...(pictures ? ['pictures'] : [])],
    rows,
    (row) => [
      ...COLUMNS.map((column) => row[column] ?? null),
      ...LABELS.map((label) => row.labels?.[label] ?? null),
      ...(parts ? [row.parts === undefined ? null : partsCell(row.parts)] : []),
      ...(pictures ? [row.pictures === undefined ? null : picturesCell(row.pictures)] : []),
    ],
  );
}

const picturesCell = (pictures: readonly SlicePicture[]): string =>
  JSON.stringify(pictures.map(({ name, file, bytes, headerHash }) => [name, file, bytes, headerHash]));

const picturesOfCell = (cell: string): SlicePicture[] =>
  (JSON.parse(cell) as [string, string, number, string][]).map(([name, file, bytes, headerHash]) => ({
    name,
    file,
    bytes,
    headerHash,
  }));

const partsCell = (parts: readonly SlicePart[]): string =>
  JSON.stringify(
    parts.map(({ file, frame, bytes, headerHash, weight }) => [
      file,
      bytes,
      headerHash,
      weight,
      ...(frame === undefined ? [] : [frame]),
    ]),
  );

const partsOfCell = (cell: string): SlicePart[] =>
  (JSON.parse(cell) as [string, number, string, number, number?][]).map(([file, bytes, headerHash, weight, frame]) => ({
    file,
    ...(frame === undefined ? {} : { frame }),
    bytes,
    headerHash,
    weight,
  }));
// Tables of earlier versions know of no frames and no numbers.
const NEEDED = COLUMNS.filter((column) => column !== 'frame' && column !== 'number');

/** Reads `slices.csv` of an index artifact. */
export async function readSlices(folder: string): Promise<SliceRow[]> {
  const rows: SliceRow[] = [];
  // A million rows name some thousand patients: each text and each set of labels is kept once.
  const texts = new Map<string, string>();
  const labelSets = new Map<string, SliceLabels>();
  for await (const row of readCsv(join(folder, 'slices.csv'), NEEDED)) {
    const text = (column: string): string => row[column] ?? '';
    const shared = (column: string): string => kept(texts, text(column), () => text(column));
    const optional = (column: string) => (text(column) === '' ? null : Number(text(column)));
    rows.push({
      slice: text('slice'),
      series: shared('series'),
      study: shared('study'),
      patient: shared('patient'),
      group: shared('group'),
      file: text('file'),
      ...(text('frame') === '' ? {} : { frame: Number(text('frame')) }),
      set: text('set') === 'test' ? 'test' : 'train',
      order: Number(text('order')),
      positionMm: optional('positionMm'),
      spacingMm: optional('spacingMm'),
      format: shared('format'),
      rows: Number(text('rows')),
      columns: Number(text('columns')),
      number: optional('number'),
      bytes: Number(text('bytes')),
      headerHash: text('headerHash'),
      ...(text('pictures') === '' ? {} : { pictures: picturesOfCell(text('pictures')) }),
      ...(text('parts') === '' ? {} : { parts: partsOfCell(text('parts')) }),
      labels:
        text('any') === ''
          ? null
          : kept(
              labelSets,
              LABELS.map(text).join(),
              () => Object.fromEntries(LABELS.map((label) => [label, text(label) === '1' ? 1 : 0])) as SliceLabels,
            ),
    });
  }
  return rows;
}

function kept<T>(known: Map<string, T>, key: string, make: () => T): T {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
