/** What a slice's pixels came to. `truncated` slices have no record: they are predicted from their neighbours. */
export type PixelStatus = 'read' | 'truncated' | 'unreadable';

/** One row of `pixels.csv` (shards): every slice of the index, in its order. */
export interface PixelRow {
  slice: string;
  status: PixelStatus;
  /** SHA-256 over rows, columns and HU as int32: the same picture has the same hash, whatever its encoding. */
  hash: string;
  /** Standard deviation of HU below 1: a blank picture links no patients. */
  blank: boolean;
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
  close(): Promise<void>;
}
