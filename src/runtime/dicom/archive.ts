import type { HeaderProblem } from './header.ts';

/** First bytes of files that hold other files, and what people call them. */
const MAGIC: readonly (readonly [name: string, at: number, bytes: string])[] = [
  ['zip', 0, 'PK\x03\x04'],
  ['zip', 0, 'PK\x05\x06'],
  ['gzip', 0, '\x1f\x8b'],
  ['7z', 0, '7z\xbc\xaf\x27\x1c'],
  ['rar', 0, 'Rar!\x1a\x07'],
  ['bzip2', 0, 'BZh'],
  ['xz', 0, '\xfd7zXZ\0'],
  ['zstd', 0, '\x28\xb5\x2f\xfd'],
  ['tar', 257, 'ustar'],
];
/** First names in zip files that are documents: a spreadsheet beside the pictures holds no pictures. */
const DOCUMENTS = /^(?:\[Content_Types\]\.xml|mimetype|_rels\/|docProps\/)/;
/** Where the first name of a zip file stands. */
const ZIP_NAME = 30;

/** A volume of another format, whose HU stand without the headers that say what they are. */
export const NIFTI: HeaderProblem = { reason: 'not-dicom', message: 'is a NIfTI volume, not DICOM', detail: 'NIfTI' };

/** `n+1` at byte 344 of NIfTI-1, `n+2` at byte 4 of NIfTI-2. */
export const isNifti = (bytes: Buffer): boolean =>
  /^n[+i]1\0$/.test(bytes.toString('latin1', 344, 348)) || /^n[+i]2\0$/.test(bytes.toString('latin1', 4, 8));

/** What kind of archive a file is by its first bytes; null where it is none. */
export function archiveKind(bytes: Buffer): string | null {
  const found = MAGIC.find(([, at, magic]) => bytes.toString('latin1', at, at + magic.length) === magic);
  if (found === undefined) return null;
  const [kind] = found;
  const name = bytes.toString('latin1', ZIP_NAME, ZIP_NAME + 20);
  return kind === 'zip' && DOCUMENTS.test(name) ? null : kind;
}
