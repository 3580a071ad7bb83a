import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import type { EndToEndTrainBlock } from '../../registry/recipe.ts';
import type { HostTensors, Tensors } from '../engine/engine.ts';
import type { BatchNorms } from './layers/tensors.ts';
import { type AVERAGES, need, WEIGHTS, weightName } from './names.ts';
import type { Network, NetworkSpec, Outputs } from './network.ts';
import { scopedLayers } from './scoped-layers.ts';
import type { WeightGroup } from './weight-groups.ts';

/** The two networks of a recipe, by the names that their weights have in front in a joint one: `backbone/stem/conv/kernel`. */
export type Part = 'backbone' | 'sequence';

const scoped = (part: Part, name: string) => `${part}/${name}`;

/** Which of the two a weight or a layer of the joint network is of. */
export const partOf = (name: string): Part => (name.startsWith('backbone/') ? 'backbone' : 'sequence');

export type JointOptions = Pick<EndToEndTrainBlock, 'slices' | 'sliceLoss'>;

/**
 * A backbone and a sequence network as one: the pooled vector of each picture is a step of its run. Neither is changed: their
 * layers are those that they have by themselves, under names of their own.
 *
 * @param sequence described for runs of `slices` steps.
 *
 * Inputs: `images` `[pictures, size, size, channels]`, floats in 0..255, run after run; `mask` `[runs, steps]`; where
 * features stand beside the vectors `features` `[runs, steps, width]`; and where there are fewer pictures than steps
 * `places` `[runs x steps, pictures]`, 1 where a picture is that step's, so that no picture stands for padding.
 * Gives the logits of the sequence network `[runs, steps, 6]`, and those of the backbone as a further head where its loss counts.
 */
export function jointNetwork(backbone: Network, sequence: Network, { slices, sliceLoss }: JointOptions): Network {
  return {
    spec: jointSpec(backbone.spec, sequence.spec, slices),
    forward(layers, tf, inputs) {
      const { embedding, logits: ofSlices } = backbone.forward(scopedLayers(layers, 'backbone'), tf, {
        images: need(inputs, 'images'),
      });
      const mask = need(inputs, 'mask');
      const [runs = 0, length = 0] = mask.shape;
      const asSteps = (rows: Tensor): Tensor => {
        const width = rows.shape[1] as number;
        const places = inputs.places;
        const whole = places ? tf.matMul(places as Tensor2D, rows as Tensor2D) : rows;
        return tf.reshape(whole, [runs, length, width]);
      };
      const vectors = asSteps(embedding as Tensor);
      const embeddings = inputs.features ? tf.concat([vectors, inputs.features], 2) : vectors;
      const given = sequence.forward(scopedLayers(layers, 'sequence'), tf, { embeddings, mask });
      const own: NonNullable<Outputs['auxiliary']> =
        sliceLoss > 0 ? [{ logits: asSteps(ofSlices), weight: sliceLoss }] : [];
      return { logits: given.logits, auxiliary: [...(given.auxiliary ?? []), ...own] };
    },
  };
}

/** What the joint network is, of two that were described; `sequence` of runs of as many slices. */
export function jointSpec(backbone: NetworkSpec, sequence: NetworkSpec, slices: number): NetworkSpec {
  const of = (part: Part, { weights }: NetworkSpec) =>
    weights.map((weight) => ({ ...weight, name: scoped(part, weight.name) }));
  const sum = (what: keyof NetworkSpec['parameters']) => backbone.parameters[what] + sequence.parameters[what];
  return {
    component: `${backbone.component} and ${sequence.component}`,
    weights: [...of('backbone', backbone), ...of('sequence', sequence)],
    parameters: { total: sum('total'), trainable: sum('trainable'), nonTrainable: sum('nonTrainable') },
    multiplyAdds: slices * backbone.multiplyAdds + sequence.multiplyAdds,
    maps: slices * backbone.maps + sequence.maps,
    width: sequence.width,
    batchNormMomentum: backbone.batchNormMomentum,
    output: sequence.output,
  };
}

/** Weights of the two under the names that the joint network has for them. */
export const joined = (backbone: HostTensors, sequence: HostTensors): HostTensors =>
  Object.fromEntries(
    (
      [
        ['backbone', backbone],
        ['sequence', sequence],
      ] as const
    ).flatMap(([part, weights]) =>
      Object.entries(weights).map(([name, tensor]) => [scoped(part, name), tensor] as const),
    ),
  );

/** Weights of one of the two, under its own names. */
export const weightsOfPart = (part: Part, weights: HostTensors): HostTensors =>
  Object.fromEntries(
    Object.entries(weights).flatMap(([name, tensor]) =>
      partOf(name) === part ? [[name.slice(part.length + 1), tensor] as const] : [],
    ),
  );

/** The state of a joint training as one of the two networks has it, for a step of that network: `weights/<its own name>`. */
export function stateOfPart(part: Part, state: Tensors, by: typeof WEIGHTS | typeof AVERAGES = WEIGHTS): Tensors {
  const prefix = `${by}${part}/`;
  return Object.fromEntries(
    Object.entries(state).flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[weightName(name.slice(prefix.length)), tensor] as const] : [],
    ),
  );
}

/** Weights that train alike: the backbone's as its own block groups them, the sequence's together. */
export const jointGroups = (backbone: readonly WeightGroup[], sequence: readonly WeightGroup[]): WeightGroup[] =>
  (
    [
      ['backbone', backbone],
      ['sequence', sequence],
    ] as const
  ).flatMap(([part, groups]) =>
    groups.map((group) => ({ ...group, names: group.names.map((name) => scoped(part, name)) })),
  );

/** Batch norms of the backbone as the block says; a sequence model trains its own, as it does by itself. */
export const jointNorms =
  (batchNorm: EndToEndTrainBlock['batchNorm']): BatchNorms =>
  (layer) =>
    partOf(layer) === 'backbone' ? batchNorm : 'trained';
