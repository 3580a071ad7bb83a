import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { crc32 } from '../../../files/crc32.ts';
import { UnreadablePart } from '../../../files/unreadable-part.ts';
import type { Member } from './members.ts';

const PIECE_BYTES = 1 << 20;

/**
 * Reads a large deflated member from its start on, in memory that does not grow with it: ranges that follow each other
 * are unpacked once. Its CRC-32 is compared where the end is reached.
 */
export class MemberCursor {
  readonly #pieces: AsyncGenerator<Buffer>;
  /** Unpacked and not asked for yet, from `#at` on. */
  #rest: Buffer = Buffer.alloc(0);
  #at = 0;
  /** One read after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  /** The end of the last range that was asked for. */
  #asked = 0;

  constructor(
    readonly member: Member,
    packed: (from: number, length: number) => Promise<Buffer>,
  ) {
    this.#pieces = unpack(member, packed);
  }

  /** Whether a range from `offset` on can be read without starting anew. */
  reaches(offset: number): boolean {
    return offset >= this.#asked;
  }

  read(offset: number, length: number): Promise<Buffer> {
    this.#asked = offset + length;
    const own = this.#turn.then(() => this.#read(offset, length));
    this.#turn = own.catch(() => {
      // Whoever asked for this range is told; the next one meets the same end.
    });
    return own;
  }

  /** From where it stands to the end. */
  async *all(): AsyncGenerator<Buffer> {
    yield* this.#pieces;
  }

  async #read(offset: number, length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    const end = offset + length;
    while (this.#at < end) {
      if (this.#rest.length === 0) {
        const next = await this.#pieces.next();
        if (next.done) break;
        this.#rest = next.value;
      }
      const skipped = Math.min(Math.max(offset - this.#at, 0), this.#rest.length);
      const taken = Math.min(end - this.#at - skipped, this.#rest.length - skipped);
      if (taken > 0) parts.push(this.#rest.subarray(skipped, skipped + taken));
      this.#at += skipped + Math.max(taken, 0);
      this.#rest = this.#rest.subarray(skipped + Math.max(taken, 0));
    }
    return Buffer.concat(parts);
  }
}

async function* unpack(
  { bytes, crc, compressedBytes }: Member,
  packed: (from: number, length: number) => Promise<Buffer>,
): AsyncGenerator<Buffer> {
  async function* source() {
    for (let from = 0; from < compressedBytes; from += PIECE_BYTES) yield await packed(from, PIECE_BYTES);
  }
  const inflate = createInflateRaw({ chunkSize: PIECE_BYTES });
  const input = Readable.from(source());
  input.on('error', (error) => inflate.destroy(error));
  input.pipe(inflate);
  let [done, sum] = [0, 0];
  try {
    for await (const piece of inflate as AsyncIterable<Buffer>) {
      done += piece.length;
      if (done > bytes) throw new UnreadablePart('zip-bomb', 'unpacks to more than the directory of the zip says');
      sum = crc32(piece, sum);
      yield piece;
    }
  } catch (error) {
    if (/^Z_/.test((error as NodeJS.ErrnoException).code ?? ''))
      throw new UnreadablePart('damaged-member', 'cannot be unpacked from the zip', { cause: error });
    throw error;
  } finally {
    input.destroy();
    inflate.destroy();
  }
  if (done !== bytes)
    throw new UnreadablePart('damaged-member', `has ${done} bytes in the zip, whose directory says ${bytes}`);
  if (sum !== crc)
    throw new UnreadablePart('damaged-member', 'is damaged in the zip: its CRC-32 is not the one that stands there');
}
