import type { Node } from './value.ts';

/** Whether what is made now is kept for later. */
let remembering = true;

/**
 * Does work that only recalls what was made before. The values that set the points of a sweep apart are seen once: to
 * keep what is made of them costs more than to make it. The work is synchronous.
 */
export function recallingOnly<T>(work: () => T): T {
  remembering = false;
  try {
    return work();
  } finally {
    remembering = true;
  }
}

export const isRemembering = (): boolean => remembering;

/**
 * What was made of a value before. Values never change, so that the points of a sweep, which differ in a few of them,
 * share what is made of all the others.
 */
export class Memo<Made> {
  readonly #made = new WeakMap<Node, Made>();

  of(node: Node, make: () => Made): Made {
    const known = this.#made.get(node);
    if (known !== undefined) return known;
    const made = make();
    if (remembering) this.#made.set(node, made);
    return made;
  }
}
