import { archiveKind, isNifti, NIFTI } from './archive.ts';
import { textDecoder } from './character-set.ts';
import { claimsOf, sealed } from './claims.ts';
import { DataSet } from './data-set.ts';
import { formOfStart, headAt } from './element-head.ts';
import { frameParts, PER_FRAME, SHARED } from './functional-groups.ts';
import type { DicomHeader, HeaderDoubt, HeaderProblem } from './header.ts';
import { HeaderNumbers } from './header-numbers.ts';
import { kernelKind } from './kernel.ts';
import { modalityProblem } from './modality.ts';
import { modalityTable } from './modality-table.ts';
import { EXPLICIT_BIG, EXPLICIT_LITTLE, formOf, IMPLICIT_LITTLE, isLossy, type SyntaxForm } from './transfer-syntax.ts';

const PIXEL_DATA = 'x7fe00010';
const DIRECTORY_STORAGE = '1.2.840.10008.1.3.10';
/** Frames of one file: a perfusion of a whole day has fewer. */
export const MOST_FRAMES = 10_000;

export type ParsedHeader =
  | { status: 'read'; header: DicomHeader }
  | { status: 'problem'; problem: HeaderProblem }
  /** The bytes end before the pixels: try again with more of the file. */
  | { status: 'more' };

/**
 * Reads the allow-listed elements of a header. `bytes` is the start of a file (of a deflated one what it inflates to, see
 * `logicalFile`), `whole` says that it is all of it. Files without preamble or meta group are read where their first bytes
 * look like a data set; a data set that is written otherwise than its syntax says as what it is, with a doubt.
 * `dropped`: elements whose values were cut out of `bytes` for their length (`compactHeader`), as `x00283000`.
 */
export function parseHeader(bytes: Buffer, whole: boolean, dropped: ReadonlySet<string> = new Set()): ParsedHeader {
  const problem = (reason: HeaderProblem['reason'], message: string): ParsedHeader => ({
    status: 'problem',
    problem: { reason, message },
  });
  const start = startOf(bytes);
  if (start === null) {
    if (!whole && bytes.length < 132) return { status: 'more' };
    const archive = archiveKind(bytes);
    if (isNifti(bytes)) return { status: 'problem', problem: NIFTI };
    if (archive === null) return problem('not-dicom', 'is no DICOM file');
    const message = `is an archive (${archive}): what it holds is not read`;
    return { status: 'problem', problem: { reason: 'archive', message, detail: archive } };
  }
  const { offset, meta, syntax, form, other } = start;
  if (meta?.string('x00020002') === DIRECTORY_STORAGE)
    return problem('dicomdir', 'is a DICOMDIR: an index of other files');
  if (syntax === null || form === null) {
    if (!whole && bytes.length < offset + 8) return { status: 'more' };
    if (meta === null) return problem('not-dicom', 'holds no DICOM data set');
    const cut = bytes.length < offset + 8;
    return problem('unreadable-header', cut ? 'ends before its data set: it is cut off' : 'holds no DICOM data set');
  }
  const set = new DataSet(bytes, offset, bytes.length, form);
  const pixels = set.elements[PIXEL_DATA];
  if (pixels !== undefined) {
    const header = elementsOf(set, meta, dropped, syntax);
    const doubts = [...header.doubts, ...(other || set.mixed ? [otherSyntax(form)] : []), ...surplusPixels(header)];
    return { status: 'read', header: { ...header, doubts } };
  }
  if (set.end !== 'pixels' && !whole) return { status: 'more' };
  const sopClass = set.string('x00080016') || meta?.string('x00020002') || '';
  const identified = sopClass !== '' || set.string('x00080018') !== undefined;
  if (meta === null && !identified) return problem('not-dicom', 'is no DICOM file');
  // A report or a plan is named as what it is, whatever became of the rest of it.
  const modality = set.string('x00080060') ?? '';
  const otherModality = modalityProblem({ modality, sopClass });
  if (otherModality !== null && modality !== '') return { status: 'problem', problem: otherModality };
  if (set.end === 'pixels') return problem('pixel-format', 'holds floating-point pixels');
  if (set.end !== 'end' && other)
    return problem(
      'syntax-mismatch',
      'is written otherwise than its transfer syntax says, and cannot be read as what it looks like',
    );
  if (set.end !== 'end') return problem('unreadable-header', 'has a header that ends early or cannot be parsed');
  return otherModality === null
    ? problem('no-pixels', 'holds no pixel data')
    : { status: 'problem', problem: otherModality };
}

/** Where a file's data set starts, and how it is written. */
export interface DataSetStart {
  offset: number;
  meta: DataSet | null;
  /** (0002,0010), or what the bytes look like; null where nothing tells. */
  syntax: string | null;
  form: SyntaxForm | null;
  /** It is written otherwise than its syntax says. */
  other: boolean;
}

/** Null: no DICOM file. */
export function startOf(bytes: Buffer): DataSetStart | null {
  const prefixed = bytes.length > 132 && bytes.toString('latin1', 128, 132) === 'DICM';
  const from = prefixed ? 132 : 0;
  // A meta group without its preamble.
  const bare =
    !prefixed && bytes.length > 8 && bytes.readUInt16LE(0) === 2 && /^[A-Z]{2}$/.test(bytes.toString('latin1', 4, 6));
  if (!prefixed && !bare) return formOfStart(bytes, 0) === null ? null : { meta: null, ...written(bytes, 0, null) };
  const explicit = { explicit: true, bigEndian: false };
  const form = headAt(bytes, from, explicit) === 'broken' ? { explicit: false, bigEndian: false } : explicit;
  let offset = from;
  for (;;) {
    const head = headAt(bytes, offset, form);
    if (head === null || head === 'broken' || head.tag >> 16 !== 2) break;
    const end = offset + head.size + head.length;
    if (end > bytes.length) {
      // Behind a preamble it is DICOM that was cut off; without one anything may begin so.
      const meta = prefixed ? new DataSet(bytes, from, offset, form) : null;
      return { offset: bytes.length, meta, syntax: null, form: null, other: false };
    }
    offset = end;
  }
  const meta = new DataSet(bytes, from, offset, form);
  return { meta, ...written(bytes, offset, meta.string('x00020010') || null) };
}

function written(bytes: Buffer, offset: number, stated: string | null): Omit<DataSetStart, 'meta'> {
  const found = formOfStart(bytes, offset);
  if (stated === null) {
    const syntax = found && (found.bigEndian ? EXPLICIT_BIG : found.explicit ? EXPLICIT_LITTLE : IMPLICIT_LITTLE);
    return { offset, syntax, form: found, other: false };
  }
  const form = formOf(stated);
  const other = found !== null && (found.explicit !== form.explicit || found.bigEndian !== form.bigEndian);
  return { offset, syntax: stated, form: other ? found : form, other };
}

const otherSyntax = ({ explicit, bigEndian }: SyntaxForm): HeaderDoubt => ({
  reason: 'other-syntax',
  message: `It is written otherwise than its transfer syntax says, in ${explicit ? 'explicit' : 'implicit'} VR and ${bigEndian ? 'big' : 'little'} endian or parts of it so: it was read as what it is.`,
});

/** More pixels than the header speaks of, beyond the byte that makes their number even: the first ones are taken. */
function surplusPixels({ pixels, pixelLength, frames }: DicomHeader): HeaderDoubt[] {
  const one = (frames * (pixels.rows * pixels.columns * pixels.samples * pixels.bitsAllocated)) / 8;
  if (one === 0 || pixelLength === null || pixelLength <= one + 1) return [];
  const more =
    pixelLength < 2 * one
      ? `${pixelLength - one} bytes more than its rows and columns need`
      : `${Math.floor(pixelLength / one)} times what its rows and columns need`;
  return [{ reason: 'surplus-pixels', message: `Its pixel data hold ${more}: the first part is taken.` }];
}

function elementsOf(set: DataSet, meta: DataSet | null, dropped: ReadonlySet<string>, syntax: string): DicomHeader {
  const text = (tag: string) => set.string(tag) ?? '';
  const decode = textDecoder(text('x00080005'));
  const words = (tag: string) => set.string(tag, decode) ?? '';
  const numbers = new HeaderNumbers(set, dropped);
  const vector = (tag: string, length: number) => numbers.decimals(tag, length);
  const pixels = numbers.pixels();
  const imageType = text('x00080008')
    .toUpperCase()
    .split('\\')
    .map((value) => value.trim());
  const position = vector('x00200032', 3) as DicomHeader['position'];
  const table = modalityTable(set, pixels.signed, dropped.has('x00283000'));
  // A table stands in the place of slope and intercept, whatever these are.
  const rescale = table.table === null && table.problem === null ? numbers.rescale() : { slope: 1, intercept: 0 };
  const pixelElement = set.elements[PIXEL_DATA] as DataSet['elements'][string];
  const header: DicomHeader = {
    sop: text('x00080018'),
    study: text('x0020000d'),
    series: text('x0020000e'),
    patient: words('x00100020'),
    modality: text('x00080060'),
    imageType,
    sopClass: text('x00080016') || (meta?.string('x00020002') ?? ''),
    transferSyntax: syntax,
    burnedIn: text('x00280301').toUpperCase() === 'YES',
    position,
    orientation: vector('x00200037', 6) as DicomHeader['orientation'],
    location: vector('x00201041', 1)?.[0] ?? null,
    instance: vector('x00200013', 1)?.[0] ?? null,
    spacing: numbers.quietly('x00180088'),
    acquired: numbers.quietly('x00201002'),
    acquisition: {
      kernel: kernelKind(text('x00181210')),
      number: numbers.quietly('x00200012'),
      temporal: numbers.quietly('x00200100'),
      timeMs: timeOfDay(text('x00080032')) ?? timeOfDay(text('x0008002a').slice(8)),
      days: [dayOf(text('x00080022')) ?? dayOf(text('x0008002a')), dayOf(text('x00080021')), dayOf(text('x00080023'))],
      reference: sealed(text('x00200052')) || null,
      kilovolts: numbers.quietly('x00180060'),
      thicknessMm: numbers.quietly('x00180050'),
    },
    claims: claimsOf({
      bodyPart: text('x00180015'),
      descriptions: [words('x0008103e'), words('x00181030')],
      agent: words('x00180010'),
      imageType,
      person: [words('x00100010'), text('x00100030'), text('x00100040')],
      species: words('x00102201'),
      qualityControl: text('x00280300'),
      issuer: words('x00100021'),
      otherIds: [
        ...words('x00101000').split('\\'),
        ...set.items('x00101002').map((item) => item.string('x00100020', decode) ?? ''),
      ],
    }),
    pixelSpacing: vector('x00280030', 2) as DicomHeader['pixelSpacing'],
    pixelAspect: aspectOf(text('x00280034')),
    photometric: text('x00280004'),
    frames: numbers.frames(),
    ...rescale,
    padding: numbers.padding(pixels),
    modalityTable: table.table,
    lossy: lossyOf(set, numbers, syntax),
    pixels,
    parts: null,
    problem: table.problem ?? numbers.problem,
    doubts: [...numbers.doubts, ...table.doubts],
    pixelOffset: pixelElement.dataOffset,
    pixelLength: pixelElement.hadUndefinedLength ? null : pixelElement.length,
    pixelOrder: orderOf(set, pixelElement.vr, pixels.bitsAllocated),
    offsets: extendedOffsets(set),
  };
  return header.frames > MOST_FRAMES ? header : withGroups(set, header, dropped);
}

function withGroups(set: DataSet, header: DicomHeader, dropped: ReadonlySet<string>): DicomHeader {
  const grouped = set.items(SHARED).length > 0 || set.items(PER_FRAME).length > 0;
  if (!grouped && header.frames === 1) return header;
  if (dropped.has(SHARED) || dropped.has(PER_FRAME)) {
    const message = 'has functional groups that are too long to be read';
    return { ...header, problem: header.problem ?? { reason: 'unreadable-header', message } };
  }
  const parts = frameParts(set, header, () => {
    set.mixed = true;
  });
  const described = set.items(PER_FRAME).length;
  const first = header.frames === 1 ? 'the first one is' : `the first ${header.frames} are`;
  const surplus: HeaderDoubt = {
    reason: 'surplus-pixels',
    message: `Its functional groups describe ${described} frames, and it says that it holds ${header.frames}: ${first} taken.`,
  };
  const all = { ...header, ...(header.frames === 1 ? parts[0] : { parts }) };
  return described > header.frames ? { ...all, doubts: [...all.doubts, surplus] } : all;
}

/** (0028,2110) and (0028,2112). */
function lossyOf(set: DataSet, numbers: HeaderNumbers, syntax: string): DicomHeader['lossy'] {
  if (set.string('x00282110') !== '01' && !isLossy(syntax)) return null;
  // After several compressions the last ratio is no answer to how much was lost.
  return { ratio: numbers.quietly('x00282112') };
}

function orderOf({ form }: DataSet, vr: string | null, bitsAllocated: number): DicomHeader['pixelOrder'] {
  if (!form.bigEndian) return 'little';
  if (bitsAllocated === 16) return 'words';
  // Bytes in words of two (PS3.5 8.2 and annex A.3).
  return vr === 'OW' ? 'swapped' : 'little';
}

/** Extended Offset Table and its lengths: eight bytes each. */
function extendedOffsets(set: DataSet): DicomHeader['offsets'] {
  const [offsets, lengths] = ['x7fe00001', 'x7fe00002'].map((tag) => set.bytesOf(tag));
  if (!offsets || !lengths || offsets.length !== lengths.length || offsets.length % 8 !== 0) return null;
  return Array.from({ length: offsets.length / 8 }, (_, i) => ({
    offset: Number(offsets.readBigUInt64LE(8 * i)),
    length: Number(lengths.readBigUInt64LE(8 * i)),
  }));
}

/** TM: `HHMMSS.FFFFFF`, as far as it is stated. */
function timeOfDay(text: string): number | null {
  const found = /^(\d{2}):?(\d{2})(?::?(\d{2})(\.\d{1,6})?)?/.exec(text);
  if (found === null) return null;
  const [, hours, minutes, seconds = '0', fraction = '0'] = found;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds) + Number(fraction)) * 1000;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** There was no CT before: what anonymisers write in the place of a date is none. */
const FIRST_YEAR = 1971;

/** `20240131`, as old files have it `2024.01.31`: days from 1970. */
function dayOf(text: string): number | null {
  const found = /^(\d{4})\.?(\d{2})\.?(\d{2})/.exec(text);
  if (found === null) return null;
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  if (year < FIRST_YEAR || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return date.getTime() / DAY_MS;
}

/** `2\1`: rows stand twice as far apart as columns. Null for what is no pair of numbers above 0. */
function aspectOf(text: string): DicomHeader['pixelAspect'] {
  const [down = Number.NaN, across = Number.NaN, ...more] = text.split('\\').map(Number);
  return more.length === 0 && down > 0 && across > 0 && Number.isFinite(down / across) ? [down, across] : null;
}
