import { defineBackbone, type Layers, Type } from '../../src/index.ts';
import { kerasWeights } from './keras-weights.ts';
import { type Scale, scaleBlocks, scaleChannels, scaleParams } from './scale.ts';

/** Keras' value, of Caffe's. */
const EPSILON = 1.001e-5;

/** Stage, filters of the 1x1 and 3x3, blocks, stride of the first block. */
const STAGES = [
  ['conv2', 64, 3, 1],
  ['conv3', 128, 4, 2],
  ['conv4', 256, 6, 2],
  ['conv5', 512, 3, 2],
] as const;

const IMAGENET = kerasWeights(
  'resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5',
  '4d473c1dd8becc155b73f8504c6f6626',
  94_765_736,
  'caffe',
);

/**
 * Keras' ResNet50 (He et al. 2015; facts 4.1), layer by layer and by its names: convolutions with bias, batch norm and
 * ReLU after them, the stride in the first 1x1 of a stage and in its projection.
 */
export default defineBackbone({
  name: 'resnet-50',
  version: 1,
  summary: 'ResNet-50 (version 1) with the layers of Keras’ ResNet50; 2048 features.',
  params: Type.Object(scaleParams),
  contract: ({ width }) => ({
    channels: 3,
    minimumSize: 32,
    pixels: 'caffe',
    embedding: 4 * scaleChannels(512, width),
    weights: ['none', 'imagenet'],
    weightsFor: { imagenet: { channels: 3, file: IMAGENET } },
  }),
  network(layers, images, scale) {
    let x = layers.conv('conv1_conv', layers.pad(images, 3), {
      filters: scaleChannels(64, scale.width),
      kernel: 7,
      stride: 2,
    });
    x = layers.relu(layers.batchNorm('conv1_bn', x, { epsilon: EPSILON, momentum: scale.momentum }));
    x = layers.maxPool(layers.pad(x, 1), { size: 3, stride: 2 });
    for (const [name, filters, blocks, stride] of STAGES) {
      for (let block = 1; block <= scaleBlocks(blocks, scale.blocks); block++) {
        x = bottleneck(layers, `${name}_block${block}`, x, filters, block === 1 ? stride : null, scale);
      }
    }
    return layers.globalAveragePool(x);
  },
});

/** `[b, h, w, in]` -> `[b, h / stride, w / stride, 4 filters]`. `stride` null: the block adds to its input as it is. */
function bottleneck<T>(
  layers: Layers<T>,
  name: string,
  x: T,
  filters: number,
  stride: number | null,
  { width, momentum }: Scale,
): T {
  const inner = scaleChannels(filters, width);
  const unit = (part: number, input: T, outputs: number, kernel: number, by: number) => {
    const y = layers.conv(`${name}_${part}_conv`, input, { filters: outputs, kernel, stride: by, padding: 'same' });
    return layers.batchNorm(`${name}_${part}_bn`, y, { epsilon: EPSILON, momentum });
  };
  const shortcut = stride === null ? x : unit(0, x, 4 * inner, 1, stride);
  let y = layers.relu(unit(1, x, inner, 1, stride ?? 1));
  y = layers.relu(unit(2, y, inner, 3, 1));
  return layers.relu(layers.add(shortcut, unit(3, y, 4 * inner, 1, 1)));
}
