import type { Tensor } from '@tensorflow/tfjs';
import { builtIn } from '../../../plugins/index.ts';
import { stream } from '../../../src/random.ts';
import type { Component } from '../../../src/registry/kinds/component.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import type { Engine, HostTensors } from '../../../src/runtime/engine/engine.ts';
import { networksOf, type Trained } from '../../../src/runtime/export/build.ts';
import type { Graph } from '../../../src/runtime/export/onnx/graph.ts';
import { encodeModel } from '../../../src/runtime/export/onnx/model-file.ts';
import { channelWindows } from '../../../src/runtime/train/channel-windows.ts';
import { choose } from '../../../src/runtime/train/components.ts';
import { backboneOf } from '../../../src/runtime/train/crossfit.ts';
import { initialise } from '../../../src/runtime/train/layers/initialise.ts';
import type { NetworkSpec } from '../../../src/runtime/train/layers/spec.ts';
import { tensorLayers } from '../../../src/runtime/train/layers/tensors.ts';
import { backboneNetwork, inputWidth, type Network, sequenceNetwork } from '../../../src/runtime/train/network.ts';
import { type OnnxRuntime, onnxRuntime } from '../../onnx-node.ts';

/** Built in, and further ones. */
export const registryOf = (...more: Component[]) => createRegistry([...builtIn, ...more] as readonly Component[]);

export const BASE = `
recipe: 1
name: exported
data:
  source: { type: phantom, studies: 4 }
  image: { size: 32 }
windows:
  brain: { level: 40, width: 80 }
  subdural: { level: 80, width: 200 }
  bone: { level: 600, width: 2800 }
channels: [brain, subdural, bone]
augment: []
backbone: { type: small-cnn, width: 0.25 }
sequence: none
`;

/** `changes` as `--set` takes them: `sequence={type: bi-lstm, cells: 4}`. */
export async function trainedRun(changes: readonly string[], ...more: Component[]): Promise<Trained> {
  const registry = registryOf(...more);
  const { recipe, diagnostics } = await resolveText(BASE, { registry, set: [...changes] });
  if (recipe === null) throw new Error(diagnostics.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  const shell: Trained = { recipe, registry, weights: new Map() };
  const ids = new Set([
    ...(recipe.backbone === 'none' ? [] : networksOf('backbone', shell)),
    ...(recipe.sequence === 'none' ? [] : ['sequence']),
  ]);
  const weights = new Map([...ids].map((id, i) => [id, randomWeights(networkOf(shell, id).spec, i + 1)]));
  return { recipe, registry, weights };
}

/** A network of the run, as the runtime makes it. */
export function networkOf(trained: Trained, id: string): Network {
  const { recipe, registry } = trained;
  if (id === 'sequence') {
    const { component, params } = choose(registry, 'sequence', recipe.sequence as never);
    const widths =
      recipe.backbone === 'none'
        ? [0]
        : networksOf('backbone', trained).map((one) => networkOf(trained, one).spec.width);
    const embedding = widths.reduce((sum, width) => sum + width, 0);
    return sequenceNetwork(component, params, { embedding: inputWidth(component, params, embedding) });
  }
  const place = id === 'backbone' ? 0 : Number(id.split(':')[1]) - 1;
  const { component, params } = choose(registry, 'backbone', backboneOf(recipe, { place, fold: null }));
  return backboneNetwork(component, params, {
    size: recipe.data.image.size,
    channels: recipe.channels.length,
    windows: channelWindows(recipe, registry),
  });
}

/** Nothing stands at 0 or 1, where a mistake would not be seen. */
export function randomWeights(spec: NetworkSpec, seed: number): HostTensors {
  const start = initialise(spec, seed);
  return Object.fromEntries(
    Object.entries(start).map(([name, tensor]) => {
      const random = stream(seed, 'test', name);
      const around = /(moving_variance|gamma)$/.test(name) ? 1 : 0;
      const apart = /(kernel)$/.test(name) ? 0 : 0.3;
      const data = Float32Array.from(tensor.data, (value) =>
        apart === 0 ? value : around + apart * (2 * random.uniform() - 1),
      );
      return [name, { ...tensor, data }];
    }),
  );
}

/** What the runtime's own tensors give, on an engine. */
export function outputsOf(
  engine: Engine,
  network: Network,
  weights: HostTensors,
  inputs: Readonly<Record<string, { data: Float32Array; shape: number[] }>>,
): { logits: Float32Array; embedding: Float32Array | null } {
  const { tf } = engine;
  const kept: { logits?: Float32Array; embedding?: Float32Array } = {};
  tf.tidy(() => {
    const own = Object.fromEntries(
      Object.entries(weights).map(([name, { data, shape }]) => [name, tf.tensor(data as Float32Array, [...shape])]),
    );
    const layers = tensorLayers({ engine, weights: own, training: false, batchNorm: 'frozen', seed: null });
    const given = Object.fromEntries(
      Object.entries(inputs).map(([name, { data, shape }]) => [name, tf.tensor(data, shape)]),
    );
    const { logits, embedding } = network.forward(layers, tf, given as Record<string, Tensor>);
    kept.logits = logits.dataSync() as Float32Array;
    if (embedding) kept.embedding = embedding.dataSync() as Float32Array;
  });
  return { logits: kept.logits as Float32Array, embedding: kept.embedding ?? null };
}

export const FACTS = { name: 'exported', producerVersion: '0', says: 'A test.', metadata: { 'ichor.test': 'yes' } };

/** The graph as onnxruntime runs it: outputs by name. */
export async function runner(graph: Graph) {
  const bytes = await encodeModel(graph, FACTS);
  const { InferenceSession, Tensor: OnnxTensor } = onnxRuntime as OnnxRuntime;
  const session = await InferenceSession.create(bytes, { graphOptimizationLevel: 'all', logSeverityLevel: 3 });
  return {
    bytes,
    session,
    async run(inputs: Readonly<Record<string, { data: Float32Array; shape: readonly number[] }>>) {
      const given = Object.fromEntries(
        Object.entries(inputs).map(([name, { data, shape }]) => [name, new OnnxTensor('float32', data, shape)]),
      );
      return session.run(given);
    },
  };
}

export const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) throw new Error(`${a.length} numbers against ${b.length}`);
  return Array.from(a).reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] as number))), 0);
};

export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** Whole numbers from 0 to 255 with structure. */
export function testPictures(count: number, size: number, channels: number, seed = 1): Float32Array {
  const random = stream(seed, 'pictures');
  return Float32Array.from({ length: count * size * size * channels }, (_, i) => {
    const x = Math.floor(i / channels) % size;
    return Math.min(255, Math.floor(128 + 90 * Math.sin(x / 5 + i * 1e-4) + 80 * (random.uniform() - 0.5)));
  });
}
