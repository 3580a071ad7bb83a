import { defineBackbone, type Layers, Type } from '../../src/index.ts';
import { kerasWeights } from './keras-weights.ts';
import { type Scale, scaleBlocks, scaleChannels, scaleParams } from './scale.ts';

/** Keras' value. */
const EPSILON = 1.001e-5;

/** Stage, filters of the 1x1 and 3x3, blocks, stride of the last block. */
const STAGES = [
  ['conv2', 64, 3, 2],
  ['conv3', 128, 4, 2],
  ['conv4', 256, 6, 2],
  ['conv5', 512, 3, 1],
] as const;

const IMAGENET = kerasWeights(
  'resnet/resnet50v2_weights_tf_dim_ordering_tf_kernels_notop.h5',
  'fac2f116257151a9d068a22e544a4917',
  94_668_760,
  'tf',
);

/**
 * Keras' ResNet50V2 (He et al. 2016, identity mappings; facts 4.1), layer by layer and by its names: batch norm and
 * ReLU before the convolutions, the stride in the 3x3 of a stage's last block. The paper's ResNet-50 (facts 1.6, row 3).
 */
export default defineBackbone({
  name: 'resnet-50-v2',
  version: 1,
  summary: 'ResNet-50 version 2 (pre-activation) with the layers of Keras’ ResNet50V2; 2048 features.',
  params: Type.Object(scaleParams),
  contract: ({ width }) => ({
    channels: 3,
    minimumSize: 32,
    pixels: 'tf',
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
    x = layers.maxPool(layers.pad(x, 1), { size: 3, stride: 2 });
    for (const [name, filters, blocks, stride] of STAGES) {
      const last = scaleBlocks(blocks, scale.blocks);
      for (let block = 1; block <= last; block++) {
        const options = { filters, project: block === 1, stride: block === last ? stride : 1 };
        x = bottleneck(layers, `${name}_block${block}`, x, options, scale);
      }
    }
    x = layers.relu(layers.batchNorm('post_bn', x, { epsilon: EPSILON, momentum: scale.momentum }));
    return layers.globalAveragePool(x);
  },
});

/** `[b, h, w, in]` -> `[b, h / stride, w / stride, 4 filters]`. */
function bottleneck<T>(
  layers: Layers<T>,
  name: string,
  x: T,
  { filters, project, stride }: { filters: number; project: boolean; stride: number },
  { width, momentum }: Scale,
): T {
  const inner = scaleChannels(filters, width);
  const active = (part: string, input: T) =>
    layers.relu(layers.batchNorm(`${name}_${part}_bn`, input, { epsilon: EPSILON, momentum }));
  const before = active('preact', x);
  const shortcut = () => {
    if (project) return layers.conv(`${name}_0_conv`, before, { filters: 4 * inner, kernel: 1, stride });
    return stride > 1 ? layers.maxPool(x, { size: 1, stride }) : x;
  };
  const kept = shortcut();
  let y = layers.conv(`${name}_1_conv`, before, { filters: inner, kernel: 1, bias: false });
  y = layers.conv(`${name}_2_conv`, layers.pad(active('1', y), 1), { filters: inner, kernel: 3, stride, bias: false });
  y = layers.conv(`${name}_3_conv`, active('2', y), { filters: 4 * inner, kernel: 1 });
  return layers.add(kept, y);
}
