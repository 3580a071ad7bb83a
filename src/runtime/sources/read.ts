import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { IchorError } from '../../errors.ts';
import { Quickly } from '../../files/quickly.ts';
import { NoFile, partLength, readPartNow } from '../../files/read-now.ts';
import { systemPath } from './paths.ts';

/** Without it, opening a pipe waits for somebody who writes. No such flag, and no such wait, on Windows. */
const NOW = constants.O_NONBLOCK ?? 0;
/** Waits for a free descriptor, and how often: three seconds. */
const WAIT_MS = 20;
const MOST_WAITS = 150;

/** Parts up to here are headers, and read at once where the system has them at hand: of large ones the reading itself counts. */
const QUICK_BYTES = 64 * 1024;

/** Reads the first `length` bytes of a file below `root`, or all of it. */
export function readerOf(root: string): (path: string, length?: number) => Promise<Buffer> {
  const part = rangeReaderOf(root);
  return (path, length) =>
    length === undefined ? use(systemPath(root, path), (file) => file.readFile()) : part(path, 0, length);
}

/** Reads `length` bytes of a file below `root` from `offset` on; fewer where it ends. */
export function rangeReaderOf(root: string): (path: string, offset: number, length: number) => Promise<Buffer> {
  const quickly = new Quickly();
  return (path, offset, length) => {
    const place = systemPath(root, path);
    const byThreads = () => use(place, (file, size) => readRange(file, size, offset, length));
    return length > QUICK_BYTES ? byThreads() : quickly.call(() => partNow(place, offset, length), byThreads, mayWait);
  };
}

function partNow(path: string | Buffer, offset: number, length: number): Buffer {
  try {
    return readPartNow(path, offset, length);
  } catch (error) {
    throw error instanceof NoFile ? noFile(error.isDirectory) : error;
  }
}

/** Code of the error where a path that was a file is none any more. */
export const NOT_A_FILE = 'NOT_A_FILE';

/** Reads a file that a user named. It may be no pipe: what a pipe gives is gone when it is read again. */
export const readNamedFile = (path: string): Promise<Buffer> => use(path, (file) => file.readFile());

async function use<T>(path: string | Buffer, work: (file: FileHandle, size: number) => Promise<T>): Promise<T> {
  const file = await openFile(path);
  try {
    const found = await file.stat();
    if (!found.isFile()) throw noFile(found.isDirectory());
    return await work(file, found.size);
  } finally {
    await file.close();
  }
}

const noFile = (isDirectory: boolean): Error =>
  Object.assign(new Error('is no file'), { code: isDirectory ? 'EISDIR' : NOT_A_FILE });

/** A shell may allow 256 open files: others close theirs in a moment, so that this is no fault of the file. */
async function openFile(path: string | Buffer): Promise<FileHandle> {
  for (let waits = 0; ; waits++) {
    try {
      return await open(path, constants.O_RDONLY | NOW);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined || !NO_DESCRIPTOR.includes(code)) throw error;
      if (waits >= MOST_WAITS) throw tooManyOpenFiles(code);
      await sleep(WAIT_MS);
    }
  }
}

/** Codes of a process, or a system, without a free descriptor. */
export const NO_DESCRIPTOR: readonly string[] = ['EMFILE', 'ENFILE'];
const mayWait = (error: unknown): boolean => NO_DESCRIPTOR.includes((error as NodeJS.ErrnoException).code ?? '');

export const tooManyOpenFiles = (code: string): IchorError =>
  new IchorError(
    'too-many-open-files',
    `The system lets no more files be opened (${code}).`,
    'Allow more with `ulimit -n 4096`, or close other programs.',
  );

async function readRange(file: FileHandle, size: number, offset: number, length: number): Promise<Buffer> {
  const most = partLength(size, offset, length);
  const buffer = Buffer.alloc(most);
  let filled = 0;
  while (filled < most) {
    const { bytesRead } = await file.read(buffer, filled, most - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

export const isFolder = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

export const isFile = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

export const ROOT_HINT = 'Say where the data lie with `--set data.source.root=FOLDER`.';

/** @throws IchorError `source-missing` (exit 2) where nothing is at `root`. `shown` names it without telling a private path. */
export async function requirePlace(root: string, shown: string, hint: string = ROOT_HINT): Promise<void> {
  if (root === '') throw new IchorError('source-missing', 'The recipe names no data folder.', hint, 2);
  if ((await isFolder(root)) || (await isFile(root))) return;
  if (root.includes('\ufffd'))
    throw new IchorError(
      'source-missing',
      `The data folder ${shown} has a name that is not UTF-8, and cannot be opened under it.`,
      'Give it a second name: `ln -s` THE-FOLDER `data`, and say `data`. Files and folders within may have any name.',
      2,
    );
  const there = await stat(root).then(
    () => true,
    () => false,
  );
  const what = there ? 'is neither a folder nor a file' : 'does not exist or cannot be opened';
  throw new IchorError('source-missing', `The data folder ${shown} ${what}.`, hint, 2);
}
