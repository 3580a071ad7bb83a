import { describe, expect, it } from 'vitest';
import { type Random, stream } from '../../../src/random.ts';
import { decodeRle } from '../../../src/runtime/dicom/pixels/rle/rle.ts';
import { plainUnpacker, type Unpacker, unpacker, wasmUnpacker } from '../../../src/runtime/dicom/pixels/rle/unpack.ts';
import { Undecodable } from '../../../src/runtime/dicom/pixels/undecodable.ts';

const wasm = wasmUnpacker() as Unpacker;

/** Some packing of bytes: runs and copies of drawn lengths, with bytes that say nothing between. */
function packed(bytes: Uint8Array, random: Random): number[] {
  const out: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (random.uniform() < 0.02) out.push(128);
    const value = bytes[at] as number;
    let alike = 1;
    while (alike < 128 && bytes[at + alike] === value) alike += 1;
    if (alike >= 2 && random.uniform() < 0.9) {
      out.push(257 - alike, value);
      at += alike;
    } else {
      const count = Math.min(bytes.length - at, 1 + random.integer(128));
      out.push(count - 1, ...bytes.subarray(at, at + count));
      at += count;
    }
  }
  return out;
}

function drawn(random: Random) {
  const [rows, columns] = [1 + random.integer(40), 1 + random.integer(40)];
  const width = 1 + random.integer(2);
  const words = new Uint8Array(rows * columns * width);
  for (let at = 0; at < words.length; ) {
    const [end, value] = [at + 1 + random.integer(300), random.integer(256)];
    const noisy = random.uniform() < 0.5;
    for (; at < Math.min(end, words.length); at++) words[at] = noisy ? random.integer(256) : value;
  }
  const segments = Array.from({ length: width }, (_, place) =>
    packed(
      words.filter((__, at) => at % width === width - 1 - place),
      random,
    ),
  );
  const header = new DataView(new ArrayBuffer(64));
  header.setUint32(0, width, true);
  let at = 64;
  for (const [place, segment] of segments.entries()) {
    if (random.uniform() < 0.5) segment.push(0);
    header.setUint32(4 + 4 * place, at, true);
    at += segment.length;
  }
  const bytes = Uint8Array.from([...new Uint8Array(header.buffer), ...segments.flat()]);
  const format = { rows, columns, bitsAllocated: 8 * width, bitsStored: 8 * width, signed: false };
  return { bytes, format, words };
}

const said = (bytes: Uint8Array, format: ReturnType<typeof drawn>['format'], by: Unpacker) => {
  try {
    return decodeRle(bytes, format, by);
  } catch (error) {
    if (error instanceof Undecodable) return error.message;
    throw error;
  }
};

describe('RLE in WebAssembly', () => {
  it('is what this machine takes', () => {
    expect(unpacker()).not.toBe(plainUnpacker);
  });

  it('gives the words that were packed, as TypeScript does', () => {
    const random = stream(7, 'rle');
    for (let i = 0; i < 400; i++) {
      const { bytes, format, words } = drawn(random);
      expect(said(bytes, format, wasm)).toEqual(words);
      expect(said(bytes, format, plainUnpacker)).toEqual(words);
    }
  });

  it('refuses what TypeScript refuses, in the same words', () => {
    const random = stream(8, 'rle');
    const messages = new Set<unknown>();
    for (let i = 0; i < 1500; i++) {
      const { bytes, format } = drawn(random);
      const cut = random.uniform() < 0.3 ? bytes.subarray(0, 64 + random.integer(bytes.length - 64)) : bytes.slice();
      for (let times = random.integer(4); times > 0; times--)
        cut[(random.uniform() < 0.05 ? 0 : 64) + random.integer(Math.max(1, cut.length - 64))] = random.integer(256);
      const found = said(cut, format, wasm);
      expect(found).toEqual(said(cut, format, plainUnpacker));
      if (typeof found === 'string') messages.add(found);
    }
    expect(messages).toContain('end before the picture does (RLE)');
    expect(messages).toContain('go on behind the picture (RLE)');
  });
});
