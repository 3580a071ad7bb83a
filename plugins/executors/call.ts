import { execFile } from 'node:child_process';
import type { IchorError } from '../../src/index.ts';

/** What schedules jobs answers late where it is busy; where it is down it does not. */
const TIMEOUT_MS = 60_000;

export interface Refused {
  /** What it printed on standard error. */
  refused: string;
}

export interface CallOptions {
  input?: string;
  signal: AbortSignal;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

/** Calls a program; resolves with what it printed, or with why it refused. Throws `missing` where it is not there. */
export function call(
  program: string,
  words: readonly string[],
  { input, signal, cwd, env = {} }: CallOptions,
  missing: (program: string) => IchorError,
): Promise<string | Refused> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      [...words],
      { signal, cwd, timeout: TIMEOUT_MS, maxBuffer: 1e9, env: { ...process.env, LC_ALL: 'C', ...env } },
      (error, stdout, stderr) => {
        if (error === null) return resolve(stdout);
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return reject(missing(program));
        if (signal.aborted) return reject(signal.reason);
        resolve({ refused: stderr.trim() || error.message });
      },
    );
    // Who refuses early reads no input; what it says matters, not the pipe.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input ?? '');
  });
}
