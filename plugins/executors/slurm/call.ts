import { execFile } from 'node:child_process';
import { IchorError } from '../../../src/index.ts';

/** A controller that is busy answers late; one that is down does not. */
const TIMEOUT_MS = 60_000;

export interface Refused {
  /** What it printed on standard error. */
  refused: string;
}

/** Calls a program of Slurm; resolves with what it printed, or with why it refused. Throws where it is not there. */
export function call(
  program: string,
  words: readonly string[],
  { input, signal, cwd }: { input?: string; signal: AbortSignal; cwd?: string },
): Promise<string | Refused> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      [...words],
      {
        signal,
        cwd,
        timeout: TIMEOUT_MS,
        maxBuffer: 1e9,
        env: { ...process.env, LC_ALL: 'C', SLURM_TIME_FORMAT: 'standard' },
      },
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

const missing = (program: string): IchorError =>
  new IchorError(
    'slurm-missing',
    `The program ${program} is not there: this machine is none that Slurm is used from.`,
    'Run the command on a login node of the cluster, or load the module that has Slurm’s programs.',
    2,
  );
