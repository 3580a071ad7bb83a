import { describe, expect, it } from 'vitest';
import { defineWindow, type Layers, Type, type Window } from '../../src/index.ts';
import { findEngine } from '../../src/runtime/engine/install/find.ts';
import { testComponent } from '../../src/testing/index.ts';
import { sigmoidWindow } from '../runtime/train/sigmoid-window.ts';
import { expectBroken } from './broken.ts';

const params = Type.Object({
  level: Type.Number({ minimum: -1000, maximum: 1000, unit: 'HU', description: 'Middle.' }),
});
const stated = { params: { level: 40 } };
const clip = (x: number) => Math.min(1, Math.max(0, x));
const window = (changes: object) =>
  defineWindow({
    name: 'acme/step',
    version: 1,
    summary: 'Eighty HU about a level.',
    params,
    contract: () => ({}),
    scale: (hu: number, { level }: { level: number }) => clip((hu - level + 40) / 80),
    ...changes,
  } as Omit<Window<typeof params>, 'kind'>);

it('a sound window passes, and the report names what was checked', async () => {
  expect(await testComponent(window({}), stated)).toEqual({
    kind: 'window',
    name: 'acme/step',
    engine: null,
    checked: ['register', 'summary', 'descriptions', 'schema', 'defaults', 'contract', 'scale', 'determinism'],
    skipped: [],
  });
});

describe('a window is caught that', () => {
  it('leaves 0..1', () =>
    expectBroken(window({ scale: (hu: number) => hu / 80 }), 'scale', /scale\(-32768\) gives -409\.6 .*clip/, stated));
  it('leaves 0..1 at an end of a parameter’s range only', () =>
    expectBroken(
      window({ scale: (hu: number, { level }: { level: number }) => clip(hu / 80) + (level === 1000 ? 1 : 0) }),
      'scale',
      /with level = 1000/,
      stated,
    ));
  it('gives no number', () => expectBroken(window({ scale: () => Number.NaN }), 'scale', /gives NaN/, stated));
  it('shows nothing', () => expectBroken(window({ scale: () => 0.5 }), 'scale', /0\.5 for every value/, stated));
  it('draws at random', () =>
    expectBroken(window({ scale: (hu: number) => (hu > 0 ? Math.random() : 0) }), 'determinism', /again/, stated));
  it('tells values apart beyond what its contract says', () =>
    expectBroken(window({ contract: () => ({ hu: [0, 50] }) }), 'contract', /does so outside of them/, stated));
  it('has the ends of its contract the wrong way round', () =>
    expectBroken(window({ contract: () => ({ hu: [80, 0] }) }), 'contract', /the lower first/, stated));
  it('shows more than it tells apart', () =>
    expectBroken(
      window({ contract: () => ({ hu: [0, 80], shown: [-10, 80] }) }),
      'contract',
      /shown is a part of hu/,
      stated,
    ));
  it('shows a part of no range', () =>
    expectBroken(window({ contract: () => ({ shown: [0, 80] }) }), 'contract', /no hu/, stated));
  it('shows a part of a curve', () =>
    expectBroken(
      window({ contract: () => ({ hu: [0, 80], shown: [10, 70] }), scale: (hu: number) => clip(hu / 80) ** 2 }),
      'contract',
      /does not go evenly/,
      stated,
    ));
  it('throws', () =>
    expectBroken(
      window({
        scale: (hu: number) => {
          if (hu > 1000) throw new Error('too bright');
          return clip(hu);
        },
      }),
      'scale',
      /it threw Error: too bright \(at .*windows\.test\.ts:/,
      stated,
    ));
  it('needs a parameter that the test was not given', () =>
    expectBroken(window({}), 'parameters', /testComponent needs values .*\{ params: \{ level: … \} \}/));
  it('was given one out of range', () =>
    expectBroken(window({}), 'parameters', /level must be .* here is 5000/, { params: { level: 5000 } }));
});

describe('a learned window', () => {
  it('that is sound passes on WASM', async () => {
    const { engine, checked } = await testComponent(sigmoidWindow);
    expect(engine).toMatch(/^tfjs-wasm/);
    expect(checked.slice(-4)).toEqual(['layer: shapes', 'layer: range', 'layer: determinism', 'layer: gradients']);
  });

  it('is tested on the native engine where that is installed; where not, that is said', async () => {
    const run = testComponent(sigmoidWindow, { engine: 'native' });
    if ((await findEngine()) === null) await expect(run).rejects.toMatchObject({ code: 'engine-missing', exit: 2 });
    else expect((await run).engine).toMatch(/^tensorflow/);
    // And WASM again beside it, in one process.
    expect((await testComponent(sigmoidWindow)).engine).toMatch(/^tfjs-wasm/);
  });

  const layer = (apply: string, run: (tf: never, x: never, w: never) => never, trainable = true) =>
    window({
      layer: <T>(layers: Layers<T>, channel: T): T =>
        layers.custom(apply, [channel], {
          weights: { w: { shape: [1], initializer: 'zeros', trainable } },
          shape: ([x]) => x!,
          apply: (tf, [x], { w }) => run(tf as never, x as never, w as never),
        }),
    });
  type Run = (tf: typeof import('@tensorflow/tfjs'), x: import('@tensorflow/tfjs').Tensor, w: typeof x) => typeof x;
  const broken = (check: string, pattern: RegExp, run: Run, trainable = true) =>
    expectBroken(layer('c', run as never, trainable), check, pattern, stated);

  it('is caught when it leaves 0..1 once its weights have moved', () =>
    broken('layer: range', /weights up to .* away from their start/, (tf, x, w) => tf.mul(x, tf.exp(w))));
  it('is caught when it has nothing to learn', () =>
    broken('layer: shapes', /no trainable weight/, (tf, x, w) => tf.sigmoid(tf.add(x, w)), false));
  it('is caught when a weight leads nowhere', () =>
    broken('layer: gradients', /no gradient reaches the weight window_0\/c\/w/, (tf, x) => tf.sigmoid(x)));
  it('is caught when its gradient is infinite', () =>
    broken('layer: gradients', /gradient of the weight window_0\/c\/w is/, (tf, x, w) =>
      // The root's slope at 0 is infinite; times zero it is no number.
      tf.sigmoid(tf.add(x, tf.add(w, tf.sqrt(tf.mul(w, 0))))),
    ));
  it('is caught when its gradient is wrong', () =>
    broken('layer: gradients', /the function rises by .* along them, and it rises by/, (tf, x, w) => {
      const wrong = tf.customGrad((...args: unknown[]) => ({
        value: tf.clone(args[0] as typeof w),
        gradFunc: (dy: unknown) => tf.mul(dy as typeof w, 3) as never,
      })) as unknown as (w: Parameters<Run>[2]) => Parameters<Run>[2];
      return tf.sigmoid(tf.add(x, wrong(w)));
    }));
  it('is caught when it keeps a tensor', async () => {
    const keeps = layer('c', ((tf: Parameters<Run>[0], x: never, w: never) =>
      tf.keep(tf.sigmoid(tf.add(x, w)))) as never);
    const error = await testComponent(keeps as never, stated).catch((thrown) => thrown);
    expect(error.message).toMatch(/layer: range: a tensor stays in the engine's memory/);
  });
  it('is caught when it reads a tensor', async () => {
    const reads = layer('c', ((tf: Parameters<Run>[0], x: never, w: Parameters<Run>[2]) =>
      tf.sigmoid(tf.add(x, tf.add(w, w.dataSync()[0]! * 0)))) as never);
    const error = await testComponent(reads as never, stated).catch((thrown) => thrown);
    expect(error.message).toMatch(/layer: range: it reads a tensor's values in JavaScript \(dataSync\)/);
  });
  it('is caught when it changes its shape', () =>
    expectBroken(
      window({ layer: <T>(layers: Layers<T>, x: T) => layers.conv('c', x, { filters: 1, kernel: 3 }) }),
      'layer: shapes',
      /\[any, 6, 6, 1\]/,
      stated,
    ));
  it('is caught when its `shape` lies', () =>
    broken('layer: range', /has the shape \[4, 8, 8, 2\] on the engine, and \[4, 8, 8, 1\]/, (tf, x, w) =>
      tf.sigmoid(tf.concat([tf.add(x, w), x], 3)),
    ));
});
