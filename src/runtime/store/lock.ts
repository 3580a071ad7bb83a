import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { IchorError } from '../../errors.ts';
import { link, readFile, rename, rm, stat } from '../../files/fs.ts';
import { systemCode } from '../../files/system-error.ts';
import { asideOf, cannotLink, createWhole } from '../../files/write.ts';
import { keepBeating, staleSeconds } from './heartbeat.ts';
import { isProcessIdentity, liveness, type ProcessIdentity, thisProcess } from './process-identity.ts';

export interface Lock {
  /** Throws IchorError `lock-lost` where another process has taken it over: what it guards is not to be touched. */
  assertHeld(): Promise<void>;
  release(): Promise<void>;
}

/** A lock that somebody else holds. */
export interface HeldLock {
  file: string;
  /** Null where the file does not say, say one that a full disk cut off. */
  holder: ProcessIdentity | null;
}

export interface LockOptions {
  signal?: AbortSignal;
  /** Called once, before the first wait. */
  waiting?: (lock: HeldLock) => void;
  /** Called where a lock is taken over that gave no sign of life; not where its process is known to be gone. */
  broken?: (lock: HeldLock) => void;
}

const POLL_MS = 300;
const FIRST_MS = 5;
/** In shared stores others take it over. */
const MODE = 0o666;

/**
 * Takes the lock file, waiting while a living process holds it. A lock holds a counter that its holder keeps raising, from
 * a thread of its own. On the same machine the holder's pid decides; elsewhere a counter that does not move for
 * `staleSeconds` by the clock of whoever waits: clocks of several machines are never compared.
 */
export async function takeLock(file: string, options: LockOptions = {}): Promise<Lock> {
  const { signal, waiting, broken } = options;
  const wait = (ms: number) => sleep(ms, undefined, signal ? { signal } : {});
  let told = false;
  let seen = '';
  let since = 0;
  let unseen = FIRST_MS;
  for (;;) {
    signal?.throwIfAborted();
    const token = randomUUID();
    if (await createWhole(file, lockText(token), MODE)) return heldLock(file, token);
    const found = await look(file);
    if (found === null) {
      // Let go just now; or a network drive goes on saying that it is not there.
      await wait(unseen);
      unseen = Math.min(unseen * 2, POLL_MS);
      continue;
    }
    unseen = FIRST_MS;
    const life = found.holder === null ? 'unknown' : liveness(found.holder);
    if (life === 'gone') {
      if (!(await breakLock(file, found))) await wait(POLL_MS);
      continue;
    }
    const now = performance.now();
    if (since === 0 || seen !== found.text) since = now;
    seen = found.text;
    if (life === 'unknown' && now - since > staleSeconds() * 1000) {
      if (await breakLock(file, found)) {
        broken?.({ file, holder: found.holder });
        since = 0;
      } else await wait(POLL_MS);
      continue;
    }
    if (!told) waiting?.({ file, holder: found.holder });
    told = true;
    await wait(POLL_MS);
  }
}

/**
 * Removes the lock of something that is finished, where its holder died between that and letting go. A living holder's is
 * left: it is about to go.
 */
export async function clearLock(file: string): Promise<void> {
  const found = await look(file).catch(() => null);
  if (found === null || (found.holder !== null && liveness(found.holder) === 'alive')) return;
  await breakLock(file, found);
}

/** Who holds the lock file; null where it is not there. */
export async function readLock(file: string): Promise<HeldLock | null> {
  const found = await look(file);
  return found && { file, holder: found.holder };
}

/** `process 12 on node-a`. */
export const holderText = ({ holder }: HeldLock): string =>
  holder === null ? 'a process that left no name' : `process ${holder.pid} on ${holder.host}`;

/** What is said while one waits, after what is waited for. */
export const waitingText = (lock: HeldLock): string =>
  `(${holderText(lock)}): waiting for it. If nothing of it moves for ${staleSeconds()} s it is taken to be dead; its lock is ${lock.file}.`;

/** What is said where a lock was taken over. */
export const brokenText = (lock: HeldLock): string =>
  `The lock of ${holderText(lock)} did not move for ${staleSeconds()} s: it was taken over (${lock.file}).`;

/** The counter stands last and keeps its width, so that it is raised in place and no reader sees half of it. */
const lockText = (token: string): string => `${JSON.stringify({ ...thisProcess(), token, beat: '0'.repeat(12) })}\n`;

function heldLock(file: string, token: string): Lock {
  const stop = keepBeating(file, token);
  const isHeld = async () => (await look(file))?.token === token;
  return {
    async assertHeld() {
      if ((await lookAnew(file))?.token === token) return;
      throw new IchorError(
        'lock-lost',
        `The lock ${file} was taken over by another process: this one gave no sign of life for ${staleSeconds()} s.`,
        'Run the same command again: it goes on from what is there.',
      );
    },
    async release() {
      stop();
      if (await isHeld()) await rm(file, { force: true });
    },
  };
}

interface FoundLock {
  text: string;
  holder: ProcessIdentity | null;
  token: string | null;
  /** The same for as long as it is the same lock. */
  identity: string;
}

async function look(file: string): Promise<FoundLock | null> {
  try {
    const text = await readFile(file, 'utf8');
    const { holder, token } = parseLock(text);
    if (token !== null) return { text, holder, token, identity: token };
    const { ino, mtimeMs } = await stat(file);
    return { text, holder, token, identity: `${ino} ${mtimeMs} ${text}` };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** As `look`, by a name that no cache of a network drive knows: what it kept of the lock may be older than a lease. */
async function lookAnew(file: string): Promise<FoundLock | null> {
  const aside = asideOf(`${file}.seen`);
  try {
    await link(file, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    if (cannotLink(error)) return look(file);
    throw error;
  }
  try {
    return await look(aside);
  } finally {
    await rm(aside, { force: true });
  }
}

function parseLock(text: string): { holder: ProcessIdentity | null; token: string | null } {
  try {
    const value = JSON.parse(text) as { token?: unknown } | null;
    const token = typeof value?.token === 'string' ? value.token : null;
    return { holder: isProcessIdentity(value) ? value : null, token };
  } catch {
    return { holder: null, token: null };
  }
}

/** Claims that this process waits for, since when. */
const claims = new Map<string, number>();

/**
 * Removes the lock that was found, and no other one. One waiter alone may do so: who makes the file that claims this very
 * lock. False where another one has claimed it.
 */
async function breakLock(file: string, found: FoundLock): Promise<boolean> {
  const claim = `${file}.${createHash('sha256').update(found.identity).digest('hex').slice(0, 16)}.claim`;
  if (!(await createWhole(claim, JSON.stringify(thisProcess()), MODE))) {
    await clearClaim(claim);
    return false;
  }
  claims.delete(claim);
  try {
    const now = await lookAnew(file);
    // It is another one by now, or its counter moved unseen.
    if (now?.identity !== found.identity || now.text !== found.text) return false;
    const aside = asideOf(`${file}.stale`);
    try {
      await rename(file, aside);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return false;
      throw error;
    }
    const moved = await look(aside);
    if (moved?.identity !== found.identity) return await putBack(aside, file);
    await rm(aside, { force: true });
    return true;
  } finally {
    await rm(claim, { force: true });
  }
}

/** Somebody took the lock between a look and a move. If a third one holds it by now, the moved one is lost: its holder sees that. */
async function putBack(aside: string, file: string): Promise<false> {
  try {
    await link(aside, file);
    await rm(aside, { force: true });
  } catch (error) {
    if (cannotLink(error)) await rename(aside, file);
    else if (systemCode(error) === 'EEXIST') await rm(aside, { force: true });
    else throw error;
  }
  return false;
}

/** A claim is held for milliseconds. One that stays is of a process that died in it. */
async function clearClaim(claim: string): Promise<void> {
  const since = claims.get(claim) ?? performance.now();
  claims.set(claim, since);
  const holder = await readFile(claim, 'utf8').then((text) => parseLock(text).holder, ignoreMissing);
  const gone = holder !== null && liveness(holder) === 'gone';
  if (!gone && performance.now() - since < staleSeconds() * 1000) return;
  claims.delete(claim);
  await rm(claim, { force: true });
}

function ignoreMissing(error: unknown): null {
  if (systemCode(error) !== 'ENOENT') throw error;
  return null;
}
