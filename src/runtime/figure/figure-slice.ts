import { posix } from 'node:path';
import { IchorError } from '../../errors.ts';
import { TYPES } from '../../labels.ts';
import type { OpenSource, SourceFile } from '../../registry/kinds/source.ts';
import { frameHeader } from '../dicom/functional-groups.ts';
import type { DicomHeader } from '../dicom/header.ts';
import { InflateError, logicalFile } from '../dicom/logical-file.ts';
import { startOf } from '../dicom/parse-header.ts';
import { PixelReader } from '../dicom/pixels/slice-pixels.ts';
import { headerOf, readHeader } from '../dicom/read-header.ts';
import { frameId, pathId } from '../dicom/slice-id.ts';
import type { Identities } from '../sources/identities.ts';
import { NOT_A_FILE, readNamedFile } from '../sources/read.ts';

/** One slice to draw. */
export interface FigureSlice {
  /** Stored words in little endian, possibly fewer than there should be. */
  words: Uint8Array;
  /** Its bits are those that `words` have. */
  header: DicomHeader;
  /** Whether unsigned values with an intercept near 0 are repaired, as the source's contract says. */
  repairIntercept: boolean;
  synthetic: boolean;
}

/**
 * A DICOM file by its path. Nothing of its name or header but pixels and their format reaches a figure.
 * Throws IchorError `file-unreadable`, `slice-unusable` (exit 2); both name the file as it was given.
 */
export async function sliceOfFile(path: string): Promise<FigureSlice> {
  let bytes: Buffer;
  try {
    bytes = await readNamedFile(path);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    const [what, hint] = NOT_READ[code] ?? [`cannot be read (${code})`, 'Name a DICOM file that can be read.'];
    throw new IchorError('file-unreadable', `The file ${path} ${what}.`, hint, 2, { cause: error });
  }
  return { ...(await sliceIn(bytes, null, `The file ${path}`)), repairIntercept: false, synthetic: ofPhantom(bytes) };
}

/** Why the system hands out no bytes of a file, and what helps, by its code. */
const NOT_READ: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOENT: ['is not there', 'Correct the path: a relative one starts at the folder that the command is called in.'],
  ENOTDIR: ['is not there', 'Correct the path: a part of it that should be a folder is a file.'],
  EISDIR: ['is a folder', 'Name one DICOM file in it.'],
  [NOT_A_FILE]: ['is a pipe or a device', 'Name a DICOM file.'],
  EACCES: ['may not be read', 'Name a file that you have the right to read.'],
};

/**
 * A slice of an opened source: by its id as the run's slices.csv has it, or by its path below the source's root.
 * Throws IchorError `slice-unknown` (exit 2) where there is none.
 */
export async function sliceOfSource(
  source: OpenSource,
  wanted: string,
  identities: Identities,
  repairIntercept: boolean,
): Promise<FigureSlice> {
  const found = await findSlice(source, wanted, identities);
  if (found === null) {
    throw new IchorError(
      'slice-unknown',
      'The source has no slice of that id or path.',
      'slices.csv of a run’s index names its slices; a path is relative to the source’s root.',
      2,
    );
  }
  const slice = await sliceIn(await source.read(found.path), found.frame, 'The slice');
  return { ...slice, repairIntercept, synthetic: source.synthetic };
}

/** Of a source with labels the slice that shows the most types of haemorrhage, the first of them; its path. */
export async function mostTypes(source: OpenSource): Promise<string> {
  const types = new Map<string, number>();
  for await (const row of source.labels?.rows() ?? []) {
    if ('label' in row && row.label !== 'any') types.set(row.slice, (types.get(row.slice) ?? 0) + row.value);
  }
  const most = Math.min(TYPES.length, Math.max(0, ...types.values()));
  const best = [...types].filter(([, count]) => count === most).map(([slice]) => slice);
  const middle = best[Math.floor(best.length / 2)];
  if (middle === undefined) throw new IchorError('slice-unknown', 'The source has no labelled slice.', undefined, 2);
  return middle;
}

/** Null where there is none. `frame`: null where the file is named, and not a frame of it. */
async function findSlice(
  source: OpenSource,
  wanted: string,
  identities: Identities,
): Promise<{ path: string; frame: number | null } | null> {
  const byName = source.sliceIds === 'file-name' && !identities.private;
  const named = async (file: SourceFile): Promise<number | true | false> => {
    if (file.path === wanted) return true;
    const stem = posix.basename(file.path).replace(/\.[^.]*$/, '');
    const isIt = (id: string) => id === wanted || identities.name('slice', id) === wanted;
    if (source.sliceIds === 'file-name' && isIt(stem)) return true;
    if (byName && !wanted.startsWith(`${stem}.f`)) return false;
    const { header } = await readHeader(source, file);
    if (header === null) return false;
    const id = source.sliceIds === 'file-name' ? stem : header.sop || pathId(file.path);
    for (let frame = 1; header.parts !== null && frame <= header.parts.length; frame++)
      if (isIt(frameId(id, frame))) return frame;
    return isIt(id);
  };
  const looksLikePath = wanted.includes('/');
  for await (const file of source.files()) {
    // A path is found without a look into any file.
    const found = looksLikePath && !byName ? file.path === wanted : await named(file);
    if (found !== false) return { path: file.path, frame: found === true ? null : found };
  }
  return null;
}

/** A frame of a file; the middle one where none is named. */
async function sliceIn(
  bytes: Buffer,
  named: number | null,
  what: string,
): Promise<Pick<FigureSlice, 'words' | 'header'>> {
  const { SlicePool } = await import('../images/slice-pool.ts');
  const pool = new SlicePool(0);
  try {
    const { read } = await logicalFile(async (offset, length) => bytes.subarray(offset, offset + length));
    const { header, problem } = await headerOf(read);
    if (header === null) throw unusableSlice(what, problem.message);
    const frame = named ?? Math.ceil(header.frames / 2);
    const own = frameHeader(header, frame);
    if (own.problem !== null) throw unusableSlice(what, own.problem.message);
    const pixels = await new PixelReader(read, header).frame(frame);
    if ('problem' in pixels) throw unusableSlice(what, `holds pixels that ${pixels.message}`);
    const words = await pool.decode(pixels.encoded);
    if ('message' in words) throw unusableSlice(what, `holds pixels that ${words.message}`);
    return { words, header: { ...own, pixels: pixels.format } };
  } catch (error) {
    if (error instanceof InflateError) throw unusableSlice(what, error.message);
    throw error;
  } finally {
    await pool.close();
  }
}

/** What the phantom source writes as ImplementationVersionName into each of its files. */
const PHANTOM_IMPLEMENTATION = 'ICHOR_PHANTOM';

/**
 * Whether a file says of itself that the phantom source made it: outside of its folder nothing else marks it, and a figure
 * of it must not pass for one of a patient.
 */
function ofPhantom(bytes: Buffer): boolean {
  return startOf(bytes)?.meta?.string('x00020013') === PHANTOM_IMPLEMENTATION;
}

const unusableSlice = (what: string, why: string): IchorError =>
  new IchorError('slice-unusable', `${what} ${why}.`, 'Name a CT slice as a DICOM file.', 2);
