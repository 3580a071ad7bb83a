import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { existsSync, mkdir, open, readdir, rename, rm } from '../../files/fs.ts';
import { isSystemError, systemCode, systemReason } from '../../files/system-error.ts';
import { syncFolder } from '../../files/write.ts';
import { formatBytes, freeBytes } from '../store/disk.ts';

export interface TargetOptions {
  /** An earlier one of the same kind is replaced; what is none never is. */
  replace: boolean;
  /** Names of files that an earlier one consists of. */
  own: readonly string[];
  signal?: AbortSignal;
}

/**
 * Makes a folder that is there whole or not at all: `fill` writes into one aside, which is then renamed. Whatever ends it
 * leaves nothing at the target, and what was there before stays.
 *
 * @throws IchorError `export-exists`, `folder-not-writable` (exit 2), `disk-full`.
 */
export async function makeFolder(
  target: string,
  { replace, own, signal }: TargetOptions,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const parent = dirname(target);
  const before = await inIt(target);
  refuseExisting(target, before, { replace, own });
  const aside = join(parent, `.${basename(target)}.${randomUUID().slice(0, 8)}.part`);
  try {
    await mkdir(aside, { recursive: true });
  } catch (error) {
    throw notWritable(target, error);
  }
  try {
    await fill(aside);
    await syncAll(aside);
    signal?.throwIfAborted();
    await putInPlace(aside, target, { replace, own });
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw explained(error, target, parent);
  }
}

/** @throws IchorError `disk-too-small` where the disk of the folder has less room than that. */
export async function assertRoomFor(folder: string, bytes: number, what: string): Promise<void> {
  const free = await freeBytes(folder);
  if (free === null || free >= bytes * 1.02) return;
  throw new IchorError(
    'disk-too-small',
    `${what} takes ${formatBytes(bytes)}, and the disk has ${formatBytes(free)} left.`,
    'Free some room, or name a place on another disk with --out. Nothing was written.',
  );
}

/** Names in the folder; null where there is none. A file of that name is one that is in the way. */
async function inIt(target: string): Promise<string[] | null> {
  try {
    return await readdir(target);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    if (systemCode(error) === 'ENOTDIR' && existsSync(target)) return [basename(target)];
    throw notWritable(target, error);
  }
}

function refuseExisting(
  target: string,
  found: readonly string[] | null,
  { replace, own }: Pick<TargetOptions, 'replace' | 'own'>,
): void {
  if (found === null || found.length === 0) return;
  const isOurs = found.every((name) => own.includes(name));
  if (replace && isOurs) return;
  throw exists(target, isOurs);
}

const exists = (target: string, isOurs: boolean): IchorError =>
  new IchorError(
    'export-exists',
    isOurs
      ? `There is an export in ${target} already.`
      : `${target} is there already, and is not what an export wrote.`,
    isOurs ? 'Name another place with --out, or replace it with --force.' : 'Name another place with --out.',
    2,
  );

async function putInPlace(
  aside: string,
  target: string,
  options: Pick<TargetOptions, 'replace' | 'own'>,
): Promise<void> {
  // Another export may have come first.
  const found = await inIt(target);
  refuseExisting(target, found, options);
  const old = found === null ? null : `${aside}.old`;
  if (old !== null) await rename(target, old);
  try {
    await rename(aside, target);
  } catch (error) {
    if (old !== null) await rename(old, target);
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw exists(target, true);
    throw error;
  }
  if (old !== null) await rm(old, { recursive: true, force: true });
  await syncFolder(dirname(target));
}

async function syncAll(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const handle = await open(join(folder, name), 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
  await syncFolder(folder);
}

function explained(error: unknown, target: string, parent: string): unknown {
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new IchorError(
      'disk-full',
      `The disk of ${parent} filled up while ${basename(target)} was written: nothing of it was left there.`,
      'Free some room, or name a place on another disk with --out.',
      1,
      { cause: error },
    );
  return isSystemError(error) && ['EACCES', 'EPERM', 'EROFS'].includes(code ?? '') ? notWritable(target, error) : error;
}

const notWritable = (target: string, error: unknown): unknown => {
  if (!isSystemError(error)) return error;
  if (['ENOSPC', 'EDQUOT'].includes(systemCode(error) ?? '')) return explained(error, target, dirname(target));
  return new IchorError(
    'folder-not-writable',
    `${target} cannot be made: ${systemReason(error)}.`,
    'Name a place that you may write to with --out.',
    2,
    { cause: error },
  );
};
