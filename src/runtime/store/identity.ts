import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IchorError } from '../../errors.ts';
import { readFile } from '../../files/fs.ts';
import { isSystemError, systemCode, systemReason } from '../../files/system-error.ts';
import { createWhole } from '../../files/write.ts';

const BYTES = 32;
/** Without hard links another process may be writing it: so often it is looked at again. */
const LOOKS = 5;
const LOOK_MS = 200;

/**
 * The key of the HMACs that stand for private identities: 32 random bytes beside the store, readable by its owner
 * only. A plain hash of a short id could be reversed by trying all ids (facts 7). Only who reads a private source asks for it.
 * Throws IchorError `identity-key-unreadable`, `identity-key-damaged`.
 */
export async function identityKey(storeRoot: string): Promise<Buffer> {
  for (;;) {
    const key = await readIdentityKey(storeRoot);
    if (key !== null) return key;
    // Of two runs that start at once, one makes the key and both read it.
    await createWhole(fileIn(storeRoot), randomBytes(BYTES), 0o600);
  }
}

/** The store's key where it has one. Throws IchorError `identity-key-unreadable`, `identity-key-damaged`. */
export async function readIdentityKey(storeRoot: string): Promise<Buffer | null> {
  const file = fileIn(storeRoot);
  for (let looks = 1; ; looks++) {
    let key: Buffer;
    try {
      key = await readFile(file);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return null;
      if (isSystemError(error)) throw unreadable(file, error);
      throw error;
    }
    // Zeros are what a power loss leaves: a key that anybody can guess.
    if (key.length === BYTES && key.some((byte) => byte !== 0)) return key;
    if (looks === LOOKS) throw damaged(file, key);
    await sleep(LOOK_MS);
  }
}

const fileIn = (storeRoot: string): string => join(storeRoot, 'identity.key');

const unreadable = (file: string, error: NodeJS.ErrnoException): IchorError =>
  new IchorError(
    'identity-key-unreadable',
    `${file} cannot be read: ${systemReason(error)}. Names of private data are hashed with it, so that nothing private is read without.`,
    'Let its owner give this user the right to read it, or use a store of your own with --store DIR.',
    2,
    { cause: error },
  );

const damaged = (file: string, key: Buffer): IchorError =>
  new IchorError(
    'identity-key-damaged',
    `${file} is no key: it ${key.length === BYTES ? 'holds zeros' : `has ${key.length} bytes instead of ${BYTES}`}.`,
    'Put a copy of it back. Where there is none, delete it: a new one is made, and private data that were read with the old one are read again, under other hashes.',
    2,
  );
