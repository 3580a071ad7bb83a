import type { ShardRow } from '../../artifacts/shards.ts';
import type { SliceRow } from '../../artifacts/slices.ts';
import { type HounsfieldRule, hounsfieldRule, ruleName } from '../../dicom/hounsfield.ts';
import { isEncapsulated } from '../../dicom/transfer-syntax.ts';
import type { Interpolation, WindowTable } from '../../images/resize.ts';
import { NO_VALUES } from '../../images/slice-facts.ts';
import type { SlicePool } from '../../images/slice-pool.ts';
import { type Channel, windowTable } from '../../images/windows.ts';
import type { LedgerNote } from '../../ledger.ts';
import { type SliceFiles, sliceReader } from './slice-file.ts';
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
  const names = maker.channels.map(({ name }) => name);
  const tables = new Map<string, WindowTable>();
  const tableOf = (rule: HounsfieldRule) => {
    const name = ruleName(rule);
    const known = tables.get(name) ?? windowTable(maker.channels, rule);
    if (!tables.has(name) && tables.size >= MOST_TABLES) tables.delete(tables.keys().next().value as string);
    tables.set(name, known);
    return known;
  };
  const read = sliceReader(maker);
  return async (row) => {
    const slice = await read(row);
    if (slice === null) return { record: null, row: rowOf(row, 'unreadable') };
    const content = slice.content === null ? {} : { content: slice.content };
    const failed = (status: ShardRow['status'], why?: string): MadeSlice => ({
      record: null,
      row: { ...rowOf(row, status), ...content, ...(why === undefined ? {} : { why }) },
    });
    if ('problem' in slice.pixels) {
      const { problem, message } = slice.pixels;
      return problem === 'truncated' ? failed('truncated') : failed('undecodable', message);
    }
    const { format, encoded } = slice.pixels;
    const { slope, intercept, padding, modalityTable } = slice.header;
    const rule = hounsfieldRule(format, slope, intercept, maker.repairIntercept, padding, modalityTable);
    const { rows, columns, bitsAllocated, bitsStored, signed } = format;
    const made = await maker.pool.make({
      bytes: encoded.bytes,
      ...(isEncapsulated(encoded.syntax)
        ? { encoded: { syntax: encoded.syntax, format: { rows, columns, bitsAllocated, bitsStored, signed } } }
        : {}),
      rows,
      columns,
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
  };
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
