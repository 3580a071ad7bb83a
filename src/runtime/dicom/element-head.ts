import type { SyntaxForm } from './transfer-syntax.ts';

/** The tag, VR and length in front of an element's value. */
export interface ElementHead {
  tag: number;
  /** Null where it is implicit, or an item. */
  vr: string | null;
  /** 0xffffffff: not stated. */
  length: number;
  /** Bytes of the head. */
  size: number;
  /** Where in it the length stands. */
  lengthAt: number;
}

export const UNDEFINED_LENGTH = 0xffffffff;
export const PIXEL_DATA = 0x7fe00010;
export const ITEM = 0xfffee000;
export const ITEM_END = 0xfffee00d;
export const SEQUENCE_END = 0xfffee0dd;
/** Bytes that are enough to read any head. */
export const HEAD_BYTES = 12;

/** VRs with a length of four bytes behind two that are reserved (PS3.5 7.1.2). */
const LONG_VRS = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
const SHORT_VRS = new Set('AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US'.split(' '));

export const tagAt = (bytes: Buffer, at: number, bigEndian: boolean): number =>
  bigEndian
    ? bytes.readUInt16BE(at) * 0x10000 + bytes.readUInt16BE(at + 2)
    : bytes.readUInt16LE(at) * 0x10000 + bytes.readUInt16LE(at + 2);

/** Null where the bytes end within it; `broken` where none stands there. */
export function headAt(bytes: Buffer, at: number, { explicit, bigEndian }: SyntaxForm): ElementHead | 'broken' | null {
  if (bytes.length < at + 8) return null;
  const tag = tagAt(bytes, at, bigEndian);
  const uint32 = (from: number) => (bigEndian ? bytes.readUInt32BE(from) : bytes.readUInt32LE(from));
  if (!explicit || tag >= 0xfffe0000) return { tag, vr: null, length: uint32(at + 4), size: 8, lengthAt: 4 };
  const vr = bytes.toString('latin1', at + 4, at + 6);
  if (LONG_VRS.has(vr)) {
    if (bytes.length < at + 12) return null;
    return { tag, vr, length: uint32(at + 8), size: 12, lengthAt: 8 };
  }
  const uint16 = bigEndian ? bytes.readUInt16BE(at + 6) : bytes.readUInt16LE(at + 6);
  if (SHORT_VRS.has(vr)) return { tag, vr, length: uint16, size: 8, lengthAt: 6 };
  if (!/^[A-Z]{2}$/.test(vr)) return 'broken';
  // A VR of a later edition: those have the long form (PS3.5 7.1.2), whose reserved bytes are zero.
  if (uint16 !== 0) return { tag, vr, length: uint16, size: 8, lengthAt: 6 };
  if (bytes.length < at + 12) return null;
  return { tag, vr, length: uint32(at + 8), size: 12, lengthAt: 8 };
}

const isVr = (bytes: Buffer, at: number): boolean => {
  const vr = bytes.toString('latin1', at, at + 2);
  return LONG_VRS.has(vr) || SHORT_VRS.has(vr);
};

/** The first element of a data set is of group 0008, and short. */
const LONGEST_FIRST = 4096;

/** How the data set that starts at `at` is written, by its first element; null where that tells nothing. */
export function formOfStart(bytes: Buffer, at: number): SyntaxForm | null {
  if (bytes.length < at + 8) return null;
  const explicit = isVr(bytes, at + 4);
  if (bytes.readUInt16BE(at) === 8 && explicit) return { explicit, bigEndian: true };
  if (bytes.readUInt16LE(at) !== 8) return null;
  return explicit || bytes.readUInt32LE(at + 4) < LONGEST_FIRST ? { explicit, bigEndian: false } : null;
}

/**
 * How the elements of an item that starts at `at` are written: writers copy items of one syntax into files of another. `stated`
 * unless only the other reading makes sense. `room`: bytes up to the item's end.
 */
export function formOfItem(bytes: Buffer, at: number, stated: SyntaxForm, room: number): SyntaxForm {
  if (bytes.length < at + 8 || tagAt(bytes, at, stated.bigEndian) >= 0xfffe0000) return stated;
  const explicit = isVr(bytes, at + 4);
  if (explicit === stated.explicit) return stated;
  if (explicit) return { ...stated, explicit };
  const { bigEndian } = stated;
  const length = bigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4);
  return length === UNDEFINED_LENGTH || length <= room - 8 ? { ...stated, explicit } : stated;
}
