import { describe, expect, it } from 'vitest';
import { builtIn } from '../../plugins/index.ts';
import { stream } from '../../src/random.ts';
import { describeBackbone, describeSequence, inputWidth } from '../../src/runtime/train/network.ts';
import { parameters } from '../../src/testing/params.ts';
import { engines } from '../engine.ts';
import { computes, keepContracts, optionsOf } from './contracts.ts';

const all = await engines();
const onNative = all.some(({ kind }) => kind === 'native');

// What computes, on the engine that trains where both are: on the other one it is of the slow suite.
describe.each(all)('on $kind', (engine) => {
  keepContracts(
    engine,
    builtIn.filter((component) => computes(component) === (engine.kind === 'native') || !onNative),
  );
});

// What the built-in components promise beyond their kinds.
describe('built-in', () => {
  const of = <K extends (typeof builtIn)[number]['kind']>(kind: K) =>
    builtIn.filter((component): component is Extract<(typeof builtIn)[number], { kind: K }> => component.kind === kind);
  const paramsOf = (component: (typeof builtIn)[number]) =>
    parameters(component, optionsOf(component).params ?? {}) as never;

  it.each(of('split'))('split $name: every labelled slice of twelve patients has a side, in any order', (split) => {
    const patients = Array.from({ length: 12 }, (_, i) => ({
      patient: `p${i}`,
      group: `p${i}`,
      slices: [0, 1, 2].map((n) => ({ slice: `p${i}-${n}`, any: i % 2 === 0 })),
    }));
    const sides = split.assign(patients, paramsOf(split), 0);
    expect(sides.size).toBe(36);
    expect(new Set(sides.values())).toEqual(new Set(['train', 'validation']));
    expect([...split.assign([...patients].reverse(), paramsOf(split), 0)].sort()).toEqual([...sides].sort());
  });

  it.each(of('augmentation'))('augmentation $name draws from its stream alone', (augmentation) => {
    const draw = (seed: number) =>
      augmentation.matrix?.(paramsOf(augmentation), stream(seed, 'contract'), 64) ??
      augmentation.pixels?.draw(paramsOf(augmentation), stream(seed, 'contract'));
    expect(draw(1)).toBeDefined();
    expect(draw(1)).toEqual(draw(1));
  });

  it.each(of('backbone'))('backbone $name refuses images below its smallest, and ends in six labels', (backbone) => {
    const { minimumSize, channels, embedding } = backbone.contract(paramsOf(backbone));
    const image = { size: minimumSize, channels: channels === 'any' ? 3 : channels };
    expect(describeBackbone(backbone, paramsOf(backbone), image)).toMatchObject({
      width: embedding,
      output: [null, 6],
    });
    expect(() => describeBackbone(backbone, paramsOf(backbone), { ...image, size: minimumSize - 1 })).toThrow(
      /takes images of/,
    );
  });

  it.each(of('sequence'))('sequence $name ends in six labels a step', (sequence) => {
    const { width } = sequence.contract(paramsOf(sequence));
    const embedding = inputWidth(sequence, paramsOf(sequence), 12);
    expect(describeSequence(sequence, paramsOf(sequence), { embedding })).toMatchObject({
      width,
      output: [null, 60, 6],
    });
  });
});

describe.each(await engines())('built-in on $kind', ({ engine, values, use }) => {
  const { tf } = engine;
  const losses = builtIn.filter((component) => component.kind === 'loss');
  it.each(losses)('loss $name: no cell is negative', (loss) => {
    const params = parameters(loss) as never;
    const [cells] = values(() => [
      loss.cells(
        tf,
        tf.tensor2d([-50, -1, 0, 1, 2, 50, 3, -3, 0.5, 0, 0, 1], [2, 6]),
        tf.tensor2d([1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 0], [2, 6]),
        params,
      ),
    ]);
    expect(cells).toHaveLength(12);
    for (const cell of cells ?? []) expect(cell >= 0 && Number.isFinite(cell)).toBe(true);
  });

  const optimizers = builtIn.filter((component) => component.kind === 'optimizer');
  it.each(optimizers)('optimizer $name: comes to the foot of a parabola, nothing leaked', (optimizer) => {
    const params = { ...parameters(optimizer), learningRate: 0.1 } as never;
    let weight = [3, -2];
    let slots = Object.fromEntries(optimizer.slots.map((slot) => [slot, [0, 0]]));
    const before = use(() => tf.memory().numTensors);
    for (let step = 1; step <= 200; step++) {
      const scalars = optimizer.scalars(step, params);
      const [next, ...kept] = values(() => {
        const tensors = (of: Record<string, number | number[]>) =>
          Object.fromEntries(Object.entries(of).map(([name, value]) => [name, tf.tensor(value)]));
        const x = tf.tensor1d(weight);
        const made = optimizer.update(tf, x, x.mul(2), tensors(slots), tensors(scalars), params);
        return [made.weight, ...optimizer.slots.map((slot) => made.slots[slot] as typeof x)];
      });
      weight = next as number[];
      slots = Object.fromEntries(optimizer.slots.map((slot, i) => [slot, kept[i] as number[]]));
    }
    for (const value of weight) expect(Math.abs(value)).toBeLessThan(0.1);
    expect(use(() => tf.memory().numTensors)).toBe(before);
  });
});

describe('metrics', () => {
  // The kit asks for one figure that is defined; the built-in ones all are on data with both classes.
  const metrics = builtIn.filter((component) => component.kind === 'metric');
  it.each(metrics)('$name: each figure is defined on data with both classes', (metric) => {
    const slices = Array.from({ length: 12 }, (_, i) => ({
      slice: `s${i}`,
      series: `r${i % 4}`,
      patient: `p${i % 4}`,
      probabilities: Array(6).fill((12 - i) / 13) as number[],
      labels: { epidural: 1, intraparenchymal: 1, intraventricular: 1, subarachnoid: 1, subdural: 1, any: 1 } as const,
    })).map((slice, i) =>
      i < 6
        ? slice
        : {
            ...slice,
            labels: {
              epidural: 0,
              intraparenchymal: 0,
              intraventricular: 0,
              subarachnoid: 0,
              subdural: 0,
              any: 0,
            } as const,
          },
    );
    const series = [0, 1, 2, 3].map((n) => {
      const own = slices.filter((slice) => slice.series === `r${n}`);
      const positions = own.map(({ probabilities, labels }) => ({
        any: probabilities[5] as number,
        truth: labels.any,
        probabilities,
        labels,
      }));
      return { series: `r${n}`, patient: `p${n}`, slices: own, positions };
    });
    const patient = {
      rule: 'consecutive',
      slices: 1,
      threshold: 0.5,
      truth: ['same-rule', 'any-slice'],
    } as const;
    const figures = metric.evaluate({ slices, series, patient }, parameters(metric) as never);
    expect(figures.length).toBeGreaterThan(0);
    for (const { value } of figures) expect(Number.isFinite(value)).toBe(true);
  });
});
