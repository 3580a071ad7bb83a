import type { Registry } from '../registry.ts';
import { isRemembering } from '../values/memo.ts';
import type { Node } from '../values/value.ts';

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
    if (isRemembering()) this.#entries.set(node, { registry, key, made, next: first });
    return made;
  }
}
