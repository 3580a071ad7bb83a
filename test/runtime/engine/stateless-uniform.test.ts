import { describe, expect, it } from 'vitest';
import { engineOf, engines, type TestEngine } from '../../engine.ts';

/** tf.random.stateless_uniform([9], seed) of TensorFlow 2.20 in Python. */
const TENSORFLOW: [[number, number], number[]][] = [
  [
    [1, -2],
    [0.7476804256439209, 0.7566256523132324, 0.8433103561401367, 0.24518632888793945, 0.7087740898132324, 0.9518766403198242, 0.8016291856765747, 0.40859222412109375, 0.38145911693573], // biome-ignore format: a list
  ],
  [
    [0, 0],
    [0.2110154628753662, 0.7060099840164185, 0.8000633716583252, 0.7707922458648682, 0.38858866691589355, 0.8703594207763672, 0.8081874847412109, 0.19694089889526367, 0.8492707014083862], // biome-ignore format: a list
  ],
  [
    [123456, 987654321],
    [0.7980905771255493, 0.7264531850814819, 0.145607590675354, 0.8610697984695435, 0.18352067470550537, 0.6764482259750366, 0.04484236240386963, 0.17894446849822998, 0.6568679809570312], // biome-ignore format: a list
  ],
  [
    [-2147483648, 2147483647],
    [0.9418087005615234, 0.43306899070739746, 0.9828633069992065, 0.5043957233428955, 0.705518364906311, 0.9299066066741943, 0.9350615739822388, 0.5102709531784058, 0.2749307155609131], // biome-ignore format: a list
  ],
];

describe.each(await engines())('stateless uniform numbers on $kind', ({ engine, values }) => {
  const { tf, ops } = engine;

  it.each(TENSORFLOW)("seed %j: TensorFlow's numbers, bit for bit", (seed, expected) => {
    const [found] = values(() => [ops.statelessUniform(tf.tensor1d(seed, 'int32'), [3, 3])]);
    expect(found).toEqual(expected);
  });

  it('lie in [0, 1), with mean 1/2 and variance 1/12', () => {
    const [found] = values(() => [ops.statelessUniform(tf.tensor1d([3, 4], 'int32'), [100_000])]) as [number[]];
    const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
    const variance = found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / found.length;
    expect(Math.min(...found.slice(0, 50_000), ...[0])).toBeGreaterThanOrEqual(0);
    expect(found.every((value) => value < 1)).toBe(true);
    // four standard errors
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / found.length));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / found.length));
  });

  it('refuses a seed of another form', () => {
    expect(() => values(() => [ops.statelessUniform(tf.tensor1d([1, 2, 3], 'int32'), [4])])).toThrow();
  });
});

const wasm = (await engineOf('wasm')) as TestEngine;
const native = await engineOf('native');
it.runIf(native)('the numbers are the same on both engines, far out too', () => {
  const run = ({ engine: { tf, ops }, values }: TestEngine) =>
    values(() => [ops.statelessUniform(tf.tensor1d([-77, 1_000_003], 'int32'), [301, 333])]);
  expect(run(wasm)).toEqual(run(native as TestEngine));
});
