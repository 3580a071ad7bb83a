import { dirname } from 'node:path';
import { IchorError } from '../../errors.ts';
import { type FileHandle, open, rename, rm } from '../../files/fs.ts';
import { syncFolder } from '../../files/write.ts';
import { HeaderRefused, readSafetensorsHeader } from './safetensors-header.ts';

/** The types that ichor writes, of the many that the format has (facts 5.6). */
export type Dtype = 'F32' | 'I32' | 'I64' | 'U8';
const BYTES: Readonly<Record<Dtype, number>> = { I64: 8, F32: 4, I32: 4, U8: 1 };
const RANK: readonly Dtype[] = ['I64', 'F32', 'I32', 'U8'];
/** The format's own limit on the header. */
const HEADER_LIMIT = 100_000_000;

export type TensorData = Float32Array | Int32Array | BigInt64Array | Uint8Array;
export interface StoredTensor {
  dtype: Dtype;
  shape: readonly number[];
  data: TensorData;
}
export interface TensorPlace {
  dtype: Dtype;
  shape: readonly number[];
  /** Bytes from the start of the file. */
  begin: number;
  end: number;
}
export type Metadata = Readonly<Record<string, string>>;

const cells = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1);

/**
 * The header of a file with these tensors, and where each comes to lie. Wide types come first and then names in order,
 * as the format's own library writes them, so that equal contents are equal bytes.
 */
export function layout(
  tensors: Readonly<Record<string, { dtype: Dtype; shape: readonly number[] }>>,
  metadata: Metadata,
) {
  const ordered = Object.entries(tensors).sort(
    ([a, x], [b, y]) => RANK.indexOf(x.dtype) - RANK.indexOf(y.dtype) || (a < b ? -1 : 1),
  );
  const header: Record<string, unknown> = {};
  const kept = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  if (kept.length > 0) header.__metadata__ = Object.fromEntries(kept);
  let offset = 0;
  for (const [name, { dtype, shape }] of ordered) {
    const end = offset + BYTES[dtype] * cells(shape);
    header[name] = { dtype, shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = Buffer.from(JSON.stringify(header), 'utf8');
  const padded = Buffer.alloc(8 + Math.ceil(text.length / 8) * 8, ' ');
  padded.writeBigUInt64LE(BigInt(padded.length - 8));
  text.copy(padded, 8);
  const places = new Map<string, TensorPlace>();
  let begin = padded.length;
  for (const [name, { dtype, shape }] of ordered) {
    const end = begin + BYTES[dtype] * cells(shape);
    places.set(name, { dtype, shape, begin, end });
    begin = end;
  }
  return { header: padded, places, bytes: begin };
}

const asBytes = (data: TensorData) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Writes a whole file aside, syncs it and renames it into place: there is never half of one. */
export async function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, StoredTensor>>,
  metadata: Metadata = {},
): Promise<void> {
  const { header, places } = layout(tensors, metadata);
  const aside = `${path}.tmp`;
  const handle = await open(aside, 'w');
  try {
    await writeAt(handle, header, 0);
    for (const [name, place] of places) {
      const bytes = asBytes((tensors[name] as StoredTensor).data);
      if (bytes.length !== place.end - place.begin) {
        throw new Error(
          `${name} holds ${bytes.length} bytes, its shape [${place.shape}] says ${place.end - place.begin}`,
        );
      }
      await writeAt(handle, bytes, place.begin);
    }
    await handle.sync();
  } catch (error) {
    await handle.close();
    // A part of it would take the room that a full disk lacks.
    await rm(aside, { force: true });
    throw error;
  }
  await handle.close();
  await rename(aside, path);
  await syncFolder(dirname(path));
}

/** All of a small file. Throws IchorError `weights-unreadable`. */
export async function readSafetensors(
  path: string,
): Promise<{ tensors: Record<string, StoredTensor>; metadata: Metadata }> {
  const file = await SafetensorsFile.open(path);
  try {
    const tensors: Record<string, StoredTensor> = {};
    for (const [name, { dtype, shape }] of file.places) tensors[name] = { dtype, shape, data: await file.read(name) };
    return { tensors, metadata: file.metadata };
  } finally {
    await file.close();
  }
}

/** A file that may be larger than memory: tensors are read whole or by rows. */
export class SafetensorsFile {
  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    readonly places: ReadonlyMap<string, TensorPlace>,
    readonly metadata: Metadata,
  ) {}

  static async open(path: string): Promise<SafetensorsFile> {
    const handle = await open(path, 'r');
    try {
      const { places, metadata } = await readHeader(path, handle);
      return new SafetensorsFile(path, handle, places, metadata);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** The tensor, or rows `from` to `to` (exclusive) of its first axis. */
  async read(name: string, from?: number, to?: number): Promise<TensorData> {
    const place = this.places.get(name);
    if (!place) throw unreadable(this.path, `it has no tensor ${name}`);
    const rows = place.shape[0] ?? 1;
    const row = rows === 0 ? 0 : (place.end - place.begin) / rows;
    const [first, last] = [from ?? 0, to ?? rows];
    const bytes = new Uint8Array((last - first) * row);
    await readAt(this.path, this.handle, bytes, place.begin + first * row);
    switch (place.dtype) {
      case 'F32':
        return new Float32Array(bytes.buffer);
      case 'I32':
        return new Int32Array(bytes.buffer);
      case 'I64':
        return new BigInt64Array(bytes.buffer);
      case 'U8':
        return bytes;
    }
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

async function readHeader(path: string, handle: FileHandle) {
  const { places: found, metadata } = await readSafetensorsHeader(handle, HEADER_LIMIT).catch((error: unknown) => {
    throw error instanceof HeaderRefused ? unreadable(path, error.message) : error;
  });
  const places = new Map<string, TensorPlace>();
  for (const [name, { dtype, ...place }] of found) {
    if (!isDtype(dtype)) throw unreadable(path, `${name} is of type ${dtype}, which is not read here`);
    places.set(name, { dtype, ...place });
  }
  return { places, metadata };
}

const isDtype = (name: string): name is Dtype => name in BYTES;

export const unreadable = (path: string, why: string) =>
  new IchorError(
    'weights-unreadable',
    `${path} cannot be read as safetensors: ${why}.`,
    `Delete the folder ${dirname(path)}; the next run makes it again.`,
  );

/** One call writes at most 2 GiB. */
const CHUNK = 1 << 30;

export async function writeAt(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, Math.min(CHUNK, bytes.length - done), position + done);
    done += bytesWritten;
  }
}

async function readAt(path: string, handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(CHUNK, bytes.length - done), position + done);
    if (bytesRead === 0) throw unreadable(path, 'it ends too early');
    done += bytesRead;
  }
}
