import { join } from 'node:path';
import { hasForm, isNumber, listOf } from '../../files/json.ts';
import { replaceFile } from '../../files/write.ts';
import { readArtifactJsonIfThere } from './json.ts';

/** One epoch, or what lies between two validations, in `history.json` of a backbone or sequence artifact. No times: they stand in the manifest. */
export interface EpochRow {
  /** Passes over the data so far: whole numbers where a row is a pass, else with a fraction. */
  epoch: number;
  /** Updates of this row. */
  steps: number;
  /** What these saw: items of the batches, and labelled slices that counted in the loss. Absent in what an earlier version of ichor wrote. */
  items?: number;
  labels?: number;
  /** Training loss as optimised, mean over the epoch's items. */
  loss: number;
  /** On the validation side, without dropout and augmentation; null where it is empty. */
  validation: null | { loss: number; 'mean-log-loss': number };
  /** Only with `checkpoint: { best: METRIC }`: its figure on the validation side; null where it is not defined. */
  metric?: { name: string; value: number | null };
  /** Only with `earlyStopping` by a metric: its figure on the validation side, and which way is better. */
  stopping?: { name: string; value: number | null; better: 'lower' | 'higher' };
  /** Of the epoch's last step. Absent in what an earlier version of ichor wrote. */
  learningRate?: number;
}

const HISTORY = 'history.json';

export async function writeHistory(folder: string, history: readonly EpochRow[]): Promise<void> {
  await replaceFile(join(folder, HISTORY), `${JSON.stringify(history, null, 2)}\n`);
}

/** Null where the stage has not come to its end. */
export const readHistory = (folder: string): Promise<EpochRow[] | null> =>
  readArtifactJsonIfThere(folder, HISTORY, isHistory);

const isHistory = listOf(hasForm({ epoch: isNumber, steps: isNumber }));
