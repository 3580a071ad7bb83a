import { join } from 'node:path';
import { textIfThere } from '../../files/text.ts';
import { LABELS, type Label } from '../../labels.ts';
import { readCsv, writeCsv } from './csv.ts';
import { marksCell } from './marks.ts';
import type { PredictionRow } from './predictions.ts';
import { doubtsCell } from './series.ts';
import { readSlices, type SliceRow } from './slices.ts';

/** One row of `flagged.csv`: a slice with a probability above the threshold of the patient rule, by the final model. */
export interface FlaggedRow extends PredictionRow {
  study: string;
  /** Slices of its series. */
  slices: number;
  /** Along the normal of the series, upwards; null where it is not known. */
  positionMm: number | null;
  /** The labels that are above. */
  above: readonly Label[];
}

export const FLAGGED = 'flagged.csv';
const COLUMNS = [
  'slice',
  'series',
  'study',
  'patient',
  'side',
  'how',
  'doubtful',
  'place',
  'slices',
  'position_mm',
  'above',
  ...LABELS,
  'marks',
] as const;
/** Of a run that was asked for paths: nothing of an artifact. */
const PATHS = ['path', 'frame'] as const;

/** The slices above the threshold, in the order of the index, which `predictions` are in as well. */
export function flaggedRows(
  index: readonly Pick<SliceRow, 'series' | 'study' | 'patient' | 'positionMm'>[],
  predictions: readonly PredictionRow[],
  threshold: number,
): FlaggedRow[] {
  const slices = new Map<string, number>();
  for (const { series } of index) slices.set(series, (slices.get(series) ?? 0) + 1);
  return predictions.flatMap((prediction, i): FlaggedRow[] => {
    const above = LABELS.filter((_, column) => (prediction.probabilities[column] as number) > threshold);
    const row = index[i];
    if (above.length === 0 || row === undefined) return [];
    const { series, study, patient, positionMm } = row;
    return [{ ...prediction, series, study, patient, positionMm, slices: slices.get(series) ?? 0, above }];
  });
}

/** `place` is 1-based. */
export async function writeFlagged(folder: string, rows: readonly FlaggedRow[]): Promise<void> {
  await writeCsv(join(folder, FLAGGED), COLUMNS, rows, (row) => [
    row.slice,
    row.series,
    row.study,
    row.patient,
    row.side,
    row.how,
    doubtsCell(row.doubts ?? []),
    row.order + 1,
    row.slices,
    row.positionMm,
    row.above.join(';'),
    ...row.probabilities.map(String),
    marksCell(row.marks ?? []),
  ]);
}

/** Its cells by column, with `path` and `frame` where they stand in it. */
export const flaggedCells = (folder: string): AsyncGenerator<Record<string, string>> =>
  readCsv(join(folder, FLAGGED), COLUMNS);

/** Whether a run's own table names paths; false where there is none, or what stands there is no such table. */
export async function namesPaths(folder: string): Promise<boolean> {
  const text = (await textIfThere(join(folder, FLAGGED))) ?? '';
  return text.slice(0, text.indexOf('\n')) === [...COLUMNS, ...PATHS].join(',');
}

/**
 * Writes the table of an artifact with the path of each slice's file beside it, from the data's root; of private data what
 * stands for it. The files of a run are its own: an artifact says nothing of where data lie.
 */
export async function writeFlaggedPaths(
  file: string,
  { evaluate, index }: { evaluate: string; index: string },
): Promise<void> {
  const rows: Record<string, string>[] = [];
  for await (const cells of flaggedCells(evaluate)) rows.push(cells);
  const places = new Map<string, Pick<SliceRow, 'file' | 'frame'>>();
  if (rows.length > 0) {
    const wanted = new Set(rows.map(({ slice }) => slice));
    for (const { slice, file: path, frame } of await readSlices(index))
      if (wanted.has(slice)) places.set(slice, { file: path, ...(frame === undefined ? {} : { frame }) });
  }
  await writeCsv(file, [...COLUMNS, ...PATHS], rows, (cells) => {
    const place = places.get(cells.slice ?? '');
    return [...COLUMNS.map((column) => cells[column] ?? ''), place?.file ?? null, place?.frame ?? null];
  });
}
