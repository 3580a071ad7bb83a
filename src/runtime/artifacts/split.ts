import { join } from 'node:path';
import type { Side } from '../../registry/kinds/split.ts';
import { readCsv, writeCsv } from './csv.ts';

/** One row of `split.csv`: every slice of the index, in its order. */
export interface SplitRow {
  slice: string;
  /**
   * Side and fold for the backbone. The fold counts from 1 where embeddings are cross-fit: the backbone of that fold
   * trains without its patients, and gives them their embeddings. 0 elsewhere.
   */
  backbone: Side;
  backboneFold: number;
  /** Of the train set, with no more brain than data.minBrainFraction: the backbone does not train on it. */
  littleBrain: boolean;
  sequence: Side;
  sequenceFold: number;
}

const COLUMNS = ['slice', 'backbone', 'backboneFold', 'littleBrain', 'sequence', 'sequenceFold'] as const;

/** Writes `split.csv`. */
export async function writeSplit(folder: string, rows: Iterable<SplitRow>): Promise<void> {
  await writeCsv(join(folder, 'split.csv'), COLUMNS, rows, (row) => COLUMNS.map((column) => row[column]));
}

/** Reads `split.csv` of a split artifact. */
export async function readSplit(folder: string): Promise<SplitRow[]> {
  const rows: SplitRow[] = [];
  for await (const row of readCsv(join(folder, 'split.csv'), COLUMNS)) {
    rows.push({
      slice: row.slice ?? '',
      backbone: row.backbone as Side,
      backboneFold: Number(row.backboneFold),
      littleBrain: row.littleBrain === '1',
      sequence: row.sequence as Side,
      sequenceFold: Number(row.sequenceFold),
    });
  }
  return rows;
}
