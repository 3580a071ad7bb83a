import type { ShardRow } from '../../artifacts/shards.ts';
import type { SlicePart, SliceRow } from '../../artifacts/slices.ts';
import { type HounsfieldRule, hounsfieldRule, ruleName } from '../../dicom/hounsfield.ts';
import { decodeFrame } from '../../dicom/pixels/decode-frame.ts';
import type { NoPixels } from '../../dicom/pixels/frame-format.ts';
import { isEncapsulated } from '../../dicom/transfer-syntax.ts';
import type { Interpolation, WindowTable } from '../../images/resize.ts';
import { NO_VALUES } from '../../images/slice-facts.ts';
import type { SlicePool } from '../../images/slice-pool.ts';
import type { RecordJob, SliceRecord } from '../../images/slice-record.ts';
import { type Channel, windowTable } from '../../images/windows.ts';
import type { LedgerNote } from '../../ledger.ts';
import { MEAN_RULE, MeanSlice } from './mean-slice.ts';
import { type ReadSlice, type SliceFiles, sliceReader, WHOLE_BYTES } from './slice-file.ts';
import { isBlank, isContradictory, sliceNotes } from './slice-notes.ts';

/** Rules whose tables are kept: a set has a handful. */
const MOST_TABLES = 16;

export interface MadeSlice {
  record: Uint8Array | null;
  row: Omit<ShardRow, 'offset' | 'length'>;
}

export interface SliceMaker extends SliceFiles {
  repairIntercept: boolean;
  channels: readonly Channel[];
  size: number;
  interpolation: Interpolation;
  storage: 'lossless' | 'jpeg';
  pool: SlicePool;
}

/** From an index row to its record: reads the file, checks that it is the one that index saw, hands it to the pool. */
export function sliceMaker(maker: SliceMaker): (row: SliceRow) => Promise<MadeSlice> {
  const tables = new Map<string, WindowTable>();
  const tableOf = (rule: HounsfieldRule) => {
    const name = ruleName(rule);
    const known = tables.get(name) ?? windowTable(maker.channels, rule);
    if (!tables.has(name) && tables.size >= MOST_TABLES) tables.delete(tables.keys().next().value as string);
    tables.set(name, known);
    return known;
  };
  const readFile = sliceReader(maker);
  const read = async (row: SliceRow): Promise<ReadPixels | MadeSlice['row']> => {
    if (row.parts !== undefined) return readMean(maker, readFile, row, row.parts);
    const slice = await readFile(row);
    if (slice === null) return rowOf(row, 'unreadable');
    const found = slice.content === null ? {} : { content: slice.content };
    if ('problem' in slice.pixels) return { ...failedRow(row, slice.pixels), ...found };
    const { format, encoded } = slice.pixels;
    const { rows, columns, bitsAllocated, bitsStored, signed } = format;
    return {
      bytes: encoded.bytes,
      ...(isEncapsulated(encoded.syntax)
        ? { encoded: { syntax: encoded.syntax, format: { rows, columns, bitsAllocated, bitsStored, signed } } }
        : {}),
      rows,
      columns,
      rule: ruleOf(maker, slice),
      found,
    };
  };
  const quickly = quickMaker(maker, tableOf);
  return async (row) => {
    const quick = await quickly(row);
    if (quick !== null) return madeSlice(row, quick, quick.made);
    const pixels = await read(row);
    if ('status' in pixels) return { record: null, row: pixels };
    const { found: _, ...job } = pixels;
    const made = await maker.pool.make({
      ...job,
      ...jobOf(maker, row),
      table: tableOf(pixels.rule),
    });
    return madeSlice(row, pixels, made);
  };
}

/** What is the same for a slice, whoever reads its file. */
const jobOf = (
  { channels, size, interpolation, storage }: SliceMaker,
  { slice, series, patient, labels }: SliceRow,
): Pick<RecordJob, 'slice' | 'series' | 'patient' | 'labels' | 'channels' | 'size' | 'interpolation' | 'storage'> => ({
  slice,
  series,
  patient,
  labels,
  channels: channels.map(({ name }) => name),
  size,
  interpolation,
  storage,
});

/** What a record came to, as the slice's row. */
function madeSlice(
  row: SliceRow,
  { rule, rows, columns, found: content }: Pick<ReadPixels, 'rule' | 'rows' | 'columns' | 'found'>,
  made: SliceRecord,
): MadeSlice {
  const failed = (status: ShardRow['status'], why?: string): MadeSlice => ({
    record: null,
    row: { ...rowOf(row, status), ...content, ...(why === undefined ? {} : { why }) },
  });
  if (made.undecodable !== undefined) return failed('undecodable', made.undecodable);
  if (made.record === null) return failed('truncated');
  const count = rows * columns;
  if (isContradictory(made, count)) return failed('contradictory');
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
}

interface QuickSlice extends Pick<ReadPixels, 'rule' | 'rows' | 'columns' | 'found'> {
  made: SliceRecord;
}

/**
 * Slices whose file a thread reads and decodes by itself, which is most: null of all others, and where the file is not what
 * index saw, or cannot be read. Of a series whose pixels are encoded one is tried.
 */
function quickMaker(
  maker: SliceMaker,
  tableOf: (rule: HounsfieldRule) => WindowTable,
): (row: SliceRow) => Promise<QuickSlice | null> {
  const { source, contents, pool, repairIntercept } = maker;
  const others = new Set<string>();
  return async (row) => {
    if (pool.threads === 0 || row.parts !== undefined || row.frame !== undefined) return null;
    if (row.bytes > WHOLE_BYTES || others.has(row.series)) return null;
    const path = maker.pathOf(row);
    if (path === undefined) return null;
    const place = (await source.fileOf?.(path)) ?? null;
    // What reading throws is thrown again, and told, the long way.
    const bytes = place === null ? await source.read(path).catch(() => null) : null;
    if (place === null && bytes === null) return null;
    const from = place === null ? { bytes: ownMemory(bytes as Buffer) } : { path: place };
    const job = { ...jobOf(maker, row), from, fileBytes: row.bytes, repairIntercept, content: contents !== null };
    const slice = await pool.makeOfFile(job, tableOf);
    if (slice === null || maker.seal(slice.headerHash) !== row.headerHash) {
      others.add(row.series);
      return null;
    }
    const { rule, rows, columns, content, made } = slice;
    const found = contents === null || content === null ? {} : { content: contents.ofHash(row.file, content) };
    return { rule, rows, columns, found, made };
  };
}

/** Memory that can be handed to a thread: that of a small Buffer is shared with others. */
const ownMemory = (bytes: Buffer): Uint8Array =>
  bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes);

/** Pixels of one slice, ready for a thread. */
interface ReadPixels extends Pick<RecordJob, 'bytes' | 'encoded' | 'rows' | 'columns' | 'rule'> {
  /** Contents of its files. */
  found: Pick<ShardRow, 'content' | 'contents'>;
}

function ruleOf({ repairIntercept }: SliceMaker, { header, pixels }: ReadSlice): HounsfieldRule {
  const { slope, intercept, padding, modalityTable } = header;
  const format = 'problem' in pixels ? header.pixels : pixels.format;
  return hounsfieldRule(format, slope, intercept, repairIntercept, padding, modalityTable);
}

const failedRow = (row: SliceRow, { problem, message }: NoPixels): MadeSlice['row'] =>
  problem === 'truncated' ? rowOf(row, 'truncated') : { ...rowOf(row, 'undecodable'), why: message };

/** The mean of several files (`data.resample`): of their HU, before any window. A part that cannot be read leaves none. */
async function readMean(
  maker: SliceMaker,
  read: (row: SliceRow) => Promise<ReadSlice | null>,
  row: SliceRow,
  parts: readonly SlicePart[],
): Promise<ReadPixels | MadeSlice['row']> {
  const mean = new MeanSlice(row.rows, row.columns);
  const contents: string[] = [];
  let wrong: MadeSlice['row'] | null = null;
  const { frame: _, ...without } = row;
  for (const { weight, ...file } of parts) {
    const slice = await read({ ...without, ...file });
    if (slice === null) return rowOf(row, 'unreadable');
    if (slice.content !== null) contents.push(slice.content);
    wrong ??= await addPart(mean, maker, row, slice, weight);
  }
  const found = contents.length === parts.length ? { contents } : {};
  if (wrong !== null) return { ...wrong, ...found };
  return { bytes: mean.bytes(), rows: row.rows, columns: row.columns, rule: MEAN_RULE, found };
}

async function addPart(
  mean: MeanSlice,
  maker: SliceMaker,
  row: SliceRow,
  slice: ReadSlice,
  weight: number,
): Promise<MadeSlice['row'] | null> {
  if ('problem' in slice.pixels) return failedRow(row, slice.pixels);
  const { format, encoded } = slice.pixels;
  const bytes = isEncapsulated(encoded.syntax) ? await decodeFrame({ ...encoded, format }) : encoded.bytes;
  if ('message' in bytes) return { ...rowOf(row, 'undecodable'), why: bytes.message };
  const problem = mean.add({ bytes, rule: ruleOf(maker, slice), weight });
  return problem === null ? null : rowOf(row, problem);
}

/** The row of a slice of which nothing is known but how its reading ended. */
export const rowOf = ({ slice }: SliceRow, status: ShardRow['status'], notes: LedgerNote[] = []): MadeSlice['row'] => ({
  slice,
  status,
  hash: '',
  blank: false,
  brain: 0,
  air: 0,
  values: NO_VALUES,
  notes,
});
