import { isStandardUid } from './known-values.ts';

export const IMPLICIT_LITTLE = '1.2.840.10008.1.2';
export const EXPLICIT_LITTLE = '1.2.840.10008.1.2.1';
export const EXPLICIT_BIG = '1.2.840.10008.1.2.2';
export const DEFLATED = '1.2.840.10008.1.2.1.99';

/** What decodes the pixels of a transfer syntax. `native`: nothing has to. */
export type PixelFamily = 'native' | 'rle' | 'jpeg' | 'jpeg-ls' | 'jpeg-2000' | 'deflated-frame';

const JPEG = '1.2.840.10008.1.2.4.';
const FAMILIES: Readonly<Record<string, PixelFamily>> = {
  [IMPLICIT_LITTLE]: 'native',
  [EXPLICIT_LITTLE]: 'native',
  [EXPLICIT_BIG]: 'native',
  [DEFLATED]: 'native',
  '1.2.840.10008.1.2.5': 'rle',
  '1.2.840.10008.1.2.8.1': 'deflated-frame',
  ...Object.fromEntries(['50', '51', '53', '55', '57', '70'].map((end) => [JPEG + end, 'jpeg'])),
  ...Object.fromEntries(['80', '81'].map((end) => [JPEG + end, 'jpeg-ls'])),
  ...Object.fromEntries(['90', '91', '201', '202', '203'].map((end) => [JPEG + end, 'jpeg-2000'])),
};
const LOSSY = ['50', '51', '53', '55', '81', '91', '203'].map((end) => JPEG + end);

/** Null: nothing here reads its pixels. */
export const familyOf = (uid: string): PixelFamily | null => FAMILIES[uid] ?? null;

/** Pixels stand in fragments, and not as they are (PS3.5 annex A.4). */
export const isEncapsulated = (uid: string): boolean => (familyOf(uid) ?? 'native') !== 'native';

/** Its pixels may differ from those that were scanned. Where it can do both, the header says which: (0028,2110). */
export const isLossy = (uid: string): boolean => LOSSY.includes(uid);

/** What a syntax says of how a data set is written. */
export interface SyntaxForm {
  /** Elements say their VR. */
  explicit: boolean;
  bigEndian: boolean;
}

export const formOf = (uid: string): SyntaxForm => ({
  explicit: uid !== IMPLICIT_LITTLE,
  bigEndian: uid === EXPLICIT_BIG,
});

/** Names of DICOM PS3.6 annex A. */
const NAMES: Readonly<Record<string, string>> = {
  [IMPLICIT_LITTLE]: 'implicit VR little endian',
  [EXPLICIT_LITTLE]: 'explicit VR little endian',
  [DEFLATED]: 'deflated explicit VR little endian',
  [EXPLICIT_BIG]: 'explicit VR big endian',
  '1.2.840.10008.1.2.4.50': 'JPEG baseline (process 1)',
  '1.2.840.10008.1.2.4.51': 'JPEG extended (process 2 and 4)',
  '1.2.840.10008.1.2.4.53': 'JPEG spectral selection (process 6 and 8)',
  '1.2.840.10008.1.2.4.55': 'JPEG full progression (process 10 and 12)',
  '1.2.840.10008.1.2.4.57': 'JPEG lossless (process 14)',
  '1.2.840.10008.1.2.4.70': 'JPEG lossless (process 14, selection value 1)',
  '1.2.840.10008.1.2.4.80': 'JPEG-LS lossless',
  '1.2.840.10008.1.2.4.81': 'JPEG-LS near-lossless',
  '1.2.840.10008.1.2.4.90': 'JPEG 2000 lossless',
  '1.2.840.10008.1.2.4.91': 'JPEG 2000',
  '1.2.840.10008.1.2.4.92': 'JPEG 2000 part 2 lossless',
  '1.2.840.10008.1.2.4.93': 'JPEG 2000 part 2',
  '1.2.840.10008.1.2.4.100': 'MPEG-2 main profile, main level',
  '1.2.840.10008.1.2.4.102': 'MPEG-4 AVC/H.264 high profile',
  '1.2.840.10008.1.2.4.107': 'HEVC/H.265 main profile',
  '1.2.840.10008.1.2.4.110': 'JPEG XL lossless',
  '1.2.840.10008.1.2.4.111': 'JPEG XL JPEG recompression',
  '1.2.840.10008.1.2.4.112': 'JPEG XL',
  '1.2.840.10008.1.2.4.201': 'high-throughput JPEG 2000 lossless',
  '1.2.840.10008.1.2.4.202': 'high-throughput JPEG 2000 lossless, RPCL',
  '1.2.840.10008.1.2.4.203': 'high-throughput JPEG 2000',
  '1.2.840.10008.1.2.5': 'RLE lossless',
  '1.2.840.10008.1.2.8.1': 'deflated image frame',
};

/** `JPEG 2000 lossless (1.2.840.10008.1.2.4.90)`. */
export function transferSyntaxName(uid: string): string {
  const name = NAMES[uid];
  if (name !== undefined) return `${name} (${uid})`;
  return isStandardUid(uid) ? `unknown (${uid})` : 'unknown';
}

/** `JPEG 2000 lossless`: without its UID and the numbers of its processes. */
export const transferSyntaxTitle = (uid: string): string => (NAMES[uid] ?? 'unknown').replace(/( \(|,).*$/, '');
