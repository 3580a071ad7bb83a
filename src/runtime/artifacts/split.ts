import { join } from 'node:path';
import type { Side } from '../../registry/kinds.ts';
import { readCsv, writeCsv } from './csv.ts';

/** One row of `split.csv`: every slice of the index, in its order. */
export interface SplitRow {
  slice: string;
  /** Side and fold for the backbone; fold 0 until cross-fit exists. */
  backbone: Side;
  backboneFold: number;
  /** Side train, and not spared by data.minBrainFraction. */
  trainsBackbone: boolean;
  sequence: Side;
  sequenceFold: number;
}

const COLUMNS = ['slice', 'backbone', 'backboneFold', 'trainsBackbone', 'sequence', 'sequenceFold'] as const;

/** Writes `split.csv`. */
export async function writeSplit(folder: string, rows: Iterable<SplitRow>): Promise<void> {
  await writeCsv(join(folder, 'split.csv'), COLUMNS, rows, (row) => COLUMNS.map((column) => row[column]));
}

/** Reads `split.csv` of a split artifact. */
export async function readSplit(folder: string): Promise<SplitRow[]> {
  const rows: SplitRow[] = [];
  for await (const row of readCsv(join(folder, 'split.csv'))) {
    rows.push({
      slice: row.slice ?? '',
      backbone: row.backbone as Side,
      backboneFold: Number(row.backboneFold),
      trainsBackbone: row.trainsBackbone === '1',
      sequence: row.sequence as Side,
      sequenceFold: Number(row.sequenceFold),
    });
  }
  return rows;
}
