import { join } from 'node:path';
import { hasForm, isNumber, isText, orNull, readJsonIfSound } from '../../files/json.ts';
import { replaceFile } from '../../files/write.ts';
import type { Machine } from '../machine.ts';
import { isProcessIdentity, type ProcessIdentity } from '../store/process-identity.ts';

/** How a job ended by its own word. `failed`: by a fault of the recipe, of its data or of ours, which the next time would be the same. */
export type RecordEnd = 'done' | 'failed' | 'input-missing' | 'preempted';

/** `PLACE.json` in the folder of jobs: what a job says of itself. It is the truth about it; what a scheduler says comes second. */
export interface JobRecord {
  format: 1;
  place: number;
  name: string;
  /** What the executor calls it: a record of another id is of an earlier attempt. */
  id: string;
  process: ProcessIdentity;
  /** By the clock of its own machine: shown, and never reckoned with. */
  started: string;
  /** Raised as long as it lives. */
  beat: number;
  /** What it computes with; null until it is known, and where no stage of it runs a model. */
  machine: Machine | null;
  /** The stage that it is in; null before the first. */
  stage: string | null;
  /** Its last word: `backbone  epoch 3 of 7`. */
  line: string | null;
  /** Null while it runs, and where it was killed. */
  end: RecordEnd | null;
  /** Code and words of what it failed of. */
  error: { code: string; message: string; hint: string | null } | null;
  /** The run that it made; null of a part of one. */
  run: string | null;
  peakBytes: number;
  seconds: number;
}

export const recordFile = (folder: string, place: number): string => join(folder, `${place}.json`);

const ENDS: readonly unknown[] = ['done', 'failed', 'input-missing', 'preempted'] satisfies RecordEnd[];

const isRecord = hasForm({
  format: (value) => value === 1,
  place: isNumber,
  name: isText,
  id: isText,
  process: isProcessIdentity,
  started: isText,
  beat: isNumber,
  stage: orNull(isText),
  line: orNull(isText),
  end: orNull((value) => ENDS.includes(value)),
  error: orNull(hasForm({ code: isText, message: isText })),
  run: orNull(isText),
  peakBytes: isNumber,
  seconds: isNumber,
});

/** Null where the job has written none, or something else has: what became of it is then asked of its executor. */
export const readRecord = (folder: string, place: number): Promise<JobRecord | null> =>
  readJsonIfSound(recordFile(folder, place), isRecord);

export const writeRecord = (folder: string, record: JobRecord): Promise<void> =>
  replaceFile(recordFile(folder, record.place), `${JSON.stringify(record)}\n`);
