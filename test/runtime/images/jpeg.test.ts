import { describe, expect, it } from 'vitest';
import { throughJpeg } from '../../../src/runtime/images/jpeg.ts';

const SIDE = 16;
const picture = (channels: number, value: (x: number, y: number, channel: number) => number) =>
  Uint8Array.from({ length: SIDE * SIDE * channels }, (_, i) => {
    const pixel = Math.floor(i / channels);
    return value(pixel % SIDE, Math.floor(pixel / SIDE), i % channels);
  });
const channelOf = (image: Uint8Array, channel: number, channels = 3) =>
  [...image].filter((_, i) => i % channels === channel);
const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b));

describe('a picture through a JPEG', () => {
  it('keeps a flat one, grey and in colours, to the rounding of its colour space', async () => {
    for (const channels of [1, 3]) {
      const flat = picture(channels, (_x, _y, channel) => [40, 120, 200][channel] as number);
      const back = await throughJpeg(flat, SIDE, channels);
      expect(back).toHaveLength(flat.length);
      expect(most([...back].map((byte, i) => Math.abs(byte - (flat[i] as number))))).toBeLessThanOrEqual(2);
    }
  });

  it('lets one window show in the others: a stripe of the first channel alone', async () => {
    const striped = picture(3, (x, _y, channel) => (channel === 0 && x % 2 === 0 ? 255 : 0));
    const back = await throughJpeg(striped, SIDE, 3);
    // The stripe has the width of a pixel, the colours half the resolution: what is left of it lies in all channels.
    expect(most(channelOf(back, 1))).toBeGreaterThan(30);
    expect(most(channelOf(back, 2))).toBeGreaterThan(30);
  });

  it('mixes nothing where the three channels are one', async () => {
    const grey = picture(3, (x, y) => ((x * 7 + y * 13) % 16) * 16);
    const back = await throughJpeg(grey, SIDE, 3);
    const [r, g, b] = [0, 1, 2].map((channel) => channelOf(back, channel)) as [number[], number[], number[]];
    expect(most(r.map((value, i) => Math.max(Math.abs(value - g[i]!), Math.abs(value - b[i]!))))).toBeLessThanOrEqual(
      1,
    );
  });

  it('refuses another number of channels', async () => {
    await expect(
      throughJpeg(
        picture(2, () => 0),
        SIDE,
        2,
      ),
    ).rejects.toThrow('1 or 3 channels, not 2');
  });
});
