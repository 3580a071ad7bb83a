import type { DataSet } from 'dicom-parser';
import { archiveKind, isNifti, NIFTI } from './archive.ts';
import { claimsOf } from './claims.ts';
import type { DicomHeader, HeaderDoubt, HeaderProblem } from './header.ts';
import { HeaderNumbers } from './header-numbers.ts';
import { kernelKind } from './kernel.ts';
import { DEFLATED, EXPLICIT_LITTLE, IMPLICIT_LITTLE, transferSyntaxName } from './transfer-syntax.ts';

type DicomParser = typeof import('dicom-parser');

const PIXEL_DATA = 'x7fe00010';
const DIRECTORY_STORAGE = '1.2.840.10008.1.3.10';

export type ParsedHeader =
  | { status: 'read'; header: DicomHeader }
  | { status: 'problem'; problem: HeaderProblem }
  /** The bytes end before the pixels: try again with more of the file. */
  | { status: 'more' };

let library: DicomParser | undefined;

/** dicom-parser is CommonJS: Node hands it over as `default`. */
export async function loadDicomParser(): Promise<DicomParser> {
  const module = (await import('dicom-parser')) as DicomParser & { default?: DicomParser };
  library ??= module.default ?? module;
  return library;
}

/**
 * Reads the allow-listed elements of a header. `bytes` is the start of a file, `whole` says that it is all of it.
 * Files without preamble or meta group are read where their first bytes look like a data set in little endian.
 * `dropped`: elements whose values were cut out of `bytes` for their length (`compactHeader`), as `x00283000`.
 */
export function parseHeader(
  dicom: DicomParser,
  bytes: Buffer,
  whole: boolean,
  dropped: ReadonlySet<string> = new Set(),
): ParsedHeader {
  const problem = (reason: HeaderProblem['reason'], message: string): ParsedHeader => ({
    status: 'problem',
    problem: { reason, message },
  });
  const start = startOf(dicom, bytes);
  if (start === null) {
    if (!whole && bytes.length < 132) return { status: 'more' };
    const archive = archiveKind(bytes);
    if (isNifti(bytes)) return { status: 'problem', problem: NIFTI };
    if (archive === null) return problem('not-dicom', 'is no DICOM file');
    const message = `is an archive (${archive}): what it holds is not read`;
    return { status: 'problem', problem: { reason: 'archive', message, detail: archive } };
  }
  const { offset, meta } = start;
  const syntax = start.syntax ?? guessSyntax(bytes, offset);
  if (textOf(meta, 'x00020002') === DIRECTORY_STORAGE)
    return problem('dicomdir', 'is a DICOMDIR: an index of other files');
  // Its data set is compressed as a whole, and no header can be read without its pixels.
  if (syntax === DEFLATED) {
    const message = `has the transfer syntax ${transferSyntaxName(syntax)}`;
    return { status: 'problem', problem: { reason: 'transfer-syntax', message, detail: 'deflated' } };
  }
  if (syntax === null) return problem(meta === null ? 'not-dicom' : 'unreadable-header', 'holds no DICOM data set');

  if (contradicts(syntax, bytes, offset))
    return problem('syntax-mismatch', 'is written otherwise than its transfer syntax says (explicit and implicit VR)');

  const body = bytes.subarray(offset);
  let set: DataSet;
  let failed = false;
  try {
    set = dicom.parseDicom(body, { TransferSyntaxUID: syntax, untilTag: PIXEL_DATA });
  } catch (thrown) {
    // The exception holds the elements read so far.
    failed = true;
    set = (thrown as { dataSet?: DataSet }).dataSet as DataSet;
  }
  const pixels = set?.elements[PIXEL_DATA];
  if (pixels !== undefined) {
    const header = { ...elementsOf(set, meta, dropped), transferSyntax: syntax, ...placeOf(pixels, offset) };
    return { status: 'read', header: { ...header, doubts: [...header.doubts, ...surplusPixels(header)] } };
  }
  if (!whole) return { status: 'more' };
  const identified = (textOf(set, 'x00080018') ?? textOf(set, 'x00080016')) !== undefined;
  if (meta === null && !identified) return problem('not-dicom', 'is no DICOM file');
  if (failed) return problem('unreadable-header', 'has a header that ends early or cannot be parsed');
  return problem('no-pixels', 'holds no pixel data');
}

/** Where a file's data set starts, and how it is written; null where there is none. */
export function dataSetStart(dicom: DicomParser, bytes: Buffer): { offset: number; syntax: string } | null {
  const start = startOf(dicom, bytes);
  const syntax = start && (start.syntax ?? guessSyntax(bytes, start.offset));
  return start === null || syntax === null ? null : { offset: start.offset, syntax };
}

/** dicom-parser throws where an element's value ends behind the bytes at hand: such a value is missing. */
function textOf(set: DataSet | null | undefined, tag: string): string | undefined {
  try {
    return set?.string(tag);
  } catch {
    return undefined;
  }
}

interface Start {
  /** Where the data set starts. */
  offset: number;
  meta: DataSet | null;
  syntax: string | null;
}

function startOf(dicom: DicomParser, bytes: Buffer): Start | null {
  const prefixed = bytes.length > 132 && bytes.toString('latin1', 128, 132) === 'DICM';
  // A meta group without its preamble: put one in front.
  const bare = !prefixed && bytes.length > 8 && bytes.readUInt16LE(0) === 2 && looksExplicit(bytes, 0);
  if (!prefixed && !bare) return looksLikeDataSet(bytes, 0) ? { offset: 0, meta: null, syntax: null } : null;
  const shim = prefixed ? 0 : 132;
  const part10 = prefixed ? bytes : Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), bytes]);
  try {
    const meta = dicom.readPart10Header(part10) as DataSet & { position: number };
    return { offset: meta.position - shim, meta, syntax: textOf(meta, 'x00020010') ?? null };
  } catch {
    // The meta group ends early: the data set cannot be found, which the caller tells by the missing pixels.
    return { offset: Math.min(bytes.length, 132 - shim), meta: null, syntax: null };
  }
}

const looksExplicit = (bytes: Buffer, at: number): boolean =>
  bytes.length >= at + 6 && /^[A-Z]{2}$/.test(bytes.toString('latin1', at + 4, at + 6));

/** Data sets start in group 0008, with a short first element. */
function looksLikeDataSet(bytes: Buffer, at: number): boolean {
  if (bytes.length < at + 8 || bytes.readUInt16LE(at) !== 8) return false;
  return looksExplicit(bytes, at) || bytes.readUInt32LE(at + 4) < 4096;
}

/** VRs where the syntax says that there are none, or none where it says that there are: of a data set that starts as all do. */
function contradicts(syntax: string, bytes: Buffer, at: number): boolean {
  if (!looksLikeDataSet(bytes, at)) return false;
  return looksExplicit(bytes, at) ? syntax === IMPLICIT_LITTLE : syntax === EXPLICIT_LITTLE;
}

function guessSyntax(bytes: Buffer, at: number): string | null {
  if (!looksLikeDataSet(bytes, at)) return null;
  return looksExplicit(bytes, at) ? EXPLICIT_LITTLE : IMPLICIT_LITTLE;
}

/** More pixels than the header speaks of, beyond the byte that makes their number even: the first ones are taken. */
function surplusPixels({ pixels, pixelLength, frames }: DicomHeader): HeaderDoubt[] {
  const one = (pixels.rows * pixels.columns * pixels.samples * pixels.bitsAllocated) / 8;
  if (frames > 1 || one === 0 || pixelLength === null || pixelLength <= one + 1) return [];
  const more =
    pixelLength < 2 * one
      ? `${pixelLength - one} bytes more than its rows and columns need`
      : `${Math.floor(pixelLength / one)} times what its rows and columns need`;
  return [{ reason: 'surplus-pixels', message: `Its pixel data hold ${more}: the first part is taken.` }];
}

const placeOf = (element: { dataOffset: number; length: number; hadUndefinedLength?: boolean }, offset: number) => ({
  pixelOffset: offset + element.dataOffset,
  pixelLength: element.hadUndefinedLength === true ? null : element.length,
});

function elementsOf(
  set: DataSet,
  meta: DataSet | null,
  dropped: ReadonlySet<string>,
): Omit<DicomHeader, 'transferSyntax' | 'pixelOffset' | 'pixelLength'> {
  const text = (tag: string) => set.string(tag)?.trim() ?? '';
  const numbers = new HeaderNumbers(set, dropped);
  const vector = (tag: string, length: number) => numbers.decimals(tag, length);
  const holds = (tag: string) => dropped.has(tag) || holdsItems(set, tag);
  const pixels = numbers.pixels();
  const imageType = text('x00080008')
    .toUpperCase()
    .split('\\')
    .map((value) => value.trim());
  const elements = {
    sop: text('x00080018'),
    study: text('x0020000d'),
    series: text('x0020000e'),
    patient: text('x00100020'),
    modality: text('x00080060'),
    imageType,
    sopClass: text('x00080016') || (textOf(meta, 'x00020002') ?? ''),
    burnedIn: text('x00280301').toUpperCase() === 'YES',
    position: vector('x00200032', 3) as DicomHeader['position'],
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
      kilovolts: numbers.quietly('x00180060'),
      thicknessMm: numbers.quietly('x00180050'),
    },
    claims: claimsOf({
      bodyPart: text('x00180015'),
      descriptions: [text('x0008103e'), text('x00181030')],
      agent: text('x00180010'),
      imageType,
      person: [text('x00100010'), text('x00100030'), text('x00100040')],
    }),
    pixelSpacing: vector('x00280030', 2) as DicomHeader['pixelSpacing'],
    photometric: text('x00280004'),
    frames: numbers.frames(),
    ...numbers.rescale(),
    padding: numbers.padding(pixels),
    functionalGroups: holds('x52009229') || holds('x52009230'),
    modalityTable: holds('x00283000'),
    pixels,
  };
  return { ...elements, problem: numbers.problem, doubts: numbers.doubts };
}

/** TM: `HHMMSS.FFFFFF`, as far as it is stated. */
function timeOfDay(text: string): number | null {
  const found = /^(\d{2}):?(\d{2})(?::?(\d{2})(\.\d{1,6})?)?/.exec(text);
  if (found === null) return null;
  const [, hours, minutes, seconds = '0', fraction = '0'] = found;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds) + Number(fraction)) * 1000;
}

/** A sequence with items. Empty ones are written where a writer has nothing to say. */
function holdsItems(set: DataSet, tag: string): boolean {
  const element = set.elements[tag];
  if (element === undefined || element.length === 0) return false;
  return element.items === undefined || element.items.length > 0;
}
