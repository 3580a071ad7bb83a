import type { Tensor } from '@tensorflow/tfjs';
import type { TObject } from 'typebox';
import { IchorError } from '../../errors.ts';
import { LABELS } from '../../labels.ts';
import type { Backbone, BackboneCommon } from '../../registry/kinds/backbone.ts';
import type { Params } from '../../registry/kinds/base.ts';
import type { Layers, TF } from '../../registry/kinds/layers.ts';
import type { Sequence, SequenceCommon, WithAuxiliary } from '../../registry/kinds/sequence.ts';
import type { Tensors } from '../engine/engine.ts';
import { applyWindows, type ChannelWindows, describeWindows } from './channel-windows.ts';
import { inputChannels, prepare } from './layers/pixels.ts';
import { shapeLayers } from './layers/shapes.ts';
import type { NetworkSpec, Shape } from './layers/spec.ts';
import { sliceFeatures } from './slice-features.ts';
import { POSITION_WIDTH } from './slice-vectors.ts';

export type { NetworkSpec, NetworkWeight } from './layers/spec.ts';

export type BackboneParams = Params<TObject, BackboneCommon>;
export type SequenceParams = Params<TObject, SequenceCommon>;

export interface ImageInput {
  /** Side of the square images, pixels. */
  size: number;
  /** Channels that the recipe names. */
  channels: number;
  /** What the channels' windows learn, one for each channel; left out: nothing. */
  windows?: ChannelWindows;
}

export interface EmbeddingInput {
  /** Only counts multiply-adds: the network takes any length. Left out: the recipe's steps. */
  steps?: number;
  /** Width of what it reads of each slice, features included. */
  embedding: number;
}

/** A whole network: the component's own part and the prediction layer on the six labels. */
export interface Network {
  spec: NetworkSpec;
  /**
   * Backbone: inputs `{ images: [batch, size, size, channels] }`, floats in 0..255 -> logits `[batch, 6]` and the
   * embedding `[batch, width]` they are read from.
   * Sequence: inputs `{ embeddings: [batch, steps, embedding], mask: [batch, steps] }` -> logits `[batch, steps, 6]`;
   * those of masked steps mean nothing. `auxiliary`: of further heads, each with what its loss counts.
   */
  forward(layers: Layers<Tensor>, tf: TF, inputs: Tensors): Outputs;
}

export interface Outputs {
  embedding?: Tensor;
  logits: Tensor;
  auxiliary?: readonly { logits: Tensor; weight: number }[];
}

/** The layer on the six labels: Glorot uniform, zero bias (facts 4.6). */
const predict = <T>(layers: Layers<T>, x: T): T => layers.dense('predictions', x, { units: LABELS.length });

/**
 * A backbone with its prediction layer and the learned windows before it, run over shapes.
 * @throws IchorError `image-too-small`, `channel-count`, or `network-invalid` where the component breaks its contract.
 */
export function describeBackbone(
  component: Backbone,
  params: BackboneParams,
  { size, channels, windows = [] }: ImageInput,
): NetworkSpec {
  const contract = component.contract(params);
  if (size < contract.minimumSize) {
    throw new IchorError(
      'image-too-small',
      `The backbone ${component.name} takes images of ${contract.minimumSize} px or more, and the recipe has ${size}.`,
      `Set data.image.size to ${contract.minimumSize} or more.`,
      2,
    );
  }
  const input: Shape = [
    null,
    size,
    size,
    inputChannels(component.name, contract.channels, channels, params.inputWeights),
  ];
  return describe(component.name, contract.embedding, 2, (layers) => {
    describeWindows(layers, windows, size);
    return { features: component.network(layers, input, params) };
  });
}

/**
 * A sequence network with its prediction layer, run over shapes.
 * @throws IchorError `network-invalid` where the component breaks its contract.
 */
export function describeSequence(
  component: Sequence,
  params: SequenceParams,
  { steps = params.steps, embedding }: EmbeddingInput,
): NetworkSpec {
  const { width, gives } = component.contract(params);
  const run = (layers: Layers<Shape>) =>
    headsOf(component.network(layers, [null, steps, embedding], [null, steps], params));
  return describe(component.name, width, 3, run, gives !== 'logits');
}

/** Width of what a sequence network reads of each slice where its embeddings are `embedding` wide: features included. */
export function inputWidth(component: Sequence, params: SequenceParams, embedding: number): number {
  const { needs } = component.contract(params);
  const own = { embeddings: embedding, logits: LABELS.length, position: POSITION_WIDTH }[needs];
  return sliceFeatures(params.features, []).width(own);
}

/** What a sequence network gives, whether it has a second head or not. */
export function headsOf<T>(given: T | WithAuxiliary<T>): { features: T; auxiliary?: WithAuxiliary<T>['auxiliary'] } {
  const heads = given as WithAuxiliary<T>;
  return typeof heads === 'object' && heads !== null && 'auxiliary' in heads ? heads : { features: given as T };
}

/** The second head's layer on the six labels. */
const assist = <T>(layers: Layers<T>, x: T): T => layers.dense('auxiliary', x, { units: LABELS.length });

/** `predicts`: a layer on the six labels follows. */
function describe(
  component: string,
  width: number,
  rank: number,
  run: (layers: Layers<Shape>) => { features: Shape; auxiliary?: { from: Shape; weight: number } },
  predicts = true,
): NetworkSpec {
  const { layers, found } = shapeLayers(component);
  const { features, auxiliary } = run(layers);
  if (features.length !== rank || features.at(-1) !== width) {
    throw new IchorError(
      'network-invalid',
      `The network of ${component} gives the shape [${features.map((side) => side ?? 'any').join(', ')}]: its contract promises ${rank} axes, the last of width ${width}.`,
      'Correct the contract or the network in the component’s file.',
      2,
    );
  }
  if (!predicts && width !== LABELS.length) {
    throw new IchorError(
      'network-invalid',
      `The network of ${component} gives logits, and its contract promises a width of ${width}: there are ${LABELS.length} labels.`,
      'Correct the contract in the component’s file.',
      2,
    );
  }
  const output = predicts ? predict(layers, features) : features;
  if (auxiliary) assist(layers, auxiliary.from);
  const numbers = { trainable: 0, nonTrainable: 0 };
  for (const { shape, trainable } of found.weights) {
    numbers[trainable ? 'trainable' : 'nonTrainable'] += shape.reduce((product, side) => product * side, 1);
  }
  const parameters = { ...numbers, total: numbers.trainable + numbers.nonTrainable };
  const { weights, multiplyAdds, starts, maps, batchNormMomentum } = found;
  return { component, weights, parameters, multiplyAdds, starts, maps, width, batchNormMomentum, output };
}

const input = (inputs: Tensors, name: string): Tensor => {
  const tensor = inputs[name];
  if (!tensor) throw new IchorError('input-missing', `The network was given no ${name}.`);
  return tensor;
};

/** @throws as describeBackbone. */
export function backboneNetwork(component: Backbone, params: BackboneParams, image: ImageInput): Network {
  const { pixels, channels } = component.contract(params);
  const to = inputChannels(component.name, channels, image.channels, params.inputWeights);
  return {
    spec: describeBackbone(component, params, image),
    forward(layers, tf, inputs) {
      const seen = applyWindows(tf, layers, image.windows ?? [], input(inputs, 'images'));
      const images = prepare(tf, seen, pixels, image.channels, to, params.inputWeights);
      const embedding = component.network(layers, images, params);
      return { embedding, logits: predict(layers, embedding) };
    },
  };
}

/** @throws as describeSequence. */
export function sequenceNetwork(component: Sequence, params: SequenceParams, embedding: EmbeddingInput): Network {
  const { gives } = component.contract(params);
  return {
    spec: describeSequence(component, params, embedding),
    forward(layers, _tf, inputs) {
      const given = component.network(layers, input(inputs, 'embeddings'), input(inputs, 'mask'), params);
      const { features, auxiliary } = headsOf(given);
      return {
        logits: gives === 'logits' ? features : predict(layers, features),
        ...(auxiliary && { auxiliary: [{ logits: assist(layers, auxiliary.from), weight: auxiliary.weight }] }),
      };
    },
  };
}

/**
 * The backbone's prediction layer alone: embeddings `[batch, steps, width]` -> logits `[batch, steps, 6]`, with the
 * backbone's own weights. What a backbone says of a slice follows from its embedding.
 */
export function predictionLayer(width: number): Network {
  const { layers, found } = shapeLayers('predictions');
  const output = predict<Shape>(layers, [null, 1, width]);
  const total = (width + 1) * LABELS.length;
  const parameters = { total, trainable: total, nonTrainable: 0 };
  return {
    spec: {
      component: 'predictions',
      weights: found.weights,
      parameters,
      multiplyAdds: found.multiplyAdds,
      maps: found.maps,
      width,
      batchNormMomentum: found.batchNormMomentum,
      output,
    },
    forward: (layers, _tf, inputs) => ({ logits: predict(layers, input(inputs, 'embeddings')) }),
  };
}
