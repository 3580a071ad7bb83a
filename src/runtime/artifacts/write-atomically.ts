import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './safetensors.ts';

/** Writes a text aside, syncs it and renames it into place: a reader finds the old one or the new one, never half of one. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const aside = `${path}.tmp`;
  const handle = await open(aside, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(aside, path);
  await syncFolder(dirname(path));
}
