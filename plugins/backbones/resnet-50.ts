import { defineBackbone, type Layers, Type, type WeightNames } from '../../src/index.ts';
import { kerasWeights } from './keras-weights.ts';
import { type Scale, scaleBlocks, scaleChannels, scaleParams } from './scale.ts';
import { type Variant, variantParam } from './variant.ts';

/** Keras' value is of Caffe's. */
const EPSILON: Readonly<Record<Variant, number>> = { keras: 1.001e-5, torchvision: 1e-5 };

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

/** torchvision's names, which timm's `resnet50` has too. */
const torchvision: WeightNames = {
  form: 'torch',
  classifier: ['fc'],
  needs: { variant: 'torchvision' },
  layer(name) {
    if (name === 'conv1_conv') return 'conv1';
    if (name === 'conv1_bn') return 'bn1';
    const match = /^conv(\d)_block(\d+)_(\d)_(conv|bn)$/.exec(name);
    if (!match) return null;
    const [, stage, block, part, kind] = match;
    const own = part === '0' ? `downsample.${kind === 'conv' ? 0 : 1}` : `${kind}${part}`;
    return `layer${Number(stage) - 1}.${Number(block) - 1}.${own}`;
  },
};

/**
 * Keras' ResNet50 (He et al. 2015; facts 4.1), layer by layer and by its names: convolutions with bias, batch norm and
 * ReLU after them, the stride in the first 1x1 of a stage and in its projection. Torchvision's has the stride in the 3x3
 * (v1.5), which pads all sides, no biases, and another epsilon.
 */
export default defineBackbone({
  name: 'resnet-50',
  version: 1,
  summary: 'ResNet-50 (version 1) with the layers of Keras’ ResNet50; 2048 features.',
  params: Type.Object({
    ...scaleParams,
    variant: variantParam(
      'keras has the stride in the first 1x1, biases, an epsilon of 1.001e-5 and Caffe’s pixels; torchvision has it in the 3x3 (v1.5), no biases, 1e-5, and takes its pixels by ImageNet’s means and deviations.',
    ),
  }),
  contract: ({ width, variant }) => ({
    channels: 3,
    minimumSize: 32,
    pixels: variant === 'keras' ? 'caffe' : 'torch',
    embedding: 4 * scaleChannels(512, width),
    ...(variant === 'keras'
      ? { weights: ['none', 'imagenet'], weightsFor: { imagenet: { channels: 3, file: IMAGENET } } }
      : { weights: ['none'] }),
  }),
  names: { torchvision },
  network(layers, images, scale) {
    let x = layers.conv('conv1_conv', layers.pad(images, 3), {
      filters: scaleChannels(64, scale.width),
      kernel: 7,
      stride: 2,
      bias: scale.variant === 'keras',
    });
    x = layers.relu(layers.batchNorm('conv1_bn', x, { epsilon: EPSILON[scale.variant], momentum: scale.momentum }));
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
  { width, momentum, variant }: Scale & { variant: Variant },
): T {
  const inner = scaleChannels(filters, width);
  const unit = (part: number, input: T, outputs: number, kernel: number, by: number) => {
    const bias = variant === 'keras';
    // TensorFlow's `same` pads a stride of 2 below and on the right only, torch all sides.
    const around = kernel === 3 && by === 2;
    const options = { filters: outputs, kernel, stride: by, padding: around ? 'valid' : 'same', bias } as const;
    const y = layers.conv(`${name}_${part}_conv`, around ? layers.pad(input, 1) : input, options);
    return layers.batchNorm(`${name}_${part}_bn`, y, { epsilon: EPSILON[variant], momentum });
  };
  const [first, second] = variant === 'keras' ? [stride ?? 1, 1] : [1, stride ?? 1];
  const shortcut = stride === null ? x : unit(0, x, 4 * inner, 1, stride);
  let y = layers.relu(unit(1, x, inner, 1, first));
  y = layers.relu(unit(2, y, inner, 3, second));
  return layers.relu(layers.add(shortcut, unit(3, y, 4 * inner, 1, 1)));
}
