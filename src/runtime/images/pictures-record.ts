import { createHash } from 'node:crypto';
import { LABELS, type SliceLabels } from '../../labels.ts';
import type { PictureHeader } from '../pictures/picture-header.ts';
import { type GreyPicture, readPicture } from '../pictures/read-picture.ts';
import { encodeExample, type Feature } from '../tfrecord/example.ts';
import { frameRecord } from '../tfrecord/record.ts';
import { throughJpeg } from './jpeg.ts';
import { remembered } from './remembered.ts';
import { type Interpolation, resizeChannels, type Taps, tapsOf, type WindowTable } from './resize.ts';

/** One picture of a slice: plain data, sent to a worker. */
export interface PictureJob {
  name: string;
  /** Its file. */
  bytes: Uint8Array;
  header: PictureHeader;
  /** The stored value that is white. */
  white: number;
  /** The window that it was made with; null where that is not known. */
  window: { level: number; width: number } | null;
}

/** A slice that is to be written as one record. */
export interface PicturesJob {
  slice: string;
  series: string;
  patient: string;
  labels: SliceLabels | null;
  /** Those that channels name, each once. */
  pictures: readonly PictureJob[];
  /** Names of pictures, in the order of the channels. */
  channels: readonly string[];
  size: number;
  interpolation: Interpolation;
  storage: 'lossless' | 'jpeg';
}

/** What one picture of a slice shows in its values. */
export interface PictureGreys {
  name: string;
  bits: 8 | 16;
  /** The stored value that is white, and the greatest that is there. */
  white: number;
  highest: number;
  /** Different values that are there. */
  levels: number;
  /** Share of the pixels along its edges that are above half of white. */
  bright: number;
}

export interface PicturesRecord {
  /** The framed TFRecord; null where a picture gives no grey values. */
  record: Uint8Array | null;
  /** Which of them, and why, continuing "Its pixels". */
  failed?: { name: string; problem: string };
  /** SHA-256 over name, rows, columns and values of each picture, hex. */
  hash: string;
  /** All of its pictures are of one grey, or nearly. */
  blank: boolean;
  /** Share of pixels between 0 and 80 HU, by the window of a picture that shows these; 0 where none does. */
  brain: number;
  /** Of pictures of 16 bits: the greatest value of all, where it leaves the upper half of the range empty. */
  dark: number | null;
  /** Of the picture that loses most: which share of its pixels lies above what is white, and the greatest of them; null: none. */
  clipped: { name: string; share: number; highest: number; white: number } | null;
  /** Of each of its pictures. */
  greys: PictureGreys[];
}

/** Grey values of 255 that lie so close together show nothing. */
const BLANK_RANGE = 2;

/** One slice as a framed tf.train.Example, with the features of a slice of DICOM files. */
export async function picturesRecord(job: PicturesJob): Promise<PicturesRecord> {
  const none = { record: null, hash: '', blank: false, brain: 0, dark: null, clipped: null, greys: [] };
  const read = new Map<string, { grey: GreyPicture; job: PictureJob }>();
  for (const picture of job.pictures) {
    const grey = await readPicture(picture.bytes, picture.header);
    if ('problem' in grey) return { ...none, failed: { name: picture.name, problem: grey.problem } };
    read.set(picture.name, { grey, job: picture });
  }
  const planes = new Map<string, Uint8Array>();
  for (const [name, { grey, job: of }] of read) planes.set(name, resized(grey, of.white, job));
  const { size, channels, labels } = job;
  const image = new Uint8Array(size * size * channels.length);
  channels.forEach((name, channel) => {
    const plane = planes.get(name) as Uint8Array;
    for (let i = 0, at = channel; i < plane.length; i++, at += channels.length) image[at] = plane[i] as number;
  });
  const stored = job.storage === 'jpeg' ? await throughJpeg(image, size, channels.length) : image;
  const features: Record<string, Feature> = {
    slice: { bytes: [job.slice] },
    series: { bytes: [job.series] },
    patient: { bytes: [job.patient] },
    height: { int64: [size] },
    width: { int64: [size] },
    channels: { int64: [channels.length] },
    'channel-names': { bytes: channels },
    ...(labels === null ? {} : { labels: { int64: LABELS.map((label) => labels[label]) } }),
    image: { bytes: [stored] },
  };
  return { record: frameRecord(encodeExample(features)), ...factsOf([...read.values()]) };
}

/** 0 to white -> 0 to 255, not rounded before the resize: as windows do it. */
function resized({ values, rows, columns }: GreyPicture, white: number, job: PicturesJob): Uint8Array {
  const { size, interpolation } = job;
  const table = greys(values.BYTES_PER_ELEMENT === 2 ? 16 : 8, white);
  return resizeChannels(values, columns, table, taps(interpolation, rows, size), taps(interpolation, columns, size));
}

const greys = remembered(8, (bits: 8 | 16, white: number): WindowTable => {
  const values = Float32Array.from({ length: 2 ** bits }, (_, value) => Math.min(1, value / white) * 255);
  return { values, channels: 1 };
});

const taps = remembered(
  16,
  (interpolation: Interpolation, source: number, target: number): Taps => tapsOf(interpolation, source, target),
);

function factsOf(
  pictures: readonly { grey: GreyPicture; job: PictureJob }[],
): Omit<PicturesRecord, 'record' | 'failed'> {
  const hash = createHash('sha256');
  let blank = true;
  let brain = 0;
  let dark: number | null = null;
  let clipped: PicturesRecord['clipped'] = null;
  const greys: PictureGreys[] = [];
  for (const { grey, job } of pictures) {
    const { values, rows, columns } = grey;
    hash.update(`${job.name} ${rows} ${columns} ${values.BYTES_PER_ELEMENT}\n`).update(littleEndian(values));
    let [lowest, highest, above] = [Number.POSITIVE_INFINITY, 0, 0];
    for (const value of values) {
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
      if (value > job.white) above++;
    }
    greys.push({
      name: job.name,
      bits: values.BYTES_PER_ELEMENT === 2 ? 16 : 8,
      white: job.white,
      highest,
      levels: levelsOf(values),
      bright: brightEdge(grey, job.white),
    });
    const share = above / values.length;
    if (share > (clipped?.share ?? 0)) clipped = { name: job.name, share, highest, white: job.white };
    if (((highest - lowest) / job.white) * 255 > BLANK_RANGE) blank = false;
    if (values.BYTES_PER_ELEMENT === 2 && highest <= job.white / 2) dark = Math.max(dark ?? 0, highest);
    if (job.window !== null && brain === 0) brain = brainShare(values, job.white, job.window);
  }
  return { hash: hash.digest('hex'), blank, brain, dark, clipped, greys };
}

function levelsOf(values: GreyPicture['values']): number {
  const there = new Uint8Array(values.BYTES_PER_ELEMENT === 2 ? 2 ** 16 : 2 ** 8);
  for (const value of values) there[value] = 1;
  return there.reduce((sum, one) => sum + one, 0);
}

function brightEdge({ values, rows, columns }: GreyPicture, white: number): number {
  let [bright, edge] = [0, 0];
  for (let y = 0; y < rows; y++) {
    const step = y === 0 || y === rows - 1 ? 1 : Math.max(1, columns - 1);
    for (let x = 0; x < columns; x += step, edge++) if (2 * (values[y * columns + x] as number) > white) bright++;
  }
  return Number((bright / edge).toFixed(6));
}

/** Only of a window that begins at or below 0 HU, and ends at or above 80: others cut these values off. */
function brainShare(
  values: GreyPicture['values'],
  white: number,
  { level, width }: { level: number; width: number },
): number {
  const low = level - width / 2;
  if (low > 0 || low + width < 80 || width > 400) return 0;
  const [from, to] = [((0 - low) / width) * white, ((80 - low) / width) * white];
  let count = 0;
  // What is black or white was cut off: its HU are not known.
  for (const value of values) if (value > from && value < to && value > 0 && value < white) count++;
  return count / values.length;
}

const LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function littleEndian(values: GreyPicture['values']): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return LITTLE || values.BYTES_PER_ELEMENT === 1 ? bytes : Buffer.from(bytes).swap16();
}
