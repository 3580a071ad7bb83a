/** Writes small DICOM files by hand (PS3.5 7.1, PS3.10 7.1), so that nothing of the reader is tested against itself. */
export interface BuiltElement {
  tag: [number, number];
  vr: string;
  value: Buffer;
}

export interface BuiltSlice {
  explicit?: boolean;
  syntax?: string;
  /** No preamble and no meta group. */
  bare?: boolean;
  sop?: string;
  series?: string;
  study?: string;
  patient?: string;
  position?: readonly number[] | null;
  orientation?: readonly number[] | null;
  instance?: number;
  location?: number;
  pixelSpacing?: readonly number[];
  rows?: number;
  columns?: number;
  bitsAllocated?: number;
  bitsStored?: number;
  highBit?: number;
  signed?: boolean;
  slope?: string | null;
  intercept?: string | null;
  modality?: string;
  samples?: number;
  photometric?: string;
  window?: string;
  /** Stored words as they stand in the file, row by row. */
  words?: readonly number[];
  /** More elements, in place of or among the others. */
  more?: readonly BuiltElement[];
  /** Bytes cut off at the end. */
  cut?: number;
}

const LONG = new Set(['OB', 'OW', 'SQ', 'UN', 'UT']);

const even = (text: string, pad = ' '): Buffer => Buffer.from(text.length % 2 === 0 ? text : text + pad, 'latin1');
const us = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
};

function write({ tag, vr, value }: BuiltElement, explicit: boolean): Buffer {
  const head = Buffer.concat([us(tag[0]), us(tag[1])]);
  const long = Buffer.alloc(4);
  long.writeUInt32LE(value.length);
  if (!explicit) return Buffer.concat([head, long, value]);
  if (LONG.has(vr)) return Buffer.concat([head, Buffer.from(vr), Buffer.alloc(2), long, value]);
  return Buffer.concat([head, Buffer.from(vr), us(value.length), value]);
}

export function buildDicom(of: BuiltSlice = {}): Buffer {
  const explicit = of.explicit ?? true;
  const syntax = of.syntax ?? (explicit ? '1.2.840.10008.1.2.1' : '1.2.840.10008.1.2');
  const rows = of.rows ?? 2;
  const columns = of.columns ?? 3;
  const bitsAllocated = of.bitsAllocated ?? 16;
  const bitsStored = of.bitsStored ?? 12;
  const words = of.words ?? Array.from({ length: rows * columns }, (_, i) => (i * 37) % 2 ** bitsStored);
  const pixels = Buffer.alloc((words.length * bitsAllocated) / 8);
  for (const [i, word] of words.entries())
    bitsAllocated === 8 ? pixels.writeUInt8(word, i) : pixels.writeUInt16LE(word, 2 * i);
  const text = (group: number, element: number, vr: string, value: string, pad?: string): BuiltElement => ({
    tag: [group, element],
    vr,
    value: even(value, pad),
  });
  const short = (group: number, element: number, value: number): BuiltElement => ({
    tag: [group, element],
    vr: 'US',
    value: us(value),
  });
  const elements: BuiltElement[] = [
    text(8, 0x18, 'UI', of.sop ?? 'ID_slice', '\0'),
    text(8, 0x60, 'CS', of.modality ?? 'CT'),
    text(0x10, 0x10, 'PN', 'SECRET^NAME'),
    text(0x10, 0x20, 'LO', of.patient ?? 'ID_patient'),
    text(0x20, 0x0d, 'UI', of.study ?? 'ID_study', '\0'),
    text(0x20, 0x0e, 'UI', of.series ?? 'ID_series', '\0'),
    text(0x20, 0x10, 'SH', ''),
    ...(of.position === null ? [] : [text(0x20, 0x32, 'DS', (of.position ?? [0, 0, 5]).join('\\'))]),
    ...(of.orientation === null ? [] : [text(0x20, 0x37, 'DS', (of.orientation ?? [1, 0, 0, 0, 1, 0]).join('\\'))]),
    ...(of.instance === undefined ? [] : [text(0x20, 0x13, 'IS', String(of.instance))]),
    ...(of.location === undefined ? [] : [text(0x20, 0x1041, 'DS', String(of.location))]),
    ...(of.pixelSpacing === undefined ? [] : [text(0x28, 0x30, 'DS', of.pixelSpacing.join('\\'))]),
    short(0x28, 2, of.samples ?? 1),
    text(0x28, 4, 'CS', of.photometric ?? 'MONOCHROME2'),
    short(0x28, 0x10, rows),
    short(0x28, 0x11, columns),
    short(0x28, 0x100, bitsAllocated),
    short(0x28, 0x101, bitsStored),
    short(0x28, 0x102, of.highBit ?? bitsStored - 1),
    short(0x28, 0x103, of.signed ? 1 : 0),
    text(0x28, 0x1050, 'DS', of.window ?? '00036\\00036'),
    ...(of.intercept === null ? [] : [text(0x28, 0x1052, 'DS', of.intercept ?? '-1024')]),
    ...(of.slope === null ? [] : [text(0x28, 0x1053, 'DS', of.slope ?? '1')]),
    { tag: [0x7fe0, 0x10], vr: bitsAllocated === 8 ? 'OB' : 'OW', value: pixels },
  ];
  const number = ({ tag: [group, element] }: BuiltElement) => group * 65536 + element;
  const replaced = new Map([...elements, ...(of.more ?? [])].map((each) => [number(each), each]));
  const sorted = [...replaced.values()].sort((a, b) => number(a) - number(b));
  const body = Buffer.concat(sorted.map((each) => write(each, explicit)));
  const meta = write(text(2, 0x10, 'UI', syntax, '\0'), true);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length);
  const start = [Buffer.alloc(128), Buffer.from('DICM'), write({ tag: [2, 0], vr: 'UL', value: length }, true), meta];
  const file = Buffer.concat(of.bare ? [body] : [...start, body]);
  return file.subarray(0, file.length - (of.cut ?? 0));
}
