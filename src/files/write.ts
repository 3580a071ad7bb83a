import { dirname } from 'node:path';
import { constants, copyFile, link, open, rename, rm, stat, utimes } from './fs.ts';
import { systemCode } from './system-error.ts';

/** What file systems without hard links answer (exFAT, many CIFS and FUSE mounts), and where a link leads to another disk. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV', 'EINVAL', 'EACCES'];

/** Whether an error of `link` says that there are none here. */
export const cannotLink = (error: unknown): boolean => NO_LINKS.includes(systemCode(error) ?? '');

let asides = 0;

/** A name beside a file that nobody else takes: other processes, and whatever else this one does at once. */
export const asideOf = (path: string): string => `${path}.${process.pid}-${++asides}.tmp`;

/** Writes a text aside, syncs it and renames it into place: a reader finds the old one or the new one, never half of one. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const aside = `${path}.tmp`;
  await writeSynced(aside, text);
  await rename(aside, path);
  await syncFolder(dirname(path));
}

export async function writeSynced(path: string, text: string): Promise<void> {
  const handle = await open(path, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What file systems answer that cannot sync a folder (Windows; some network shares). */
const NO_SYNC = ['EPERM', 'EINVAL', 'ENOTSUP', 'EISDIR', 'EACCES'];

/** So that what was renamed in it is found after a power loss. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch((error: unknown) => {
    if (NO_SYNC.includes(systemCode(error) ?? '')) return null;
    throw error;
  });
  if (handle === null) return;
  try {
    await handle.sync();
  } catch (error) {
    if (!NO_SYNC.includes(systemCode(error) ?? '')) throw error;
  } finally {
    await handle.close();
  }
}

/**
 * A copy of the file with its times, whole or not at all: what is done to it does nothing to the original, as it would through
 * a hard link. On disks that share blocks until one is written (Btrfs, XFS, APFS) it takes no room.
 */
export async function putCopy(file: string, target: string): Promise<void> {
  const aside = asideOf(target);
  try {
    await copyFile(file, aside, constants.COPYFILE_FICLONE);
    const { atimeMs, mtimeMs } = await stat(file);
    await utimes(aside, atimeMs / 1000, mtimeMs / 1000);
    await rename(aside, target);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

/** A second name of a file that nobody writes to any more; a copy where there are no hard links. What is there already stays. */
export async function linkOrCopy(file: string, target: string): Promise<void> {
  try {
    await link(file, target);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return;
    if (!cannotLink(error)) throw error;
    await putCopy(file, target);
  }
}

/**
 * Makes a file that was not there, whole or not at all, and syncs it. False where it is there already. Without hard links
 * a reader may for a moment find a part of it.
 * @param mode of the file, `0o600`
 */
export async function createWhole(path: string, content: string | Uint8Array, mode: number): Promise<boolean> {
  const aside = asideOf(path);
  try {
    await rm(aside, { force: true });
    await written(aside, content, mode);
    await link(aside, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    if ((error as NodeJS.ErrnoException).syscall !== 'link' || !cannotLink(error)) throw error;
  } finally {
    await rm(aside, { force: true });
  }
  try {
    await written(path, content, mode);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    // A full disk: half of it would look like damage later.
    await rm(path, { force: true });
    throw error;
  }
}

async function written(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const handle = await open(path, 'wx', mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
