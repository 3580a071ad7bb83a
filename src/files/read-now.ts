import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Without it, opening a pipe waits for somebody who writes. No such flag, and no such wait, on Windows. */
const NOW = constants.O_NONBLOCK ?? 0;

/**
 * Reads all of a regular file at once, for threads that have nothing else to do meanwhile: no other call of the system for one
 * file is as cheap. False where it has not exactly `length` bytes, or is no file. Throws what the system throws.
 *
 * @param into has room for one byte more than `length`
 */
export function readNow(path: string | Uint8Array, length: number, into: Uint8Array): boolean {
  const file = openSync(path as string, constants.O_RDONLY | NOW);
  try {
    const found = fstatSync(file);
    if (!found.isFile() || found.size !== length) return false;
    let filled = 0;
    for (;;) {
      const read = readSync(file, into, filled, length + 1 - filled, filled);
      if (read === 0) return filled === length;
      filled += read;
      if (filled > length) return false;
    }
  } finally {
    closeSync(file);
  }
}

/** What is no file, as the error of reading it says. */
export class NoFile extends Error {
  constructor(readonly isDirectory: boolean) {
    super('is no file');
  }
}

/**
 * Reads `length` bytes of a regular file from `offset` on, fewer where it ends. Throws what the system throws, and NoFile.
 */
export function readPartNow(path: string | Uint8Array, offset: number, length: number): Buffer {
  const file = openSync(path as string, constants.O_RDONLY | NOW);
  try {
    const found = fstatSync(file);
    if (!found.isFile()) throw new NoFile(found.isDirectory());
    const most = partLength(found.size, offset, length);
    const buffer = Buffer.alloc(most);
    let filled = 0;
    while (filled < most) {
      const read = readSync(file, buffer, filled, most - filled, offset + filled);
      if (read === 0) break;
      filled += read;
    }
    return buffer.subarray(0, filled);
  } finally {
    closeSync(file);
  }
}

/** No more than there is: headers of small files are asked for by 16 kB. Special files say that they have no size. */
export const partLength = (size: number, offset: number, length: number): number =>
  size > 0 ? Math.max(0, Math.min(length, size - offset)) : length;
