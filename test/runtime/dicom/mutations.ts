import { readFileSync } from 'node:fs';
import type { DicomHeader } from '../../../src/runtime/dicom/header.ts';
import { SlicePool } from '../../../src/runtime/images/slice-pool.ts';
import { hashOf, type StoredFrame, storedOf } from './stored.ts';

/** What a file was before it was damaged. */
export interface Sample {
  name: string;
  bytes: Buffer;
}

/** The made-up files, each under 20 kB. */
export function madeSamples(): Sample[] {
  const text = readFileSync(new URL('../../fixtures/dicom.json', import.meta.url), 'utf8');
  const files: Record<string, { file: string }> = JSON.parse(text);
  return Object.entries(files).map(([name, { file }]) => ({ name, bytes: Buffer.from(file, 'base64') }));
}

/** Numbers from 0 up to `below`, the same for the same seed. */
function drawn(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** One of the things that disks, networks and writers do to a file; all of them somewhere in its first `reach` bytes. */
export function mutated(bytes: Buffer, seed: number, reach = bytes.length): Buffer {
  const draw = drawn(seed * 7919 + 1);
  const at = draw(reach);
  const own = Buffer.from(bytes);
  switch (draw(7)) {
    case 0:
      return own.subarray(0, at);
    case 1:
      own[at] = draw(256);
      return own;
    case 2:
      own[at] = (own[at] as number) ^ (1 << draw(8));
      return own;
    case 3:
      for (let i = 0; i < 4; i++) own[draw(reach)] = draw(256);
      return own;
    case 4:
      return own.fill(draw(2) * 255, at, Math.min(reach, at + 1 + draw(64)));
    case 5:
      return Buffer.concat([own.subarray(0, at), own.subarray(Math.min(reach, at + 1 + draw(8)))]);
    default:
      return Buffer.concat([
        own.subarray(0, at),
        Buffer.from(Array.from({ length: 1 + draw(8) }, () => draw(256))),
        own.subarray(at),
      ]);
  }
}

/** All that a header says of how pixels are to be read: where it is the same, values are. */
const formatOf = ({ pixels, frames, transferSyntax, pixelLength, pixelOrder, offsets }: DicomHeader): string =>
  JSON.stringify([pixels, frames, transferSyntax, pixelLength, pixelOrder, offsets]);

/** Values are what the header makes of the same bytes: a repaired guess of the format would show here. */
export interface Outcome {
  equal: number;
  left: number;
  other: number;
  /** What should not be. */
  wrong: string[];
}

/**
 * Damages files and reads them. Each is equal to what it was, left out with a reason, or has other values. `headersOnly`: the
 * damage ends in front of the pixels; other values then come from a header that says something else in so many words.
 */
export async function damage(
  samples: readonly Sample[],
  count: number,
  from: number,
  headersOnly: boolean,
): Promise<Outcome> {
  const pool = new SlicePool(0, 5_000);
  const decode: SlicePool['decode'] = (frame) => pool.decode(frame);
  const whole = new Map<string, { hash: string; format: string; pixels: number }>();
  const outcome: Outcome = { equal: 0, left: 0, other: 0, wrong: [] };
  try {
    const good: Sample[] = [];
    for (const sample of samples) {
      const found = await storedOf(sample.bytes, decode);
      if ('reason' in found) continue;
      good.push(sample);
      const { header } = found.frames[0] as StoredFrame;
      whole.set(sample.name, { hash: hashOf(found.frames), format: formatOf(header), pixels: header.pixelOffset });
    }
    for (let seed = from; seed < from + count; seed++) {
      const { name, bytes } = good[seed % good.length] as Sample;
      const was = whole.get(name) as { hash: string; format: string; pixels: number };
      const what = `${name}, damage ${seed}`;
      // Of a deflated file nothing stands in front of its pixels but the meta group.
      const reach = headersOnly ? (name.includes('deflated') ? 300 : was.pixels) : bytes.length;
      const damaged = mutated(bytes, seed, Math.min(reach, bytes.length));
      const start = performance.now();
      const found = await storedOf(damaged, decode).catch((error: Error) => {
        outcome.wrong.push(`${what}: ${error.stack}`);
        return null;
      });
      if (performance.now() - start > 30_000) outcome.wrong.push(`${what}: took ${performance.now() - start} ms`);
      if (found === null) continue;
      if ('reason' in found) {
        outcome.left++;
        if (!/\w/.test(found.message)) outcome.wrong.push(`${what}: left out without a word`);
        continue;
      }
      if (hashOf(found.frames) === was.hash) {
        outcome.equal++;
        continue;
      }
      outcome.other++;
      const { header } = found.frames[0] as StoredFrame;
      // A byte that is lost, or one more, moves the pixels as well.
      if (headersOnly && damaged.length === bytes.length && formatOf(header) === was.format)
        outcome.wrong.push(`${what}: other values under an equal header`);
    }
  } finally {
    await pool.close();
  }
  return outcome;
}
