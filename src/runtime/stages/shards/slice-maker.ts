import type { OpenSource } from '../../../registry/kinds/kinds.ts';
import type { ShardRow } from '../../artifacts/shards.ts';
import type { SliceRow } from '../../artifacts/slices.ts';
import { type HounsfieldRule, hounsfieldRule, ruleName } from '../../dicom/hounsfield.ts';
import { loadDicomParser, parseHeader } from '../../dicom/parse-header.ts';
import { headerHash } from '../../dicom/read-header.ts';
import type { Interpolation } from '../../images/resize.ts';
import type { SlicePool } from '../../images/slice-pool.ts';
import { type Channel, windowTables } from '../../images/windows.ts';
import type { LedgerNote } from '../../ledger.ts';
import { sourceChanged } from '../source-changed.ts';
import type { FileContents } from './file-contents.ts';

/** Below this the picture is blank and links no patients. HU. */
const BLANK_DEVIATION = 1;
/** Of 674,258 RSNA files the highest sound one has 1,513, the noisy one 11,269 (facts 3). HU. */
const NOISE_DEVIATION = 3000;
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
  const tables = new Map<string, Float32Array[]>();
  const tablesOf = (rule: HounsfieldRule) => {
    const name = ruleName(rule);
    const known = tables.get(name) ?? windowTables(maker.channels, rule);
    if (!tables.has(name) && tables.size >= MOST_TABLES) tables.delete(tables.keys().next().value as string);
    tables.set(name, known);
    return known;
  };
  return async (row) => {
    const dicom = await loadDicomParser();
    const bytes = await readSame(maker, row);
    const parsed = parseHeader(dicom, bytes, true);
    if (parsed.status !== 'read' || headerHash(bytes, parsed.header) !== row.headerHash)
      throw sourceChanged(row.file, 'its header differs');
    const content = maker.contents?.of(row.file, bytes);
    const { pixels, slope, intercept, pixelOffset, pixelLength } = parsed.header;
    const rule = hounsfieldRule(pixels, slope, intercept, maker.repairIntercept);
    // The thread gets a copy of the pixels only: a Buffer's memory may be shared.
    const stored = Uint8Array.from(bytes.subarray(pixelOffset, pixelOffset + (pixelLength ?? 0)));
    const { record, hash, deviation, brain } = await maker.pool.make({
      bytes: stored,
      rows: pixels.rows,
      columns: pixels.columns,
      rule,
      tables: tablesOf(rule),
      size: maker.size,
      interpolation: maker.interpolation,
      slice: row.slice,
      series: row.series,
      patient: row.patient,
      labels: row.labels,
      channels: names,
      storage: maker.storage,
    });
    return {
      record,
      row: {
        slice: row.slice,
        status: record === null ? 'truncated' : 'read',
        hash,
        blank: record !== null && deviation < BLANK_DEVIATION,
        brain: Number(brain.toFixed(6)),
        notes: notesOf(row, rule, record === null ? 0 : deviation),
        ...(content === undefined ? {} : { content }),
      },
    };
  };
}

function notesOf({ slice: item }: SliceRow, rule: HounsfieldRule, deviation: number): LedgerNote[] {
  const notes: LedgerNote[] = [];
  if (rule.repaired) {
    const message = `Unsigned values with an intercept of ${rule.intercept}: they had wrapped around and were repaired.`;
    notes.push({ item, what: 'slice', reason: 'repaired-intercept', message, kind: 'repair' });
  }
  if (deviation > NOISE_DEVIATION) {
    const message = `Its HU have a standard deviation of ${Math.round(deviation)}: noise or damage.`;
    notes.push({ item, what: 'slice', reason: 'implausible-values', message, kind: 'warning' });
  }
  return notes;
}

async function readSame({ source, pathOf }: SliceMaker, row: SliceRow): Promise<Buffer> {
  const path = pathOf(row);
  if (path === undefined) throw sourceChanged(row.file, 'it is not there any more');
  let bytes: Buffer;
  try {
    bytes = await source.read(path);
  } catch (error) {
    // The system's message holds the path, which may be private: only its code is shown.
    throw sourceChanged(row.file, `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
  if (bytes.length !== row.bytes) throw sourceChanged(row.file, `it has ${bytes.length} bytes instead of ${row.bytes}`);
  return bytes;
}
