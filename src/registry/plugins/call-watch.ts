import type { IchorError } from '../../errors.ts';

/**
 * Watches calls of functions of plugins that give one number, or a few, and are called again and again, from outside of this thread: one that
 * never returns holds it, and nobody in it can say so. What such a call costs beside its work is two writes.
 */
export interface CallWatch {
  /** A function that will be called, by what is to be said where it does not return in its seconds. */
  name(holds: (seconds: number) => IchorError): number;
  /** The function of this number begins; what was running before. */
  enter(call: number): number;
  leave(before: number): void;
}

/** A window's value, an augmentation's matrix, a schedule's factor, an optimizer's rate: others may take their time. */
export const WATCHED_CALLS: ReadonlySet<string> = new Set(['scale', 'matrix', 'factor', 'scalars', 'learningRate']);

let watch: CallWatch | null = null;

export function watchCalls(by: CallWatch | null): void {
  watch = by;
}

export const callWatch = (): CallWatch | null => watch;
