import { type ShardRow, shardName } from '../../artifacts/shards.ts';
import type { SliceRow } from '../../artifacts/slices.ts';
import type { FileContents } from './file-contents.ts';
import { inOrder } from './in-order.ts';
import { finishedShard, type ShardWriter, startShard } from './shard-file.ts';
import type { MadeSlice } from './slice-maker.ts';

export interface ShardsWork {
  folder: string;
  slices: readonly SliceRow[];
  /** Slices of a shard. */
  perShard: number;
  /** Only these of all shards, counted from 0, `to` exclusive. */
  span: { from: number; to: number };
  /** Slices that are under way at once. */
  atOnce: number;
  make(row: SliceRow): Promise<MadeSlice>;
  contents: FileContents | null;
  done(slices: number): Promise<void>;
}

interface Shard {
  name: string;
  part: readonly SliceRow[];
  /** What stands in it, once it is finished. */
  rows: readonly ShardRow[] | null;
}

/**
 * The shards of a span, those left by an interrupted run as they are. Slices are made one shard into the next: while the last slices of
 * one are waited for the first of the next are made, and while one is synced to the disk the next is written. Gives the rows in
 * the order of the slices.
 */
export async function makeShards(work: ShardsWork): Promise<ShardRow[]> {
  const { folder, slices, perShard, span, contents } = work;
  const count = Math.ceil(slices.length / perShard);
  const shards: Shard[] = [];
  let done = 0;
  for (let shard = span.from + 1; shard <= span.to; shard++) {
    const part = slices.slice((shard - 1) * perShard, shard * perShard);
    const name = shardName(shard, count);
    const before = await finishedShard(folder, name, part);
    const goesOn = before !== null && ((await contents?.still(before, part)) ?? true);
    shards.push({ name, part, rows: goesOn ? before : null });
    if (!goesOn) continue;
    await contents?.learn(before, part);
    done += part.length;
    await work.done(done);
  }
  await makeMissing(
    work,
    shards.filter(({ rows }) => rows === null),
    done,
  );
  return shards.flatMap(({ rows }) => rows ?? []);
}

async function makeMissing(
  { folder, atOnce, make, contents, done }: ShardsWork,
  shards: readonly Shard[],
  before: number,
): Promise<void> {
  let [count, writer] = [before, null as ShardWriter | null];
  let finishing: Promise<void> = Promise.resolve();
  const finish = async (shard: Shard, its: ShardWriter) => {
    shard.rows = await its.finish();
    await contents?.learn(shard.rows, shard.part);
  };
  try {
    for await (const { item, result } of inOrder(rowsOf(shards), atOnce, ({ row }) => make(row))) {
      writer ??= await startShard(folder, item.shard.name);
      await writer.add(result.record, result.row);
      if (item.last) {
        // One after the other: a shard that cannot be written ends the run before the next is finished.
        await finishing;
        finishing = finish(item.shard, writer);
        finishing.catch(() => {});
        writer = null;
      }
      await done(++count);
    }
    await finishing;
  } catch (error) {
    await writer?.abandon();
    await finishing.catch(() => {});
    throw error;
  }
}

function* rowsOf(shards: readonly Shard[]): Generator<{ shard: Shard; row: SliceRow; last: boolean }> {
  for (const shard of shards) {
    const last = shard.part.at(-1);
    for (const row of shard.part) yield { shard, row, last: row === last };
  }
}
