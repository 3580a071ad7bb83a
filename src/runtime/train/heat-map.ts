import type { Tensor } from '@tensorflow/tfjs';
import { IchorError } from '../../errors.ts';
import { LABELS } from '../../labels.ts';
import type { Backbone } from '../../registry/kinds/backbone.ts';
import type { Layers } from '../../registry/kinds/layers.ts';
import type { Engine, Step, Tensors } from '../engine/engine.ts';
import { describeWindows } from './channel-windows.ts';
import { inputChannels } from './layers/pixels.ts';
import { shapeLayers } from './layers/shapes.ts';
import type { Shape } from './layers/spec.ts';
import { tensorLayers } from './layers/tensors.ts';
import { weightsOf } from './names.ts';
import type { BackboneParams, ImageInput, Network } from './network.ts';

/** The last map of a backbone that is pooled to one vector: what Grad-CAM shows. */
export interface MapShape {
  /** Which of the network's pools to a vector it goes into, counted from 0. */
  pool: number;
  height: number;
  width: number;
  channels: number;
}

/** The same words, but that `pooled` gives what a map is pooled to. */
function withPool<T>(layers: Layers<T>, pooled: (x: T, pool: (x: T) => T) => T): Layers<T> {
  return {
    ...layers,
    globalAveragePool: (x, options) =>
      options?.keep ? layers.globalAveragePool(x, options) : pooled(x, (map) => layers.globalAveragePool(map)),
  };
}

/**
 * @throws IchorError `no-heat-map` (exit 2) where the network pools no map to a vector: what its embedding was made from has
 * then no places that could be shown; as `describeBackbone`.
 */
export function mapShape(
  component: Backbone,
  params: BackboneParams,
  { size, channels, windows = [] }: ImageInput,
): MapShape {
  const { layers } = shapeLayers(component.name);
  const maps: Shape[] = [];
  const counted = withPool(layers, (x, pool) => {
    maps.push(x);
    return pool(x);
  });
  describeWindows(counted, windows, size);
  const contract = component.contract(params);
  const input = [null, size, size, inputChannels(component.name, contract.channels, channels, params.inputWeights)];
  const before = maps.length;
  component.network(counted, input, params);
  const [, height = null, width = null, last = null] = maps.at(-1) ?? [];
  if (maps.length === before || height === null || width === null || last === null)
    throw new IchorError(
      'no-heat-map',
      `The backbone ${component.name} pools no map to its embedding (globalAveragePool): Grad-CAM has nothing to show of it.`,
      'Leave evaluation.heatMaps out, or take a backbone that ends with a global average pool.',
      2,
    );
  return { pool: maps.length - 1, height, width, channels: last };
}

/**
 * Grad-CAM (Selvaraju et al. 2017, section 3) of each label on the last map: `relu(sum over k of a_k A_k)`, `a_k` the mean over
 * the map of the gradient of the label's logit after `A_k`. State: `weights/<name>`. Batch: what the network takes. Output:
 * `maps` `[items, height, width, 6]`, in units of the logit, 0 where nothing speaks for the label.
 *
 * The vector that the map is pooled to goes on once for each label, side by side in one batch: one pass forward, and back only as far as
 * the pool, gives the gradients of all six.
 */
export function heatMapStep(engine: Pick<Engine, 'tf' | 'ops'>, network: Network, shape: MapShape): Step {
  const { tf } = engine;
  const count = LABELS.length;
  return (state, batch) => {
    const weights = weightsOf(state);
    const items = (batch.images as Tensor).shape[0] as number;
    let map: Tensor | undefined;
    const logitsOfEach = (more: Tensor): Tensor => {
      const plain = tensorLayers({ engine, weights, training: false, batchNorm: 'frozen', seed: null });
      let pools = 0;
      const layers = withPool(plain, (x, pool) => {
        if (pools++ !== shape.pool) return pool(x);
        // The gradient's scope throws away what does not lead to the sum.
        map = tf.keep(tf.clone(x));
        return tf.add(tf.tile(pool(x), [count, 1]), more);
      });
      const { logits } = network.forward(layers, tf, batch as Tensors);
      const own = tf.reshape(tf.eye(count), [count, 1, count]);
      return tf.sum(tf.mul(tf.reshape(logits, [count, items, count]), own));
    };
    const gradient = tf.grad(logitsOfEach)(tf.zeros([count * items, shape.channels]));
    const area = shape.height * shape.width;
    // Pooling spreads a gradient evenly: the mean over the map is that of the vector by the map's area.
    const factors = tf.div(tf.reshape(gradient, [count, items, shape.channels]), area);
    const places = tf.reshape(map as Tensor, [items, area, shape.channels]);
    const maps = tf.relu(tf.matMul(places, tf.transpose(factors, [1, 2, 0])));
    (map as Tensor).dispose();
    return { state: {}, outputs: { maps: tf.reshape(maps, [items, shape.height, shape.width, count]) } };
  };
}
