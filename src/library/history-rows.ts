import { join } from 'node:path';
import { existsSync } from '../files/fs.ts';
import { readCsv } from '../runtime/artifacts/csv.ts';
import type { HistoryRow } from './run-types.ts';

/** `history.csv` of a run's folder; empty where it trained nothing. */
export async function historyOf(folder: string): Promise<HistoryRow[]> {
  const file = join(folder, 'history.csv');
  if (!existsSync(file)) return [];
  const rows: HistoryRow[] = [];
  for await (const cells of readCsv(file)) {
    const text = (column: string): string => cells[column] ?? '';
    const number = (column: string) => (text(column) === '' ? null : Number(text(column)));
    rows.push({
      stage: text('stage'),
      epoch: Number(text('epoch')),
      steps: Number(text('steps')),
      trainLoss: Number(text('train_loss')),
      validationLoss: number('validation_loss'),
      validationMeanLogLoss: number('validation_mean_log_loss'),
      metric: text('metric') === '' ? null : { name: text('metric'), value: number('metric_value') },
      learningRate: number('learning_rate'),
      slicesPerSecond: number('slices_per_second'),
      seconds: number('seconds'),
    });
  }
  return rows;
}
