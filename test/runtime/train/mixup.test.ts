import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { stream } from '../../../src/random.ts';
import type { Layers, TF } from '../../../src/registry/kinds/layers.ts';
import type { HostTensor, Step, Tensors } from '../../../src/runtime/engine/engine.ts';
import { augmentations } from '../../../src/runtime/train/augment.ts';
import { choose } from '../../../src/runtime/train/components.ts';
import { gradientsOf } from '../../../src/runtime/train/gradients.ts';
import { beta, withMixup } from '../../../src/runtime/train/mixup.ts';
import type { Network } from '../../../src/runtime/train/network.ts';
import { engines } from '../../engine.ts';
import { registry } from './fixture.ts';

const mixed = withMixup(augmentations([], { seed: 7, size: 1 }), { alpha: 1, seed: 7 });
const NAMES = ['a', 'b', 'c', 'd', 'e'];
const numbers = (tensor: HostTensor | undefined) => [...((tensor?.data ?? []) as Float32Array)];

describe('what a batch is mixed by', () => {
  it('is one order of its items and one share, of its epoch and its first slice', () => {
    const drawn = mixed.draw(NAMES, 3);
    expect(numbers(drawn['mixup/partners']).toSorted()).toEqual([0, 1, 2, 3, 4]);
    expect(drawn['mixup/kept']?.shape).toEqual([]);
    expect(mixed.draw(NAMES, 3)).toEqual(drawn);
    const other = (...of: Parameters<typeof mixed.draw>) => numbers(mixed.draw(...of)['mixup/kept'])[0];
    const kept = numbers(drawn['mixup/kept'])[0];
    expect(other(NAMES, 4)).not.toBe(kept);
    expect(other(['b', ...NAMES.slice(1)], 3)).not.toBe(kept);
    // A slice that a sampler shows again begins another batch.
    expect(other(NAMES, 3, [1, 0, 0, 0, 0])).not.toBe(kept);
    expect(other(NAMES, 3, [0, 1, 0, 0, 0])).toBe(kept);
  });

  it.each([0.1, 0.2, 1, 4])('is a share of Beta(%d, %d): mean and variance by its formula', (alpha) => {
    const random = stream(1, 'test');
    const drawn = Array.from({ length: 40_000 }, () => beta(random, alpha));
    const mean = drawn.reduce((sum, one) => sum + one, 0) / drawn.length;
    const variance = drawn.reduce((sum, one) => sum + (one - mean) ** 2, 0) / drawn.length;
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(1 / (4 * (2 * alpha + 1)), 2);
    // A third of an arcsine-like or flat distribution's own: the share below a quarter of Beta(1, 1) is a quarter.
    if (alpha === 1) expect(drawn.filter((one) => one < 0.25).length / drawn.length).toBeCloseTo(0.25, 2);
  });

  it('is a number for the smallest alpha: one of the two, all of it', () => {
    const random = stream(2, 'test');
    for (let i = 0; i < 2000; i++) {
      const share = beta(random, 1e-4);
      expect(share >= 0 && share <= 1).toBe(true);
    }
  });
});

/** Pictures of one pixel in six channels are the logits themselves. */
const network = {
  spec: { weights: [{ name: 'one/kernel', shape: [6, 6], trainable: true }] },
  forward: (layers: Layers<Tensor>, tf: TF, { images }: Tensors) => ({
    logits: layers.dense('one', tf.reshape(images as never, [-1, 6]) as never, { units: 6, bias: false }),
  }),
} as unknown as Network;

describe.each(await engines())('on $kind', ({ engine }) => {
  it('pictures and labels are mixed by that, and the loss is that of the mixed labels', async () => {
    const n = NAMES.length;
    const random = stream(5, 'test');
    const images = Float32Array.from({ length: n * 6 }, () => 4 * random.uniform() - 2);
    const labels = Float32Array.from({ length: n * 6 }, () => (random.uniform() < 0.5 ? 1 : 0));
    const drawn = mixed.draw(NAMES, 0);
    const kept = numbers(drawn['mixup/kept'])[0]!;
    const partners = numbers(drawn['mixup/partners']);
    // By hand: item by item.
    const mix = (of: Float32Array) =>
      Array.from(of, (own, at) => kept * own + (1 - kept) * of[partners[Math.floor(at / 6)]! * 6 + (at % 6)]!);
    const [pictures, truths] = [mix(images), mix(labels)];
    const loss =
      pictures.reduce((sum, z, at) => sum + Math.max(z, 0) - z * truths[at]! + Math.log1p(Math.exp(-Math.abs(z))), 0) /
      n;

    const parts = {
      engine,
      network,
      batchNorm: 'trained' as const,
      loss: choose(registry, 'loss', { type: 'binary-cross-entropy', reduction: 'sum-over-labels' }),
      inputs: (batch: Tensors) => ({ images: mixed.apply(engine, batch.images!, batch) }),
      labels: (batch: Tensors) => mixed.labels(engine.tf, batch),
    };
    const step: Step = (state, batch) => {
      const found = gradientsOf(parts, ['one/kernel'], 'mean', state, batch);
      const outputs = { loss: found.loss, images: parts.inputs(batch).images, labels: parts.labels(batch) };
      for (const gradient of found.gradients) gradient.dispose();
      return { state: {}, outputs };
    };
    const eye = Float32Array.from({ length: 36 }, (_, at) => (at % 7 === 0 ? 1 : 0));
    const state = engine.state({ 'weights/one/kernel': { shape: [6, 6], dtype: 'float32', data: eye } });
    const compiled = engine.compile(step, state);
    try {
      const given = {
        images: { shape: [n, 1, 1, 6], dtype: 'float32', data: images },
        labels: { shape: [n, 6], dtype: 'float32', data: labels },
        weights: { shape: [n], dtype: 'float32', data: new Float32Array(n).fill(1) },
        seed: { shape: [2], dtype: 'int32', data: Int32Array.of(1, 2) },
        ...drawn,
      } as const;
      expect(compiled.trial(given)).toBeNull();
      const outputs = await compiled.run(given);
      const near = (found: number[], wanted: number[]) =>
        found.forEach((one, at) => {
          expect(one).toBeCloseTo(wanted[at]!, 5);
        });
      near(numbers(outputs.images), pictures);
      near(numbers(outputs.labels), truths);
      expect(numbers(outputs.loss)[0]).toBeCloseTo(loss, 4);
    } finally {
      compiled.dispose();
      state.dispose();
    }
  });
});
