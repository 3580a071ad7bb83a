import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readCheckpoint } from '../../../src/runtime/artifacts/checkpoints.ts';
import type { Engine, HostTensors } from '../../../src/runtime/engine/engine.ts';
import { notFinite } from '../../../src/runtime/train/finite.ts';
import { fitNetwork } from '../../../src/runtime/train/fit.ts';
import { initialise } from '../../../src/runtime/train/layers/initialise.ts';
import { weightsOf } from '../../../src/runtime/train/names.ts';
import { epochSteps } from '../../../src/runtime/train/order.ts';
import { weightGroups } from '../../../src/runtime/train/weight-groups.ts';
import { chosen } from './chosen.ts';
import { block, temporary, toyContext, toyFit } from './toy.ts';

const bytes = (weights: HostTensors) =>
  Object.entries(weights)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { data }]) => `${name} ${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex')}`);

const fast = { ...block.optimizer, learningRate: 0.03 };

function expectNear(found: HostTensors, expected: HostTensors, within: number): void {
  for (const [name, { data }] of Object.entries(expected)) {
    const apart = Array.from(data, (value, i) => Math.abs((found[name]?.data[i] as number) - value));
    expect(Math.max(...apart), name).toBeLessThan(within);
  }
}

/** What holds on every engine. */
export const trainingSuite = (engine: Engine) => {
  it('learns to tell bright from dark images within 30 steps', async () => {
    const context = toyContext(await temporary());
    // 40 slices in steps of 8: 5 steps an epoch.
    const { history } = await fitNetwork(
      toyFit(engine, context, { train: 40, validation: 20, batch: 8, epochs: 6, optimizer: fast }),
    );
    expect(history.map(({ steps }) => steps)).toEqual([5, 5, 5, 5, 5, 5]);
    // The constant predictor's loss is ln 2 = 0.693 a label.
    expect(history.at(-1)?.validation?.['mean-log-loss']).toBeLessThan(0.35);
    expect(history.at(-1)?.loss).toBeLessThan((history[0]?.loss as number) / 2);
    // Reduction: the sum over six labels of what mean-log-loss is the mean of.
    for (const { validation } of history)
      expect(validation?.loss).toBeCloseTo(6 * (validation?.['mean-log-loss'] ?? 0), 4);
  });

  it.each([1, 2])(
    'goes on after a stop in epoch %s + 1 from the update reached, to the very same weights',
    async (epochs) => {
      const calm = await fitNetwork(toyFit(engine, toyContext(await temporary())));
      const folder = await temporary();
      // 14 + 6 slices an epoch: stop after the second update of the one that follows.
      const disturbed = toyContext(folder, (done) => {
        if (done > epochs * 20 + 5) disturbed.abort.abort(new Error('interrupted'));
      });
      await expect(fitNetwork(toyFit(engine, disturbed))).rejects.toThrow('interrupted');
      const update = epochs * 4 + 2;
      expect(disturbed.notes.at(-1)).toBe(`backbone stopped after update ${update} of 12; a checkpoint of it is kept.`);
      const checkpoint = await readCheckpoint(folder);
      expect(checkpoint?.history).toEqual(calm.history.slice(0, epochs));
      expect(checkpoint).toMatchObject({ step: update, row: { steps: 2, items: 8, labels: 8 } });
      let first = -1;
      const resumed = await fitNetwork(
        toyFit(
          engine,
          toyContext(folder, (done) => {
            if (first < 0) first = done;
          }),
        ),
      );
      expect(first).toBe(epochs * 20 + 8);
      expect(resumed.history).toEqual(calm.history);
      expect(bytes(resumed.weights)).toEqual(bytes(calm.weights));
    },
  );

  it('validates a round whose updates were done when it was stopped', async () => {
    const calm = await fitNetwork(toyFit(engine, toyContext(await temporary())));
    const folder = await temporary();
    const disturbed = toyContext(folder, (done) => {
      if (done > 14) disturbed.abort.abort(new Error('interrupted'));
    });
    await expect(fitNetwork(toyFit(engine, disturbed))).rejects.toThrow('interrupted');
    expect(await readCheckpoint(folder)).toMatchObject({ step: 4, history: [], row: { steps: 4 } });
    const seen: number[] = [];
    const resumed = await fitNetwork(
      toyFit(
        engine,
        toyContext(folder, (done) => seen.push(done)),
      ),
    );
    expect(seen.slice(0, 2)).toEqual([14, 18]);
    expect(resumed.history).toEqual(calm.history);
    expect(bytes(resumed.weights)).toEqual(bytes(calm.weights));
  });

  it('trains the updates that are stated, and goes on after an interruption in a pass to the very same weights', async () => {
    const { epochs: _, ...stated } = block;
    // 14 slices, 4 a step: passes of 4 updates; validated after every 3.
    const toy = (context: ReturnType<typeof toyContext>) => {
      const options = toyFit(engine, context);
      return { ...options, block: { ...stated, updates: 10, validateEvery: 3 } };
    };
    const events: unknown[] = [];
    const calmContext = toyContext(await temporary());
    const calm = await fitNetwork({
      ...toy(calmContext),
      context: { ...calmContext, emit: (event) => void (event.type === 'epoch' && events.push(event)) },
    });
    expect(calm.history.map(({ epoch, steps, items }) => [epoch, steps, items])).toEqual([
      [0.75, 3, 12],
      [1.5, 3, 10],
      [2.25, 3, 10],
      [2.5, 1, 4],
    ]);
    expect(calm.history.map(({ labels }) => labels)).toEqual([12, 10, 10, 4]);
    expect(calm.epoch).toBe(2.5);
    expect(events.at(-1)).toMatchObject({ epoch: 2.5, epochs: 2.5, update: 10, updates: 10 });
    // The same number of updates said in epochs and in updates makes the same weights.
    const inEpochs = await fitNetwork(toyFit(engine, toyContext(await temporary()), { epochs: 2 }));
    const inUpdates = toyFit(engine, toyContext(await temporary()));
    const same = await fitNetwork({ ...inUpdates, block: { ...stated, updates: 8 } });
    expect(bytes(same.weights)).toEqual(bytes(inEpochs.weights));
    expect(same.history).toEqual(inEpochs.history);

    const folder = await temporary();
    const disturbed = toyContext(folder, (done) => {
      // Three updates and 6 slices of validation are 18; five and that are 24.
      if (done > 20) disturbed.abort.abort(new Error('interrupted'));
    });
    await expect(fitNetwork(toy(disturbed))).rejects.toThrow('interrupted');
    expect((await readCheckpoint(folder))?.history).toEqual(calm.history.slice(0, 1));
    const seen: number[][] = [];
    const resumed = await fitNetwork(toy(toyContext(folder, (done, total) => seen.push([done, total]))));
    expect(seen[0]).toEqual([24, 60]);
    expect(seen.at(-1)).toEqual([60, 60]);
    expect(resumed.history).toEqual(calm.history);
    expect(bytes(resumed.weights)).toEqual(bytes(calm.weights));
  });

  it.each([
    ['sgd', { weightDecay: 0.1, clipNorm: 0.5 }],
    ['adam', {}],
  ] as const)(
    '%s: batches that are accumulated make the update of one batch of all their items',
    async (name, changes) => {
      const optimizer = chosen('optimizer', name, { learningRate: 0.003, clipNorm: 10, ...changes });
      const of = async (size: { batch: number; accumulate: number }) => {
        const norms: (number | undefined)[] = [];
        const context = toyContext(await temporary());
        const emit = (event: object) => void norms.push((event as { gradientNorm?: number }).gradientNorm);
        // Statistics of batch norm are those of a batch, however many make an update.
        const fit = { ...toyFit(engine, { ...context, emit }, size), optimizer, batchNorm: 'frozen' as const };
        return { ...(await fitNetwork(fit)), norms, checkpoint: await readCheckpoint(context.folder) };
      };
      // 14 slices: updates of 6, 6 and 2.
      const [parts, whole] = [await of({ batch: 2, accumulate: 3 }), await of({ batch: 6, accumulate: 1 })];
      expect(parts.history.map(({ steps, items, labels }) => [steps, items, labels])).toEqual(
        whole.history.map(({ steps, items, labels }) => [steps, items, labels]),
      );
      expect(parts.history.map(({ steps }) => steps)).toEqual([3, 3, 3]);
      expect(parts.norms).toEqual(whole.norms.map((norm) => expect.closeTo(norm as number, 4)));
      expect(parts.history.map(({ loss }) => loss)).toEqual(whole.history.map(({ loss }) => expect.closeTo(loss, 4)));
      expectNear(parts.weights, whole.weights, 1e-5);
      // Sums of gradients are nothing between two updates: no checkpoint holds them.
      expect(Object.keys(parts.checkpoint?.state ?? {})).toEqual(Object.keys(whole.checkpoint?.state ?? {}));
    },
  );

  it('keeps and validates averages of all weights, and goes on from the weights themselves', async () => {
    const ema = { decay: 0.8, warmUp: false };
    const folder = await temporary();
    const [raw, averaged] = [
      await fitNetwork(toyFit(engine, toyContext(await temporary()))),
      await fitNetwork(toyFit(engine, toyContext(folder), { ema })),
    ];
    // The weights train as without it, and what validates are others.
    expect(averaged.history.map(({ loss }) => loss)).toEqual(raw.history.map(({ loss }) => loss));
    averaged.history.forEach(({ validation }, epoch) => {
      expect(validation?.loss).not.toBeCloseTo(raw.history[epoch]?.validation?.loss as number, 4);
    });
    const { state = {} } = (await readCheckpoint(folder)) ?? {};
    expect(bytes(weightsOf(state))).toEqual(bytes(raw.weights));
    expect(bytes(weightsOf(state, 'averages/'))).toEqual(bytes(averaged.weights));

    // Averages of averages: 4 updates of 14 slices an epoch; running averages of batch norm among them.
    const name = 'stem_bn/moving_mean';
    const each: number[] = [];
    for (const updates of [1, 2, 3, 4]) {
      const { epochs: _, ...stated } = block;
      const fit = toyFit(engine, toyContext(await temporary()));
      const { weights } = await fitNetwork({ ...fit, validation: null, block: { ...stated, updates } });
      each.push(weights[name]?.data[0] as number);
    }
    const [first = 0, ...rest] = each;
    const expected = rest.reduce((average, value) => 0.8 * average + 0.2 * value, first);
    const { weights } = await fitNetwork(toyFit(engine, toyContext(await temporary()), { epochs: 1, ema }));
    expect(weights[name]?.data[0]).toBeCloseTo(expected, 6);
  });

  it('gives the averages of the best epoch, and the same after an interruption', async () => {
    const ema = { decay: 0.8, warmUp: true };
    let epoch = 0;
    const best = (): NonNullable<ReturnType<typeof toyFit>['bestBy']> => ({
      name: 'made-up',
      evaluate: () => ({ value: [3, 1, 2][epoch++] as number, better: 'lower' }),
    });
    const calm = await fitNetwork({ ...toyFit(engine, toyContext(await temporary()), { ema }), bestBy: best() });
    const two = await fitNetwork(toyFit(engine, toyContext(await temporary()), { ema, epochs: 2 }));
    expect(calm.epoch).toBe(2);
    expect(bytes(calm.weights)).toEqual(bytes(two.weights));
    const folder = await temporary();
    const disturbed = toyContext(folder, (done) => {
      if (done > 25) disturbed.abort.abort(new Error('interrupted'));
    });
    epoch = 0;
    await expect(fitNetwork({ ...toyFit(engine, disturbed, { ema }), bestBy: best() })).rejects.toThrow('interrupted');
    const resumed = await fitNetwork({ ...toyFit(engine, toyContext(folder), { ema }), bestBy: best() });
    expect(resumed.history).toEqual(calm.history);
    expect(bytes(resumed.weights)).toEqual(bytes(calm.weights));
  });

  it('leaves frozen weights and their running averages as they are, and keeps no slots of them', async () => {
    const folder = await temporary();
    const fit = toyFit(engine, toyContext(folder), { epochs: 1 });
    const optimizer = chosen('optimizer', 'adamw', { learningRate: 0.01, weightDecay: 0.5, decayExclude: [] });
    const groups = weightGroups(fit.network.spec, { freeze: ['stem'], rates: {}, unfreezeAfter: null });
    const { weights } = await fitNetwork({ ...fit, optimizer, groups });
    const before = initialise(fit.network.spec, fit.seed);
    const same = Object.keys(before).filter(
      (name) => bytes({ x: before[name]! })[0] === bytes({ x: weights[name]! })[0],
    );
    expect(same.sort()).toEqual(
      Object.keys(before)
        .filter((name) => name.startsWith('stem'))
        .sort(),
    );
    const names = Object.keys((await readCheckpoint(folder))?.state ?? {});
    expect(names).toContain('slots/m/block1_conv/kernel');
    expect(names.filter((name) => name.startsWith('slots/') && name.includes('/stem'))).toEqual([]);
  });

  it('runs a batch norm that is frozen on its averages, and one of which a part trains on those of the batch', async () => {
    const of = async (freeze: string[], batchNorm: 'trained' | 'frozen') => {
      const fit = toyFit(engine, toyContext(await temporary()), { epochs: 1 });
      const groups = weightGroups(fit.network.spec, { freeze, rates: {}, unfreezeAfter: null });
      return fitNetwork({ ...fit, groups, batchNorm });
    };
    // Small-cnn has two norms: frozen one by one or all together they are the same.
    const [norms, whole] = [await of(['*_bn'], 'trained'), await of(['*_bn'], 'frozen')];
    expect(bytes(norms.weights)).toEqual(bytes(whole.weights));
    const part = await of(['*/gamma'], 'trained');
    expect(part.weights['stem_bn/moving_mean']?.data).not.toEqual(whole.weights['stem_bn/moving_mean']?.data);
  });

  it('trains what was frozen after so many epochs, and the same after an interruption', async () => {
    const of = async (context: ReturnType<typeof toyContext>, epochs = 3) => {
      const fit = toyFit(engine, context, { epochs });
      const train = { freeze: ['stem'], rates: { block1: 0.5 }, unfreezeAfter: 1 };
      return fitNetwork({ ...fit, groups: weightGroups(fit.network.spec, train) });
    };
    const [one, calm] = [await of(toyContext(await temporary()), 1), await of(toyContext(await temporary()))];
    const before = initialise(toyFit(engine, toyContext('')).network.spec, 7);
    for (const name of ['stem_conv/kernel', 'stem_bn/moving_mean']) {
      expect(one.weights[name]?.data).toEqual(before[name]?.data);
      expect(calm.weights[name]?.data).not.toEqual(before[name]?.data);
    }
    const folder = await temporary();
    const disturbed = toyContext(folder, (done) => {
      if (done > 25) disturbed.abort.abort(new Error('interrupted'));
    });
    await expect(of(disturbed)).rejects.toThrow('interrupted');
    expect(bytes((await of(toyContext(folder))).weights)).toEqual(bytes(calm.weights));
  });

  it('a batch in which nothing counts is no part of an accumulated mean', async () => {
    const optimizer = chosen('optimizer', 'sgd', { momentum: 0, learningRate: 0.01 });
    const of = async (size: { batch: number; accumulate: number }) => {
      const fit = toyFit(engine, toyContext(await temporary()), { ...size, epochs: 1 });
      const load: typeof fit.train.load = async (items, epoch) => {
        const batch = await fit.train.load(items, epoch);
        return { ...batch, counts: items.map((item) => item < 3) };
      };
      return fitNetwork({ ...fit, train: { ...fit.train, load }, optimizer, batchNorm: 'frozen' });
    };
    const [parts, whole] = [await of({ batch: 1, accumulate: 14 }), await of({ batch: 14, accumulate: 1 })];
    expect([parts.history[0]?.labels, whole.history[0]?.labels]).toEqual([3, 3]);
    expectNear(parts.weights, whole.weights, 1e-6);
  });

  it('goes on with accumulated batches after an interruption to the very same weights', async () => {
    const size = { batch: 2, accumulate: 3, epochs: 2 };
    const calm = await fitNetwork(toyFit(engine, toyContext(await temporary()), size));
    const folder = await temporary();
    // In the middle of an update of the second epoch.
    const disturbed = toyContext(folder, (done) => {
      if (done >= 20 + 8) disturbed.abort.abort(new Error('interrupted'));
    });
    await expect(fitNetwork(toyFit(engine, disturbed, size))).rejects.toThrow('interrupted');
    const resumed = await fitNetwork(toyFit(engine, toyContext(folder), size));
    expect(resumed.history).toEqual(calm.history);
    expect(bytes(resumed.weights)).toEqual(bytes(calm.weights));
  });

  it.each([1e6, 0.01])('says the norm of the gradients before they are clipped to %s', async (clipNorm) => {
    const norms: unknown[] = [];
    const context = toyContext(await temporary());
    const emit = (event: object) => void norms.push((event as { gradientNorm?: number }).gradientNorm);
    const options = toyFit(engine, { ...context, emit }, { epochs: 1, stepsPerEpoch: 1 });
    const { fused: _, ...adam } = options.optimizer.component;
    // Of which a weight moves by its gradient, as it comes out of the clipping.
    const plain: typeof options.optimizer.component = {
      ...adam,
      slots: [],
      scalars: () => ({}),
      update: (tf, weight, gradient) => ({ weight: tf.sub(weight, gradient), slots: {} }),
    };
    const params = { ...options.optimizer.params, clipNorm };
    const { weights } = await fitNetwork({ ...options, optimizer: { component: plain, params } });
    const before = initialise(options.network.spec, options.seed);
    const moved = options.network.spec.weights
      .filter(({ trainable }) => trainable)
      .flatMap(({ name }) => Array.from(weights[name]!.data, (after, i) => (before[name]!.data[i] as number) - after));
    const length = Math.hypot(...moved);
    if (clipNorm > 1) expect(norms).toEqual([expect.closeTo(length, 4)]);
    else {
      expect(length).toBeCloseTo(clipNorm, 4);
      expect(norms[0]).toBeGreaterThan(10 * clipNorm);
    }
  });

  it('says none where nothing clips, and of epochs that an earlier attempt trained', async () => {
    const events: object[] = [];
    const folder = await temporary();
    const emit = (event: object) => void events.push(event);
    const context = { ...toyContext(folder), emit };
    await fitNetwork(toyFit(engine, context, { epochs: 1, optimizer: { ...block.optimizer, clipNorm: null } }));
    await fitNetwork(toyFit(engine, context, { epochs: 2 }));
    expect(events.map((event) => 'gradientNorm' in event)).toEqual([false, false, true]);
  });

  it('follows the schedule over the whole training, and across an interruption', async () => {
    const cosine = { ...block.optimizer, schedule: { type: 'cosine', floor: 0, warmUp: 2 } };
    const { history } = await fitNetwork(
      toyFit(engine, toyContext(await temporary()), { epochs: 3, optimizer: cosine }),
    );
    // Updates 4, 8 and 12 of 12, of which two are warm-up: 0.01 (1 + cos(pi k / 10)) / 2 for k = 1, 5, 9.
    expect(history.map(({ learningRate }) => learningRate)).toEqual(
      [0.009755283, 0.005, 0.000244717].map((value) => expect.closeTo(value, 8)),
    );
  });

  it('leaves a checkpoint, whole, and nothing beside it', async () => {
    const folder = await temporary();
    await fitNetwork(toyFit(engine, toyContext(folder), { epochs: 1 }));
    expect(await readdir(folder)).toEqual(['checkpoint.safetensors']);
    await fitNetwork(toyFit(engine, toyContext(folder), { epochs: 2 }));
    expect((await readdir(folder)).sort()).toEqual(['checkpoint-before.safetensors', 'checkpoint.safetensors']);
    const names = Object.keys((await readCheckpoint(folder))?.state ?? {});
    expect(names).toContain('weights/stem_bn/moving_mean');
    expect(names).toContain('slots/v/predictions/kernel');
    expect(names).not.toContain('slots/v/stem_bn/moving_mean');
  });

  it.each([1, 2])(
    'holds no more tensors after the third epoch than after the first: %s batches an update',
    async (accumulate) => {
      const counts: number[] = [];
      const context = toyContext(await temporary(), (done) => {
        if (done > 0 && done % 20 === 0) counts.push(engine.tf.memory().numTensors);
      });
      const before = engine.tf.memory().numTensors;
      await fitNetwork(toyFit(engine, context, { accumulate }));
      expect(counts).toHaveLength(3);
      expect(new Set(counts).size).toBe(1);
      expect(engine.tf.memory().numTensors).toBe(before);
    },
  );

  it('counts progress over all epochs, validation included, to its end', async () => {
    const seen: [number, number][] = [];
    const context = toyContext(await temporary(), (...at) => seen.push(at));
    await fitNetwork(toyFit(engine, context, { stepsPerEpoch: 2 }));
    // 2 steps of 4 and 6 of validation, three times.
    expect(new Set(seen.map(([, total]) => total))).toEqual(new Set([42]));
    expect(seen.at(-1)).toEqual([42, 42]);
  });

  it('stops where the loss is no number, names its batch, and keeps the last checkpoint', async () => {
    const folder = await temporary();
    const options = toyFit(engine, toyContext(folder));
    const { component, params } = options.optimizer;
    // 14 slices in steps of 4 are 4 steps an epoch: the sixth breaks the weights, the seventh sees it.
    const broken = {
      ...component,
      scalars: (step: number) => (step === 6 ? { rate: Number.NaN } : component.scalars(step, params)),
    };
    const seventh = epochSteps(14, 4, { seed: 7, purpose: 'backbone-order', epoch: 1, stepsPerEpoch: null })[2];
    const run = fitNetwork({ ...options, optimizer: { component: broken, params } });
    await expect(run).rejects.toMatchObject({
      code: 'training-diverged',
      exit: 1,
      message: `Training of the backbone diverged: the loss is NaN in epoch 2, step 3 (update 7 of 12, learning rate 0.01). Its batch holds 4 slices: ${seventh?.map((item) => `s${item}`).join(', ')}.`,
      hint: expect.stringMatching(/learningRate \(0\.01\).*The checkpoint of update 4, before it, is kept\.$/),
    });
    expect((await readCheckpoint(folder))?.history).toHaveLength(1);
  });

  it('puts no weight into a checkpoint that is no number, though the loss is one', async () => {
    const folder = await temporary();
    const options = toyFit(engine, toyContext(folder), { checkpoint: { everySteps: 2 } });
    const { component, params } = options.optimizer;
    const broken = {
      ...component,
      scalars: (step: number) => (step === 6 ? { rate: Number.NaN } : component.scalars(step, params)),
    };
    const run = fitNetwork({ ...options, optimizer: { component: broken, params } });
    await expect(run).rejects.toMatchObject({
      code: 'training-diverged',
      message: expect.stringMatching(
        /weights\/\S+ holds values that are no numbers in epoch 2, step 2 \(update 6 of 12/,
      ),
    });
    const kept = await readCheckpoint(folder);
    expect(kept?.step).toBe(4);
    expect(notFinite(kept?.state ?? {})).toBeNull();
  });

  it('keeps the weights of the best epoch where the recipe asks for them', async () => {
    const figures = [0.5, 0.2, 0.4];
    const bestBy = { name: 'toy', evaluate: () => ({ value: figures.shift() ?? null, better: 'lower' as const }) };
    const folder = await temporary();
    const best = await fitNetwork({ ...toyFit(engine, toyContext(folder)), bestBy });
    const two = await fitNetwork(toyFit(engine, toyContext(await temporary()), { epochs: 2 }));
    expect(best.epoch).toBe(2);
    expect(best.history.map(({ metric }) => metric?.value)).toEqual([0.5, 0.2, 0.4]);
    expect(bytes(best.weights)).toEqual(bytes(two.weights));
  });

  it('keeps the last weights where the metric is never defined', async () => {
    const bestBy = { name: 'toy', evaluate: () => ({ value: null, better: 'lower' as const }) };
    const context = toyContext(await temporary());
    const { epoch } = await fitNetwork({ ...toyFit(engine, context), bestBy });
    expect(epoch).toBe(3);
  });

  it('refuses to look for the best epoch without a validation side', async () => {
    const bestBy = { name: 'toy', evaluate: () => ({ value: 1, better: 'lower' as const }) };
    const run = fitNetwork({ ...toyFit(engine, toyContext(await temporary()), { validation: 0 }), bestBy });
    await expect(run).rejects.toMatchObject({ code: 'no-validation', exit: 2 });
  });

  it('writes equal checkpoints in equal bytes', async () => {
    const [a, b] = [await temporary(), await temporary()];
    for (const folder of [a, b]) await fitNetwork(toyFit(engine, toyContext(folder), { epochs: 1 }));
    const [first, second] = await Promise.all([a, b].map((folder) => readFile(join(folder, 'checkpoint.safetensors'))));
    expect(first?.equals(second as Buffer)).toBe(true);
  });
};
