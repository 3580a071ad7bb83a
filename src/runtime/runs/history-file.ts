import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { appendFileSync, existsSync } from '../../files/fs.ts';
import type { EpochRow } from '../artifacts/history.ts';
import type { EpochEvent } from '../events.ts';

const NAME = 'history.csv';
const COLUMNS = [
  'stage',
  'epoch',
  'steps',
  'train_loss',
  'validation_loss',
  'validation_mean_log_loss',
  'metric',
  'metric_value',
  'learning_rate',
  'slices_per_second',
  'seconds',
];

/**
 * `history.csv` of a run: a row per epoch and network, there as soon as the epoch is. Each epoch stands in it once: those
 * of an earlier attempt, and of a training that was found done, are without times, which only that attempt knew.
 */
export class HistoryFile {
  readonly #written = new Set<string>();

  constructor(readonly folder: string) {}

  /** Synchronous, as the log is: what a killed run had reached stands there. */
  add(stage: string, row: EpochRow, speed: EpochEvent['speed'] = null): void {
    const name = `${stage} ${row.epoch}`;
    if (this.#written.has(name)) return;
    this.#written.add(name);
    const file = join(this.folder, NAME);
    const head = existsSync(file) ? '' : stringify([COLUMNS]);
    const { epoch, steps, loss, validation, metric, learningRate } = row;
    const cells = [
      stage,
      epoch,
      steps,
      loss,
      validation?.loss ?? null,
      validation?.['mean-log-loss'] ?? null,
      metric?.name ?? null,
      metric?.value ?? null,
      learningRate ?? null,
      speed && Number(speed.slicesPerSecond.toPrecision(4)),
      speed && Number(speed.seconds.toFixed(3)),
    ];
    appendFileSync(file, `${head}${stringify([cells])}`);
  }
}
