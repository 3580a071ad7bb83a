import { join } from 'node:path';
import { linkOrCopy } from '../../../files/write.ts';
import { readLooked } from '../../artifacts/contents.ts';
import type { Divided } from '../../stage.ts';
import { listFiles } from '../../store/store.ts';

const OF_A_SHARD = /^part-\d+-of-\d+\.(json|tfrecord)$/;

/**
 * Shards of ranges under the names that they have in the whole, as if an interrupted run had left them. Of files that have not been
 * touched since a range read them nothing is read again.
 */
export const joinShards: Divided['join'] = async ({ folder, look, signal }, ranges) => {
  for (const range of ranges) {
    signal.throwIfAborted();
    const names = (await listFiles(range.folder)).filter((name) => OF_A_SHARD.test(name));
    // The rows first: the shard's own name says that both are there.
    names.sort((a, b) => Number(b.endsWith('.json')) - Number(a.endsWith('.json')));
    for (const name of names) await linkOrCopy(join(range.folder, name), join(folder, name));
    if (look === undefined) continue;
    for await (const { file, stamp, content } of readLooked(range.folder))
      if (look.settledStampOf(file) === stamp) look.learn(file, content);
  }
};
