import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type RecordJob, type SliceRecord, sliceRecord } from './slice-record.ts';

interface Waiting {
  job: RecordJob;
  resolve(made: SliceRecord): void;
  reject(error: unknown): void;
}

/** Fewer slices than this do not repay the start of a thread. */
const SLICES_PER_THREAD = 16;

/** Threads for so many slices; 0: they are made where they are asked for. */
export const threadsFor = (slices: number, workers: number): number =>
  Math.min(Math.max(1, workers), Math.floor(slices / SLICES_PER_THREAD));

/** Threads that turn stored pixels into records. Which thread makes a record changes nothing in it. */
export class SlicePool {
  readonly #workers: Worker[] = [];
  readonly #idle: Worker[] = [];
  readonly #queue: Waiting[] = [];
  readonly #running = new Map<Worker, Waiting>();
  #failure: Error | null = null;

  constructor(threads: number) {
    for (let i = 0; i < threads; i++) {
      const worker = startWorker();
      worker.on('message', (made: SliceRecord) => this.#done(worker, made));
      worker.on('error', (error) => this.#fail(error));
      worker.on('exit', (code) => this.#fail(new Error(`a worker that makes slices ended with status ${code}`)));
      this.#workers.push(worker);
      this.#idle.push(worker);
    }
  }

  async make(job: RecordJob): Promise<SliceRecord> {
    if (this.#workers.length === 0) return sliceRecord(job);
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) return reject(this.#failure);
      this.#queue.push({ job, resolve, reject });
      return this.#next();
    });
  }

  async close(): Promise<void> {
    for (const worker of this.#workers) worker.removeAllListeners('exit');
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #next(): void {
    while (this.#idle.length > 0 && this.#queue.length > 0) {
      const worker = this.#idle.pop() as Worker;
      const waiting = this.#queue.shift() as Waiting;
      this.#running.set(worker, waiting);
      worker.postMessage(waiting.job);
    }
  }

  #done(worker: Worker, made: SliceRecord): void {
    const waiting = this.#running.get(worker);
    this.#running.delete(worker);
    this.#idle.push(worker);
    waiting?.resolve(made);
    this.#next();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of [...this.#running.values(), ...this.#queue]) reject(error);
    this.#running.clear();
    this.#queue.length = 0;
  }
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
