import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { defineAugmentation, type Random, type TF, Type } from '../../src/index.ts';
import { testComponent } from '../../src/testing/index.ts';
import { expectBroken } from './broken.ts';

const params = Type.Object({
  amount: Type.Number({ default: 0.1, minimum: 0, maximum: 0.5, description: 'How much.' }),
});
const common = { name: 'acme/move', version: 1, summary: 'Moves.', params } as const;
const geometry = (matrix: unknown, changes = 'geometry') =>
  defineAugmentation({ ...common, contract: () => ({ changes }), matrix } as never);

const draw = (_params: unknown, random: Random) => [random.between(-20, 20)];
type Apply = (tf: TF, images: Tensor, drawn: Tensor, applied: Tensor) => Tensor;
/** Brighter or darker by what was drawn. */
const brighten: Apply = (tf, images, drawn, applied) => {
  const [items = 0] = images.shape;
  const by = tf.reshape(tf.mul(tf.reshape(drawn, [items]), applied), [items, 1, 1, 1]);
  return tf.clipByValue(tf.add(images, by), 0, 255);
};
const pixels = (changes: { draw?: unknown; apply?: unknown }) =>
  defineAugmentation({
    ...common,
    contract: () => ({ changes: 'pixels' }),
    pixels: { draw, apply: brighten, ...changes },
  } as never);

it('sound ones pass', async () => {
  const shift = geometry(({ amount }: { amount: number }, random: Random, size: number) => [
    1,
    0,
    size * random.between(-amount, amount),
    0,
    1,
    0,
  ]);
  expect((await testComponent(shift)).checked).toContain('matrix: inside of the image');
  const { engine, checked } = await testComponent(pixels({}));
  expect(engine).toMatch(/^tfjs-wasm/);
  expect(checked.slice(-4)).toEqual([
    'apply: range',
    'apply: only images that were drawn',
    'apply: each image by itself',
    'apply: determinism',
  ]);
});

describe('a geometry is caught that', () => {
  it('mirrors without size - 1', () =>
    expectBroken(
      geometry(() => [-1, 0, 0, 0, 1, 0]),
      'matrix: inside of the image',
      /0 % of the output|% of the output/,
    ));
  it('shrinks the image to a line', () =>
    expectBroken(
      geometry(() => [1, 0, 0, 0, 0, 0]),
      'matrix',
      /shrinks the image/,
    ));
  it('gives five numbers', () =>
    expectBroken(
      geometry(() => [1, 0, 0, 0, 1]),
      'matrix',
      /six numbers/,
    ));
  it('gives a number that is none', () =>
    expectBroken(
      geometry(() => [1, 0, Number.NaN, 0, 1, 0]),
      'matrix',
      /gives NaN among its numbers/,
    ));
  it('draws from Math.random', () =>
    expectBroken(
      geometry(() => [1, 0, Math.random(), 0, 1, 0]),
      'determinism',
      /Math\.random/,
    ));
  it('says that it changes pixels', () =>
    expectBroken(
      geometry(() => [1, 0, 0, 0, 1, 0], 'pixels'),
      'contract',
      /say changes: 'geometry'/,
    ));
  it('does nothing at all', () =>
    expectBroken(geometry(undefined), 'contract', /neither `matrix` \(geometry\) nor `pixels`/));
});

describe('a change of pixels is caught that', () => {
  it('leaves 0..255', () =>
    expectBroken(
      pixels({
        apply: ((tf, images, drawn, applied) =>
          tf.add(images, tf.mul(tf.reshape(applied, [-1, 1, 1, 1]), tf.reshape(drawn, [-1, 1, 1, 1])))) as Apply,
      }),
      'apply: range',
      /clip what it returns to 0\.\.255/,
    ));
  it('changes images that were not drawn', () =>
    expectBroken(
      pixels({ apply: ((tf, images, drawn) => brighten(tf, images, drawn, tf.ones([images.shape[0]!]))) as Apply }),
      'apply: only images that were drawn',
      /`applied` is 0 is changed/,
    ));
  it('changes nothing', () =>
    expectBroken(
      pixels({ apply: ((tf, images) => tf.clone(images)) as Apply }),
      'apply: only images that were drawn',
      /is changed with its defaults/,
    ));
  it('takes statistics over the batch', () =>
    expectBroken(
      pixels({
        apply: ((tf, images, drawn, applied) => {
          const flag = tf.reshape(applied, [-1, 1, 1, 1]);
          const shade = tf.mul(tf.mean(drawn), flag);
          return tf.clipByValue(tf.add(images, shade), 0, 255);
        }) as Apply,
      }),
      'apply: each image by itself',
      /no statistics over the batch/,
    ));
  it('draws on the engine', () =>
    expectBroken(
      pixels({
        apply: ((tf, images, _drawn, applied) =>
          tf.clipByValue(
            tf.add(images, tf.mul(tf.randomNormal(images.shape), tf.reshape(applied, [-1, 1, 1, 1]))),
            0,
            255,
          )) as Apply,
      }),
      // Random numbers differ between two calls, whatever is compared.
      'apply',
      /two runs on the same input/,
    ));
  it('draws now one number, now two', () =>
    expectBroken(
      pixels({ draw: (_: unknown, random: Random) => (random.chance(0.5) ? [1] : [1, 2]) }),
      'draw',
      /as many each time/,
    ));
  it('draws what is no number', () =>
    expectBroken(pixels({ draw: () => [Number.POSITIVE_INFINITY] }), 'draw', /gives Infinity|gives null/));
  it('keeps a tensor', () =>
    expectBroken(
      pixels({ apply: ((tf, images, drawn, applied) => tf.keep(brighten(tf, images, drawn, applied))) as Apply }),
      'apply',
      /stays in the engine's memory/,
    ));
  it('disposes of its input', () =>
    expectBroken(
      pixels({
        apply: ((tf, images, drawn, applied) => {
          const made = brighten(tf, images, drawn, applied);
          drawn.dispose();
          return made;
        }) as Apply,
      }),
      'apply',
      /disposes of what it was given/,
    ));
  it('reads a tensor', () =>
    expectBroken(
      pixels({
        apply: ((tf, images, drawn, applied) => {
          if (applied.dataSync()[0] === 7) return images;
          return brighten(tf, images, drawn, applied);
        }) as Apply,
      }),
      'apply',
      /reads a tensor's values/,
    ));
  it('loses a channel', () =>
    expectBroken(
      pixels({ apply: ((tf, images) => tf.mean(images, 3, true)) as Apply }),
      'apply',
      /has the shape \[6, 12, 12, 1\] on the engine, and \[6, 12, 12, 3\]/,
    ));
});
