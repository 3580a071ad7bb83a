import { IchorError } from '../../errors.ts';
import { explainSystemError } from '../../files/system-error.ts';
import type { RunEvent } from '../../runtime/events.ts';
import type { RunOnOptions, SweepCommandOptions, TableCommandOptions } from './command-options.ts';

/** What the points are of: a process beside this one resolves the same files to the same recipes. */
export type PointsOf =
  | { kind: 'sweep'; files: readonly [string]; options: SweepCommandOptions }
  | { kind: 'table'; files: readonly string[]; options: TableCommandOptions }
  | { kind: 'run'; files: readonly [string]; options: RunOnOptions };

/** From the command to a process of its. */
export type ToProcess = { type: 'run'; key: string; recipe: string; before: string | null } | { type: 'stop' };

/** From a process to the command: events of the point that it runs, then how that ended. */
export type FromProcess =
  | { type: 'event'; event: RunEvent }
  | { type: 'done'; run: string }
  | { type: 'stopped' }
  | { type: 'failed'; error: SentError };

/** An error as it goes from one process to another: a fault of ours keeps its stack, a user's mistake its hint. */
export interface SentError {
  message: string;
  stack: string | null;
  own: { code: string; hint: string | null; exit: 1 | 2 } | null;
}

export function sentError(thrown: unknown): SentError {
  const error = explainSystemError(thrown);
  if (error instanceof IchorError) {
    const { code, hint = null, exit, message } = error;
    return { message, stack: null, own: { code, hint, exit } };
  }
  const known = error instanceof Error ? error : new Error(String(error));
  return { message: known.message, stack: known.stack ?? null, own: null };
}

export function receivedError({ message, stack, own }: SentError): Error {
  if (own !== null) return new IchorError(own.code, message, own.hint ?? undefined, own.exit);
  const error = new Error(message);
  if (stack !== null) error.stack = stack;
  return error;
}
