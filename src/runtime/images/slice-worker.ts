import { parentPort } from 'node:worker_threads';
import { type HounsfieldRule, ruleName } from '../dicom/hounsfield.ts';
import { decodeFrame } from '../dicom/pixels/decode-frame.ts';
import type { EncodedFrame } from '../dicom/pixels/frame-format.ts';
import { type PicturesJob, type PicturesRecord, picturesRecord } from './pictures-record.ts';
import type { WindowTable } from './resize.ts';
import { type FileJob, type SliceOfFile, sliceOfFile } from './slice-of-file.ts';
import { type RecordJob, type SliceRecord, sliceRecord } from './slice-record.ts';

/** What a thread is asked for: a record of a slice, whose pixels were read or not, or of a slice's pictures, or the stored words of a frame. */
export type WorkerJob = { record: RecordJob } | { file: FileJob } | { pictures: PicturesJob } | { frame: EncodedFrame };
export type WorkerAnswer =
  | { record: SliceRecord }
  | { file: SliceOfFile | null }
  | { pictures: PicturesRecord }
  | { frame: Uint8Array | { message: string } };
/** What a thread asks for while it has a job: windows are functions of their authors, and stay where they were loaded. */
export type WorkerQuestion = { rule: HounsfieldRule };
export type WorkerReply = { table: WindowTable };

/** Rules whose tables are kept: a set has a handful. */
const MOST_TABLES = 16;
const tables = new Map<string, WindowTable>();
let answered: (table: WindowTable) => void = () => {};

/** One object for equal rules, as long as it is kept. */
async function tableOf(rule: HounsfieldRule): Promise<WindowTable> {
  const name = ruleName(rule);
  const known = tables.get(name);
  if (known !== undefined) return known;
  const table = await new Promise<WindowTable>((done) => {
    answered = done;
    parentPort?.postMessage({ rule } satisfies WorkerQuestion);
  });
  if (tables.size >= MOST_TABLES) tables.delete(tables.keys().next().value as string);
  tables.set(name, table);
  return table;
}

async function answerTo(job: WorkerJob): Promise<WorkerAnswer> {
  if ('frame' in job) return { frame: await decodeFrame(job.frame) };
  if ('pictures' in job) return { pictures: await picturesRecord(job.pictures) };
  if ('file' in job) return { file: await sliceOfFile(job.file, tableOf) };
  return { record: await sliceRecord(job.record) };
}

/** The memory of what was made goes along. A Buffer of Node's shared slab cannot be handed over: only memory of its own. */
function handedOver(answer: WorkerAnswer): ArrayBuffer[] {
  const made = madeIn(answer);
  if (!made?.record) return [];
  if (made.record.byteLength !== made.record.buffer.byteLength) made.record = Uint8Array.from(made.record);
  return [made.record.buffer as ArrayBuffer];
}

function madeIn(answer: WorkerAnswer): { record: Uint8Array | null } | undefined {
  if ('record' in answer) return answer.record;
  if ('pictures' in answer) return answer.pictures;
  return 'file' in answer ? answer.file?.made : undefined;
}

/** The thread behind `SlicePool`: a job in, its answer out. */
parentPort?.on('message', async (job: WorkerJob | WorkerReply) => {
  if ('table' in job) return answered(job.table);
  const answer = await answerTo(job);
  return parentPort?.postMessage(answer, handedOver(answer));
});
