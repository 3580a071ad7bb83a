import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuiltElement } from '../dicom/build.ts';
import { indexOf } from './index-of.ts';
import type { FolderSlice } from './kaggle-folder.ts';

/** An element of text, whatever its VR. */
export const text = (group: number, element: number, value: string): BuiltElement => ({
  tag: [group, element],
  vr: 'LO',
  value: Buffer.from(value.length % 2 === 0 ? value : `${value} `),
});

/** All that index writes of these slices as a private folder. */
export async function readPrivate(slices: readonly FolderSlice[]): Promise<string> {
  const { folder } = await indexOf(slices, { source: 'folder', params: { showIds: false } });
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}
