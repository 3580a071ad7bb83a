import {
  formOfItem,
  HEAD_BYTES,
  headAt,
  ITEM,
  ITEM_END,
  PIXEL_DATA,
  SEQUENCE_END,
  UNDEFINED_LENGTH,
} from './element-head.ts';
import { MACROS, PER_FRAME, SHARED } from './functional-groups.ts';
import type { SyntaxForm } from './transfer-syntax.ts';

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
/** A table of 65,536 entries, and offsets of that many frames: these are read. */
const LONG_TAGS: readonly number[] = [0x00283000, 0x7fe00001, 0x7fe00002];
const LONGEST_OF_THOSE = 512 * 1024;
/** All other values of a header together. */
const MOST_BYTES = 8 * 1024 * 1024;
const CHUNK = 256 * 1024;
/** Sequences in sequences. Real headers have a handful. */
const DEEPEST = 32;
/** Elements within sequences whose length is not stated: a hostile file is not walked for ever. */
const MOST_STEPS = 20_000_000;

/** Functional groups, and of those the macros that are read. A group of a frame may hold megabytes of other things. */
const GROUPS: readonly number[] = [SHARED, PER_FRAME].map(tagOf);
const WANTED: readonly number[] = MACROS.map(tagOf);
const LONGEST_MACRO = 4096;

/**
 * Walks the data set of a file from element to element, in chunks of its own, and seeks over what is long.
 *
 * @param start The file's bytes in front of the data set.
 * @param form How its elements are written.
 * @returns Null where it cannot be walked: its lengths make no sense.
 */
export async function compactHeader(read: RangeReader, start: Buffer, form: SyntaxForm): Promise<CompactHeader | null> {
  const walk = new Walk(read);
  const kept = [start];
  let size = start.length;
  const cut: { tag: string; length: number }[] = [];
  const made = (pixelOffset: number | null): CompactHeader => ({ bytes: Buffer.concat(kept), pixelOffset, cut });
  let at = start.length;
  for (;;) {
    const element = await walk.element(at, form);
    if (element === 'broken') return null;
    if (element === null) return made(null);
    const { tag, value, length, head } = element;
    if (tag === PIXEL_DATA) {
      kept.push(head);
      return made(value);
    }
    const end = length === UNDEFINED_LENGTH && tag < 0xfffe0000 ? await walk.endOfItems(element) : value + length;
    if (end === null) return null;
    let part: Buffer;
    if (end - value <= (LONG_TAGS.includes(tag) ? LONGEST_OF_THOSE : LONGEST_VALUE)) {
      part = Buffer.from(await walk.bytes(at, end - at));
      // The file ends within this value.
      if (part.length < end - at) {
        kept.push(part);
        return made(null);
      }
    } else {
      const groups = GROUPS.includes(tag) ? await walk.groups(element, end) : null;
      // The last four or two bytes are the length.
      part = groups ?? Buffer.from(head).fill(0, element.lengthAt);
      // Of groups it is their length that tells two headers apart, and what is read of them.
      cut.push({ tag: groups === null ? nameOf(tag) : 'groups', length: end - value });
    }
    kept.push(part);
    size += part.length;
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
  /** How a sequence's items are written. */
  form: SyntaxForm;
  /** Its tag, VR and length as they stand. */
  head: Buffer;
  /** Where in `head` the length stands. */
  lengthAt: number;
}

const LITTLE = { explicit: false, bigEndian: false };

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
  async element(at: number, form: SyntaxForm): Promise<Element | 'broken' | null> {
    const bytes = await this.bytes(at, HEAD_BYTES);
    const found = headAt(bytes, 0, form);
    if (found === null || found === 'broken') return found;
    const { tag, vr, length, size, lengthAt } = found;
    const head = Buffer.from(bytes.subarray(0, size));
    // An unknown element of no stated length is a sequence in implicit VR (PS3.5 6.2.2, note 4).
    return { tag, value: at + size, length, form: vr === 'UN' ? LITTLE : form, head, lengthAt };
  }

  /** Where a sequence of no stated length ends, its own end behind it. */
  async endOfItems({ value, form }: Element, depth = 0): Promise<number | null> {
    if (depth > DEEPEST) return null;
    let at = value;
    for (;;) {
      const item = await this.element(at, form);
      if (item === null || item === 'broken' || this.#steps++ > MOST_STEPS) return null;
      if (item.tag === SEQUENCE_END) return item.value;
      if (item.tag !== ITEM) return null;
      const end = item.length === UNDEFINED_LENGTH ? await this.#endOfItem(item, depth) : item.value + item.length;
      if (end === null) return null;
      at = end;
    }
  }

  /** How the elements of an item are written. */
  async #formOf({ value, length, form }: Element): Promise<SyntaxForm> {
    const room = length === UNDEFINED_LENGTH ? Number.POSITIVE_INFINITY : length;
    return formOfItem(await this.bytes(value, HEAD_BYTES), 0, form, room);
  }

  async #endOfItem(item: Element, depth: number): Promise<number | null> {
    const form = await this.#formOf(item);
    let at = item.value;
    for (;;) {
      const element = await this.element(at, form);
      if (element === null || element === 'broken' || this.#steps++ > MOST_STEPS) return null;
      if (element.tag === ITEM_END) return element.value;
      const nested = element.length === UNDEFINED_LENGTH;
      const end = nested ? await this.endOfItems(element, depth + 1) : element.value + element.length;
      if (end === null) return null;
      at = end;
    }
  }

  /** A sequence of functional groups with the macros alone that are read, its lengths not stated. Null where it makes no sense. */
  async groups({ head, lengthAt, value, form }: Element, end: number): Promise<Buffer | null> {
    const undefinedLength = Buffer.alloc(4, 0xff);
    const tag = (of: number): Buffer => {
      const bytes = Buffer.alloc(8);
      if (form.bigEndian) bytes.writeUInt32BE(of);
      else bytes.writeUInt32LE(((of & 0xffff) * 0x10000 + (of >>> 16)) >>> 0);
      return bytes;
    };
    const parts: Buffer[] = [head.subarray(0, lengthAt), undefinedLength];
    let size = 0;
    for (let at = value; at < end && size < MOST_BYTES; ) {
      const item = await this.element(at, form);
      if (item === null || item === 'broken') return null;
      if (item.tag === SEQUENCE_END) break;
      if (item.tag !== ITEM) return null;
      const own = await this.#formOf(item);
      const stated = item.length === UNDEFINED_LENGTH ? Number.POSITIVE_INFINITY : item.value + item.length;
      parts.push(tag(ITEM).subarray(0, 4), undefinedLength);
      at = item.value;
      while (at < stated) {
        const element = await this.element(at, own);
        if (element === null || element === 'broken' || this.#steps++ > MOST_STEPS) return null;
        if (element.tag === ITEM_END) {
          at = element.value;
          break;
        }
        const nested = element.length === UNDEFINED_LENGTH;
        const next = nested ? await this.endOfItems(element) : element.value + element.length;
        if (next === null || next > end) return null;
        if (WANTED.includes(element.tag) && next - at <= LONGEST_MACRO) {
          parts.push(Buffer.from(await this.bytes(at, next - at)));
          size += next - at;
        }
        at = next;
      }
      parts.push(tag(ITEM_END));
    }
    return Buffer.concat([...parts, tag(SEQUENCE_END)]);
  }
}

const nameOf = (tag: number): string => `x${tag.toString(16).padStart(8, '0')}`;

/** `x00280010` as a number. */
function tagOf(name: string): number {
  return Number.parseInt(name.slice(1), 16);
}
