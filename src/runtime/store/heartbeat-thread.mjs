import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

const DIGITS = 12;

/**
 * Raises the counter of a lock file by one, where the file is still the lock with this token. It is never made: what was
 * taken over stays so, and a write to a file that was moved away meanwhile reaches nobody.
 * @returns whether it still is
 */
export function beat(file, token) {
  let handle;
  try {
    handle = openSync(file, 'r+');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false;
    // A busy share, or too many open files: the next beat comes soon.
    return true;
  }
  try {
    const bytes = Buffer.alloc(2048);
    const text = bytes.toString('latin1', 0, readSync(handle, bytes, 0, bytes.length, 0));
    if (!text.includes(`"token":"${token}"`)) return false;
    const found = /"beat":"(\d{12})"/.exec(text);
    if (found === null) return false;
    const next = String((Number(found[1]) + 1) % 10 ** DIGITS).padStart(DIGITS, '0');
    writeSync(handle, next, found.index + '"beat":"'.length, 'latin1');
    return true;
  } catch {
    return true;
  } finally {
    closeSync(handle);
  }
}

// A thread of its own: training holds the main thread for minutes. It ends with the process.
if (parentPort !== null && workerData?.heartbeat === true) {
  const held = new Map();
  parentPort.on('message', ({ file, token }) => {
    if (token === null) held.delete(file);
    else held.set(file, token);
  });
  setInterval(() => {
    for (const [file, token] of held) if (!beat(file, token)) held.delete(file);
  }, workerData.everyMs);
}
