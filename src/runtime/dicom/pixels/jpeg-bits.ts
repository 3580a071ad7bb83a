import { Undecodable } from './undecodable.ts';

/** Codes up to this length are looked up at once. */
const FAST_BITS = 9;

/** A Huffman table of ISO/IEC 10918-1 annex C, for reading. */
export class HuffmanTable {
  /** By the next nine bits: length << 8 | symbol; 0 where the code is longer, or none. */
  readonly fast = new Uint16Array(1 << FAST_BITS);
  /** By length: the largest code of that length, -1 where there is none, and what to add to a code for its symbol's place. */
  readonly largest = new Int32Array(18).fill(-1);
  readonly shift = new Int32Array(18);

  /** Throws Undecodable where the counts are no code. */
  constructor(
    counts: Uint8Array,
    readonly symbols: Uint8Array,
  ) {
    let code = 0;
    let at = 0;
    for (let length = 1; length <= 16; length++) {
      const count = counts[length - 1] as number;
      if (count > 0) {
        this.shift[length] = at - code;
        if (code + count > 2 ** length) throw new Undecodable('have a Huffman table that is none');
        for (let i = 0; i < count; i++, at++, code++) {
          if (length > FAST_BITS) continue;
          const first = code << (FAST_BITS - length);
          this.fast.fill((length << 8) | (symbols[at] as number), first, first + (1 << (FAST_BITS - length)));
        }
        this.largest[length] = code - 1;
      }
      code <<= 1;
    }
  }
}

/** Bits of an entropy-coded segment: stuffed bytes taken out, ended by a marker. */
export class JpegBits {
  #held = 0;
  #bits = 0;
  /** Bits beyond the segment's end that were made up (1s, as encoders fill up with) so that a code could be looked at. */
  #beyond = 0;
  /** A marker stands at `at`. */
  #ended = false;

  constructor(
    readonly bytes: Uint8Array,
    public at: number,
  ) {}

  #fill(): void {
    while (this.#bits <= 16) {
      let byte = 0xff;
      if (this.#ended) this.#beyond += 8;
      else if (this.at >= this.bytes.length) {
        this.#ended = true;
        this.#beyond += 8;
      } else {
        byte = this.bytes[this.at] as number;
        if (byte !== 0xff) this.at++;
        else if (this.bytes[this.at + 1] === 0) this.at += 2;
        else {
          this.#ended = true;
          this.#beyond += 8;
        }
      }
      this.#held = ((this.#held << 8) | byte) & 0x1ffffff;
      this.#bits += 8;
    }
  }

  symbol(table: HuffmanTable): number {
    if (this.#bits < 16) this.#fill();
    const found = table.fast[(this.#held >> (this.#bits - FAST_BITS)) & ((1 << FAST_BITS) - 1)] as number;
    if (found !== 0) {
      this.#bits -= found >> 8;
      return found & 0xff;
    }
    for (let length = FAST_BITS + 1; length <= 16; length++) {
      const code = (this.#held >> (this.#bits - length)) & ((1 << length) - 1);
      if (code > (table.largest[length] as number)) continue;
      this.#bits -= length;
      return table.symbols[code + (table.shift[length] as number)] as number;
    }
    throw new Undecodable('hold a Huffman code that is none (JPEG)');
  }

  /** Up to 16 bits. */
  read(count: number): number {
    if (count === 0) return 0;
    if (this.#bits < count) this.#fill();
    this.#bits -= count;
    return (this.#held >> this.#bits) & ((1 << count) - 1);
  }

  /** A number of so many bits, as JPEG writes differences and coefficients (F.2.2.1). */
  signed(count: number): number {
    if (count === 0) return 0;
    const value = this.read(count);
    return value < 1 << (count - 1) ? value - (1 << count) + 1 : value;
  }

  /** Throws Undecodable where more was read than stands there. */
  check(): void {
    if (this.#beyond > this.#bits) throw new Undecodable('end before the picture does (JPEG)');
  }

  /** Goes on behind the restart marker of this number (0 to 7), which has to stand here. */
  restart(number: number): void {
    this.finish();
    if (this.bytes[this.at + 1] !== 0xd0 + number) throw new Undecodable('lack a restart marker (JPEG)');
    this.at += 2;
    this.#held = 0;
    this.#bits = 0;
    this.#beyond = 0;
    this.#ended = false;
  }

  /** To the marker behind the segment. Throws Undecodable where data are left over: then codes were read wrongly. */
  finish(): void {
    this.check();
    const unread = (this.#bits - this.#beyond) >> 3;
    if (this.#ended ? unread > 1 : !this.#endsAfter(1 - unread))
      throw new Undecodable('go on behind the picture (JPEG)');
    while (this.bytes[this.at] === 0xff && this.bytes[this.at + 1] === 0xff) this.at++;
  }

  /** Not more than so many bytes stand before a marker. Skips them. */
  #endsAfter(most: number): boolean {
    for (let i = 0; i <= most; i++) {
      const [byte, next] = [this.bytes[this.at], this.bytes[this.at + 1]];
      if (byte === undefined || (byte === 0xff && next !== 0)) return true;
      this.at += byte === 0xff ? 2 : 1;
    }
    return false;
  }
}
