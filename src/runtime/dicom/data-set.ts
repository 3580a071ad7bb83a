import { formOfItem, headAt, ITEM, ITEM_END, PIXEL_DATA, SEQUENCE_END, UNDEFINED_LENGTH } from './element-head.ts';
import type { SyntaxForm } from './transfer-syntax.ts';

export interface DataElement {
  /** Null: implicit. */
  vr: string | null;
  /** Where its value stands in the data set's bytes. */
  dataOffset: number;
  /** Of its value, up to its end where that is marked by a delimiter. */
  length: number;
  /** Its length was not stated. */
  hadUndefinedLength: boolean;
}

/** Where reading stopped: at pixels, at the end of the bytes between two elements, within one, or at what is no element. */
export type DataSetEnd = 'pixels' | 'end' | 'short' | 'broken';

/** Sequences in sequences. Real headers have a handful. */
const DEEPEST = 32;
/** (7FE0,0008) and (7FE0,0009), float and double float pixel data: no header goes on behind them. */
const FLOAT_PIXELS = [0x7fe00008, 0x7fe00009];
const LITTLE = { explicit: false, bigEndian: false };

/**
 * The elements of a data set, by tag (`x00280010`), each looked at when it is asked for. Values are parts of `bytes`. What is
 * nested is walked over, and read by `items`. Never throws.
 */
export class DataSet {
  readonly elements: Record<string, DataElement> = Object.create(null);
  /** An item is written in another way than the data set around it. */
  mixed = false;
  end: DataSetEnd = 'end';

  /** Reads the elements from `start` to `stop`, or up to the pixels. */
  constructor(
    readonly byteArray: Buffer,
    start: number,
    stop: number,
    readonly form: SyntaxForm,
  ) {
    this.end = this.#read(start, Math.min(stop, byteArray.length));
  }

  #read(start: number, stop: number): DataSetEnd {
    let at = start;
    while (at < stop) {
      const head = at + 8 > stop ? null : headAt(this.byteArray, at, this.form);
      if (head === null) return 'short';
      if (head === 'broken') return 'broken';
      const { tag, vr, length, size } = head;
      const dataOffset = at + size;
      if (tag >= 0xfffe0000) {
        // The end of a sequence whose length is stated as well: some writers write both.
        if ((tag !== ITEM_END && tag !== SEQUENCE_END) || length !== 0) return tag >= 0xffff0000 ? 'end' : 'broken';
        at = dataOffset;
        continue;
      }
      const hadUndefinedLength = length === UNDEFINED_LENGTH;
      const element = { vr, dataOffset, length: hadUndefinedLength ? 0 : length, hadUndefinedLength };
      if (tag === PIXEL_DATA || FLOAT_PIXELS.includes(tag)) {
        this.elements[name(tag)] = element;
        return 'pixels';
      }
      const end = hadUndefinedLength
        ? endOfItems(this.byteArray, dataOffset, stop, inner(vr, this.form))
        : dataOffset + length;
      if (end === null) return 'short';
      // Of a value that goes on behind the bytes nothing is known.
      if (end > stop) return 'short';
      this.elements[name(tag)] = hadUndefinedLength ? { ...element, length: end - dataOffset } : element;
      at = end;
    }
    return 'end';
  }

  /** The bytes of a value; null where there is none. */
  bytesOf(tag: string): Buffer | null {
    const element = this.elements[tag];
    if (element === undefined || element.length === 0) return null;
    return this.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
  }

  /**
   * A text up to its first zero byte, without the spaces around it; undefined where there is none.
   * @param decode for values that the Specific Character Set concerns: names, descriptions, ids of people
   */
  string(tag: string, decode = (bytes: Buffer) => bytes.toString('latin1')): string | undefined {
    const bytes = this.bytesOf(tag);
    return bytes === null ? undefined : decode(bytes).split('\0', 1)[0]?.trim();
  }

  uint16(tag: string): number | undefined {
    const bytes = this.bytesOf(tag);
    if (bytes === null || bytes.length < 2) return undefined;
    return this.form.bigEndian ? bytes.readUInt16BE(0) : bytes.readUInt16LE(0);
  }

  uint32(tag: string): number | undefined {
    const bytes = this.bytesOf(tag);
    if (bytes === null || bytes.length !== 4) return undefined;
    return this.form.bigEndian ? bytes.readUInt32BE(0) : bytes.readUInt32LE(0);
  }

  /** Words of two bytes in the order of a little endian file. */
  words(tag: string): Buffer | null {
    const bytes = this.bytesOf(tag);
    return bytes !== null && this.form.bigEndian && bytes.length % 2 === 0 ? Buffer.from(bytes).swap16() : bytes;
  }

  /** The items of a sequence, each as far as it can be read. */
  items(tag: string): DataSet[] {
    const element = this.elements[tag];
    if (element === undefined || element.length < 8) return [];
    const { byteArray } = this;
    const stop = Math.min(byteArray.length, element.dataOffset + element.length);
    const form = inner(element.vr, this.form);
    const found: DataSet[] = [];
    for (let at = element.dataOffset; at + 8 <= stop; ) {
      const head = headAt(byteArray, at, form);
      if (head === null || head === 'broken' || head.tag !== ITEM) break;
      const start = at + head.size;
      const own = formOfItem(byteArray, start, form, stop - start);
      const whole = head.length === UNDEFINED_LENGTH ? endOfItem(byteArray, start, stop, own) : start + head.length;
      const end = Math.min(stop, whole ?? stop);
      const item = new DataSet(byteArray, start, end, own);
      if (own.explicit !== form.explicit && element.vr !== 'UN') this.mixed = true;
      found.push(item);
      if (whole === null) break;
      at = whole;
    }
    return found;
  }
}

const name = (tag: number): string => `x${tag.toString(16).padStart(8, '0')}`;

/** An unknown element that is a sequence is one in implicit VR and little endian (PS3.5 6.2.2, note 4). */
const inner = (vr: string | null, form: SyntaxForm): SyntaxForm => (vr === 'UN' ? LITTLE : form);

/** Where a sequence of no stated length ends, its delimiter behind it; null where the bytes end before. */
function endOfItems(bytes: Buffer, start: number, stop: number, form: SyntaxForm, depth = 0): number | null {
  if (depth > DEEPEST) return null;
  for (let at = start; ; ) {
    const item = at + 8 > stop ? null : headAt(bytes, at, form);
    if (item === null || item === 'broken') return null;
    const { tag, length, size } = item;
    if (tag === SEQUENCE_END) return at + size;
    if (tag !== ITEM) return null;
    const own = formOfItem(bytes, at + size, form, stop - at - size);
    const end = length === UNDEFINED_LENGTH ? endOfItem(bytes, at + size, stop, own, depth) : at + size + length;
    if (end === null) return null;
    at = end;
  }
}

function endOfItem(bytes: Buffer, start: number, stop: number, form: SyntaxForm, depth = 0): number | null {
  for (let at = start; ; ) {
    const element = at + 8 > stop ? null : headAt(bytes, at, form);
    if (element === null || element === 'broken') return null;
    const { tag, vr, length, size } = element;
    if (tag === ITEM_END) return at + size;
    const nested = length === UNDEFINED_LENGTH;
    const end = nested ? endOfItems(bytes, at + size, stop, inner(vr, form), depth + 1) : at + size + length;
    if (end === null) return null;
    at = end;
  }
}
