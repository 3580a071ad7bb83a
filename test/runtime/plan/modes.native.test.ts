// How steps run is known before keys are made: compiled, but for what a plugin's component makes impossible.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import smallCnn from '../../../plugins/backbones/small-cnn.ts';
import { builtIn } from '../../../plugins/index.ts';
import type { Component } from '../../../src/registry/kinds/component.ts';
import type { ResolvedRecipe } from '../../../src/registry/recipe.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import type { RunEvent } from '../../../src/runtime/events.ts';
import { keyPlan } from '../../../src/runtime/plan/keys.ts';
import { stageModes } from '../../../src/runtime/plan/modes.ts';
import { planRecipe } from '../../../src/runtime/plan/plan.ts';
import { assertPrecision } from '../../../src/runtime/plan/precision.ts';
import { engineOf } from '../../engine.ts';
import { windows } from '../train/fixture.ts';
import { backbone, block } from '../train/toy.ts';

const native = await engineOf('native');

/** A component of a plugin that looks at a value while it is recorded. */
const peeking = {
  ...smallCnn,
  name: 'acme/peeking',
  network(layers: never, images: never, params: never) {
    const features = smallCnn.network(layers, images, params) as unknown as Tensor;
    // Over shapes there is nothing to look at.
    if (typeof features.dataSync === 'function') features.dataSync();
    return features as never;
  },
} as unknown as Component;
const plain = { ...smallCnn, name: 'acme/plain' } as unknown as Component;
const registry = createRegistry([...builtIn, peeking, plain]);

const recipe = (type: string, precision: 'float32' | 'bfloat16' = 'float32', further: object = {}) =>
  ({
    seed: 0,
    data: {
      seed: 0,
      source: { type: 'phantom', patients: 4 },
      split: { type: 'by-patient', validation: 0.5 },
      image: { size: 16, interpolation: 'linear', storage: 'lossless' },
    },
    windows,
    channels: [{ window: 'brain' }],
    augment: [],
    backbone: { ...backbone, type },
    sequence: 'none',
    train: { backbone: { ...block, precision }, sequence: block },
    evaluation: { metrics: [], patient: {} },
    smoke: false,
    ...further,
  }) as unknown as ResolvedRecipe;

/** Its sequence model learns from embeddings of two folds' backbones. */
const folded = (type: string) =>
  recipe(type, 'float32', {
    sequence: { type: 'bi-lstm', group: 'series', split: 'same', layers: 1, cells: 2 },
    train: { backbone: block, sequence: { ...block, embeddings: { crossfit: 2 } } },
  });

describe.skipIf(native === undefined)('how steps run', () => {
  const { engine } = native as NonNullable<typeof native>;
  const described = { kind: 'native', version: engine.version, limits: engine.limits, note: null } as const;

  async function modesOf(
    type: string,
    options: { eager?: boolean; storeRoot?: string; resolved?: ResolvedRecipe } = {},
  ) {
    const events: RunEvent[] = [];
    let opened = 0;
    const resolved = options.resolved ?? recipe(type);
    const plan = planRecipe(resolved, registry);
    const modes = await stageModes({
      plan,
      recipe: resolved,
      registry,
      engine: described,
      eager: options.eager ?? false,
      storeRoot: options.storeRoot ?? (await mkdtemp(join(tmpdir(), 'ichor-modes-'))),
      open: async () => {
        opened += 1;
        return engine;
      },
      emit: (event) => events.push(event as RunEvent),
    });
    return { plan, modes, opened, notes: events.filter(({ type: kind }) => kind === 'note') };
  }

  it('built-in components compile, and the engine need not be opened to know', async () => {
    const { modes, opened, notes } = await modesOf('small-cnn');
    expect(Object.fromEntries(modes)).toEqual({ backbone: 'graph', embed: 'graph', 'predict:backbone': 'graph' });
    expect([opened, notes]).toEqual([0, []]);
  });

  it('one of a plugin is tried once, and what came out is remembered', async () => {
    const storeRoot = await mkdtemp(join(tmpdir(), 'ichor-modes-'));
    const first = await modesOf('acme/plain', { storeRoot });
    expect([...first.modes.values()]).toEqual(['graph', 'graph', 'graph']);
    expect(first.opened).toBeGreaterThan(0);
    expect((await modesOf('acme/plain', { storeRoot })).opened).toBe(0);
  });

  it('one that cannot be compiled runs eagerly, is said so once, and has a key of its own', async () => {
    const { modes, notes, plan } = await modesOf('acme/peeking');
    expect(Object.fromEntries(modes)).toEqual({ backbone: 'eager', embed: 'eager', 'predict:backbone': 'graph' });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatchObject({
      code: 'eager-steps',
      message: expect.stringContaining('reads the values of a tensor'),
    });
    expect((notes[0] as { message: string }).message).toContain('backbone, embed');
    const key = (compiled: Set<string>) =>
      keyPlan(plan, { fingerprint: 'x', engine: { kind: 'native', version: '1', precision: 'float32' }, compiled }).map(
        ({ key }) => key,
      );
    const [graph, eager] = [key(new Set(['backbone', 'embed', 'predict:backbone'])), key(new Set())];
    const differing = plan.instances.filter((_, place) => graph[place] !== eager[place]).map(({ id }) => id);
    expect(differing.slice(0, 2)).toEqual(['backbone', 'embed']);
    expect(differing).not.toContain('shards');
  });

  it('the networks of folds as any; the table that they are put into runs none, and nothing is tried for it', async () => {
    const ofFolds = ['backbone:fold-1', 'backbone:fold-2', 'embed:fold-1', 'embed:fold-2', 'embed:crossfit'];
    for (const [type, mode] of [
      ['small-cnn', 'graph'],
      ['acme/peeking', 'eager'],
    ] as const) {
      const { modes } = await modesOf(type, { resolved: folded(type) });
      for (const id of ofFolds) expect([id, modes.get(id)]).toEqual([id, id === 'embed:crossfit' ? 'graph' : mode]);
    }
  });

  it('--eager compiles nothing', async () => {
    const { modes, opened } = await modesOf('small-cnn', { eager: true });
    expect(new Set(modes.values())).toEqual(new Set(['eager']));
    expect(opened).toBe(0);
  });

  it('bfloat16 needs compiled steps of the native engine, and stands in the keys of what computes in it', async () => {
    const half = recipe('small-cnn', 'bfloat16');
    const { instances } = planRecipe(half, registry);
    const all = (mode: 'graph' | 'eager') => new Map(instances.map(({ id }) => [id, mode]));
    expect(() => assertPrecision(instances, half, described, all('graph'), () => {})).not.toThrow();
    expect(() => assertPrecision(instances, half, described, all('eager'), () => {})).toThrow(/asks for bfloat16/);
    expect(() => assertPrecision(instances, half, { ...described, kind: 'wasm' }, all('eager'), () => {})).toThrow(
      /engine wasm/,
    );
  });
});
