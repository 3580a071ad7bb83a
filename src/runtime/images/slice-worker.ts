import { parentPort } from 'node:worker_threads';
import { decodeFrame } from '../dicom/pixels/decode-frame.ts';
import type { EncodedFrame } from '../dicom/pixels/frame-format.ts';
import { type PicturesJob, type PicturesRecord, picturesRecord } from '../pictures/pictures-record.ts';
import { type RecordJob, type SliceRecord, sliceRecord } from './slice-record.ts';

/** What a thread is asked for: a record of a slice, or of a slice's pictures, or the stored words of a frame. */
export type WorkerJob = { record: RecordJob } | { pictures: PicturesJob } | { frame: EncodedFrame };
export type WorkerAnswer =
  | { record: SliceRecord }
  | { pictures: PicturesRecord }
  | { frame: Uint8Array | { message: string } };

/** The thread behind `SlicePool`: a job in, its answer out. */
parentPort?.on('message', async (job: WorkerJob) => {
  if ('frame' in job) return parentPort?.postMessage({ frame: await decodeFrame(job.frame) } satisfies WorkerAnswer);
  if ('pictures' in job)
    return parentPort?.postMessage({ pictures: await picturesRecord(job.pictures) } satisfies WorkerAnswer);
  const made = await sliceRecord(job.record);
  if (made.record === null) return parentPort?.postMessage({ record: made } satisfies WorkerAnswer);
  // A Buffer from Node's shared slab cannot be transferred: only memory of its own.
  const own = made.record.byteLength === made.record.buffer.byteLength ? made.record : Uint8Array.from(made.record);
  const answer: WorkerAnswer = { record: { ...made, record: own } };
  return parentPort?.postMessage(answer, [own.buffer as ArrayBuffer]);
});
