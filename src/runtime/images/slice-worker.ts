import { parentPort } from 'node:worker_threads';
import { type RecordJob, sliceRecord } from './slice-record.ts';

/** The thread behind `SlicePool`: a job in, a record out. */
parentPort?.on('message', async (job: RecordJob) => {
  const made = await sliceRecord(job);
  if (made.record === null) return parentPort?.postMessage(made);
  // A Buffer from Node's shared slab cannot be transferred: only memory of its own.
  const own = made.record.byteLength === made.record.buffer.byteLength ? made.record : Uint8Array.from(made.record);
  return parentPort?.postMessage({ ...made, record: own }, [own.buffer as ArrayBuffer]);
});
