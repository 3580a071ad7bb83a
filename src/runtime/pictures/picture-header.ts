import { createHash } from 'node:crypto';
import type { Metadata } from 'sharp';
import { IchorError } from '../../errors.ts';
import { UnreadablePart } from '../../files/unreadable-part.ts';
import type { OpenSource, SourceFile } from '../../registry/kinds/source.ts';
import type { HeaderProblem } from '../dicom/header.ts';
import type { HeaderReading } from '../dicom/read-header.ts';
import { framesOfPng } from './animated-png.ts';

/** What the start of a picture's file says of it. */
export interface PictureHeader {
  format: 'png' | 'jpeg' | 'tiff';
  rows: number;
  columns: number;
  /** Of a stored value. */
  bits: 8 | 16;
  /** Values a pixel: grey, or colours that may turn out to be grey; with one more where it says how opaque it is. */
  colours: 1 | 3;
  alpha: boolean;
  /** EXIF says that viewers are to turn it. */
  turned: boolean;
}

/** A file of a source of pictures. One of `picture` and `problem` is null. */
export interface PictureReading extends HeaderReading {
  header: null;
  picture: PictureHeader | null;
}

/** Hashed as its header. A tag of camera data may take 64 kB before the sizes come. */
export const HEAD_BYTES = 64 * 1024;
/** Of one side; a picture beyond its square is none of a slice. */
const MOST_PIXELS = 4096 * 4096;
/** Fewer on a side show nothing of a head. */
const FEWEST_SIDE = 16;
const FORMATS: readonly string[] = ['png', 'jpeg', 'tiff'];
const SPACES: readonly string[] = ['b-w', 'grey16', 'srgb', 'rgb16'];

/** Reads what a file says of its picture. What goes wrong with the file is its `problem`. */
export async function readPictureHeader(source: OpenSource, file: SourceFile): Promise<PictureReading> {
  const failed = (problem: HeaderProblem, hash = sha256(Buffer.alloc(0))): PictureReading => ({
    file,
    hash,
    header: null,
    picture: null,
    problem,
  });
  if (file.problem !== undefined) return failed(file.problem as HeaderProblem);
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  if (name.startsWith('.')) return failed({ reason: 'hidden-file', message: 'is a hidden file' });
  try {
    const head = await source.read(file.path, HEAD_BYTES);
    const hash = sha256(head);
    if (head.length === 0) return failed({ reason: 'empty-file', message: 'is empty' }, hash);
    // The directory of a TIFF may stand at its end.
    const found = (await metadataOf(head)) ?? (await metadataOf(await source.read(file.path)));
    if (found === null) return failed({ reason: 'not-a-picture', message: notOne(head) }, hash);
    const frames = framesOfPng(head) ?? framesOfPng(await source.read(file.path)) ?? 1;
    const picture = headerOf(frames > 1 ? { ...found, pages: frames } : found);
    return 'reason' in picture ? failed(picture, hash) : { file, hash, header: null, picture, problem: null };
  } catch (error) {
    if (error instanceof IchorError) throw error;
    if (error instanceof UnreadablePart) return failed({ reason: error.reason, message: error.message });
    // The system's message holds the path, which may be private: only its code is shown.
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    if (code === 'ENAMETOOLONG')
      return failed({ reason: 'path-too-long', message: `has a path that is too long for this system (${code})` });
    return failed({ reason: 'unreadable-file', message: `cannot be read (${code})` });
  }
}

const notOne = (head: Buffer): string =>
  head.toString('latin1', 128, 132) === 'DICM'
    ? 'is DICOM, and the source gives pictures'
    : 'is no PNG, JPEG or TIFF that can be read';

/** What all bytes of a file say of its picture; null where they are none that is read. */
export async function pictureOf(bytes: Buffer): Promise<PictureHeader | null> {
  const found = await metadataOf(bytes);
  const picture = found && headerOf(found);
  return picture === null || 'reason' in picture ? null : picture;
}

/** What stands for the header of a file in the index: of its first bytes. */
export const pictureHash = (bytes: Buffer): string => sha256(bytes.subarray(0, HEAD_BYTES));

/** Null where sharp knows no format that it could be. */
async function metadataOf(bytes: Buffer): Promise<Metadata | null> {
  const { default: sharp } = await import('sharp');
  // The pixel limit is ours: what is larger is told by its size.
  return sharp(bytes, { limitInputPixels: false, failOn: 'none' })
    .metadata()
    .catch(() => null);
}

function headerOf(found: Metadata): PictureHeader | HeaderProblem {
  const { format, width, height, space = '', depth, channels, hasAlpha, pages = 1, orientation = 1 } = found;
  if (!FORMATS.includes(format))
    return {
      reason: 'not-a-picture',
      message: `is a picture of another format (${format}): PNG, JPEG and TIFF are read`,
    };
  if (pages > 1)
    return { reason: 'several-pages', message: `holds ${pages} pictures: which is the slice is not known` };
  if (width * height > MOST_PIXELS)
    return { reason: 'picture-too-large', message: `has ${height} × ${width} pixels: no slice has` };
  if (width < FEWEST_SIDE || height < FEWEST_SIDE)
    return { reason: 'picture-too-small', message: `has ${height} × ${width} pixels: nothing of a head shows in them` };
  const bits = depth === 'uchar' ? 8 : depth === 'ushort' ? 16 : null;
  if (bits === null)
    return {
      reason: 'pixel-format',
      message: `has pixels of another kind (${depth}): 8 and 16 unsigned bits are read`,
    };
  const colours = channels - (hasAlpha ? 1 : 0);
  if (!SPACES.includes(space) || (colours !== 1 && colours !== 3))
    return { reason: 'colour', message: `is in colours (${space}, ${channels} values a pixel)` };
  const turned = orientation !== 1;
  return {
    format: format as PictureHeader['format'],
    rows: height,
    columns: width,
    bits,
    colours,
    alpha: hasAlpha,
    turned,
  };
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
