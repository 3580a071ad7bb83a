import type { Values } from './tensors.ts';

/** A tensor that was made of values at hand. */
export interface Given {
  shape: readonly number[];
  dtype: number;
  values: Exclude<Values, BigInt64Array>;
}

/** Ids of recorded tensors: never met by those of eager ones, which count from 0. */
export const FIRST_ID = 2 ** 40;

/**
 * Values that were handed over while a step was recorded, by id, as long as their tensors live. A tensor that outlives the
 * record (a component's constant, made once for all steps) is real to the eager engine and to later records too.
 */
export class GivenValues {
  readonly #given = new Map<number, Given>();

  set(id: number, given: Given): void {
    this.#given.set(id, given);
  }

  get(id: number): Given | undefined {
    return this.#given.get(id);
  }

  /** Whether a tensor of this id was ever recorded; forgets it. */
  forget(id: number): boolean {
    this.#given.delete(id);
    return id >= FIRST_ID;
  }
}
