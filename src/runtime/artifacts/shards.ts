import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { type FileHandle, open } from '../../files/fs.ts';
import { hasForm, isList, isNumber, isText, isTruth, listOf, orNull } from '../../files/json.ts';
import { replaceFile } from '../../files/write.ts';
import type { PictureGreys } from '../images/pictures-record.ts';
import type { ValueFacts } from '../images/slice-facts.ts';
import type { LedgerNote } from '../ledger.ts';
import { readCsv, writeCsv } from './csv.ts';
import { readArtifactJson } from './json.ts';
import { pixelDoubts } from './pixel-doubts.ts';

/**
 * What a slice's pixels came to. `truncated` slices, `unreadable` ones (an error of the drive), `contradictory` ones (more
 * bits in use than the header says) and `undecodable` ones have no record: they are predicted from their neighbours.
 */
export type PixelStatus = 'read' | 'truncated' | 'unreadable' | 'contradictory' | 'undecodable';

/** One row of `pixels.csv` (shards): every slice of the index, in its order. */
export interface PixelRow {
  slice: string;
  status: PixelStatus;
  /** SHA-256 over rows, columns and HU (`slice-facts.ts`): the same picture has the same hash, whatever its encoding. */
  hash: string;
  /** Standard deviation of HU below 1, or all of them within 16: a blank picture links no patients. */
  blank: boolean;
  /** Share of its pixels with 0 < HU < 80, to six places: how much brain it shows. */
  brain: number;
}

/** Random access to the images of a shards artifact. */
export interface ShardReader {
  readonly size: number;
  readonly channels: readonly string[];
  /** Ids of the slices that have a record, in the order of the index. */
  readonly slices: readonly string[];
  /** Images of these slices as bytes `[slices.length, size, size, channels]`. Throws on an unknown id or a bad CRC. */
  read(slices: readonly string[]): Promise<Uint8Array>;
  pixels(): readonly PixelRow[];
  /** What makes predictions doubtful (`pixel-doubts.ts`), by slice; those without are not among them. */
  doubts(): ReadonlyMap<string, readonly string[]>;
  close(): Promise<void>;
}

/** What `shards.json` says: the artifact is complete where it stands. */
export interface ShardsFacts {
  /** Pixels a side. */
  size: number;
  /** Names of the channels, in the order of the bytes. */
  channels: string[];
  /** How many `part-….tfrecord` there are. */
  shards: number;
  /** Fingerprint of the headers of the files that they were made of: `contents.csv` says what they held. Missing where a source generates. */
  madeOf?: string;
}

/** A slice's line in `part-….json`, beside the shard that holds its record. */
export interface ShardRow extends PixelRow {
  /** Where its framed record stands in the shard, and its length in bytes; null: it has none. */
  offset: number | null;
  length: number;
  /** Share of its pixels that are air, -1100 to -700 HU, to six places. */
  air: number;
  /** What its values are, for what is said of its series. */
  values: ValueFacts;
  /** Of a slice of pictures: what those of its series are judged by. */
  greys?: PictureGreys[];
  notes: LedgerNote[];
  /** Of an undecodable one why, continuing "Its pixels". */
  why?: string;
  /** Hash of the file that it was made of: an interrupted run goes on only from what is still so. */
  content?: string;
  /** Of a slice that is made of several files: those of each, in their order (`parts` or `pictures` of the index). */
  contents?: readonly string[];
}

/** `part-00001-of-00020`, from 1. */
export const shardName = (shard: number, of: number): string =>
  `part-${String(shard).padStart(5, '0')}-of-${String(of).padStart(5, '0')}`;

export const readShardRows = (folder: string, name: string): Promise<ShardRow[]> =>
  readArtifactJson(folder, `${name}.json`, isShardRows);

const isShardRows = listOf(
  hasForm({
    slice: isText,
    status: isText,
    hash: isText,
    blank: isTruth,
    brain: isNumber,
    offset: orNull(isNumber),
    length: isNumber,
    air: isNumber,
    values: hasForm({ levels: isNumber, lung: isNumber }),
    notes: isList,
  }),
);
const isFacts = hasForm({ size: isNumber, channels: listOf(isText), shards: isNumber });

export async function writeShardRows(folder: string, name: string, rows: readonly ShardRow[]): Promise<void> {
  await replaceFile(join(folder, `${name}.json`), `${JSON.stringify(rows)}\n`);
}

/** Throws IchorError `artifact-damaged`. */
export const readShardsFacts = (folder: string): Promise<ShardsFacts> =>
  readArtifactJson<ShardsFacts>(folder, 'shards.json', isFacts);

export async function writeShardsFacts(folder: string, facts: ShardsFacts): Promise<void> {
  await replaceFile(join(folder, 'shards.json'), `${JSON.stringify(facts)}\n`);
}

const COLUMNS = ['slice', 'status', 'hash', 'blank', 'brain'] as const;

/** Writes `pixels.csv`. */
export async function writePixels(folder: string, rows: Iterable<PixelRow>): Promise<void> {
  await writeCsv(join(folder, 'pixels.csv'), COLUMNS, rows, (row) => COLUMNS.map((column) => row[column]));
}

/** Reads `pixels.csv` of a shards artifact. */
export async function readPixels(folder: string): Promise<PixelRow[]> {
  const rows: PixelRow[] = [];
  for await (const row of readCsv(join(folder, 'pixels.csv'), COLUMNS))
    rows.push({
      slice: row.slice ?? '',
      status: row.status as PixelStatus,
      hash: row.hash ?? '',
      blank: row.blank === '1',
      brain: Number(row.brain),
    });
  return rows;
}

interface Place {
  shard: number;
  offset: number;
  length: number;
}

/** Files kept open at once: a store may hold a thousand shards. */
const MOST_OPEN = 64;

/** Opens a shards artifact for reading by slice. Close it when done. */
export async function openShards(folder: string): Promise<ShardReader> {
  const { size, channels, shards } = await readShardsFacts(folder);
  const [{ decodeExample }, { unframeRecord }] = await Promise.all([
    import('../tfrecord/example.ts'),
    import('../tfrecord/record.ts'),
  ]);
  const places = new Map<string, Place>();
  const pixels: PixelRow[] = [];
  const doubts = new Map<string, readonly string[]>();
  for (let shard = 1; shard <= shards; shard++)
    for (const {
      offset,
      length,
      air: _,
      values: __,
      greys: ______,
      notes,
      why: _____,
      content: ____,
      ...row
    } of await readShardRows(folder, shardName(shard, shards))) {
      pixels.push(row);
      const own = pixelDoubts(notes);
      if (own.length > 0) doubts.set(row.slice, own);
      if (offset !== null) places.set(row.slice, { shard, offset, length });
    }
  const files = openFiles((shard) => open(join(folder, `${shardName(shard, shards)}.tfrecord`), 'r'));
  const bytes = size * size * channels.length;

  const readInto = async (slice: string, images: Uint8Array, at: number): Promise<void> => {
    const place = places.get(slice);
    if (place === undefined) throw new RangeError(`the shards hold no record of slice ${slice}`);
    const broken = (why: string) =>
      new IchorError(
        'shard-damaged',
        `The record of slice ${slice} in ${shardName(place.shard, shards)}.tfrecord is damaged: ${why}.`,
        'Delete the shards artifact from the store (`ichor store list` shows it) and run again.',
      );
    const record = Buffer.allocUnsafe(place.length);
    const { bytesRead } = await files.use(place.shard, (file) => file.read(record, 0, place.length, place.offset));
    if (bytesRead !== place.length) throw broken('the file ends early');
    let data: Buffer;
    try {
      data = unframeRecord(record);
    } catch (error) {
      throw broken((error as Error).message);
    }
    const image = decodeExample(data).get('image')?.bytes[0];
    if (image?.length !== bytes) throw broken('its picture has another size');
    images.set(image, at);
  };

  return {
    size,
    channels,
    slices: [...places.keys()],
    pixels: () => pixels,
    doubts: () => doubts,
    async read(slices) {
      const images = new Uint8Array(slices.length * bytes);
      await Promise.all(slices.map((slice, i) => readInto(slice, images, i * bytes)));
      return images;
    },
    close: files.close,
  };
}

/** Open files by shard; the one that was not used for longest is closed when there are too many. */
function openFiles(start: (shard: number) => Promise<FileHandle>) {
  const files = new Map<number, { file: Promise<FileHandle>; users: number }>();
  const closeIdle = async () => {
    for (const [shard, { file, users }] of files) {
      if (files.size <= MOST_OPEN) return;
      if (users > 0) continue;
      files.delete(shard);
      await (await file).close();
    }
  };
  return {
    async use<T>(shard: number, work: (file: FileHandle) => Promise<T>): Promise<T> {
      const entry = files.get(shard) ?? { file: start(shard), users: 0 };
      files.delete(shard);
      files.set(shard, entry);
      entry.users++;
      try {
        return await work(await entry.file);
      } finally {
        entry.users--;
        await closeIdle();
      }
    },
    async close(): Promise<void> {
      const open = [...files.values()];
      files.clear();
      await Promise.all(open.map(async ({ file }) => (await file).close()));
    },
  };
}
