import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { HounsfieldRule } from '../dicom/hounsfield.ts';
import { decodeFrame } from '../dicom/pixels/decode-frame.ts';
import type { EncodedFrame } from '../dicom/pixels/frame-format.ts';
import { familyOf } from '../dicom/transfer-syntax.ts';
import { type PicturesJob, type PicturesRecord, picturesRecord } from './pictures-record.ts';
import type { WindowTable } from './resize.ts';
import type { FileJob, SliceOfFile } from './slice-of-file.ts';
import { type RecordJob, type SliceRecord, sliceRecord, undecodable } from './slice-record.ts';
import type { WorkerAnswer, WorkerJob, WorkerQuestion, WorkerReply } from './slice-worker.ts';

/** Tables of windows, which only this thread can make. */
type TableOf = (rule: HounsfieldRule) => WindowTable;

interface Waiting {
  job: WorkerJob;
  tableOf: TableOf | null;
  given: ArrayBuffer[];
  resolve(answer: WorkerAnswer): void;
  reject(error: unknown): void;
}

interface Running extends Waiting {
  /** Ends a decoder that does not come back. */
  timer: NodeJS.Timeout | null;
}

/** Fewer slices than this do not repay the start of a thread. */
const SLICES_PER_THREAD = 16;
/** No decoder needs so long for a million pixels, on whatever machine: it takes a fifth of a second on a good one. */
const PATIENCE_MS = 10_000;
const PIXELS = 2 ** 20;

/** Threads for so many slices; 0: they are made where they are asked for. */
export const threadsFor = (slices: number, workers: number): number =>
  Math.min(Math.max(1, workers), Math.floor(slices / SLICES_PER_THREAD));

/**
 * Threads that decode pixels and turn them into records. Which thread makes a record changes nothing in it. Codecs in
 * WebAssembly run in a thread whatever the number asked for: one that hangs, or takes the thread down, costs its own picture,
 * and the thread is made anew.
 */
export class SlicePool {
  readonly #workers = new Set<Worker>();
  readonly #idle: Worker[] = [];
  readonly #queue: Waiting[] = [];
  readonly #running = new Map<Worker, Running>();
  #failure: Error | null = null;

  constructor(
    readonly threads: number,
    /** For a million pixels, or fewer. */
    readonly patienceMs = PATIENCE_MS,
  ) {
    for (let i = 0; i < threads; i++) this.#start();
  }

  async make(job: RecordJob): Promise<SliceRecord> {
    if (this.threads === 0 && !needsThread(job.encoded?.syntax)) return sliceRecord(job);
    const answer = await this.#ask({ record: job });
    return 'record' in answer ? answer.record : undecodable('cannot be decoded');
  }

  /**
   * A slice whose file the thread reads itself: null where that has to be read here, which says why. Only with threads.
   *
   * @param tableOf the table of windows for a rule: asked for once by each thread
   */
  async makeOfFile(job: FileJob, tableOf: TableOf): Promise<SliceOfFile | null> {
    const { from } = job;
    const own = 'bytes' in from && from.bytes.byteLength === from.bytes.buffer.byteLength;
    const answer = await this.#ask({ file: job }, tableOf, own ? [from.bytes.buffer as ArrayBuffer] : []);
    return 'file' in answer ? answer.file : null;
  }

  /** Likewise of a slice that is pictures. */
  async makePictures(job: PicturesJob): Promise<PicturesRecord> {
    if (this.threads === 0) return picturesRecord(job);
    const answer = await this.#ask({ pictures: job });
    if ('pictures' in answer) return answer.pictures;
    throw new TypeError('a worker that makes slices gave another answer');
  }

  /** The stored words of a frame, or why there are none, continuing "Its pixels". */
  async decode(frame: EncodedFrame): Promise<Uint8Array | { message: string }> {
    if (!needsThread(frame.syntax)) return decodeFrame(frame);
    const answer = await this.#ask({ frame });
    return 'frame' in answer ? answer.frame : { message: 'cannot be decoded' };
  }

  async close(): Promise<void> {
    for (const worker of this.#workers) worker.removeAllListeners('exit');
    for (const { timer } of this.#running.values()) if (timer !== null) clearTimeout(timer);
    await Promise.all([...this.#workers].map((worker) => worker.terminate()));
  }

  /** `given`: memory that goes to the thread. */
  #ask(job: WorkerJob, tableOf: TableOf | null = null, given: ArrayBuffer[] = []): Promise<WorkerAnswer> {
    if (this.#workers.size === 0) this.#start();
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) return reject(this.#failure);
      this.#queue.push({ job, tableOf, given, resolve, reject });
      return this.#next();
    });
  }

  #start(): void {
    const worker = startWorker();
    worker.on('message', (said: WorkerAnswer | WorkerQuestion) => {
      if ('rule' in said) this.#tell(worker, said);
      else this.#done(worker, said);
    });
    worker.on('error', (error) => this.#lost(worker, error));
    worker.on('exit', (code) => this.#lost(worker, new Error(`a worker that makes slices ended with status ${code}`)));
    this.#workers.add(worker);
    this.#idle.push(worker);
  }

  #next(): void {
    while (this.#idle.length > 0 && this.#queue.length > 0) {
      const worker = this.#idle.pop() as Worker;
      const waiting = this.#queue.shift() as Waiting;
      const patience = this.patienceMs * Math.max(1, pixelsIn(waiting.job) / PIXELS);
      const timer = encodedIn(waiting.job) ? setTimeout(() => this.#hangs(worker, patience), patience) : null;
      this.#running.set(worker, { ...waiting, timer });
      worker.postMessage(waiting.job, waiting.given);
    }
  }

  #tell(worker: Worker, { rule }: WorkerQuestion): void {
    const running = this.#running.get(worker);
    if (!running?.tableOf) return;
    try {
      worker.postMessage({ table: running.tableOf(rule) } satisfies WorkerReply);
    } catch (error) {
      // A window of a plugin that throws.
      this.#fail(error as Error);
    }
  }

  #done(worker: Worker, answer: WorkerAnswer): void {
    const running = this.#running.get(worker);
    // It was given up meanwhile.
    if (running === undefined) return;
    if (running.timer !== null) clearTimeout(running.timer);
    this.#running.delete(worker);
    this.#idle.push(worker);
    running.resolve(answer);
    this.#next();
  }

  #hangs(worker: Worker, patienceMs: number): void {
    this.#replace(worker, `are not decoded after ${Math.round(patienceMs / 1000)} s`);
    worker.removeAllListeners('exit');
    // It ends when it ends: nothing waits for it.
    worker.terminate().catch(() => {});
  }

  #lost(worker: Worker, error: Error): void {
    // An error is followed by an exit.
    if (!this.#workers.has(worker)) return;
    const running = this.#running.get(worker);
    if (running !== undefined && encodedIn(running.job)) this.#replace(worker, 'end the thread that decodes them');
    else this.#fail(error);
  }

  /** Answers for a thread that is given up, and starts another. */
  #replace(worker: Worker, message: string): void {
    const running = this.#running.get(worker);
    this.#running.delete(worker);
    this.#workers.delete(worker);
    if (running?.timer) clearTimeout(running.timer);
    running?.resolve('frame' in running.job ? { frame: { message } } : { record: undecodable(message) });
    this.#start();
    this.#next();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject, timer } of this.#running.values()) {
      if (timer !== null) clearTimeout(timer);
      reject(error);
    }
    for (const { reject } of this.#queue) reject(error);
    this.#running.clear();
    this.#queue.length = 0;
  }
}

/** What codecs of others decode; the decoder of pictures keeps its own time. */
const encodedIn = (job: WorkerJob): boolean => 'frame' in job || ('record' in job && job.record.encoded !== undefined);

function pixelsIn(job: WorkerJob): number {
  if ('file' in job || 'pictures' in job) return 0;
  const { rows, columns } = 'frame' in job ? job.frame.format : job.record;
  return rows * columns;
}

/** Codecs of others, whose memory and time nobody here bounds. */
function needsThread(syntax: string | undefined): boolean {
  const family = syntax === undefined ? null : familyOf(syntax);
  return family === 'jpeg-ls' || family === 'jpeg-2000';
}

/**
 * From `dist/` the built file; from the sources (development, tests) the TypeScript one, by way of tsx. Threads of
 * Node 20 ignore a loader named by `--import`, so the thread registers it itself.
 */
function startWorker(): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./slice-worker.js', import.meta.url), { execArgv: [] });
  const url = new URL('./slice-worker.ts', import.meta.url).href;
  const tsx = dirname(createRequire(import.meta.url).resolve('tsx/package.json'));
  const api = pathToFileURL(join(tsx, 'dist/esm/api/index.mjs')).href;
  const start = `import('${api}').then(({ register }) => { register(); return import('${url}'); })`;
  return new Worker(start, { eval: true, execArgv: [] });
}
