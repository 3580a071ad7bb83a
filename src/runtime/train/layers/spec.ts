import type { WeightSpec } from '../../../registry/kinds/layers.ts';

/** A size that is not known before a batch is seen (batch; steps in prediction) is null. */
export type Shape = readonly (number | null)[];

export interface NetworkWeight extends WeightSpec {
  /** `<layer>/kernel`: unique in the network. */
  name: string;
  /** Of a `moving_variance`: what its batch norm adds to it before the root. */
  epsilon?: number;
}

/** What a network is, found by running it over shapes: no engine, no numbers. */
export interface NetworkSpec {
  /** Name of the component. */
  component: string;
  /** In the order of creation, the prediction layer's last. */
  weights: readonly NetworkWeight[];
  /** Numbers in the weights; `nonTrainable` are running averages. */
  parameters: { total: number; trainable: number; nonTrainable: number };
  /**
   * Multiply-adds of one item forward (an image; a group of `steps` slices): convolutions, matrix products and
   * recurrences, without biases, norms, activations and pools.
   */
  multiplyAdds: number;
  /** By the name of each layer with weights: what of the multiply-adds comes before it. Absent of two networks as one. */
  starts?: Readonly<Record<string, number>>;
  /** Numbers in all maps that its layers make of one item: what backward has to keep of it, at most. */
  maps: number;
  /** Width of what the prediction layer reads. */
  width: number;
  /** The largest momentum of its batch norms: how slowly their running averages move; null where it has none. */
  batchNormMomentum: number | null;
  /** Of the logits: `[null, 6]` or `[null, steps, 6]`. */
  output: Shape;
}

/** Names of the weights that gradients move, in the order of creation. */
export const trainableOf = ({ weights }: Pick<NetworkSpec, 'weights'>): string[] =>
  weights.filter(({ trainable }) => trainable).map(({ name }) => name);
