import { pipeline, Readable } from 'node:stream';
import { constants, createInflateRaw } from 'node:zlib';
import type { RangeReader } from './compact-header.ts';
import { startOf } from './parse-header.ts';
import { DEFLATED } from './transfer-syntax.ts';

/** The meta group, of any writer, ends within so many bytes. */
const START_BYTES = 16 * 1024;
const CHUNK = 256 * 1024;
/** What stays at hand of what was inflated, so that a header is read more than once. */
const KEPT = 1024 * 1024;
/** A deflated file that goes on beyond that is no picture. Bytes. */
const MOST_INFLATED = 1024 ** 3;

/** A deflated file cannot be inflated, or to too much. */
export class InflateError extends Error {
  override readonly name = 'InflateError';
}

/**
 * A file as its header's offsets count: itself, or, where its data set is deflated (PS3.5 A.5), its meta group and what the
 * rest inflates to. That is inflated as far as it is asked for, and never held as a whole: reading forward costs one pass.
 * Its reader throws InflateError.
 */
export async function logicalFile(read: RangeReader): Promise<{ read: RangeReader; deflated: boolean }> {
  const first = await read(0, START_BYTES);
  const start = startOf(first);
  if (start?.syntax !== DEFLATED || start.meta === null) {
    const known = (length: number) => length <= first.length || first.length < START_BYTES;
    return {
      deflated: false,
      read: async (at, length) => (at === 0 && known(length) ? first.subarray(0, length) : read(at, length)),
    };
  }
  const { offset } = start;
  const inflated = new InflatedPart(read, offset);
  return {
    deflated: true,
    async read(at, length) {
      if (at >= offset) return inflated.read(at - offset, length);
      const meta = first.subarray(at, Math.min(offset, at + length));
      return Buffer.concat([meta, await inflated.read(0, length - meta.length)]);
    },
  };
}

/** What the bytes of a file inflate to from `offset` on. */
class InflatedPart {
  #chunks: AsyncIterator<Buffer> | null = null;
  /** The first of it. */
  #head: Buffer = Buffer.alloc(0);
  /** What was asked for last, and where it starts. */
  #window: Buffer = Buffer.alloc(0);
  #from = 0;
  #ended = false;

  constructor(
    readonly source: RangeReader,
    readonly offset: number,
  ) {}

  /** Fewer bytes only where it ends. */
  async read(at: number, length: number): Promise<Buffer> {
    const end = at + length;
    let reached = this.#from + this.#window.length;
    if (end <= this.#head.length) return this.#head.subarray(at, end);
    // What went by is inflated again: of a file that is read forward nothing is.
    if (this.#chunks === null || at < this.#from) {
      await this.close();
      this.#chunks = inflatedChunks(this.source, this.offset);
      this.#window = Buffer.alloc(0);
      this.#ended = false;
      this.#from = 0;
      reached = 0;
    }
    const parts: Buffer[] = [this.#window.subarray(at - this.#from)];
    while (reached < end && !this.#ended) {
      const { value, done = false } = await this.#chunks.next().catch((error: unknown) => {
        // What reading threw has a code of the system; what inflating throws has one of zlib.
        if (String((error as NodeJS.ErrnoException).code).startsWith('Z_'))
          throw new InflateError('cannot be inflated');
        throw error;
      });
      if (done) {
        this.#ended = true;
        break;
      }
      if (reached + value.length > at) parts.push(value.subarray(Math.max(0, at - reached)));
      if (this.#head.length === reached && reached < KEPT) this.#head = Buffer.concat([this.#head, value]);
      reached += value.length;
      if (reached > MOST_INFLATED) throw new InflateError('inflates to more than any picture');
    }
    this.#window = Buffer.concat(parts);
    this.#from = Math.min(at, reached);
    return this.#window.subarray(0, length);
  }

  async close(): Promise<void> {
    await this.#chunks?.return?.();
    this.#chunks = null;
  }
}

function inflatedChunks(source: RangeReader, offset: number): AsyncIterator<Buffer> {
  async function* chunks() {
    for (let at = offset; ; at += CHUNK) {
      const chunk = await source(at, CHUNK);
      yield chunk;
      if (chunk.length < CHUNK) return;
    }
  }
  // Of a file that is cut off what is there is given.
  const inflater = createInflateRaw({ chunkSize: CHUNK, finishFlush: constants.Z_SYNC_FLUSH });
  // Errors reach whoever reads the chunks.
  return pipeline(Readable.from(chunks()), inflater, () => {})[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
}
