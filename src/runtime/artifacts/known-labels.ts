import { join } from 'node:path';
import { hasForm, isText, listOf } from '../../files/json.ts';
import { replaceFile } from '../../files/write.ts';
import { LABELS, type Label } from '../../labels.ts';
import { readArtifactJson } from './json.ts';

const FILE = 'labels.json';
const isKnown = hasForm({ known: listOf(isText) });

export const writeKnownLabels = (folder: string, known: readonly Label[]): Promise<void> =>
  replaceFile(join(folder, FILE), `${JSON.stringify({ known })}\n`);

/** The labels that an evaluation knows; what stands for the others in its slices means nothing. Throws `artifact-damaged`. */
export async function readKnownLabels(folder: string): Promise<Label[]> {
  const { known } = await readArtifactJson<{ known: Label[] }>(folder, FILE, isKnown);
  return LABELS.filter((label) => known.includes(label));
}
