import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hounsfieldRule } from '../../../src/runtime/dicom/hounsfield.ts';
import { sliceImage } from '../../../src/runtime/images/slice-image.ts';
import { type Channel, windowTable } from '../../../src/runtime/images/windows.ts';
import reference from '../../fixtures/pixels.json' with { type: 'json' };

const signed16 = {
  rows: 1,
  columns: 1,
  samples: 1,
  bitsAllocated: 16,
  bitsStored: 16,
  highBit: 15,
  signed: true,
  overlayBits: 0,
};
const paper = (name: string, level: number, width: number): Channel => ({
  name,
  scale: (hu) => (hu - (level - width / 2)) / width,
});

function job(
  values: readonly number[],
  rows: number,
  columns: number,
  size: number,
  channels: Channel[],
  intercept = 0,
) {
  const rule = hounsfieldRule(signed16, 1, intercept, false);
  const stored = Int16Array.from(values, (hu) => hu - intercept);
  const bytes = new Uint8Array(stored.buffer);
  return { bytes, rows, columns, rule, table: windowTable(channels, rule), size, interpolation: 'linear' as const };
}

describe('windows (reference: window_to_byte, OpenCV)', () => {
  for (const [name, of] of Object.entries(reference.window_to_byte.windows)) {
    it(`${name}: bytes as OpenCV stores them`, () => {
      const { level, width, hu } = of;
      const side = Math.ceil(Math.sqrt(hu.length));
      const values = [...hu, ...new Array<number>(side * side - hu.length).fill(0)];
      // The picture keeps its size: the resize changes no value, and the rounding alone is seen.
      const made = sliceImage(job(values, side, side, side, [paper(name, level, width)]));
      expect([...(made?.image ?? [])].slice(0, hu.length)).toEqual(of.byte_opencv);
    });
  }
});

describe('a slice', () => {
  it('is windowed before it is resized (facts 0.9): the mean of clipped values, not the clipped mean', () => {
    // HU 1000 and -1000 in brain 40/80: 255 and 0, mean 127.5 -> 128; the mean HU 0 would give 0.
    const made = sliceImage({
      ...job([1000, -1000, 1000, -1000], 2, 2, 1, [paper('brain', 40, 80)]),
      interpolation: 'area',
    });
    expect([...(made?.image ?? [])]).toEqual([128]);
  });

  it('interleaves its channels in the order of the recipe', () => {
    const channels = [paper('brain', 40, 80), paper('bone', 600, 2800)];
    const made = sliceImage(job([40, 80, 0, 2000], 2, 2, 2, channels));
    // brain: 127.5 -> 128, 255, 0, 255; bone: (hu + 800) / 2800 * 255 = 76.5 -> 76, 80.1, 72.9, 255
    expect([...(made?.image ?? [])]).toEqual([128, 76, 255, 80, 0, 73, 255, 255]);
  });

  it('has a hash over rows, columns and HU, whatever its encoding', () => {
    const values = [1, 2, 3, 4, 5, 6];
    const made = sliceImage(job(values, 2, 3, 2, [paper('brain', 40, 80)]));
    const other = sliceImage(job(values, 2, 3, 4, [paper('bone', 600, 2800)], -1024));
    const bytes = Buffer.alloc(2 * 4 + 6 * 2);
    for (const [i, value] of [2, 3].entries()) bytes.writeInt32LE(value, 4 * i);
    for (const [i, value] of values.entries()) bytes.writeInt16LE(value, 8 + 2 * i);
    expect(made?.hash).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(other?.hash).toBe(made?.hash);
    expect(sliceImage(job(values, 3, 2, 2, [paper('brain', 40, 80)]))?.hash).not.toBe(made?.hash);
    // Population standard deviation of 1..6.
    expect(made?.deviation).toBeCloseTo(Math.sqrt(35 / 12), 12);
  });

  it('has the same hash where a value needs 32 bits, however it is stored', () => {
    const made = sliceImage(job([1, 2, 3, 40_000], 2, 2, 2, [paper('brain', 40, 80)], 20_000));
    const bytes = Buffer.alloc(4 * 6);
    for (const [i, value] of [2, 2, 1, 2, 3, 40_000].entries()) bytes.writeInt32LE(value, 4 * i);
    expect(made?.hash).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it.each(['linear', 'area'] as const)(
    '%s: three channels at once are three alone, at any offset in memory',
    (interpolation) => {
      const windows = [paper('brain', 40, 80), paper('subdural', 80, 200), paper('bone', 600, 2800)];
      const values = Array.from({ length: 37 * 53 }, (_, i) => ((i * 7919) % 1500) - 500);
      const odd = (of: ReturnType<typeof job>) => {
        const moved = new Uint8Array(of.bytes.length + 1);
        moved.set(of.bytes, 1);
        return { ...of, bytes: moved.subarray(1), interpolation };
      };
      for (const size of [9, 37, 64]) {
        const together = sliceImage({ ...job(values, 37, 53, size, windows), interpolation });
        const alone = windows.map((window) => sliceImage(odd(job(values, 37, 53, size, [window]))));
        const joined = Array.from({ length: size * size }, (_, i) => alone.map((one) => one?.image[i]));
        expect([...(together?.image ?? [])]).toEqual(joined.flat());
        expect(alone[0]?.hash).toBe(together?.hash);
      }
    },
  );

  it('is null where pixels are missing', () => {
    const whole = job([1, 2, 3, 4], 2, 2, 2, [paper('brain', 40, 80)]);
    expect(sliceImage({ ...whole, bytes: whole.bytes.subarray(0, 7) })).toBeNull();
  });
});
