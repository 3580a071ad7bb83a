import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from './write-atomically.ts';

/** One epoch in `history.json` of a backbone or sequence artifact. No times: they stand in the manifest. */
export interface EpochRow {
  epoch: number;
  steps: number;
  /** Training loss as optimised, mean over the epoch's items. */
  loss: number;
  /** On the validation side, without dropout and augmentation; null where it is empty. */
  validation: null | { loss: number; 'mean-log-loss': number };
  /** Only with `checkpoint: { best: METRIC }`: its figure on the validation side; null where it is not defined. */
  metric?: { name: string; value: number | null };
  /** Of the epoch's last step. Absent in what an earlier version of ichor wrote. */
  learningRate?: number;
}

const HISTORY = 'history.json';

export async function writeHistory(folder: string, history: readonly EpochRow[]): Promise<void> {
  await writeAtomically(join(folder, HISTORY), `${JSON.stringify(history, null, 2)}\n`);
}

/** Null where the stage has not come to its end. */
export async function readHistory(folder: string): Promise<EpochRow[] | null> {
  try {
    return JSON.parse(await readFile(join(folder, HISTORY), 'utf8')) as EpochRow[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
