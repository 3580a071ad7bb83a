import type { Store } from '../store/store.ts';
import type { MadeByJob } from './graph.ts';

/** Whether it is in the store: of a range, also where it has been joined to the whole since, and is no longer there itself. */
export async function isMade(store: Store, { stage, key, whole }: MadeByJob): Promise<boolean> {
  if ((await store.find(stage, key)) !== null) return true;
  return whole !== undefined && (await store.find(whole.stage, whole.key)) !== null;
}
