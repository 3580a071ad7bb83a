import { join } from 'node:path';
import { IchorError } from '../../../errors.ts';
import { readdir, stat } from '../../../files/fs.ts';
import { isSystemError, systemReason } from '../../../files/system-error.ts';
import { hashFile } from '../../download/hash-file.ts';
import { engineCacheFolder } from './cache.ts';
import { PIN } from './pin.ts';
import { type InstalledEngine, readRecord } from './record.ts';

/**
 * The engine that runs: the one installed last. Null where none is. Cheap: no library is read.
 * @throws IchorError `engine-cache-unreadable`
 */
export async function findEngine(cache: string | null = engineCacheFolder()): Promise<InstalledEngine | null> {
  if (cache === null) return null;
  try {
    return await lastInstalled(cache);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new IchorError(
      'engine-cache-unreadable',
      `The cache folder ${cache} cannot be read: ${systemReason(error)}.`,
      'Set ICHOR_CACHE to a folder that this user can read and write.',
      1,
      { cause: error },
    );
  }
}

async function lastInstalled(cache: string): Promise<InstalledEngine | null> {
  let names: string[];
  try {
    names = await readdir(cache);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
  const records = await Promise.all(
    names.filter((name) => name.startsWith('tensorflow-')).map((name) => readRecord(join(cache, name))),
  );
  return (
    records
      .filter((record) => record !== null)
      .sort((a, b) => b.installed.localeCompare(a.installed) || b.folder.localeCompare(a.folder))[0] ?? null
  );
}

/**
 * Reads the libraries (0.65 GB, about half a second) and compares them with what was installed, and with the pin
 * where they came out of the pinned wheel.
 * @throws IchorError `engine-tampered`
 */
export async function verifyEngine(engine: InstalledEngine, signal?: AbortSignal): Promise<void> {
  const pins = new Map(
    engine.way === 'index' || engine.way === 'pip' ? PIN.members.map(({ name, sha256 }) => [name, sha256]) : [],
  );
  await Promise.all(
    engine.files.map(async (file) => {
      const path = join(engine.folder, file.name);
      const wrong = await mismatch(path, file.bytes, file.sha256, signal);
      if (wrong !== null) throw tampered(engine, path, wrong);
      if (engine.version === PIN.version && pins.has(file.name) && pins.get(file.name) !== file.sha256) {
        throw tampered(engine, path, 'its recorded SHA-256 is not the pinned one');
      }
    }),
  );
}

/** Whether all files are there in their size: enough to say that nothing has to be installed. */
export async function looksComplete(engine: InstalledEngine): Promise<boolean> {
  const sizes = await Promise.all(
    engine.files.map(({ name }) =>
      stat(join(engine.folder, name)).then(
        ({ size }) => size,
        () => -1,
      ),
    ),
  );
  return engine.files.every(({ bytes }, index) => bytes === sizes[index]);
}

async function mismatch(path: string, bytes: number, sha256: string, signal?: AbortSignal): Promise<string | null> {
  try {
    const { size } = await stat(path);
    if (size !== bytes) return `it has ${size} bytes instead of ${bytes}`;
    const found = await hashFile(path, signal);
    return found.sha256 === sha256
      ? null
      : `its SHA-256 is ${found.sha256.slice(0, 12)}… instead of ${sha256.slice(0, 12)}…`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'it is missing';
    throw error;
  }
}

function tampered(engine: InstalledEngine, path: string, wrong: string): IchorError {
  const again =
    engine.way === 'folder' ? '`ichor engine install --force --from DIR`' : '`ichor engine install --force`';
  return new IchorError(
    'engine-tampered',
    `The native engine is not what was installed: ${path}: ${wrong}. It was not loaded.`,
    `Install it again with ${again}, or run with --engine wasm.`,
  );
}
