import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { builtIn } from '../../plugins/index.ts';
import { LABELS, type SliceLabels } from '../../src/labels.ts';
import { stream } from '../../src/random.ts';
import { describeComponent } from '../../src/registry/describe.ts';
import type { Component, MetricInput, ScoredSlice } from '../../src/registry/kinds.ts';
import type { ComponentValue } from '../../src/registry/recipe.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import { backboneNetwork, describeBackbone, describeSequence } from '../../src/runtime/train/network.ts';
import { engines } from '../engine.ts';

const registry = createRegistry(builtIn);

/** Every parameter at its default; those without one at what a recipe has to state. */
const REQUIRED: Record<string, Record<string, unknown>> = {
  'window/linear': { level: 40, width: 80 },
  'source/rsna': { root: '/nowhere' },
  'source/folder': { root: '/nowhere' },
};

function paramsOf({ kind, name }: Component): ComponentValue {
  const stated = REQUIRED[`${kind}/${name}`] ?? {};
  const { parameters } = describeComponent(registry, kind, name);
  const defaults = parameters.filter((parameter) => parameter.default !== undefined);
  return {
    type: name,
    ...Object.fromEntries(defaults.map((parameter) => [parameter.name, parameter.default])),
    ...stated,
  };
}

/** What each component computes, checked against what its kind promises. One entry a kind: none can be forgotten. */
const work: { [K in Component['kind']]: (component: Extract<Component, { kind: K }>, params: never) => void } = {
  source(component, params) {
    expect(['public', 'private']).toContain(component.contract(params).identities);
    if (component.generate) expect(component.cost?.(params)?.bytes ?? 1).toBeGreaterThan(0);
  },
  split(component, params) {
    const patients = Array.from({ length: 12 }, (_, i) => ({
      patient: `p${i}`,
      group: `p${i}`,
      slices: [0, 1, 2].map((n) => ({ slice: `p${i}-${n}`, any: i % 2 === 0 })),
    }));
    const sides = component.assign(patients, params, 0);
    expect(sides.size).toBe(36);
    expect(new Set(sides.values())).toEqual(new Set(['train', 'validation']));
    expect([...component.assign([...patients].reverse(), params, 0)].sort()).toEqual([...sides].sort());
  },
  window(component, params) {
    const scaled = Array.from({ length: 6001 }, (_, i) => component.scale(i - 3000, params));
    expect(Math.min(...scaled)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...scaled)).toBeLessThanOrEqual(1);
    expect(new Set(scaled).size).toBeGreaterThan(1);
  },
  augmentation(component, params) {
    const draw = (seed: number) =>
      component.matrix?.(params, stream(seed, 'contract'), 64) ??
      component.pixels?.draw(params, stream(seed, 'contract'));
    expect(draw(1)).toBeDefined();
    expect(draw(1)).toEqual(draw(1));
    for (const number of draw(2) ?? []) expect(Number.isFinite(number)).toBe(true);
    expect(component.contract(params).changes).toBe(component.matrix ? 'geometry' : 'pixels');
  },
  backbone(component, params) {
    const { minimumSize, channels, embedding } = component.contract(params);
    const image = { size: minimumSize, channels: channels === 'any' ? 3 : channels };
    expect(describeBackbone(component, params, image)).toMatchObject({ width: embedding, output: [null, 6] });
    expect(() => describeBackbone(component, params, { ...image, size: minimumSize - 1 })).toThrow(/takes images of/);
    expect(backboneNetwork(component, params, image).spec.parameters.trainable).toBeGreaterThan(0);
  },
  sequence(component, params) {
    const { width } = component.contract(params);
    expect(describeSequence(component, params, { embedding: 12 })).toMatchObject({ width, output: [null, 60, 6] });
  },
  loss: () => {},
  optimizer: () => {},
  metric(component, params) {
    const slices = Array.from({ length: 12 }, (_, i): ScoredSlice => {
      const labels = Object.fromEntries(LABELS.map((label) => [label, i < 6 ? 1 : 0])) as SliceLabels;
      return {
        slice: `s${i}`,
        series: `r${i % 4}`,
        patient: `p${i % 4}`,
        probabilities: LABELS.map(() => (12 - i) / 13),
        labels,
      };
    });
    const series = [0, 1, 2, 3].map((n) => {
      const own = slices.filter((slice) => slice.series === `r${n}`);
      const positions = own.map((slice) => ({ any: slice.probabilities[5] as number, truth: slice.labels.any }));
      return { series: `r${n}`, patient: `p${n}`, slices: own, positions };
    });
    const patient: MetricInput['patient'] = {
      rule: 'consecutive',
      slices: 1,
      threshold: 0.5,
      truth: ['same-rule', 'any-slice'],
    };
    const figures = component.evaluate({ slices, series, patient }, params);
    expect(figures.length).toBeGreaterThan(0);
    for (const { value, counts } of figures) {
      expect(value).not.toBeNull();
      expect(Number.isFinite(value)).toBe(true);
      expect(Object.keys(counts).length).toBeGreaterThan(0);
    }
    for (const { value } of component.evaluate({ slices: [], series: [], patient }, params)) expect(value).toBeNull();
  },
};

describe.each(builtIn.map((component) => ({ component, title: `${component.kind} ${component.name}` })))(
  '$title',
  ({ component }) => {
    it('is described: a summary, and for each parameter what it is and, where it has a default, a valid one', () => {
      expect(component.summary).toMatch(/\.$/);
      expect(component.version).toBeGreaterThanOrEqual(1);
      const { parameters } = describeComponent(registry, component.kind, component.name);
      for (const { name, description } of parameters) expect(description, name).not.toBe('');
      for (const [name, schema] of Object.entries(component.params.properties)) {
        if ('default' in schema) expect(Value.Check(schema, schema.default), name).toBe(true);
      }
    });

    it('keeps what its kind promises', () => {
      work[component.kind](component as never, paramsOf(component) as never);
    });
  },
);

describe.each(await engines())('on $kind', ({ engine, values, use }) => {
  const { tf } = engine;
  const losses = builtIn.filter((component) => component.kind === 'loss');
  it.each(losses)('loss $name: each cell finite and not negative, gradients finite, nothing leaked', (loss) => {
    const params = paramsOf(loss) as never;
    const logits = tf.tensor2d([-50, -1, 0, 1, 2, 50, 3, -3, 0.5, 0, 0, 1], [2, 6]);
    const labels = tf.tensor2d([1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 0], [2, 6]);
    const before = tf.memory().numTensors;
    const [cells, gradient] = values(() => [
      loss.cells(tf, logits, labels, params),
      tf.grad((x) => loss.cells(tf, x, labels, params).sum())(logits),
    ]);
    expect(cells).toHaveLength(12);
    for (const cell of cells ?? []) expect(cell >= 0 && Number.isFinite(cell)).toBe(true);
    for (const value of gradient ?? []) expect(Number.isFinite(value)).toBe(true);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([logits, labels]);
  });

  const optimizers = builtIn.filter((component) => component.kind === 'optimizer');
  it.each(optimizers)('optimizer $name: walks down a parabola, nothing leaked', (optimizer) => {
    const params = { ...paramsOf(optimizer), learningRate: 0.1 } as never;
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
