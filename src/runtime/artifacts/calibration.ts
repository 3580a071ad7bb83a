import { join } from 'node:path';
import { writeFile } from '../../files/fs.ts';
import { hasForm, isNumber, isText, listOf, mapOf, NotJson, orNull, readJson } from '../../files/json.ts';
import { LABELS, type Label } from '../../labels.ts';
import type { CalibrationParameters } from '../../registry/kinds/calibration.ts';
import { damagedArtifact } from '../store/damaged.ts';
import type { ModelName } from './metrics.ts';

/** What was fitted on some slices. */
export interface Fitted {
  slices: number;
  patients: number;
  /** As the component gave them. */
  parameters: CalibrationParameters;
  /** What logits are multiplied by, in the order of `labels`; null where the component does something else. */
  scales: readonly number[] | null;
}

/** `calibration.json`: numbers alone, and nothing that names a patient, so that it may leave with the networks. */
export interface CalibrationFile {
  format: 1;
  /** Whose logits it calibrates. */
  model: ModelName;
  component: string;
  version: number;
  labels: readonly Label[];
  /** On all of the validation side: for whatever is not of it. Null where nothing was fitted (`skipped`). */
  all: Fitted | null;
  /** Without the patients of a fold each: for the patients of that fold. */
  folds: readonly Fitted[];
  /** Patients of the validation side with a slice that has the label. */
  positivePatients: Readonly<Record<Label, number>>;
  /** Why nothing was fitted; null where something was. */
  skipped: string | null;
}

const CALIBRATION = 'calibration.json';

export async function writeCalibration(folder: string, file: CalibrationFile): Promise<void> {
  await writeFile(join(folder, CALIBRATION), `${JSON.stringify(file, null, 2)}\n`);
}

/** Throws IchorError `artifact-damaged`, and the system's own error where there is none. */
export async function readCalibration(folder: string): Promise<CalibrationFile> {
  const file = join(folder, CALIBRATION);
  try {
    return await readJson<CalibrationFile>(file, isCalibration);
  } catch (error) {
    if (error instanceof NotJson) throw damagedArtifact(file, error.message, folder);
    throw error;
  }
}

const isFitted = hasForm({ parameters: mapOf(listOf(isNumber)) });
const isCalibration = hasForm({
  component: isText,
  labels: (value) => JSON.stringify(value) === JSON.stringify(LABELS),
  all: orNull(isFitted),
  folds: listOf(isFitted),
});
