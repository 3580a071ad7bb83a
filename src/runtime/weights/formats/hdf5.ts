import { Worker } from 'node:worker_threads';
import { type FileHandle, open } from '../../../files/fs.ts';
import { isSystemError } from '../../../files/system-error.ts';
import { readExactly } from './bytes.ts';
import { cutOff, unreadableWeights, unsafeWeights, unsupportedWeights } from './errors.ts';
import { cellsOf, finite, isNumberType, isShape, type NumberType, toFloat32 } from './numbers.ts';

/** Where an HDF5 file lies: a part of a file (the whole of it, or a stored member of a zip), or memory. */
export interface Hdf5Place {
  start: number;
  size: number;
  /** Null: at `start` of the file. */
  bytes: SharedArrayBuffer | null;
}

export interface Hdf5Group {
  path: string;
  /** Those that were asked for, as lists of texts. */
  attributes: Readonly<Record<string, readonly string[]>>;
  children: readonly string[];
}

export interface Hdf5Dataset {
  path: string;
  attributes: Readonly<Record<string, readonly string[]>>;
  /** Null: it has none, not even a scalar's. */
  shape: readonly number[] | null;
  bytesEach: number;
  /** `F32`; null where it is no number. */
  type: string | null;
  chunks: readonly number[] | null;
  filters: readonly { id: number; name: string }[];
}

export interface Hdf5Tree {
  groups: ReadonlyMap<string, Hdf5Group>;
  datasets: ReadonlyMap<string, Hdf5Dataset>;
}

/** Nothing read and nothing answered for so long: the file leads the library in circles. */
export const PATIENCE_MS = 30_000;
/** How long a thread waits for the next file. */
const IDLE_MS = 5_000;
/** Deflate, shuffle, check sum: what h5py's own options make, beside its LZF, which the library does not know. */
const FILTERS = [1, 2, 3];
/** More than weights ever shrink by. Zeros shrink to a thousandth, and take the memory all the same. */
const MOST_PACKED = 20;
const ROOM = 64 << 20;

/** A thread with the library, of which the next file's owner is not known yet. */
let idle: Thread | null = null;

/** An HDF5 file, read by a thread. Throws IchorError `weights-file-unreadable`, `-cut-off`, `-unsafe`, `-unsupported`. */
export class Hdf5File {
  private constructor(
    private readonly path: string,
    private readonly thread: Thread,
    private readonly handle: FileHandle,
    private readonly place: Hdf5Place,
    private readonly patienceMs: number,
  ) {}

  /** @param patienceMs how long nothing may come of a call */
  static async open(path: string, place: Hdf5Place | null = null, patienceMs = PATIENCE_MS): Promise<Hdf5File> {
    const handle = await open(path, 'r');
    try {
      const where = place ?? { start: 0, size: (await handle.stat()).size, bytes: null };
      await requireWhole(path, handle, where);
      const thread = idle ?? new Thread();
      idle = null;
      const file = new Hdf5File(path, thread, handle, where, patienceMs);
      await file.ask('open', { fd: handle.fd, ...where, progress: thread.progress });
      return file;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /**
   * What lies below a group.
   * @param attributes names of those to read, a regular expression
   * @param skip paths that are not looked into
   * @param depth 0: the group alone
   */
  async tree(path: string, attributes: RegExp, skip: readonly string[] = [], depth = 99): Promise<Hdf5Tree> {
    const request = { path, attributes: attributes.source, skip, depth };
    const { groups, datasets } = (await this.ask('tree', request)) as {
      groups: Hdf5Group[];
      datasets: Hdf5Dataset[];
    };
    return {
      groups: new Map(groups.map((group) => [group.path, group])),
      datasets: new Map(datasets.map((dataset) => [dataset.path, dataset])),
    };
  }

  /** Refuses, before anything is read, what could not be read. `name` stands in messages. */
  check(datasets: readonly Hdf5Dataset[]): void {
    let plain = 0;
    let packed = 0;
    for (const dataset of new Set(datasets)) {
      const { path, shape, bytesEach, filters } = dataset;
      numberType(this.path, dataset);
      if (shape === null || !isShape(shape)) throw unreadableWeights(this.path, `${path} in it has no shape`);
      const unread = filters.find(({ id }) => !FILTERS.includes(id));
      if (unread !== undefined)
        throw unsupportedWeights(
          this.path,
          `${path} in it is packed by ${unread.name || `filter ${unread.id}`}, which is not read`,
          `Write it again without: h5repack -f NONE ${FILE} unpacked.h5`,
        );
      if (filters.length === 0) plain += bytesEach * cellsOf(shape);
      else packed += bytesEach * cellsOf(shape);
    }
    const { size } = this.place;
    if (plain > size) throw unsafeWeights(this.path, `its tensors claim ${plain} bytes, and it has ${size}`);
    if (packed > Math.max(ROOM, MOST_PACKED * size))
      throw unsafeWeights(this.path, `its packed tensors claim ${packed} bytes, and it has ${size}`);
  }

  /** A dataset that `check` has seen, as float32. Throws IchorError `weights-not-finite` too. */
  async read(dataset: Hdf5Dataset): Promise<Float32Array> {
    const { path, shape, bytesEach, chunks } = dataset;
    const bytes = (await this.ask('read', { path, shape, bytesEach, chunks })) as Uint8Array;
    return finite(this.path, path, toFloat32(bytes, numberType(this.path, dataset)));
  }

  async close(): Promise<void> {
    if (this.thread.alive) {
      await this.ask('close', null).then(
        () => park(this.thread),
        () => this.thread.end(),
      );
    }
    await this.handle.close();
  }

  private async ask(work: string, request: unknown): Promise<unknown> {
    const answer = await this.thread.ask(work, request, this.patienceMs);
    if (!('failed' in answer)) return answer.value;
    // Whatever state it left the library in, no other file meets it.
    this.thread.end();
    const { kind, why, error } = answer.failed;
    switch (kind) {
      case 'system':
        throw isSystemError(error) ? Object.assign(error, { path: this.path }) : error;
      case 'memory':
        throw unsafeWeights(this.path, 'it asks for more memory than weights need');
      case 'endless':
        throw unsafeWeights(
          this.path,
          `nothing came of reading it for ${this.patienceMs / 1000} s: it leads in circles`,
        );
      case 'unsafe':
        throw unsafeWeights(this.path, why);
      case 'damaged':
        throw unreadableWeights(this.path, `as HDF5 it is damaged (${why})`);
    }
  }
}

/** In commands: a path may be private. */
const FILE = 'weights.h5';

function numberType(path: string, { path: name, type, bytesEach, attributes }: Hdf5Dataset): NumberType {
  // HDF5 has had no name for it until 2.0: Keras says it beside the data.
  if (attributes.dtype?.[0] === 'bfloat16' && bytesEach === 2) return 'BF16';
  if (type !== null && isNumberType(type)) return type;
  throw unsupportedWeights(
    path,
    `${name} in it is of a type that is no plain number`,
    'Save the weights as float32: model.save_weights("weights.weights.h5") after keras.config.set_dtype_policy("float32").',
  );
}

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const hasSignature = (bytes: Uint8Array) => SIGNATURE.every((byte, i) => bytes[i] === byte);

/** Whether the bytes, at the start of a file, are those of HDF5. A user's block of some powers of two may stand before. */
export const isHdf5 = (head: Uint8Array): boolean =>
  [0, 512, 1024, 2048].some((at) => hasSignature(head.subarray(at, at + 8)));

/** The superblock says where the file ends: what was cut off is found before the library meets it. */
async function requireWhole(path: string, handle: FileHandle, { start, size, bytes }: Hdf5Place): Promise<void> {
  const head =
    bytes === null
      ? await readExactly(path, handle, start, Math.min(size, 4096))
      : new Uint8Array(bytes, 0, Math.min(size, 4096));
  const at = [0, 512, 1024, 2048].find((place) => hasSignature(head.subarray(place, place + 8)));
  if (at === undefined) throw unreadableWeights(path, 'it does not begin as HDF5 does');
  const view = new DataView(head.buffer, head.byteOffset + at, head.length - at);
  if (view.byteLength < 96) throw cutOff(path, `it has ${size} bytes, less than a header`);
  const version = view.getUint8(8);
  // Offsets of the format's specification, part II.A; all files of today have offsets of 8 bytes.
  const [offsetBytes, endAt] = version < 2 ? [view.getUint8(13), version === 0 ? 40 : 44] : [view.getUint8(9), 28];
  if (version > 3 || offsetBytes !== 8)
    throw unreadableWeights(
      path,
      `its header is of a form that is not read (version ${version}, ${offsetBytes} bytes)`,
    );
  const end = Number(view.getBigUint64(endAt, true));
  if (end > size) throw cutOff(path, `it has ${size} of ${end} bytes`);
}

interface Failure {
  kind: 'damaged' | 'unsafe' | 'memory' | 'endless' | 'system';
  why: string;
  error?: unknown;
}
type Answer = { value: unknown } | { failed: Failure };

/** One question at a time. */
class Thread {
  /** Raised by the thread with each read of the file. */
  readonly progress = new SharedArrayBuffer(4);
  alive = true;
  private answer: ((answer: Answer) => void) | null = null;
  private queue: Promise<unknown> = Promise.resolve();
  private readonly worker = new Worker(new URL('./hdf5-thread.mjs', import.meta.url), {
    execArgv: [],
    // What the library prints belongs to no command's output.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });

  constructor() {
    this.worker.unref();
    this.worker.on('message', ({ value, error }: { value: unknown; error?: Failure & { code?: string } }) =>
      this.settle(error === undefined ? { value } : { failed: said(error) }),
    );
    this.worker.on('error', (error: NodeJS.ErrnoException) => {
      const memory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.fail({ kind: memory ? 'memory' : 'system', why: error.message, error });
    });
    this.worker.on('exit', () => this.fail({ kind: 'damaged', why: 'the library gave up' }));
  }

  ask(work: string, request: unknown, patienceMs: number): Promise<Answer> {
    const asked = this.queue.then(() => this.askNow(work, request, patienceMs));
    this.queue = asked;
    return asked;
  }

  private async askNow(work: string, request: unknown, patienceMs: number): Promise<Answer> {
    if (!this.alive) return { failed: { kind: 'damaged', why: 'reading it failed before' } };
    const counter = new Int32Array(this.progress);
    let seen = Atomics.load(counter, 0);
    let since = performance.now();
    this.worker.ref();
    const watch = setInterval(
      () => {
        const now = Atomics.load(counter, 0);
        if (now !== seen) [seen, since] = [now, performance.now()];
        else if (performance.now() - since > patienceMs) this.fail({ kind: 'endless', why: '' });
      },
      Math.min(1000, patienceMs / 4),
    );
    try {
      return await new Promise<Answer>((resolve) => {
        this.answer = resolve;
        this.worker.postMessage({ work, request });
      });
    } finally {
      clearInterval(watch);
      this.worker.unref();
    }
  }

  private settle(answer: Answer): void {
    this.answer?.(answer);
    this.answer = null;
  }

  private fail(failed: Failure): void {
    this.end();
    this.settle({ failed });
  }

  end(): void {
    if (!this.alive) return;
    this.alive = false;
    void this.worker.terminate();
  }
}

/** An error of the system (a disk that fails) is no fault of the file; what else has a code is a missing library. */
function said({ kind, why, code }: Failure & { code?: string }): Failure {
  if (kind !== 'system') return { kind, why };
  const error: NodeJS.ErrnoException = Object.assign(new Error(why), { code, syscall: 'read' });
  return { kind, why, error: isSystemError(error) ? error : new Error(`h5wasm cannot be loaded: ${why}`) };
}

function park(thread: Thread): void {
  if (!thread.alive) return;
  if (idle !== null) {
    thread.end();
    return;
  }
  idle = thread;
  setTimeout(() => {
    if (idle === thread) {
      idle = null;
      thread.end();
    }
  }, IDLE_MS).unref();
}
