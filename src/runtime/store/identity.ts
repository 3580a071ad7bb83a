import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The key of the HMACs that stand for private identities: 32 random bytes beside the store, readable by its owner
 * only. A plain hash of a short id could be reversed by trying all ids (facts 7).
 */
export async function identityKey(storeRoot: string): Promise<Buffer> {
  const file = join(storeRoot, 'identity.key');
  const aside = `${file}.${process.pid}`;
  const existing = await readFile(file).catch(missing);
  if (existing !== null) return existing;
  await writeFile(aside, randomBytes(32), { mode: 0o600 });
  // Of two runs that start at once, one makes the key and both read it.
  await link(aside, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(aside);
  return readFile(file);
}

/** The store's key where it has one. */
export const readIdentityKey = (storeRoot: string): Promise<Buffer | null> =>
  readFile(join(storeRoot, 'identity.key')).catch(missing);

function missing(error: NodeJS.ErrnoException): null {
  if (error.code !== 'ENOENT') throw error;
  return null;
}
