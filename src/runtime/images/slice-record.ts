import { LABELS, type SliceLabels } from '../../labels.ts';
import { decodeFrame } from '../dicom/pixels/decode-frame.ts';
import type { EncodedFrame } from '../dicom/pixels/frame-format.ts';
import { masked } from '../tfrecord/crc32c.ts';
import { encodeExample, exampleHead, type Feature } from '../tfrecord/example.ts';
import { FOOTER_BYTES, frameAround, frameRecord, HEADER_BYTES } from '../tfrecord/record.ts';
import { throughJpeg } from './jpeg.ts';
import type { SliceKernel } from './kernel/kernel.ts';
import { kernelImage } from './kernel/kernel-image.ts';
import { sliceKernel } from './kernel/slice-kernel.ts';
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
  const kernel = sliceKernel();
  if (kernel !== null && job.storage === 'lossless') return recordInKernel(kernel, { ...job, bytes });
  const made = sliceImage({ ...job, bytes });
  if (made === null) return { record: null, ...NO_FACTS };
  const { image, ...described } = made;
  const stored = job.storage === 'jpeg' ? await throughJpeg(image, job.size, job.channels.length) : image;
  const features = { ...featuresOf(job), [IMAGE]: { bytes: [stored] } };
  return { record: frameRecord(encodeExample(features)), ...described };
}

const IMAGE = 'image';

/** All but the image, which is the last. */
function featuresOf({ slice, series, patient, size, channels, labels }: RecordJob): Record<string, Feature> {
  return {
    slice: { bytes: [slice] },
    series: { bytes: [series] },
    patient: { bytes: [patient] },
    height: { int64: [size] },
    width: { int64: [size] },
    channels: { int64: [channels.length] },
    'channel-names': { bytes: channels },
    ...(labels === null ? {} : { labels: { int64: LABELS.map((label) => labels[label]) } }),
  };
}

/** The same, put together where the image is made. */
function recordInKernel(kernel: SliceKernel, job: RecordJob): SliceRecord {
  const head = exampleHead(featuresOf(job), IMAGE, job.size * job.size * job.channels.length);
  const made = kernelImage(kernel, job, HEADER_BYTES + head.length, FOOTER_BYTES);
  if (made === null) return { record: null, ...NO_FACTS };
  const data = made.at - head.length;
  const length = head.length + made.length;
  const record = kernel.bytes(data - HEADER_BYTES, HEADER_BYTES + length + FOOTER_BYTES);
  record.set(head, HEADER_BYTES);
  frameAround(record, masked(kernel.crc32c(data, length)));
  return { record: record.slice(), ...made.facts };
}

export const undecodable = (message: string): SliceRecord => ({ record: null, undecodable: message, ...NO_FACTS });
