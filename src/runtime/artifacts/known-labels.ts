import { join } from 'node:path';
import { hasForm, isNumber, isText, listOf, orNull } from '../../files/json.ts';
import { replaceFile } from '../../files/write.ts';
import { LABELS, type Label } from '../../labels.ts';
import { readArtifactJson } from './json.ts';

const FILE = 'labels.json';
const isKnown = hasForm({ known: listOf(isText) });
const hasTable = hasForm({ table: orNull(hasForm({ hash: isText, rows: isNumber })) });

/** The table that an evaluation is judged by. */
export interface LabelsTable {
  /** SHA-256 of the file; where the data are private, its HMAC. */
  hash: string;
  /** How many rows say of a slice that it has a label or not. */
  rows: number;
}

/** `table` null: the labels are those of the data themselves. */
export const writeKnownLabels = (folder: string, known: readonly Label[], table: LabelsTable | null): Promise<void> =>
  replaceFile(join(folder, FILE), `${JSON.stringify({ known, table })}\n`);

/** Null of a test side, whose labels are those of the data. Throws `artifact-damaged`. */
export const readLabelsTable = async (folder: string): Promise<LabelsTable | null> =>
  (await readArtifactJson<{ table: LabelsTable | null }>(folder, FILE, hasTable)).table;

/** The labels that an evaluation knows; what stands for the others in its slices means nothing. Throws `artifact-damaged`. */
export async function readKnownLabels(folder: string): Promise<Label[]> {
  const { known } = await readArtifactJson<{ known: Label[] }>(folder, FILE, isKnown);
  return LABELS.filter((label) => known.includes(label));
}
