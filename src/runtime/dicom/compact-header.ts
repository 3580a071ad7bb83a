/** Up to `length` bytes from `offset` on: fewer only where the file ends. */
export type RangeReader = (offset: number, length: number) => Promise<Buffer>;

/** A header without its long values: what is left is small, whatever a scanner's private elements hold. */
export interface CompactHeader {
  /** The file up to its pixels' first byte, each long value cut out and its length set to 0. */
  bytes: Buffer;
  /** Where the pixels start in the file; null where there are none. */
  pixelOffset: number | null;
  /** What was cut out, in its order: an element as `x00091010`, the bytes of its value. */
  cut: readonly { tag: string; length: number }[];
}

/** Values longer than this are seeked over: no element that is read needs more. */
const LONGEST_VALUE = 64 * 1024;
/** All other values of a header together. */
const MOST_BYTES = 8 * 1024 * 1024;
const CHUNK = 256 * 1024;
/** Sequences in sequences. Real headers have a handful. */
const DEEPEST = 32;
/** Elements within sequences whose length is not stated: a hostile file is not walked for ever. */
const MOST_STEPS = 20_000_000;

const UNDEFINED_LENGTH = 0xffffffff;
const PIXEL_DATA = 0x7fe00010;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
/** VRs with a length of four bytes behind two that are reserved (PS3.5 7.1.2). */
const LONG_VRS = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);

/**
 * Walks the data set of a file from element to element, in chunks of its own, and seeks over what is long.
 *
 * @param start The file's bytes in front of the data set, which is little endian.
 * @param explicit Whether its elements say their VR.
 * @returns Null where it cannot be walked: its lengths make no sense.
 */
export async function compactHeader(
  read: RangeReader,
  start: Buffer,
  explicit: boolean,
): Promise<CompactHeader | null> {
  const walk = new Walk(read);
  const kept = [start];
  let size = start.length;
  const cut: { tag: string; length: number }[] = [];
  const made = (pixelOffset: number | null): CompactHeader => ({ bytes: Buffer.concat(kept), pixelOffset, cut });
  let at = start.length;
  for (;;) {
    const element = await walk.element(at, explicit);
    if (element === null) return made(null);
    const { tag, value, length, head } = element;
    if (tag === PIXEL_DATA) {
      kept.push(head);
      return made(value);
    }
    const end = length === UNDEFINED_LENGTH ? await walk.endOfItems(element) : value + length;
    if (end === null) return null;
    if (end - value > LONGEST_VALUE) {
      // The last four or two bytes are the length.
      kept.push(Buffer.from(head).fill(0, element.lengthAt));
      cut.push({ tag: `x${tag.toString(16).padStart(8, '0')}`, length: end - value });
      size += head.length;
    } else {
      const whole = Buffer.from(await walk.bytes(at, end - at));
      kept.push(whole);
      size += whole.length;
      // The file ends within this value.
      if (whole.length < end - at) return made(null);
    }
    if (size > MOST_BYTES) return null;
    at = end;
  }
}

interface Element {
  tag: number;
  /** Where its value starts. */
  value: number;
  /** 0xffffffff: not stated. */
  length: number;
  /** Explicit VR of a sequence's items. */
  explicit: boolean;
  /** Its tag, VR and length as they stand. */
  head: Buffer;
  /** Where in `head` the length stands. */
  lengthAt: number;
}

class Walk {
  #chunk: Buffer = Buffer.alloc(0);
  #from = 0;
  #steps = 0;

  constructor(readonly read: RangeReader) {}

  /** Fewer bytes only where the file ends. */
  async bytes(at: number, length: number): Promise<Buffer> {
    const offset = at - this.#from;
    if (offset < 0 || offset + length > this.#chunk.length) {
      this.#chunk = await this.read(at, Math.max(CHUNK, length));
      this.#from = at;
      return this.#chunk.subarray(0, length);
    }
    return this.#chunk.subarray(offset, offset + length);
  }

  /** Null where the file ends. */
  async element(at: number, explicit: boolean): Promise<Element | null> {
    const twelve = await this.bytes(at, 12);
    if (twelve.length < 8) return null;
    const tag = twelve.readUInt16LE(0) * 0x10000 + twelve.readUInt16LE(2);
    // Items and their ends have no VR.
    const vr = explicit && tag < 0xfffe0000 ? twelve.toString('latin1', 4, 6) : null;
    const short = vr === null || !LONG_VRS.has(vr);
    if (!short && twelve.length < 12) return null;
    const size = short ? 8 : 12;
    const lengthAt = vr === null ? 4 : short ? 6 : 8;
    const length = vr !== null && short ? twelve.readUInt16LE(6) : twelve.readUInt32LE(lengthAt);
    const head = Buffer.from(twelve.subarray(0, size));
    // An unknown element of no stated length is a sequence in implicit VR (PS3.5 6.2.2, note 4).
    return { tag, value: at + size, length, explicit: explicit && vr !== 'UN', head, lengthAt };
  }

  /** Where a sequence of no stated length ends, its own end behind it. */
  async endOfItems({ value, explicit }: Element, depth = 0): Promise<number | null> {
    if (depth > DEEPEST) return null;
    let at = value;
    for (;;) {
      const item = await this.element(at, explicit);
      if (item === null || this.#steps++ > MOST_STEPS) return null;
      if (item.tag === SEQUENCE_END) return item.value;
      if (item.tag !== ITEM) return null;
      const end = item.length === UNDEFINED_LENGTH ? await this.#endOfItem(item, depth) : item.value + item.length;
      if (end === null) return null;
      at = end;
    }
  }

  async #endOfItem({ value, explicit }: Element, depth: number): Promise<number | null> {
    let at = value;
    for (;;) {
      const element = await this.element(at, explicit);
      if (element === null || this.#steps++ > MOST_STEPS) return null;
      if (element.tag === ITEM_END) return element.value;
      const nested = element.length === UNDEFINED_LENGTH;
      const end = nested ? await this.endOfItems(element, depth + 1) : element.value + element.length;
      if (end === null) return null;
      at = end;
    }
  }
}
