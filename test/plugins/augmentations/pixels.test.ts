import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import blur from '../../../plugins/augmentations/blur.ts';
import brightness from '../../../plugins/augmentations/brightness.ts';
import contrast from '../../../plugins/augmentations/contrast.ts';
import erasing from '../../../plugins/augmentations/erasing.ts';
import noise from '../../../plugins/augmentations/noise.ts';
import windowJitter from '../../../plugins/augmentations/window-jitter.ts';
import { type Augmentation, seededNormal, stream } from '../../../src/index.ts';
import { engines } from '../../engine.ts';

const SIZE = 16;
/** The first has no margin, the second one of a quarter of its width. */
const CHANNELS = [{ shown: [0, 255] as const }, { shown: [42.5, 212.5] as const }];
const random = (seed: number) => stream(seed, 'test');
/** Whole grey levels well inside of black and white, in an order that no rule explains. */
const picture = (seed: number) =>
  Array.from({ length: SIZE * SIZE * 2 }, () => 0).map((_, i) => 60 + ((i * 37 + seed * 11) % 131));

describe.each(await engines())('on $kind', ({ engine: { tf }, values }) => {
  /** Each picture through the augmentation, with what it drew. */
  function made(component: Augmentation, params: object, seeds: readonly number[], input = picture) {
    const { draw, apply } = component.pixels!;
    const all = { probability: 1, ...params } as never;
    const drawn = seeds.map((seed) => draw(all, random(seed)));
    const [output = []] = values(() => [
      apply(
        tf,
        tf.tensor4d(
          seeds.flatMap((seed) => input(seed)),
          [seeds.length, SIZE, SIZE, 2],
        ),
        tf.tensor2d(drawn.map((numbers) => [...numbers])),
        tf.onesLike(tf.range(0, seeds.length)) as Tensor,
        all,
        CHANNELS,
      ),
    ]);
    const each = SIZE * SIZE * 2;
    return seeds.map((seed, i) => ({
      drawn: drawn[i] as readonly number[],
      before: input(seed),
      after: output.slice(i * each, (i + 1) * each),
    }));
  }
  const close = (is: readonly number[], wanted: readonly number[], digits = 3) => {
    for (const [i, value] of is.entries()) expect(value).toBeCloseTo(wanted[i] as number, digits);
  };

  it('brightness adds one amount to all pixels', () => {
    for (const { drawn, before, after } of made(brightness, { most: 0.2 }, [0, 1, 2])) {
      expect(Math.abs(drawn[0] as number)).toBeLessThanOrEqual(51);
      close(
        after,
        before.map((value) => Math.min(255, Math.max(0, value + (drawn[0] as number)))),
      );
    }
  });

  it('contrast keeps the mean of each channel, and multiplies the distance from it', () => {
    for (const { drawn, before, after } of made(contrast, { most: 0.3 }, [0, 1, 2])) {
      const means = [0, 1].map((channel) => {
        const own = before.filter((_, i) => i % 2 === channel);
        return own.reduce((sum, value) => sum + value, 0) / own.length;
      });
      close(
        after,
        before.map((value, i) => value + (value - (means[i % 2] as number)) * (drawn[0] as number)),
      );
    }
  });

  it('window-jitter shows each channel at another level and width, by shares of what is shown of it', () => {
    for (const { drawn, before, after } of made(windowJitter, { level: 0.1, width: 0.3 }, [0, 1, 2, 3])) {
      const [level = 0, width = 0] = drawn;
      expect(Math.abs(level)).toBeLessThanOrEqual(0.1);
      expect(Math.abs(width)).toBeLessThanOrEqual(0.3);
      close(
        after,
        before.map((value, i) => {
          const [from, to] = CHANNELS[i % 2]!.shown;
          // The ends of the drawn window become the ends of what is shown.
          const middle = (from + to) / 2 + level * (to - from);
          const half = ((1 + width) * (to - from)) / 2;
          const share = (value - (middle - half)) / (2 * half);
          return Math.min(255, Math.max(0, from + share * (to - from)));
        }),
      );
    }
  });

  it('erasing paints one rectangle over all channels, of the area that it drew', () => {
    const params = { smallest: 0.1, largest: 0.4, grey: 7 };
    for (const { drawn, before, after } of made(erasing, params, [0, 1, 2, 3])) {
      const [width = 0, height = 0, left = 0, top = 0] = drawn;
      expect(width * height).toBeLessThanOrEqual(0.4 + 1e-9);
      expect(left + width).toBeLessThanOrEqual(1 + 1e-9);
      const inside = (at: number, low: number, length: number) =>
        (at + 0.5) / SIZE >= low && (at + 0.5) / SIZE < low + length;
      expect(after).toEqual(
        before.map((value, i) => {
          const [row, column] = [Math.floor(i / 2 / SIZE), Math.floor(i / 2) % SIZE];
          return inside(row, top, height) && inside(column, left, width) ? 7 : value;
        }),
      );
    }
  });

  it('blur is a Gaussian along rows and columns that repeats the edge', () => {
    for (const most of [0.4, 1.5, 5])
      for (const { drawn, before, after } of made(blur, { most }, [0, 1])) {
        const sum = drawn.reduce((total, weight, distance) => total + (distance === 0 ? weight : 2 * weight), 0);
        expect(sum).toBeCloseTo(1, 6);
        const along = (image: readonly number[], step: 1 | 16) =>
          image.map((_, i) => {
            const [row, column, channel] = [Math.floor(i / 2 / SIZE), Math.floor(i / 2) % SIZE, i % 2];
            const at = (by: number) => {
              const to = (value: number) => Math.min(SIZE - 1, Math.max(0, value + by));
              const [r, c] = step === 1 ? [row, to(column)] : [to(row), column];
              return image[(r * SIZE + c) * 2 + channel] as number;
            };
            return drawn.reduce(
              (total, weight, by) => total + (by === 0 ? weight * at(0) : weight * (at(by) + at(-by))),
              0,
            );
          });
        close(after, along(along(before, 1), 16), 2);
      }
  });

  it('noise has the deviation that was drawn, and no mean', () => {
    for (const { drawn, before, after } of made(noise, { most: 0.1 }, [0, 1, 2, 3])) {
      const added = after.map((value, i) => value - (before[i] as number));
      const mean = added.reduce((sum, value) => sum + value, 0) / added.length;
      const deviation = Math.sqrt(added.reduce((sum, value) => sum + (value - mean) ** 2, 0) / added.length);
      // 512 numbers: four standard errors.
      expect(Math.abs(mean)).toBeLessThan((4 * (drawn[0] as number)) / Math.sqrt(512));
      expect(Math.abs(deviation / (drawn[0] as number) - 1)).toBeLessThan(4 / Math.sqrt(2 * 512));
    }
  });

  describe('seededNormal', () => {
    const normal = (seeds: readonly (readonly [number, number])[], shape: readonly number[]) =>
      values(() => [seededNormal(tf, tf.tensor2d(seeds.map((pair) => [...pair])), shape)])[0] as number[];
    const draw = (seed: number): [number, number] => {
      const own = random(seed);
      return [own.uniform(), own.uniform()];
    };

    it('is normal: its moments, its quarters, its tail', () => {
      const numbers = normal([draw(5)], [300, 300, 1]);
      const n = numbers.length;
      const moment = (power: number) => numbers.reduce((sum, value) => sum + value ** power, 0) / n;
      expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(n));
      expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
      expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / n));
      expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
      const share = (low: number, high: number) => numbers.filter((value) => value >= low && value < high).length / n;
      for (const [low, high] of [
        [-9, -0.6745],
        [-0.6745, 0],
        [0, 0.6745],
        [0.6745, 9],
      ] as const)
        expect(Math.abs(share(low, high) - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / n));
      expect(share(1.96, 9)).toBeCloseTo(0.025, 2);
    });

    it('has no order: neighbours, rows and images tell nothing of each other', () => {
      const side = 128;
      const [one, other] = [normal([draw(1)], [side, side]), normal([draw(2)], [side, side])];
      const correlation = (a: readonly number[], b: readonly number[]) =>
        a.reduce((sum, value, i) => sum + value * (b[i] as number), 0) / a.length;
      const most = 4.5 / side;
      for (const by of [1, 2, 3, 7, side, side + 1, 2039, 4078])
        expect(Math.abs(correlation(one.slice(by), one.slice(0, -by))), `${by} further`).toBeLessThan(most * 1.2);
      expect(Math.abs(correlation(one, other))).toBeLessThan(most);
      // Seeds that differ in their last bits alone.
      const [a, b] = draw(3);
      expect(
        Math.abs(correlation(normal([[a, b]], [side, side]), normal([[a + 2 ** -20, b]], [side, side]))),
      ).toBeLessThan(most);
    });

    // A tensor's last numbers may go through other instructions than those before them: the last bit differs.
    it('gives an image the same numbers alone and beside others', () => {
      const seeds = [draw(1), draw(2), draw(3)];
      const together = normal(seeds, [5, 7, 2]);
      for (const [i, pair] of seeds.entries())
        close(normal([pair], [5, 7, 2]), together.slice(i * 70, (i + 1) * 70), 5);
    });

    it('refuses an image of more numbers than it has', () => {
      expect(() => normal([draw(1)], [2048, 2048, 1])).toThrow(RangeError);
    });
  });
});

it('seededNormal: engines agree', async () => {
  const all = (await engines()).map(({ engine: { tf }, values }) =>
    values(() => [seededNormal(tf, tf.tensor2d([[0.123456, 0.987654]]), [64, 64, 3])]),
  );
  const [first = []] = all[0] as number[][];
  for (const [other = []] of all.slice(1) as number[][][])
    for (const [i, value] of first.entries()) expect(other[i]).toBeCloseTo(value, 4);
});
