import { describe, expect, it } from 'vitest';
import { flipHorizontal } from '../../../plugins/augmentations/flip-horizontal.ts';
import { transpose } from '../../../plugins/augmentations/transpose.ts';
import { defineAugmentation, Type } from '../../../src/index.ts';
import type { HostTensors, Tensors } from '../../../src/runtime/engine/engine.ts';
import { openEngine } from '../../../src/runtime/engine/open.ts';
import { augmentations } from '../../../src/runtime/train/augment.ts';
import type { Chosen } from '../../../src/runtime/train/components.ts';

const engine = await openEngine('wasm');
const { tf } = engine;

/** Adds the number that it draws. */
const brighter = defineAugmentation({
  name: 'brighter',
  version: 1,
  summary: 'For this test.',
  params: Type.Object({}),
  contract: () => ({ changes: 'pixels' }),
  pixels: {
    draw: (_, random) => [random.between(1, 9)],
    apply: (t, images, drawn, applied) =>
      t.add(images, t.reshape(t.mul(drawn, t.expandDims(applied, 1)), [-1, 1, 1, 1])),
  },
});

const use = (component: object, probability = 1) =>
  ({ component, params: { probability } }) as unknown as Chosen<'augmentation'>;
const SIZE = 3;
const image = [1, 2, 3, 4, 5, 6, 7, 8, 9];

function run(list: Chosen<'augmentation'>[], slices = ['a'], epoch = 0) {
  const { draw, apply } = augmentations(list, { seed: 1, size: SIZE });
  const drawn: HostTensors = draw(slices, epoch);
  let warps = 0;
  const ops = {
    ...engine.ops,
    warp: (...args: Parameters<typeof engine.ops.warp>) => {
      warps++;
      return engine.ops.warp(...args);
    },
  };
  const batch: Tensors = Object.fromEntries(
    Object.entries(drawn).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
  );
  const images = tf.tensor4d(
    slices.flatMap(() => image),
    [slices.length, SIZE, SIZE, 1],
  );
  const result = [...apply({ tf, ops }, images, batch).dataSync()];
  return { drawn, warps, result };
}

describe('augmentations', () => {
  it('become one warp, in the order of the recipe', () => {
    // By hand: [1 2 3; 4 5 6; 7 8 9] flipped is [3 2 1; 6 5 4; 9 8 7], and that transposed [3 6 9; 2 5 8; 1 4 7].
    expect(run([use(flipHorizontal), use(transpose)])).toMatchObject({ warps: 1, result: [3, 6, 9, 2, 5, 8, 1, 4, 7] });
    // The other way round: transposed [1 4 7; 2 5 8; 3 6 9], flipped [7 4 1; 8 5 2; 9 6 3].
    expect(run([use(transpose), use(flipHorizontal)])).toMatchObject({ warps: 1, result: [7, 4, 1, 8, 5, 2, 9, 6, 3] });
  });

  it('leave an image alone that was not drawn', () => {
    expect(run([use(flipHorizontal, 0), use(brighter, 0)]).result).toEqual(image);
  });

  it('do not warp where none changes geometry', () => {
    expect(run([use(brighter)]).warps).toBe(0);
    expect(run([]).result).toEqual(image);
  });

  it('of pixels use what was drawn for the image', () => {
    const { drawn, result } = run([use(brighter), use(flipHorizontal)]);
    const added = drawn['augment/0/drawn']?.data[0] as number;
    expect(added).toBeGreaterThanOrEqual(1);
    [3, 2, 1, 6, 5, 4, 9, 8, 7].forEach((value, i) => {
      expect(result[i]).toBeCloseTo(value + added, 4);
    });
  });

  it('are drawn for a slice and an epoch, whatever else is in the batch', () => {
    const list = [use(brighter, 0.5), use(flipHorizontal, 0.5)];
    const drawn = (slices: string[], epoch: number) => {
      const { draw } = augmentations(list, { seed: 1, size: SIZE });
      const tensors = draw(slices, epoch);
      return slices.map((_, row) =>
        Object.values(tensors).map(({ data, shape }) => [
          ...data.slice(row * (shape[1] ?? 1), (row + 1) * (shape[1] ?? 1)),
        ]),
      );
    };
    const [a, b] = drawn(['a', 'b'], 0);
    expect(drawn(['b', 'c', 'a'], 0)).toEqual([b, expect.anything(), a]);
    expect(drawn(['a', 'b'], 1)).not.toEqual([a, b]);
  });

  it('hit their share of the images', () => {
    const slices = Array.from({ length: 400 }, (_, i) => `s${i}`);
    const { draw } = augmentations([use(flipHorizontal, 0.3)], { seed: 5, size: SIZE });
    const matrices = draw(slices, 0)['augment/matrices']?.data as Float32Array;
    const flipped = slices.filter((_, i) => matrices[i * 6] === -1).length;
    // 120 expected, standard deviation 9.
    expect(Math.abs(flipped - 120)).toBeLessThan(36);
  });
});
