import { defineBackbone, Type, type WeightNames } from '../../src/index.ts';
import { kerasWeights } from './keras-weights.ts';
import { scaleBlocks, scaleChannels, scaleParams } from './scale.ts';
import { type Variant, variantParam } from './variant.ts';

/** Blocks of the stages conv2 to conv5. */
const STAGES = [6, 12, 24, 16];
/** Channels that a block adds. */
const GROWTH = 32;

/** What batch norm adds to the variance: the one thing that Keras' network and torchvision's do not share. */
const EPSILON: Readonly<Record<Variant, number>> = { keras: 1.001e-5, torchvision: 1e-5 };

const IMAGENET = kerasWeights(
  'densenet/densenet121_weights_tf_dim_ordering_tf_kernels_notop.h5',
  '30ee3e1110167f948a6b9946edeeb738',
  29_084_464,
  'torch',
);

/** Channels after each stage's blocks; half of them after the transition that follows all but the last. */
function channelsOf({ width, blocks }: { width: number; blocks: number }): number[] {
  let channels = scaleChannels(64, width);
  return STAGES.map((of, stage) => {
    channels =
      (stage === 0 ? channels : Math.floor(channels / 2)) + scaleBlocks(of, blocks) * scaleChannels(GROWTH, width);
    return channels;
  });
}

/** `between`: what stands between `norm` and its number within a block. */
const torchNames = (between: string): WeightNames => ({
  form: 'torch',
  classifier: ['classifier'],
  needs: { variant: 'torchvision' },
  layer(name) {
    if (name === 'conv1_conv') return 'features.conv0';
    if (name === 'conv1_bn') return 'features.norm0';
    if (name === 'bn') return 'features.norm5';
    const pool = /^pool(\d)_(bn|conv)$/.exec(name);
    if (pool) return `features.transition${Number(pool[1]) - 1}.${pool[2] === 'bn' ? 'norm' : 'conv'}`;
    const block = /^conv(\d)_block(\d+)_(?:(0)_bn|(1)_bn|([12])_conv)$/.exec(name);
    if (!block) return null;
    const [, stage, layer, first, second, conv] = block;
    const part = conv ? `conv${between}${conv}` : `norm${between}${first ? 1 : second ? 2 : ''}`;
    return `features.denseblock${Number(stage) - 1}.denselayer${layer}.${part}`;
  },
});

/**
 * Keras' DenseNet121 (Huang et al. 2016; facts 4.3), layer by layer and by its names: each block adds its channels to
 * what it read; batch norm and ReLU before the convolutions, none of which has a bias.
 */
export default defineBackbone({
  name: 'densenet-121',
  version: 1,
  summary: 'DenseNet-121 with the layers of Keras’ DenseNet121; 1024 features.',
  params: Type.Object({
    ...scaleParams,
    variant: variantParam('They differ in the epsilon of batch norm, 1.001e-5 and 1e-5.'),
  }),
  contract: (params) => ({
    channels: 3,
    minimumSize: 32,
    pixels: 'torch',
    embedding: channelsOf(params).at(-1) ?? 0,
    ...(params.variant === 'keras'
      ? { weights: ['none', 'imagenet'], weightsFor: { imagenet: { channels: 3, file: IMAGENET } } }
      : { weights: ['none'] }),
  }),
  names: {
    torchvision: torchNames(''),
    // As in the file that torchvision publishes: it renames while it loads.
    'torchvision-file': torchNames('.'),
  },
  network(layers, images, { width, blocks, momentum, variant }) {
    const norm = { epsilon: EPSILON[variant], momentum };
    const growth = scaleChannels(GROWTH, width);
    const active = (name: string, x: typeof images) => layers.relu(layers.batchNorm(name, x, norm));
    const conv = (name: string, x: typeof images, filters: number, kernel: number) =>
      layers.conv(name, x, { filters, kernel, padding: 'same', bias: false });

    const stem = { filters: scaleChannels(64, width), kernel: 7, stride: 2, bias: false };
    let x = active('conv1_bn', layers.conv('conv1_conv', layers.pad(images, 3), stem));
    x = layers.maxPool(layers.pad(x, 1), { size: 3, stride: 2 });
    STAGES.forEach((of, stage) => {
      const name = `conv${stage + 2}`;
      if (stage > 0) {
        const before = `pool${stage + 1}`;
        const half = Math.floor((layers.shape(x).at(-1) ?? 0) / 2);
        x = layers.averagePool(conv(`${before}_conv`, active(`${before}_bn`, x), half, 1), { size: 2 });
      }
      for (let block = 1; block <= scaleBlocks(of, blocks); block++) {
        const at = `${name}_block${block}`;
        const y = conv(`${at}_1_conv`, active(`${at}_0_bn`, x), 4 * growth, 1);
        x = layers.concat([x, conv(`${at}_2_conv`, active(`${at}_1_bn`, y), growth, 3)]);
      }
    });
    return layers.globalAveragePool(active('bn', x));
  },
});
