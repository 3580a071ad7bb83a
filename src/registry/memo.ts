import type { Registry } from './registry.ts';
import type { Node } from './value.ts';

interface Entry<Key, Made> {
  registry: Registry;
  key: Key;
  made: Made;
  next: Entry<Key, Made> | undefined;
}

/**
 * What was made of a value before. Values never change, so that the points of a sweep, which differ in a few of them,
 * share what is made of all the others.
 */
export class Memo<Key, Made> {
  // A value has one or two entries: a list is smaller than a map.
  readonly #entries = new WeakMap<Node, Entry<Key, Made>>();

  of(registry: Registry, node: Node, key: Key, make: () => Made): Made {
    const first = this.#entries.get(node);
    for (let entry = first; entry; entry = entry.next) {
      if (entry.key === key && entry.registry === registry) return entry.made;
    }
    const made = make();
    this.#entries.set(node, { registry, key, made, next: first });
    return made;
  }
}
