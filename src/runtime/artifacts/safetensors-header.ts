import type { FileHandle } from '../../files/fs.ts';
import { hasForm, isList, isMap, isText, mapOf } from '../../files/json.ts';

/** Bytes of each of the format's types that has whole ones. */
const WIDTHS: Readonly<Record<string, number>> = {
  F64: 8,
  I64: 8,
  U64: 8,
  C64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
  F8_E8M0: 1,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

export interface HeaderEntry {
  dtype: string;
  shape: readonly number[];
  /** Bytes from the start of the file. */
  begin: number;
  end: number;
}

export interface SafetensorsHeader {
  /** In the order of the header. */
  places: ReadonlyMap<string, HeaderEntry>;
  metadata: Readonly<Record<string, string>>;
}

/** What is wrong with a header, in words without a path: `it has no end`. */
export class HeaderRefused extends Error {
  override readonly name = 'HeaderRefused';
  constructor(
    readonly kind: 'cut-off' | 'damaged' | 'unsafe',
    message: string,
  ) {
    super(message);
  }
}

const refuse = (kind: HeaderRefused['kind'], why: string) => new HeaderRefused(kind, why);

/**
 * The header of a safetensors file, held against the file as the format demands: each byte of the data belongs to one
 * tensor, and each tensor's bytes are those of its shape. Throws `HeaderRefused`.
 * @param limit of the header, bytes. The format's own is 100 MB
 */
export async function readSafetensorsHeader(handle: FileHandle, limit: number): Promise<SafetensorsHeader> {
  const { size } = await handle.stat();
  if (size < 8) throw refuse('cut-off', 'it is shorter than a header');
  const length = Number(new DataView((await read(handle, 0, 8)).buffer).getBigUint64(0, true));
  if (length > limit) throw refuse('unsafe', `its header claims ${length} bytes`);
  if (8 + length > size) throw refuse('cut-off', `its header claims ${length} bytes, and the file has ${size}`);
  const text = Buffer.from(await read(handle, 8, length)).toString('utf8');
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw refuse('damaged', `its header is no JSON (${(error as Error).message})`);
  }
  if (!isMap(header)) throw refuse('damaged', 'its header is no list of tensors');
  const twice = nameTwice(text);
  if (twice !== null) throw refuse('unsafe', `its header has ${twice} twice`);
  const { __metadata__: metadata = {}, ...tensors } = header;
  if (!mapOf(isText)(metadata)) throw refuse('damaged', 'its metadata are no texts');
  const places = new Map<string, HeaderEntry>();
  for (const [name, entry] of Object.entries(tensors)) places.set(name, placeOf(name, entry, 8 + length, size));
  requireNoOverlap(places, 8 + length, size);
  return { places, metadata: metadata as Record<string, string> };
}

const isEntry = hasForm({ dtype: isText, shape: isList, data_offsets: isList });
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function placeOf(name: string, entry: unknown, start: number, size: number): HeaderEntry {
  if (!isEntry(entry)) throw refuse('damaged', `its header says nothing of use about ${name}`);
  const { dtype, shape, data_offsets } = entry as { dtype: string; shape: unknown[]; data_offsets: unknown[] };
  const [from, to] = data_offsets;
  if (!shape.every(isCount) || data_offsets.length !== 2 || !isCount(from) || !isCount(to) || to < from)
    throw refuse('damaged', `its header gives ${name} a place or a shape that there cannot be`);
  const width = WIDTHS[dtype];
  if (width === undefined) throw refuse('damaged', `${name} is of type ${dtype}, which is not read here`);
  const sides = shape as number[];
  if (start + to > size) throw refuse('cut-off', `${name} ends at byte ${start + to}, and the file has ${size}`);
  if (to - from !== width * sides.reduce((product, side) => product * side, 1))
    throw refuse('damaged', `${name} [${sides}] does not fill its ${to - from} bytes: it was changed`);
  return { dtype, shape: sides, begin: start + from, end: start + to };
}

function requireNoOverlap(places: ReadonlyMap<string, HeaderEntry>, start: number, size: number): void {
  let end = start;
  const sorted = [...places].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  for (const [name, place] of sorted) {
    if (place.begin < end) throw refuse('unsafe', `${name} lies on the bytes of another tensor`);
    if (place.begin > end) throw refuse('damaged', `bytes before ${name} belong to no tensor`);
    end = place.end;
  }
  if (end !== size) throw refuse('damaged', `its last ${size - end} bytes belong to no tensor`);
}

/** A name that a map has twice: `JSON.parse` keeps the last one, other readers the first. */
function nameTwice(text: string): string | null {
  const seen = new Set<string>();
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/gs)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (depth === 1 && /^\s*:/.test(text.slice(index + token.length, index + token.length + 64))) {
      const name = JSON.parse(token) as string;
      if (seen.has(name)) return name;
      seen.add(name);
    }
  }
  return null;
}

async function read(handle: FileHandle, position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw refuse('cut-off', 'it ends too early');
    done += bytesRead;
  }
  return bytes;
}
