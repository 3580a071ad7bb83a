import { IchorError } from '../../../errors.ts';
import type { OpenSource } from '../../../registry/kinds/source.ts';
import type { ShardRow } from '../../artifacts/shards.ts';
import type { SlicePart, SliceRow } from '../../artifacts/slices.ts';
import type { RangeReader } from '../../dicom/compact-header.ts';
import type { DicomHeader } from '../../dicom/header.ts';
import { type HounsfieldRule, hounsfieldRule, ruleName } from '../../dicom/hounsfield.ts';
import { headerOf, rangesOf } from '../../dicom/read-header.ts';
import type { Interpolation, WindowTable } from '../../images/resize.ts';
import { NO_VALUES } from '../../images/slice-facts.ts';
import type { SlicePool } from '../../images/slice-pool.ts';
import { type Channel, windowTable } from '../../images/windows.ts';
import type { LedgerNote } from '../../ledger.ts';
import { sourceChanged } from '../source-changed.ts';
import type { FileContents } from './file-contents.ts';
import { MEAN_RULE, MeanSlice } from './mean-slice.ts';
import { isBlank, isContradictory, sliceNotes } from './slice-notes.ts';

/** Files up to here are read as a whole, once; of a larger one its header and its pixels. */
const WHOLE_BYTES = 8 * 1024 * 1024;
/** What a file system answers where a medium or a connection fails, and the file is still there. */
const READ_ERRORS = new Set(['EIO', 'EBADMSG', 'ENODATA', 'EREMOTEIO', 'ESTALE', 'ETIMEDOUT', 'EUCLEAN']);
/** Rules whose tables are kept: a set has a handful. */
const MOST_TABLES = 16;

export interface MadeSlice {
  record: Uint8Array | null;
  row: Omit<ShardRow, 'offset' | 'length'>;
}

export interface SliceMaker {
  source: OpenSource;
  /** What the files have to hold; null where the source generates, whose pictures nobody changes. */
  contents: FileContents | null;
  /** Clear path of a row's file: it may be an HMAC. */
  pathOf(row: SliceRow): string | undefined;
  /** What stands for a header's hash in the index. */
  seal(hash: string): string;
  repairIntercept: boolean;
  channels: readonly Channel[];
  size: number;
  interpolation: Interpolation;
  storage: 'lossless' | 'jpeg';
  pool: SlicePool;
}

/** From an index row to its record: reads the file, checks that it is the one that index saw, hands it to the pool. */
export function sliceMaker(maker: SliceMaker): (row: SliceRow) => Promise<MadeSlice> {
  const names = maker.channels.map(({ name }) => name);
  const tables = new Map<string, WindowTable>();
  const tableOf = (rule: HounsfieldRule) => {
    const name = ruleName(rule);
    const known = tables.get(name) ?? windowTable(maker.channels, rule);
    if (!tables.has(name) && tables.size >= MOST_TABLES) tables.delete(tables.keys().next().value as string);
    tables.set(name, known);
    return known;
  };
  const read = async (row: SliceRow): Promise<ReadPixels | MadeSlice['row']> => {
    if (row.parts !== undefined) return readMean(maker, row, row.parts);
    const slice = await readSlice(maker, row);
    if (slice === null) return rowOf(row, 'unreadable');
    const { rows, columns } = slice.header.pixels;
    const found = slice.content === null ? {} : { content: slice.content };
    return { bytes: slice.stored, rows, columns, rule: ruleOf(maker, slice.header), found };
  };
  return async (row) => {
    const pixels = await read(row);
    if ('status' in pixels) return { record: null, row: pixels };
    const { rule, found: content } = pixels;
    const made = await maker.pool.make({
      bytes: pixels.bytes,
      rows: pixels.rows,
      columns: pixels.columns,
      rule,
      table: tableOf(rule),
      size: maker.size,
      interpolation: maker.interpolation,
      slice: row.slice,
      series: row.series,
      patient: row.patient,
      labels: row.labels,
      channels: names,
      storage: maker.storage,
    });
    if (made.record === null) return { record: null, row: { ...rowOf(row, 'truncated'), ...content } };
    const count = pixels.rows * pixels.columns;
    if (isContradictory(made, count)) return { record: null, row: { ...rowOf(row, 'contradictory'), ...content } };
    const notes = sliceNotes(row.slice, rule, made, count);
    const found = {
      ...content,
      hash: made.hash,
      blank: isBlank(made),
      brain: Number(made.brain.toFixed(6)),
      air: Number(made.air.toFixed(6)),
      values: made.values,
    };
    return { record: made.record, row: { ...rowOf(row, 'read', notes), ...found } };
  };
}

/** Pixels of one slice, ready for a thread. */
interface ReadPixels {
  bytes: Uint8Array;
  rows: number;
  columns: number;
  rule: HounsfieldRule;
  /** Contents of its files. */
  found: Pick<ShardRow, 'content' | 'contents'>;
}

const ruleOf = ({ repairIntercept }: SliceMaker, { pixels, slope, intercept, padding }: DicomHeader): HounsfieldRule =>
  hounsfieldRule(pixels, slope, intercept, repairIntercept, padding);

/** The mean of several files (`data.resample`): of their HU, before any window. A part that cannot be read leaves none. */
async function readMean(
  maker: SliceMaker,
  row: SliceRow,
  parts: readonly SlicePart[],
): Promise<ReadPixels | MadeSlice['row']> {
  const mean = new MeanSlice(row.rows, row.columns);
  const contents: string[] = [];
  let wrong: 'truncated' | 'contradictory' | null = null;
  for (const { weight, ...file } of parts) {
    const slice = await readSlice(maker, { ...row, ...file });
    if (slice === null) return rowOf(row, 'unreadable');
    if (slice.content !== null) contents.push(slice.content);
    wrong ??= mean.add({ bytes: slice.stored, rule: ruleOf(maker, slice.header), weight });
  }
  const found = contents.length === parts.length ? { contents } : {};
  if (wrong !== null) return { ...rowOf(row, wrong), ...found };
  return { bytes: mean.bytes(), rows: row.rows, columns: row.columns, rule: MEAN_RULE, found };
}

const rowOf = ({ slice }: SliceRow, status: ShardRow['status'], notes: LedgerNote[] = []): MadeSlice['row'] => ({
  slice,
  status,
  hash: '',
  blank: false,
  brain: 0,
  air: 0,
  values: NO_VALUES,
  notes,
});

/** The header and the stored pixels of the file that index saw; null where the medium fails within it. */
async function readSlice(
  maker: SliceMaker,
  row: SliceRow,
): Promise<{ header: DicomHeader; stored: Uint8Array; content: string | null } | null> {
  const path = maker.pathOf(row);
  if (path === undefined) throw sourceChanged(row.file, 'it is not there any more');
  try {
    const { read, whole } = await rangesOfSame(maker.source, path, row);
    const { header, hash } = await headerOf(read);
    if (header === null || maker.seal(hash) !== row.headerHash) throw sourceChanged(row.file, 'its header differs');
    const { rows, columns, bitsAllocated } = header.pixels;
    const length = Math.min(header.pixelLength ?? 0, (rows * columns * bitsAllocated) / 8);
    // The thread gets a copy of the pixels only: a Buffer's memory may be shared.
    const stored = Uint8Array.from(await read(header.pixelOffset, length));
    const { contents } = maker;
    const content =
      contents && (whole === null ? await contents.ofFile(row.file, path, row.bytes) : contents.of(row.file, whole));
    return { header, stored, content };
  } catch (error) {
    if (error instanceof IchorError) throw error;
    // The system's message holds the path, which may be private: only its code is shown.
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    if (READ_ERRORS.has(code)) return null;
    throw sourceChanged(row.file, `it cannot be read (${code})`);
  }
}

/** Reads parts of a file whose size is the one that index saw. */
async function rangesOfSame(
  source: OpenSource,
  path: string,
  row: SliceRow,
): Promise<{ read: RangeReader; whole: Buffer | null }> {
  const whole = row.bytes <= WHOLE_BYTES || source.readRange === undefined ? await source.read(path) : null;
  const read: RangeReader =
    whole === null ? rangesOf(source, path) : async (offset, length) => whole.subarray(offset, offset + length);
  if (whole !== null && whole.length !== row.bytes)
    throw sourceChanged(row.file, `it has ${whole.length} bytes instead of ${row.bytes}`);
  // Its last byte is there, and none behind it.
  if (whole === null && (await read(row.bytes - 1, 2)).length !== 1)
    throw sourceChanged(row.file, `it has not ${row.bytes} bytes any more`);
  return { read, whole };
}
