import { LABELS, type SliceLabels } from '../../labels.ts';
import { decodeFrame } from '../dicom/pixels/decode-frame.ts';
import type { EncodedFrame } from '../dicom/pixels/frame-format.ts';
import { encodeExample, type Feature } from '../tfrecord/example.ts';
import { frameRecord } from '../tfrecord/record.ts';
import { throughJpeg } from './jpeg.ts';
import { NO_FACTS, type SliceFacts } from './slice-facts.ts';
import { sliceImage } from './slice-image.ts';
import type { SliceJob } from './slice-job.ts';

/** A slice to be written as one record. */
export interface RecordJob extends SliceJob {
  slice: string;
  series: string;
  patient: string;
  /** By name; null: unlabelled, the record then has no feature `labels`. */
  labels: SliceLabels | null;
  channels: readonly string[];
  /** `jpeg`: the picture comes out of a JPEG. */
  storage: 'lossless' | 'jpeg';
  /** How `bytes` are encoded, and as what; absent where they are stored words in little endian. */
  encoded?: Pick<EncodedFrame, 'syntax' | 'format'>;
}

export interface SliceRecord extends SliceFacts {
  /** The framed TFRecord; null where pixels are missing. */
  record: Uint8Array | null;
  /** Why its pixels cannot be decoded, continuing "Its pixels". */
  undecodable?: string;
}

/**
 * One slice as a framed tf.train.Example: `image` (bytes, `[height, width, channels]` interleaved), `slice`,
 * `series`, `patient`, `channel-names`, `height`, `width`, `channels`, and `labels` in the order of LABELS.
 */
export async function sliceRecord(job: RecordJob): Promise<SliceRecord> {
  const bytes = job.encoded === undefined ? job.bytes : await decodeFrame({ ...job.encoded, bytes: job.bytes });
  if ('message' in bytes) return undecodable(bytes.message);
  const made = sliceImage({ ...job, bytes });
  if (made === null) return { record: null, ...NO_FACTS };
  const { labels, size, channels } = job;
  const image = job.storage === 'jpeg' ? await throughJpeg(made.image, size, channels.length) : made.image;
  const features: Record<string, Feature> = {
    slice: { bytes: [job.slice] },
    series: { bytes: [job.series] },
    patient: { bytes: [job.patient] },
    height: { int64: [job.size] },
    width: { int64: [job.size] },
    channels: { int64: [job.channels.length] },
    'channel-names': { bytes: job.channels },
    ...(labels === null ? {} : { labels: { int64: LABELS.map((label) => labels[label]) } }),
    image: { bytes: [image] },
  };
  const { image: _, ...described } = made;
  return { record: frameRecord(encodeExample(features)), ...described };
}

export const undecodable = (message: string): SliceRecord => ({ record: null, undecodable: message, ...NO_FACTS });
