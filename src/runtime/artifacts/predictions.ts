import { join } from 'node:path';
import { LABELS } from '../../labels.ts';
import type { Side } from '../../registry/kinds/split.ts';
import { readCsv, writeCsv } from './csv.ts';
import { type Mark, marksCell, marksOfCell, unionOfMarks } from './marks.ts';
import type { ModelName } from './metrics.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';
import { doubtsCell, doubtsOfCell } from './series.ts';

/** One row of `predictions.csv`: every slice of the index, in its order, labelled or not. */
export interface PredictionRow {
  slice: string;
  series: string;
  patient: string;
  order: number;
  side: Side;
  /** `interpolated`: its pixels could not be read, the neighbours of its series stand in. */
  how: 'predicted' | 'interpolated';
  /** In the order of LABELS. */
  probabilities: number[];
  /** What they were before a calibration; absent: they are what the network said. In no file of their own: see `readModelPredictions`. */
  uncalibrated?: number[];
  /** Of the networks that predicted it; absent: none. */
  marks?: readonly Mark[];
  /** What speaks against its series (`series.csv` of index); absent: nothing. */
  doubts?: readonly string[];
}

const PREDICTIONS = 'predictions.csv';
const LOGITS = 'logits.safetensors';
const COLUMNS = ['slice', 'series', 'patient', 'order', 'side', 'how', 'doubtful', ...LABELS, 'marks'];

/** Probabilities are written in the shortest form that reads back as the same double: equal results are equal bytes. */
export async function writePredictions(folder: string, rows: readonly PredictionRow[]): Promise<void> {
  await writeCsv(
    join(folder, PREDICTIONS),
    COLUMNS,
    rows,
    ({ slice, series, patient, order, side, how, probabilities, marks = [], doubts = [] }) => [
      slice,
      series,
      patient,
      order,
      side,
      how,
      doubtsCell(doubts),
      ...probabilities.map(String),
      marksCell(marks),
    ],
  );
}

/** What stands on the rows of one model's predictions. */
export const marksOfRows = (rows: readonly Pick<PredictionRow, 'marks'>[]): Mark[] =>
  unionOfMarks(...new Set(rows.map(({ marks = NONE }) => marks)));
const NONE: readonly Mark[] = [];

export async function readPredictions(folder: string): Promise<PredictionRow[]> {
  const rows: PredictionRow[] = [];
  for await (const row of predictionRows(folder)) rows.push(row);
  return rows;
}

/** The artifact that holds the probabilities of a model: the calibrated ones where there are some. `has` knows the run's instances. */
export const predictionsId = (model: ModelName, has: (id: string) => boolean): string =>
  has(`calibrate:${model}`) ? `calibrate:${model}` : `predict:${model}`;

/**
 * The predictions of a model, as everything that shows or judges them reads them: calibrated where the run is, and then with what the
 * network said beside. Null where it has predicted nothing.
 */
export async function readModelPredictions(
  model: ModelName,
  folderOf: (id: string) => string | undefined,
): Promise<PredictionRow[] | null> {
  const [predicted, calibrated] = [folderOf(`predict:${model}`), folderOf(`calibrate:${model}`)];
  if (predicted === undefined) return null;
  const rows = await readPredictions(predicted);
  if (calibrated === undefined) return rows;
  const own = await readPredictions(calibrated);
  return own.map((row, at) => ({ ...row, uncalibrated: (rows[at] as PredictionRow).probabilities }));
}

/** The same row by row: there may be a million. */
export async function* predictionRows(folder: string): AsyncGenerator<PredictionRow> {
  // One list for all rows that say the same: there may be a million.
  const lists = new Map<string, readonly Mark[]>();
  const marksOf = (cell: string) => {
    const known = lists.get(cell) ?? marksOfCell(cell);
    lists.set(cell, known);
    return known;
  };
  const doubts = new Map<string, readonly string[]>();
  const doubtsOf = (cell: string) => {
    const known = doubts.get(cell) ?? doubtsOfCell(cell);
    doubts.set(cell, known);
    return known;
  };
  for await (const line of readCsv(join(folder, PREDICTIONS))) {
    const text = (column: string) => line[column] ?? '';
    yield {
      slice: text('slice'),
      series: text('series'),
      patient: text('patient'),
      order: Number(text('order')),
      side: text('side') as Side,
      how: text('how') as PredictionRow['how'],
      probabilities: LABELS.map((label) => Number(text(label))),
      ...(text('marks') === '' ? {} : { marks: marksOf(text('marks')) }),
      ...(text('doubtful') === '' ? {} : { doubts: doubtsOf(text('doubtful')) }),
    };
  }
}

/** `logits.safetensors`: `logits` `[slices, 6]` in the order of `predictions.csv`. */
export async function writeLogits(folder: string, logits: Float32Array): Promise<void> {
  const shape = [logits.length / LABELS.length, LABELS.length];
  await writeSafetensors(
    join(folder, LOGITS),
    { logits: { dtype: 'F32', shape, data: logits } },
    { labels: LABELS.join(' ') },
  );
}

export async function readLogits(folder: string): Promise<Float32Array> {
  const { tensors } = await readSafetensors(join(folder, LOGITS));
  return (tensors.logits?.data ?? new Float32Array()) as Float32Array;
}
