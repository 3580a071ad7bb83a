import { posix } from 'node:path';
import { IchorError } from '../../errors.ts';
import { TYPES } from '../../labels.ts';
import type { OpenSource, SourceFile } from '../../registry/kinds/source.ts';
import type { DicomHeader } from '../dicom/header.ts';
import { loadDicomParser, parseHeader } from '../dicom/parse-header.ts';
import { readHeader } from '../dicom/read-header.ts';
import { unusable } from '../dicom/usable.ts';
import type { Identities } from '../sources/identities.ts';
import { NOT_A_FILE, readNamedFile } from '../sources/read.ts';

/** One slice to draw, its pixels as they are stored. */
export interface FigureSlice {
  bytes: Buffer;
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
  return { ...(await headerOf(bytes, `The file ${path}`)), repairIntercept: false, synthetic: await ofPhantom(bytes) };
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
  const path = await findPath(source, wanted, identities);
  if (path === null) {
    throw new IchorError(
      'slice-unknown',
      'The source has no slice of that id or path.',
      'slices.csv of a run’s index names its slices; a path is relative to the source’s root.',
      2,
    );
  }
  const { bytes, header } = await headerOf(await source.read(path), 'The slice');
  return { bytes, header, repairIntercept, synthetic: source.synthetic };
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

async function findPath(source: OpenSource, wanted: string, identities: Identities): Promise<string | null> {
  const byName = source.sliceIds === 'file-name' && !identities.private;
  const named = async (file: SourceFile): Promise<boolean> => {
    if (file.path === wanted) return true;
    const stem = posix.basename(file.path).replace(/\.[^.]*$/, '');
    if (source.sliceIds === 'file-name') return identities.name('slice', stem) === wanted;
    const { header } = await readHeader(source, file);
    return header !== null && (header.sop === wanted || identities.name('slice', header.sop) === wanted);
  };
  const looksLikePath = wanted.includes('/');
  for await (const file of source.files()) {
    // A path is found without a look into any file.
    if (looksLikePath && !byName ? file.path === wanted : await named(file)) return file.path;
  }
  return null;
}

async function headerOf(bytes: Buffer, what: string): Promise<{ bytes: Buffer; header: DicomHeader }> {
  const parsed = parseHeader(await loadDicomParser(), bytes, true);
  if (parsed.status === 'more') throw unreadable(what, 'ends early');
  if (parsed.status === 'problem') throw unreadable(what, parsed.problem.message);
  const problem = unusable(parsed.header);
  if (problem !== null) throw unreadable(what, problem.message);
  return { bytes, header: parsed.header };
}

/** What the phantom source writes as ImplementationVersionName into each of its files. */
const PHANTOM_IMPLEMENTATION = 'ICHOR_PHANTOM';

/**
 * Whether a file says of itself that the phantom source made it: outside of its folder nothing else marks it, and a figure
 * of it must not pass for one of a patient.
 */
async function ofPhantom(bytes: Buffer): Promise<boolean> {
  const dicom = await loadDicomParser();
  try {
    return dicom.readPart10Header(bytes).string('x00020013')?.trim() === PHANTOM_IMPLEMENTATION;
  } catch {
    // A file without a meta group is readable, and none that the phantom source writes.
    return false;
  }
}

const unreadable = (what: string, why: string): IchorError =>
  new IchorError('slice-unusable', `${what} ${why}.`, 'Name a CT slice as a DICOM file of one uncompressed frame.', 2);
