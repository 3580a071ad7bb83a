import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { defineLoss, defineOptimizer, type Loss, type Optimizer, type TF, Type } from '../../src/index.ts';
import { testComponent } from '../../src/testing/index.ts';
import { expectBroken } from './broken.ts';

type Cells = (tf: TF, logits: Tensor, labels: Tensor) => Tensor;
const none = Type.Object({});
const loss = (cells: Cells) =>
  defineLoss({
    name: 'acme/loss',
    version: 1,
    summary: 'A loss.',
    params: none,
    contract: () => ({}),
    cells,
  } as Omit<Loss<typeof none>, 'kind'>);
/** ln(1 + exp(z)) - z y, well behaved. */
const sound: Cells = (tf, z, y) => tf.sub(tf.softplus(z), tf.mul(z, y));

describe('a loss', () => {
  it('that is sound passes', async () => {
    expect((await testComponent(loss(sound))).checked.slice(-5)).toEqual([
      'cells',
      'cells: each by itself',
      'cells: a right answer costs less',
      'determinism',
      'gradients',
    ]);
  });
  it('is caught when it is infinite for sure answers', () =>
    expectBroken(
      loss((tf, z, y) =>
        tf.neg(tf.add(tf.mul(y, tf.log(tf.sigmoid(z))), tf.mul(tf.sub(1, y), tf.log(tf.sub(1, tf.sigmoid(z)))))),
      ),
      'cells',
      /the loss of the logit 50 with the label 1 is NaN .*not from log\(sigmoid/,
    ));
  it('is caught when only its gradient is not finite', () =>
    expectBroken(
      loss((tf, z, y) => tf.add(sound(tf, z, y), tf.mul(tf.sqrt(tf.relu(z)), 0))),
      'gradients',
      /gradient at the logit 0|gradient at the logit -1/,
    ));
  it('is caught when its gradient is wrong', () =>
    expectBroken(
      loss((tf, z, y) => {
        const half = tf.customGrad((...args: unknown[]) => ({
          value: tf.clone(args[0] as Tensor),
          gradFunc: (dy: unknown) => tf.mul(dy as Tensor, 0.5) as never,
        })) as unknown as (x: Tensor) => Tensor;
        return sound(tf, half(z), y);
      }),
      'gradients',
      /and the loss rises by/,
    ));
  it('is caught when logits and labels are swapped', () =>
    expectBroken(
      loss((tf, z, y) => sound(tf, tf.neg(z), y)),
      'cells: a right answer costs less',
      /for epidural, a wrong answer/,
    ));
  it('is caught when it reduces', () =>
    expectBroken(
      loss((tf, z, y) => tf.mean(sound(tf, z, y), 1)),
      'cells',
      /has the shape \[3\] on the engine, and \[3, 6\]/,
    ));
  it('is caught when items of a batch mix', () =>
    expectBroken(
      loss((tf, z, y) => tf.add(sound(tf, z, y), tf.mul(0.1, tf.square(tf.mean(z))))),
      'cells: each by itself',
      /beside others than alone/,
    ));
  it('is caught when it keeps a tensor', () =>
    expectBroken(
      loss((tf, z, y) => tf.keep(sound(tf, z, y))),
      'cells',
      /stays in the engine's memory/,
    ));
});

describe('an optimizer', () => {
  const optimizer = (changes: object) =>
    defineOptimizer({
      name: 'acme/momentum',
      version: 1,
      summary: 'Momentum.',
      params: Type.Object({
        decay: Type.Number({ default: 0.9, minimum: 0, exclusiveMaximum: 1, description: 'Decay.' }),
      }),
      contract: () => ({}),
      slots: ['v'],
      scalars: (_step: number, { learningRate }: { learningRate: number }) => ({ rate: learningRate }),
      update: (
        tf: TF,
        w: Tensor,
        g: Tensor,
        { v }: { v: Tensor },
        { rate }: { rate: Tensor },
        { decay }: { decay: number },
      ) => {
        const next = tf.add(tf.mul(v, decay), g);
        return { weight: tf.sub(w, tf.mul(next, rate)), slots: { v: next } };
      },
      ...changes,
    } as unknown as Omit<Optimizer, 'kind'>);
  type Update = (
    tf: TF,
    w: Tensor,
    g: Tensor,
    slots: Record<string, Tensor>,
    scalars: Record<string, Tensor>,
  ) => unknown;
  const update = (run: Update) => optimizer({ update: run });

  it('that is sound passes', async () => {
    expect((await testComponent(optimizer({}))).checked.slice(-5)).toEqual([
      'slots',
      'scalars',
      'update',
      'determinism',
      'update: walks downhill',
    ]);
  });
  it('is caught when it climbs', () =>
    expectBroken(
      update((tf, w, g, { v }, { rate }) => ({ weight: tf.add(w, tf.mul(g, rate!)), slots: { v } })),
      'update: walks downhill',
      /subtract what follows the gradient/,
    ));
  it('is caught when it divides by zero', () =>
    expectBroken(
      update((tf, w, g, { v }, { rate }) => ({
        weight: tf.sub(w, tf.mul(tf.div(g, tf.sqrt(tf.square(g))), rate!)),
        slots: { v },
      })),
      'update',
      /gives NaN .*add an epsilon/,
    ));
  it('is caught when it forgets a slot', () =>
    expectBroken(
      update((tf, w, g, _slots, { rate }) => ({ weight: tf.sub(w, tf.mul(g, rate!)), slots: {} })),
      'update',
      /gives the slots \[\]/,
    ));
  it('is caught when a weight changes its shape', () =>
    expectBroken(
      update((tf, w, _g, { v }) => ({ weight: tf.reshape(w, [-1]), slots: { v } })),
      'update',
      /the new weight has the shape \[6\]/,
    ));
  it('is caught when its scalars come and go', () =>
    expectBroken(
      optimizer({ scalars: (step: number) => (step < 3 ? { rate: 0.1 } : { rate: 0.1, late: 1 }) }),
      'scalars',
      /names \["rate","late"\] at step 3/,
    ));
  it('is caught when a scalar is no number', () =>
    expectBroken(
      optimizer({ scalars: (step: number) => ({ rate: step === 10 ? Number.NaN : 0.1 }) }),
      'scalars',
      /rate is NaN at step 10/,
    ));
  it('is caught when two slots have one name', () =>
    expectBroken(optimizer({ slots: ['v', 'v'] }), 'slots', /one name/));
});
