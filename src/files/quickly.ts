import { setImmediate as nextTurn } from 'node:timers/promises';

/** A call that takes longer waited for a disk or a network, or for a processor. Milliseconds. */
const SLOW_MS = 2;
/** So many calls are then made by threads, which wait side by side, before one is tried here again. */
const BY_THREADS = 100;
/** A signal, a timer and whoever shows progress wait no longer than that. Milliseconds. */
const TURN_MS = 20;

/**
 * Small calls of the system, made at once where it answers out of its cache: a call by Node's threads takes several times
 * what it asks for, and there are four for each of a hundred thousand files. Where an answer takes long, which a disk does and
 * a network folder, threads ask for the next.
 */
export class Quickly {
  #byThreads = 0;
  #turned = 0;

  constructor(readonly now: () => number = () => performance.now()) {}

  /** `here` and `byThreads` give the same, and throw the same, but where an error is one that threads wait for the end of. */
  async call<T>(
    here: () => T,
    byThreads: () => Promise<T>,
    mayWait: (error: unknown) => boolean = () => false,
  ): Promise<T> {
    if (this.#byThreads > 0) {
      this.#byThreads--;
      return byThreads();
    }
    if (this.now() - this.#turned > TURN_MS) {
      await nextTurn();
      this.#turned = this.now();
    }
    const began = this.now();
    try {
      return here();
    } catch (error) {
      if (mayWait(error)) return byThreads();
      throw error;
    } finally {
      if (this.now() - began > SLOW_MS) this.#byThreads = BY_THREADS;
    }
  }
}
