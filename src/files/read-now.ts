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
