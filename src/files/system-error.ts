import { IchorError } from '../errors.ts';
import { sayPath } from './private-paths.ts';

interface Said {
  /** The code of ours. */
  code: string;
  /** After `PATH cannot be read: `. */
  why: string;
  hint: string;
}

const ROOM = 'Free some room, then run the same command again: it goes on from what was finished.';
const RIGHTS = 'Look at the permissions of it and of the folders above it, or name another place.';
const DISK = 'Look at the disk, cable or network share that holds it, then run the same command again.';
const THERE = 'Look whether something removed or renamed it, then run the same command again.';
const AGAIN = 'Wait for the other program to be done with it, then run the same command again.';

/** By the system's code: what a user's machine may say to any program. */
const KNOWN: Readonly<Record<string, Said>> = {
  ENOSPC: { code: 'disk-full', why: 'the disk is full', hint: ROOM },
  EDQUOT: { code: 'disk-full', why: "the user's quota on this disk is used up", hint: ROOM },
  EFBIG: {
    code: 'file-too-large',
    why: 'it is larger than what can be read or written at once',
    hint: 'Take it away or make it smaller, or name a place on another disk. Where the shell limits the size of files (`ulimit -f` shows it), lift that: `ulimit -f unlimited`.',
  },
  EACCES: { code: 'access-denied', why: 'permission is denied', hint: RIGHTS },
  EPERM: { code: 'access-denied', why: 'the system does not permit it', hint: RIGHTS },
  EROFS: { code: 'disk-read-only', why: 'the disk is read-only', hint: 'Name a place on a disk that can be written.' },
  EMFILE: {
    code: 'too-many-open-files',
    why: 'this process has as many files open as it may',
    hint: 'Raise the limit (`ulimit -n 4096`), then run the same command again.',
  },
  ENFILE: {
    code: 'too-many-open-files',
    why: 'the machine has as many files open as it may',
    hint: 'End other programs, then run the same command again.',
  },
  ENOENT: { code: 'path-missing', why: 'it does not exist', hint: THERE },
  ENOTDIR: { code: 'path-missing', why: 'what its path names as a folder is none', hint: THERE },
  EISDIR: { code: 'is-a-folder', why: 'it is a folder', hint: 'Move the folder away, or name another file.' },
  EEXIST: { code: 'path-taken', why: 'something is there already', hint: 'Move it away, or name another place.' },
  ENOTEMPTY: {
    code: 'path-taken',
    why: 'a folder is there that holds something',
    hint: 'Move it away, or name another place.',
  },
  ELOOP: { code: 'link-loop', why: 'its symbolic links lead to themselves', hint: 'Mend or remove the links.' },
  ENAMETOOLONG: { code: 'name-too-long', why: 'its name is too long for this disk', hint: 'Choose shorter names.' },
  EIO: { code: 'disk-failing', why: 'the disk reports an error', hint: DISK },
  ENXIO: { code: 'disk-failing', why: 'there is no such device', hint: DISK },
  ENODEV: { code: 'disk-failing', why: 'there is no such device', hint: DISK },
  ESTALE: { code: 'disk-failing', why: 'the network share has forgotten it', hint: DISK },
  ENOTCONN: { code: 'disk-failing', why: 'the network share is not connected', hint: DISK },
  EHOSTDOWN: { code: 'disk-failing', why: 'the server of the network share does not answer', hint: DISK },
  EREMOTEIO: { code: 'disk-failing', why: 'the server of the network share reports an error', hint: DISK },
  ETIMEDOUT: { code: 'disk-failing', why: 'nothing answered in time', hint: DISK },
  ETXTBSY: { code: 'file-busy', why: 'a program that runs is in it', hint: AGAIN },
  EBUSY: { code: 'file-busy', why: 'it is in use', hint: AGAIN },
  EAGAIN: { code: 'file-busy', why: 'the system has nothing left for it now', hint: AGAIN },
  ENOLCK: { code: 'file-busy', why: 'the system has no lock left for it', hint: AGAIN },
  ENOMEM: {
    code: 'memory-full',
    why: 'the machine has no memory left',
    hint: 'End other programs, or give the process more memory, then run the same command again.',
  },
};

const OTHER = 'system-error';

/** An error of the operating system, as Node hands it on: with its code (`ENOSPC`) and the call that failed. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  if (!(error instanceof Error)) return false;
  const { code, syscall, errno } = facts(error);
  return SYSTEM_CODE.test(code ?? '') && (typeof syscall === 'string' || errno !== undefined);
}

/** Node's name for an error that the system has no name for is UNKNOWN. */
const SYSTEM_CODE = /^(E[A-Z0-9]{2,}|UNKNOWN)$/;

type Facts = Pick<NodeJS.ErrnoException, 'code' | 'syscall' | 'errno' | 'path'> & { dest?: string };

/** Some of Node's own errors (`ERR_FS_EISDIR`, of `rm`) carry the system's inside. */
function facts(error: Error): Facts {
  const own = error as NodeJS.ErrnoException & { info?: Facts };
  // The code of what an AbortSignal throws is a number, and the system's of nothing.
  if (own.code !== undefined && typeof own.code !== 'string') return {};
  if (own.code === 'ERR_FS_FILE_TOO_LARGE')
    return { code: 'EFBIG', syscall: 'read', ...(own.path === undefined ? {} : { path: own.path }) };
  return own.code?.startsWith('ERR_') && SYSTEM_CODE.test(own.info?.code ?? '') ? (own.info as Facts) : (own as Facts);
}

/** The system's code of an error, undefined where it has none. */
export const systemCode = (error: unknown): string | undefined =>
  error instanceof Error ? facts(error).code : (error as { code?: string } | null | undefined)?.code;

/** Why in words, without a path: `permission is denied (EACCES)`. */
export function systemReason(error: unknown): string {
  const code = systemCode(error);
  if (!isSystemError(error) || code === undefined) return error instanceof Error ? error.message : String(error);
  return `${KNOWN[code]?.why ?? 'the system reports an error'} (${code})`;
}

const WRITING = [
  'mkdir',
  'mkdtemp',
  'link',
  'symlink',
  'rename',
  'write',
  'fsync',
  'ftruncate',
  'copyfile',
  'utime',
  'chmod',
];
const REMOVING = ['unlink', 'rmdir', 'rm'];
const LISTING = ['scandir', 'opendir'];

function deed(syscall: string | undefined, code: string): string {
  if (syscall === undefined) return 'used';
  if (WRITING.includes(syscall)) return 'written';
  if (REMOVING.includes(syscall)) return 'removed';
  if (LISTING.includes(syscall)) return 'listed';
  // `open` for writing says the same as `open` for reading: these say which it was.
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EROFS' ? 'written' : 'read';
}

/** What V8 says where the system gives WebAssembly, or a buffer, no room; codecs and engines say it behind words of their own. */
const NO_ROOM =
  /WebAssembly\S*\(\): (out of memory|could not allocate|unable to grow)|cannot allocate wasm memory|array buffer allocation failed/i;

/** Memory that the system refused, as JavaScript says it: without a code. */
const isOutOfMemory = (error: unknown): error is Error => error instanceof Error && NO_ROOM.test(error.message);

function memoryRefused(cause: Error, about: string | undefined): IchorError {
  const where = about === undefined ? '' : ` (${about})`;
  return new IchorError(
    'memory-full',
    `The system gives this process no more memory${where}: ${cause.message.replace(/\.$/, '')}.`,
    'Each WebAssembly memory takes some 10 GB of addresses, little of it used: where the shell limits them (`ulimit -v` shows it), lift that: `ulimit -v unlimited`. Else end other programs, or ask for fewer --jobs; then run the same command again.',
    1,
    { cause },
  );
}

/**
 * The same error as a message of ours, where it comes from the operating system: with a code, the path (what stands for
 * it where it is private) and what to do. Anything else is handed back as it is.
 * @param about where it happened, for errors that carry no path: `stage shards`
 */
export function explainSystemError(error: unknown, about?: string): unknown {
  if (error instanceof IchorError) return error;
  if (isOutOfMemory(error)) return memoryRefused(error, about);
  if (!isSystemError(error)) return error;
  const { code = '', syscall, path, dest } = facts(error);
  // Node's own message would name a place that nobody asked for.
  if (syscall === 'uv_cwd')
    return new IchorError(
      'working-directory-missing',
      `The working directory cannot be used: ${systemReason(error)}.`,
      'Change to a folder that exists (`cd`), then run the same command again.',
      2,
      { cause: error },
    );
  const known = KNOWN[code];
  const place = path ?? dest;
  const subject = place === undefined ? 'A file' : sayPath(place);
  const start = `${subject.slice(0, 1).toUpperCase()}${subject.slice(1)}`;
  const where = about === undefined ? '' : ` (${about})`;
  return new IchorError(
    known?.code ?? OTHER,
    // A path keeps its letters.
    `${subject === place ? subject : start} cannot be ${deed(syscall, code)}: ${systemReason(error)}${where}.`,
    known?.hint ?? 'Look at the disk that holds it, then run the same command again.',
    1,
    // A cause is printed nowhere, but logged by some: a private path must not be in it.
    subject === place || place === undefined ? { cause: error } : {},
  );
}
