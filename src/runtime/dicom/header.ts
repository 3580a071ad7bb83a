import type { UnreadFileReason } from '../../registry/kinds/source.ts';
import type { HeaderClaims } from './claims.ts';
import type { KernelKind } from './kernel.ts';

/** Stored values that pad a picture to a rectangle: both ends belong to it. */
export type PaddingRange = readonly [low: number, high: number];

/**
 * What is read of a DICOM header: an allow-list (facts 7). No name, date, institution, device or description is ever
 * taken out of the file, so none can reach an artifact, a log or an error: of descriptions only what `HeaderClaims` says in words of
 * ours, of names and birth dates hashes that are compared and never written.
 */
export interface DicomHeader {
  /** (0008,0018) SOP instance UID; need not be a valid UID (`ID_...`). Empty strings where an element is missing. */
  sop: string;
  /** (0020,000D) */
  study: string;
  /** (0020,000E) */
  series: string;
  /** (0010,0020) */
  patient: string;
  /** (0008,0060) */
  modality: string;
  /** (0008,0016), else (0002,0002). */
  sopClass: string;
  /** (0008,0008): how the picture came about (`ORIGINAL`, `PRIMARY`, `AXIAL`), in capitals. */
  imageType: readonly string[];
  /** (0002,0010), or what the bytes look like where the file has no meta group. */
  transferSyntax: string;
  /** (0028,0301) BurnedInAnnotation is YES. */
  burnedIn: boolean;
  /** (0020,0032) in mm. */
  position: readonly [number, number, number] | null;
  /** (0020,0037) row and column direction. */
  orientation: readonly [number, number, number, number, number, number] | null;
  /** (0020,1041) SliceLocation in mm, from no stated origin and in no stated direction. */
  location: number | null;
  /** (0020,0013) InstanceNumber. */
  instance: number | null;
  /** (0018,0088) SpacingBetweenSlices in mm. */
  spacing: number | null;
  /** (0020,1002) ImagesInAcquisition. */
  acquired: number | null;
  /** How it was taken, and how it was made of that. */
  acquisition: Acquisition;
  /** What its free texts say of the picture. */
  claims: HeaderClaims;
  /** (0028,0030) mm between rows, then between columns. */
  pixelSpacing: readonly [number, number] | null;
  /** (0028,0034) PixelAspectRatio: how far rows stand apart, and columns, in no stated unit. Only where there is no pixel spacing. */
  pixelAspect: readonly [number, number] | null;
  /** (0028,0004) */
  photometric: string;
  /** (0028,0008), 1 where missing. */
  frames: number;
  pixels: PixelFormat;
  /** (0028,1053) and (0028,1052); null where the header has none. */
  slope: number | null;
  intercept: number | null;
  /** (0028,0120) and (0028,0121): stored values that are no part of the picture; null where the header has none. */
  padding: PaddingRange | null;
  /** Of a file of several frames what is said of each; null where it is one slice, of which the header says all. */
  parts: readonly FramePart[] | null;
  /** (0028,3000): a table in the place of slope and intercept. */
  modalityTable: ModalityTable | null;
  /** Its pixels may differ from those that were scanned: by its syntax, or because the header says so. */
  lossy: { ratio: number | null } | null;
  /** Why its numbers give no HU, or null. */
  problem: HeaderProblem | null;
  /** What the header says in a way that is not to be trusted, and that costs the slice nothing but that. */
  doubts: readonly HeaderDoubt[];
  /** Where the value of (7FE0,0010) starts in the file, of a deflated one in what it inflates to. */
  pixelOffset: number;
  /** Its length in bytes; null where it is encapsulated. */
  pixelLength: number | null;
  /** How native pixels stand there: `words` of two bytes, the most significant first; `swapped`: bytes, each two exchanged. */
  pixelOrder: 'little' | 'words' | 'swapped';
  /** (7FE0,0001) and (7FE0,0002), of each frame; null where the header has none. */
  offsets: readonly { offset: number; length: number }[] | null;
}

/** Null where the header says nothing that is known. */
export interface Acquisition {
  /** (0018,1210), as far as it is one that is known. */
  kernel: KernelKind | null;
  /** (0020,0012) and (0020,0100): which of several scans of one place. */
  number: number | null;
  temporal: number | null;
  /** (0008,0032), else (0008,002A), in ms of its day. Compared between the files of a series, in memory, and never written. */
  timeMs: number | null;
  /** Days of (0008,0022), else (0008,002A), of (0008,0021) and of (0008,0023), from 1970. Compared in memory, and never written. */
  days: readonly [acquired: number | null, series: number | null, content: number | null];
  /** Hash of (0020,0052): which origin positions start from. Compared in memory, and never written. */
  reference: string | null;
  /** (0018,0060) in kV. */
  kilovolts: number | null;
  /** (0018,0050) in mm. */
  thicknessMm: number | null;
}

/** What is said of one frame, in the place of what the file says of all of them. */
export type FramePart = Pick<
  DicomHeader,
  | 'position'
  | 'orientation'
  | 'pixelSpacing'
  | 'spacing'
  | 'slope'
  | 'intercept'
  | 'imageType'
  | 'instance'
  | 'location'
  | 'problem'
  | 'doubts'
>;

/** A table from stored values to HU (PS3.3 C.11.1). */
export interface ModalityTable {
  /** The stored value of its first entry: what lies below has that entry, what lies above its end the last one. */
  first: number;
  /** HU of each entry: 16-bit words in little endian, base64. Text, so that rules of equal tables are equal. */
  entries: string;
}

export interface PixelFormat {
  /** (0028,0010), (0028,0011), (0028,0002) */
  rows: number;
  columns: number;
  samples: number;
  /** (0028,0100), (0028,0101), (0028,0102) */
  bitsAllocated: number;
  bitsStored: number;
  highBit: number;
  /** (0028,0103) */
  signed: boolean;
  /** Bits of a stored word that overlays use, (60xx,0100) and (60xx,0102), as a mask: they are no part of the picture. */
  overlayBits: number;
}

/** Becomes a note on the slice. `message` names no identity and repeats nothing of the file. */
export interface HeaderDoubt {
  reason:
    | 'unreadable-number'
    | 'unreadable-padding'
    | 'long-number'
    | 'unit-not-stated'
    | 'surplus-pixels'
    | 'bytes-behind'
    | 'other-syntax'
    | 'no-modality'
    | 'odd-modality'
    | 'negative-slope';
  message: string;
  /** `warning` where absent. */
  kind?: 'warning' | 'information';
}

/** `12u`, `16s`. */
export const formatName = ({ bitsStored, signed }: PixelFormat): string => `${bitsStored}${signed ? 's' : 'u'}`;

/** Why a file gives no slice. `message` names no identity. */
export interface HeaderProblem {
  reason:
    | UnreadFileReason
    | 'empty-file'
    | 'not-a-picture'
    | 'several-pages'
    | 'picture-too-small'
    | 'hidden-file'
    | 'syntax-mismatch'
    | 'not-dicom'
    | 'archive'
    | 'dicomdir'
    | 'no-pixels'
    | 'unreadable-header'
    | 'transfer-syntax'
    | 'not-ct'
    | 'secondary-capture'
    | 'burned-in-annotation'
    | 'multi-frame'
    | 'modality-lut'
    | 'unusable-rescale'
    | 'not-hounsfield'
    | 'colour'
    | 'pixel-format'
    | 'picture-too-large'
    | 'missing-identity';
  message: string;
  /** Tells files of one reason apart: the name of the transfer syntax, the modality. */
  detail?: string;
  /** It is about slope, intercept or unit: another rescale in its place has not got it. */
  of?: 'rescale';
}
