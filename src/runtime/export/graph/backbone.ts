import type { Tensor } from '@tensorflow/tfjs';
import type { Layers } from '../../../registry/kinds/layers.ts';
import type { HostTensors } from '../../engine/engine.ts';
import type { Network } from '../../train/network.ts';
import type { Graph } from '../onnx/graph.ts';
import { GraphTensor } from './graph-tensor.ts';
import { SLICES } from './size.ts';
import { graphTf } from './tf.ts';
import { graphWords } from './words.ts';

export interface BackboneInput {
  network: Network;
  weights: HostTensors;
  size: number;
  channels: number;
  prefix: string;
}

/** Pictures `[slices, size, size, channels]`, 0..255 -> the embedding `[slices, width]` and six logits `[slices, 6]`. */
export function backboneNodes(
  graph: Graph,
  pictures: string,
  { network, weights, size, channels, prefix }: BackboneInput,
): { embedding: string; logits: string } {
  const { component } = network.spec;
  const images = new GraphTensor(graph, pictures, [SLICES, size, size, channels]);
  const outputs = graph.within(prefix === '' ? 'backbone' : prefix.slice(0, -1), () =>
    network.forward(
      graphWords({ graph, weights, component, prefix }) as unknown as Layers<Tensor>,
      graphTf(graph, { component, layer: 'input' }),
      { images: images as unknown as Tensor },
    ),
  );
  const name = (tensor: Tensor | undefined) => (tensor as unknown as GraphTensor).last();
  return { embedding: name(outputs.embedding), logits: name(outputs.logits) };
}
