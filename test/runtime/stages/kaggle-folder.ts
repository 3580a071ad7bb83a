import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LABELS, type Label } from '../../../src/labels.ts';
import { type BuiltSlice, buildDicom } from '../dicom/build.ts';

export interface FolderSlice extends BuiltSlice {
  id: string;
  set?: 'train' | 'test';
  /** Positive labels; null: no rows in the CSV. */
  positive?: readonly Label[] | null;
  /** The file's name, else `<id>.dcm`. */
  name?: string;
}

/** Six label rows of a slice; any follows the types. */
export const labelRows = (id: string, positive: readonly Label[]): string[] =>
  LABELS.map(
    (label) => `${id}_${label},${positive.includes(label) || (label === 'any' && positive.length > 0) ? 1 : 0}`,
  );

/** Writes Kaggle's layout with these slices. Each has pixels of its own unless `words` says otherwise. */
export async function kaggleFolder(
  slices: readonly FolderSlice[],
  more: { rows?: string[]; csv?: boolean } = {},
): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'ichor-kaggle-'));
  const rows: string[] = [];
  for (const [i, { id, set = 'train', positive = [], name, ...of }] of slices.entries()) {
    const file = join(root, `stage_2_${set}`, name ?? `${id}.dcm`);
    await mkdir(dirname(file), { recursive: true });
    const count = (of.rows ?? 4) * (of.columns ?? 4);
    const words = Array.from({ length: count }, (_, k) => 1000 + ((i * 131 + k * 17) % 200));
    await writeFile(file, buildDicom({ sop: id, rows: 4, columns: 4, words, ...of }));
    if (set === 'train' && positive !== null) rows.push(...labelRows(id, positive));
  }
  const all = [...rows, ...(more.rows ?? [])];
  if (more.csv !== false) await writeFile(join(root, 'stage_2_train.csv'), ['ID,Label', ...all, ''].join('\n'));
  return root;
}

/** `count` slices of one patient with one series, 5 mm apart. */
export function series(patient: string, count: number, of: Partial<FolderSlice> = {}): FolderSlice[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `ID_${patient}${i}`,
    patient: `P_${patient}`,
    study: `S_${patient}`,
    series: `R_${patient}`,
    position: [0, 0, 5 * i],
    ...of,
  }));
}
