import type { Tensor } from '@tensorflow/tfjs';
import { LABELS } from '../../../labels.ts';
import type { Layers } from '../../../registry/kinds/layers.ts';
import type { HostTensors } from '../../engine/engine.ts';
import type { Chosen } from '../../train/components.ts';
import { type Network, type SequenceParams, sequenceNetwork } from '../../train/network.ts';
import { sliceFeatures } from '../../train/slice-features.ts';
import { POSITION_WIDTH } from '../../train/slice-vectors.ts';
import type { Graph } from '../onnx/graph.ts';
import { GraphTensor } from './graph-tensor.ts';
import { noForm } from './no-form.ts';
import { SLICES } from './size.ts';
import { graphTf } from './tf.ts';
import { graphWords } from './words.ts';

/** What a sequence model reads of each slice, `[slices, width]`, and what is known beside it. */
export interface SequenceInputs {
  vectors: string;
  /** Of `vectors`: features come on top. */
  width: number;
  /** The number of slices, int64 `[1]`. */
  slices: string;
  /** Millimetres to the slice before, float32 `[slices]`; null where the model does not ask for it. */
  spacingMm: string | null;
}

/** Millimetres are read in cm (`slice-features.ts`). */
const MILLIMETRES = 10;

/** What a sequence model asks for of each slice, without features. */
export const vectorWidth = (
  { component, params }: Chosen<'sequence'>,
  embedding: number,
): { needs: 'embeddings' | 'logits' | 'position'; width: number } => {
  const { needs } = component.contract(params);
  return { needs, width: { embeddings: embedding, logits: LABELS.length, position: POSITION_WIDTH }[needs] };
};

/**
 * Refuses what goes by more than the slices of one series in their order.
 * @throws IchorError `export-no-form` (exit 2), naming the field.
 */
export function refuseSequence({ component, params }: Chosen<'sequence'>): void {
  const refuse = (what: string) => {
    throw noForm(component.name, what, 'Export the backbone (--part backbone), or predict with ichor.');
  };
  if (params.pad === 'random-front')
    refuse('sequence.pad is random-front, which puts numbers in front that are drawn for each series by its name');
  if (params.order === 'shuffled')
    refuse('sequence.order is shuffled, which draws an order for each series by its name');
  if (params.order !== 'anatomical')
    refuse(`sequence.order is ${params.order}, which goes by names of slices, and HU have none`);
}

/** Six logits of each slice, `[slices, 6]`: as predict makes them of one series, whole and by itself. */
export function sequenceNodes(
  graph: Graph,
  { component, params }: Chosen<'sequence'>,
  weights: HostTensors,
  inputs: SequenceInputs,
  prefix: string,
): string {
  refuseSequence({ component, params });
  const width = sliceFeatures(params.features, []).width(inputs.width);
  const network = sequenceNetwork(component, params, { embedding: width });
  const words = graphWords({ graph, weights, component: component.name, prefix });
  const run = (reversed: boolean) =>
    graph.within(reversed ? 'sequence/reversed' : 'sequence', () => {
      const order = reversed ? backwards(graph, inputs.slices) : null;
      const turned = (one: string) => (order === null ? one : graph.node('Gather', [one, order], { axis: { int: 0 } }));
      const read = featureNodes(graph, params, inputs, turned, order);
      return turned(forward(graph, network, words, read, { params, width, component: component.name }));
    });
  const logits = run(false);
  if (!params.reversed) return logits;
  const both = graph.node('Add', [logits, run(true)]);
  return graph.node('Mul', [both, graph.scalar('float32', 0.5)]);
}

function forward(
  graph: Graph,
  network: Network,
  words: Layers<GraphTensor>,
  read: string,
  { params, width, component }: { params: SequenceParams; width: number; component: string },
): string {
  // A group of one slice: as many series of one step as there are slices.
  const alone = params.group === 'slice';
  const shape = alone ? [SLICES, 1] : [1, SLICES];
  const embeddings = graph.node('Unsqueeze', [read, graph.whole(alone ? 1 : 0)]);
  const mask = new GraphTensor(
    graph,
    () => {
      const sizes = [graph.slices as string, graph.whole(1)];
      const dims = graph.node('Concat', alone ? sizes : sizes.reverse(), { axis: { int: 0 } });
      return graph.node('Expand', [graph.scalar('float32', 1), dims]);
    },
    shape,
  );
  const inputs = { embeddings: new GraphTensor(graph, embeddings, [...shape, width]), mask };
  const { logits } = network.forward(
    words as unknown as Layers<Tensor>,
    graphTf(graph, { component, layer: 'network' }),
    inputs as unknown as Record<string, Tensor>,
  );
  return graph.node('Reshape', [(logits as unknown as GraphTensor).last(), graph.whole(-1, LABELS.length)]);
}

const backwards = (graph: Graph, slices: string): string => {
  const length = graph.node('Squeeze', [slices, graph.whole(0)]);
  const last = graph.node('Sub', [length, graph.scalar('int64', 1)]);
  return graph.node('Range', [last, graph.scalar('int64', -1), graph.scalar('int64', -1)]);
};

/** What the runtime puts beside each vector, as `sliceFeatures` does, in the order in which the network sees the slices. */
function featureNodes(
  graph: Graph,
  { features, group }: Pick<SequenceParams, 'features' | 'group'>,
  { vectors, slices, spacingMm }: SequenceInputs,
  turned: (one: string) => string,
  order: string | null,
): string {
  const own = turned(vectors);
  const parts = [own];
  if (features.deltas) {
    // At an end, and where each slice is a group, the neighbour is the slice itself: a difference of 0.
    const at = placeNodes(graph, slices);
    const last = graph.node('Sub', [graph.node('Squeeze', [slices, graph.whole(0)]), graph.scalar('int64', 1)]);
    const before = graph.node('Max', [graph.node('Sub', [at, graph.scalar('int64', 1)]), graph.scalar('int64', 0)]);
    const after = graph.node('Min', [graph.node('Add', [at, graph.scalar('int64', 1)]), last]);
    for (const neighbour of group === 'slice' ? [at, at] : [before, after])
      parts.push(graph.node('Sub', [own, graph.node('Gather', [own, neighbour], { axis: { int: 0 } })]));
  }
  const column = (one: string) => graph.node('Unsqueeze', [one, graph.whole(1)]);
  if (features.spacing) {
    const cm = graph.node('Div', [spacingMm as string, graph.scalar('float32', MILLIMETRES)]);
    parts.push(column(turned(cm)));
  }
  if (features.position) {
    const place = placeShare(graph, slices);
    parts.push(column(order === null ? place : graph.node('Gather', [place, order], { axis: { int: 0 } })));
  }
  return parts.length === 1 ? own : graph.node('Concat', parts, { axis: { int: 1 } });
}

/** 0, 1, … of each slice, int64 `[slices]`. */
function placeNodes(graph: Graph, slices: string): string {
  const length = graph.node('Squeeze', [slices, graph.whole(0)]);
  return graph.node('Range', [graph.scalar('int64', 0), length, graph.scalar('int64', 1)]);
}

/** From 0 to 1 along the series; the only slice of a series stands in the middle. Float32 `[slices]`. */
function placeShare(graph: Graph, slices: string): string {
  const toFloat = (one: string) => graph.node('Cast', [one], { to: { int: 1 } });
  const last = graph.node('Sub', [slices, graph.whole(1)]);
  const share = graph.node('Div', [
    toFloat(placeNodes(graph, slices)),
    toFloat(graph.node('Max', [last, graph.whole(1)])),
  ]);
  const alone = graph.node('Equal', [slices, graph.whole(1)]);
  return graph.node('Where', [alone, graph.scalar('float32', 0.5), share]);
}

/** What a model that sees no picture reads: the place of each slice, and their number in hundreds; float32 `[slices, 2]`. */
export function positionNodes(graph: Graph, slices: string): string {
  return graph.within('position', () => {
    const place = placeShare(graph, slices);
    const count = graph.node('Div', [graph.node('Cast', [slices], { to: { int: 1 } }), graph.scalar('float32', 100)]);
    const column = (one: string) => graph.node('Unsqueeze', [one, graph.whole(1)]);
    return graph.node('Concat', [column(place), column(graph.node('Expand', [count, slices]))], { axis: { int: 1 } });
  });
}
