import type { Machine } from '../machine.ts';
import { otherMachine } from '../store/made-on.ts';
import type { Store } from '../store/store.ts';
import type { Apart, KeyedInstance } from './keys.ts';

export interface KeyedExactly {
  keyed: readonly KeyedInstance[];
  /** By instance id: which other machine made what is kept under the key without this one in it. */
  elsewhere: ReadonlyMap<string, string>;
}

/**
 * Keys under --exact. What is kept under a key, and was made on another machine, stays for those who refer to it: this
 * machine gets a key of its own beside it, with the machine in it. Where nothing stands in the way the key is everybody's.
 * @param keyPlan the plan's keys, with the machine in those of these instances; in the plan's order, so that whatever reads one follows.
 */
export async function keyExactly(
  store: Store,
  machine: Machine,
  keyPlan: (apart: Apart) => readonly KeyedInstance[],
): Promise<KeyedExactly> {
  const elsewhere = new Map<string, string>();
  const apart: Apart = { machine, ids: elsewhere };
  let keyed = keyPlan(apart);
  for (let place = 0; place < keyed.length; place++) {
    const { id, stage, key } = keyed[place] as KeyedInstance;
    if (!stage.engine) continue;
    const other = await otherMachine(store, stage.name, key, machine);
    if (other === null) continue;
    elsewhere.set(id, other);
    keyed = keyPlan(apart);
  }
  return { keyed, elsewhere };
}
