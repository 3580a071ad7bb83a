import { join } from 'node:path';
import { type FileHandle, open, rename, rm, stat } from '../../../files/fs.ts';
import { readShardRows, type ShardRow, writeShardRows } from '../../artifacts/shards.ts';

/** A shard that is being written: aside, until it is complete. */
export interface ShardWriter {
  /** Appends a framed record, or notes that the slice has none. */
  add(record: Uint8Array | null, row: Omit<ShardRow, 'offset' | 'length'>): Promise<void>;
  /** Syncs and renames: the shard is finished when this returns. */
  finish(): Promise<ShardRow[]>;
  /** Closes it unfinished. */
  abandon(): Promise<void>;
}

/** Records are gathered to so many bytes: a call of the system for each costs more than what it writes. */
const WRITTEN_AT_ONCE = 1024 * 1024;

/** A write may take less than it was given. */
async function writeAll(file: FileHandle, pieces: readonly Uint8Array[]): Promise<void> {
  const all = pieces.reduce((sum, { length }) => sum + length, 0);
  const { bytesWritten } = await file.writev(pieces);
  if (bytesWritten === all) return;
  const rest = Buffer.concat(pieces).subarray(bytesWritten);
  for (let at = 0; at < rest.length; ) at += (await file.write(rest, at)).bytesWritten;
}

export async function startShard(folder: string, name: string): Promise<ShardWriter> {
  const aside = join(folder, `${name}.tfrecord.tmp`);
  const file = await open(aside, 'w');
  const rows: ShardRow[] = [];
  let offset = 0;
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;
  const write = async () => {
    const pieces = gathered;
    gathered = [];
    gatheredBytes = 0;
    if (pieces.length > 0) await writeAll(file, pieces);
  };
  return {
    async add(record, row) {
      rows.push({ ...row, offset: record === null ? null : offset, length: record?.length ?? 0 });
      if (record === null) return;
      offset += record.length;
      gathered.push(record);
      gatheredBytes += record.length;
      if (gatheredBytes >= WRITTEN_AT_ONCE) await write();
    },
    async finish() {
      await write();
      await file.sync();
      await file.close();
      // The rows first: the shard's own name says that both are there.
      await writeShardRows(folder, name, rows);
      await rename(aside, join(folder, `${name}.tfrecord`));
      return rows;
    },
    async abandon() {
      await file.close();
      await rm(aside, { force: true });
    },
  };
}

/** The rows of a shard that an interrupted run finished, or null. */
export async function finishedShard(
  folder: string,
  name: string,
  slices: readonly { slice: string }[],
): Promise<ShardRow[] | null> {
  const found = await stat(join(folder, `${name}.tfrecord`)).catch(() => null);
  if (found === null) return null;
  const rows = await readShardRows(folder, name).catch(() => null);
  if (rows === null) return null;
  const bytes = rows.reduce((sum, { length }) => sum + length, 0);
  const same = rows.length === slices.length && rows.every(({ slice }, i) => slice === slices[i]?.slice);
  return same && bytes === found.size ? rows : null;
}
