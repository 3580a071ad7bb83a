import type { Registry } from '../registry.ts';
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

interface Entry<Key, Made> {
  registry: Registry;
  key: Key;
  made: Made;
  next: Entry<Key, Made> | undefined;
}

/** As `Memo`, for what also depends on a registry and a key. */
export class RegistryMemo<Key, Made> {
  // A value has one or two entries: a list is smaller than a map.
  readonly #entries = new WeakMap<Node, Entry<Key, Made>>();

  of(registry: Registry, node: Node, key: Key, make: () => Made): Made {
    const first = this.#entries.get(node);
    for (let entry = first; entry; entry = entry.next) {
      if (entry.key === key && entry.registry === registry) return entry.made;
    }
    const made = make();
    if (remembering) this.#entries.set(node, { registry, key, made, next: first });
    return made;
  }
}
