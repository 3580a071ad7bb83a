/** One set-up at a time in a clone: `npm ci` of a second one would wipe what the first one's build is reading. */
import { closeSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Beside node_modules, which npm wipes. */
const NAME = '.ichor-setup.lock';
/** Its holder touches it so often, and is taken to be gone where it has not for so long: another machine's processes nobody can ask for. */
const BEAT_MS = 5_000;
const GONE_MS = 60_000;
const POLL_MS = 300;
/** A clone that nothing can be written to: whatever is lacking there, no second set-up makes it worse. */
const UNWRITABLE = ['EACCES', 'EROFS', 'EPERM', 'ENOSPC', 'EDQUOT'];

/**
 * Does the work while no other process does such work in this clone: waits for one that does, and says so once.
 * @template T
 * @param {string} root of the clone
 * @param {() => Promise<T>} work
 * @param {{ say?: (line: string) => void, poll?: number }} [options]
 * @returns {Promise<T>}
 */
export async function withSetupLock(root, work, { say = (line) => process.stdout.write(line), poll = POLL_MS } = {}) {
  const file = join(root, NAME);
  const own = JSON.stringify({ pid: process.pid, host: hostname() });
  let said = false;
  for (;;) {
    const taken = take(file, own);
    if (taken === null) return work();
    if (taken) break;
    const holder = holderOf(file);
    if (holder === null) continue;
    if (!said) {
      said = true;
      const who =
        holder.pid === null ? 'another process' : `process ${holder.pid}${holder.here ? '' : ` on ${holder.host}`}`;
      say(`ichor: another set-up is at work in this clone (${who}): waiting for it …\n`);
    }
    await new Promise((resolve) => setTimeout(resolve, poll));
  }
  const beat = setInterval(() => touch(file), BEAT_MS);
  beat.unref();
  const release = () => {
    clearInterval(beat);
    if (textOf(file) === own) rmSync(file, { force: true });
  };
  // Where the work ends the process.
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** True: it is ours. False: another has it. Null: nobody can. */
function take(file, own) {
  try {
    const handle = openSync(file, 'wx');
    writeSync(handle, own);
    closeSync(handle);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    if (UNWRITABLE.includes(error.code)) return null;
    throw error;
  }
}

/** Who has it; null where nobody has it any more, and what a killed one left is gone. */
function holderOf(file) {
  const text = textOf(file);
  if (text === null) return null;
  const { pid = null, host = null } = parsed(text);
  const here = host === hostname();
  if ((pid === null || !here || isAlive(pid)) && age(file) < GONE_MS) return { pid, host, here };
  // Another may have found the same, and be at work under a new one.
  if (textOf(file) === text) rmSync(file, { force: true });
  return null;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

/** Nothing is known of one that is being written, or was written by something else. */
function parsed(text) {
  try {
    const { pid, host } = JSON.parse(text);
    return Number.isInteger(pid) && typeof host === 'string' ? { pid, host } : {};
  } catch {
    return {};
  }
}

const ifThere = (work, otherwise) => {
  try {
    return work();
  } catch (error) {
    if (error.code === 'ENOENT') return otherwise;
    throw error;
  }
};
const textOf = (file) => ifThere(() => readFileSync(file, 'utf8'), null);
const age = (file) => ifThere(() => Date.now() - statSync(file).mtimeMs, 0);
const touch = (file) => ifThere(() => utimesSync(file, new Date(), new Date()));
