import { createHash, randomBytes } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IchorError } from '../../errors.ts';
import { configFolder } from '../../files/config-folder.ts';
import { mkdir, readFile } from '../../files/fs.ts';
import { namesIn } from '../../files/list.ts';
import { expandHome } from '../../files/stated-path.ts';
import { isSystemError, systemCode, systemReason } from '../../files/system-error.ts';
import { createWhole } from '../../files/write.ts';
import { KEY_VARIABLE } from './key-variable.ts';

export const DEFAULT_KEY = 'default';
const BYTES = 32;
const END = '.key';
/** Without hard links another process may be writing it: so often it is looked at again. */
const LOOKS = 5;
const LOOK_MS = 200;
/** Enough to tell keys apart; a key has 256 random bits, so that nothing of it is known by this. */
const HEX_DIGITS = 16;

/** A key of private names, and where it lies. */
export interface IdentityKey {
  key: Buffer;
  file: string;
  /** Of one in the user's settings; null of a file that was named. */
  name: string | null;
  fingerprint: string;
}

/** Where a key lies, or would lie. */
export type KeyPlace = Pick<IdentityKey, 'file' | 'name'>;

/** What may be written of a key where everybody may read it. */
export const fingerprintOf = (key: Buffer): string =>
  createHash('sha256').update('ichor identity key\0').update(key).digest('hex').slice(0, HEX_DIGITS);

/** The folder of the user's keys; null where the user has no home folder. */
export function keysFolder(env: NodeJS.ProcessEnv = process.env): string | null {
  const config = configFolder(env);
  return config === null ? null : resolve(config, 'identity-keys');
}

/**
 * The place that was asked for: a file where it looks like a path or ends in `.key`, else a name in the user's settings.
 * Null where nothing was asked for. Throws IchorError `identity-key-homeless` (exit 2).
 */
export function statedPlace(env: NodeJS.ProcessEnv = process.env): KeyPlace | null {
  const stated = env[KEY_VARIABLE];
  if (stated === undefined || stated === '') return null;
  if (/[\\/]|^~/.test(stated) || stated.endsWith(END)) return { file: resolve(expandHome(stated)), name: null };
  return namedPlace(stated, env);
}

/** Throws IchorError `identity-key-name`, `identity-key-homeless` (exit 2). */
export function namedPlace(name: string, env: NodeJS.ProcessEnv = process.env): KeyPlace {
  if (!/^[\w][\w.-]*$/.test(name))
    throw new IchorError(
      'identity-key-name',
      `${JSON.stringify(name)} is no name of a key.`,
      'Letters, digits, dots, hyphens and underscores; or name its file, with a / in it.',
      2,
    );
  const folder = keysFolder(env);
  if (folder === null) throw homeless();
  return { file: join(folder, `${name}${END}`), name };
}

/** The key at a place; null where there is none. Throws IchorError `identity-key-unreadable`, `identity-key-damaged`. */
export async function readKey({ file, name }: KeyPlace): Promise<IdentityKey | null> {
  for (let looks = 1; ; looks++) {
    let key: Buffer;
    try {
      key = await readFile(file);
    } catch (error) {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
      if (isSystemError(error)) throw unreadable(file, error);
      throw error;
    }
    // Zeros are what a power loss leaves: a key that anybody can guess.
    if (key.length === BYTES && key.some((byte) => byte !== 0))
      return { key, file, name, fingerprint: fingerprintOf(key) };
    if (looks === LOOKS) throw damaged(file, key);
    await sleep(LOOK_MS);
  }
}

/** Writes a key that is not there, readable by its owner only; false where one is there. Throws `identity-key-not-writable` (exit 2). */
export async function writeKey({ file }: KeyPlace, key: Buffer = randomBytes(BYTES)): Promise<boolean> {
  try {
    await mkdir(dirname(file), { recursive: true });
    return await createWhole(file, key, 0o600);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new IchorError(
      'identity-key-not-writable',
      `The key of private names cannot be written: ${systemReason(error)}.`,
      `Say where it may lie, outside of the store: --identity-key FILE, or ${KEY_VARIABLE}=FILE.`,
      2,
      { cause: error },
    );
  }
}

/** The user's key of this fingerprint; null where there is none on this machine. */
export async function findKey(fingerprint: string, env: NodeJS.ProcessEnv = process.env): Promise<IdentityKey | null> {
  const folder = keysFolder(env);
  if (folder === null) return null;
  for (const file of await namesIn(folder)) {
    if (!file.endsWith(END)) continue;
    // One that is damaged is told where it is asked for.
    const found = await readKey(namedPlace(file.slice(0, -END.length), env)).catch(() => null);
    if (found?.fingerprint === fingerprint) return found;
  }
  return null;
}

export const homeless = (): IchorError =>
  new IchorError(
    'identity-key-homeless',
    'Private names are hashed with a key in the settings of the user, and this user has no home folder.',
    `Say where it may lie, outside of the store: --identity-key FILE, or ${KEY_VARIABLE}=FILE. Or set HOME or XDG_CONFIG_HOME.`,
    2,
  );

const unreadable = (file: string, error: NodeJS.ErrnoException): IchorError =>
  new IchorError(
    'identity-key-unreadable',
    `${file} cannot be read: ${systemReason(error)}. Names of private data are hashed with it, so that nothing private is read without.`,
    'Let its owner give this user the right to read it, or use a key of your own with --identity-key NAME.',
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
