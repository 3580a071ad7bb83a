import { defineBackbone, type Layers, Type, type WeightNames } from '../../src/index.ts';
import { scaleBlocks, scaleChannels, scaleParamsWith } from './scale.ts';
import { type Variant, variantParam } from './variant.ts';

/** Factor of the expansion, channels, blocks, stride of the first block. */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;
/** Of the whole network, the first being `expanded_conv`. */
const BLOCKS = 17;

const EPSILON: Readonly<Record<Variant, number>> = { keras: 1e-3, torchvision: 1e-5 };

/** `block_3_expand_BN` -> 3, `expand`, true. */
function placeOf(name: string): { block: number; part: string; norm: boolean } | null {
  const match = /^(?:expanded_conv|block_(\d+))_(expand|depthwise|project)(_BN)?$/.exec(name);
  return match ? { block: Number(match[1] ?? 0), part: match[2] as string, norm: match[3] !== undefined } : null;
}

/** TensorFlow's own checkpoint (TF-Slim) as it is exported: batch norm folded. */
const slim: WeightNames = {
  form: 'folded',
  classifier: ['Logits'],
  needs: { variant: 'keras', blocks: 1 },
  layer(name) {
    if (name === 'Conv1' || name === 'bn_Conv1') return 'Conv';
    if (name === 'Conv_1' || name === 'Conv_1_bn') return 'Conv_1';
    const at = placeOf(name);
    return at && `expanded_conv${at.block === 0 ? '' : `_${at.block}`}/${at.part}`;
  },
};

const torchvision: WeightNames = {
  form: 'torch',
  classifier: ['classifier.1'],
  needs: { variant: 'torchvision', blocks: 1 },
  layer(name) {
    const ends: Record<string, string> = { Conv1: '0.0', bn_Conv1: '0.1' };
    const last = `${BLOCKS + 1}`;
    const end = { ...ends, Conv_1: `${last}.0`, Conv_1_bn: `${last}.1` }[name];
    if (end) return `features.${end}`;
    const at = placeOf(name);
    if (!at) return null;
    // The expansion and the depthwise convolution are units of their own; the projection and its norm are not.
    const first = at.block === 0 ? 0 : 1;
    const part = {
      expand: `0.${at.norm ? 1 : 0}`,
      depthwise: `${first}.${at.norm ? 1 : 0}`,
      project: `${first + (at.norm ? 2 : 1)}`,
    }[at.part];
    return `features.${at.block + 1}.conv.${part}`;
  },
};

/**
 * Keras' MobileNetV2 with alpha 1 (Sandler et al. 2018; facts 4.5), layer by layer and by its names. No weights by name:
 * their publisher states no hash of the file.
 */
export default defineBackbone({
  name: 'mobilenet-v2',
  version: 1,
  summary: 'MobileNet v2 with the layers of Keras’ MobileNetV2; small, 1280 features.',
  params: Type.Object({
    ...scaleParamsWith(0.999),
    variant: variantParam(
      'keras pads below and on the right where the stride is 2 and has an epsilon of 1e-3; torchvision pads all sides, has 1e-5, and takes its pixels by ImageNet’s means and deviations.',
    ),
  }),
  contract: ({ width, variant }) => ({
    channels: 3,
    minimumSize: 32,
    pixels: variant === 'keras' ? 'tf' : 'torch',
    embedding: scaleChannels(1280, width),
    weights: ['none'],
  }),
  names: { slim, torchvision },
  network(layers, images, { width, blocks, momentum, variant }) {
    const net = units(layers, variant, momentum);
    let x = net.active('Conv1', 'bn_Conv1', net.strided(images, 2), {
      filters: scaleChannels(32, width),
      kernel: 3,
      stride: 2,
    });
    let number = 0;
    for (const [factor, channels, of, stride] of STAGES) {
      for (let block = 0; block < scaleBlocks(of, blocks); block++, number++) {
        const name = number === 0 ? 'expanded_conv' : `block_${number}`;
        const filters = scaleChannels(channels, width);
        x = net.inverted(name, x, { factor, filters, stride: block === 0 ? stride : 1 });
      }
    }
    x = net.active('Conv_1', 'Conv_1_bn', x, { filters: scaleChannels(1280, width), kernel: 1, stride: 1 });
    return layers.globalAveragePool(x);
  },
});

function units<T>(layers: Layers<T>, variant: Variant, momentum: number) {
  const normed = { epsilon: EPSILON[variant], momentum };
  const strided = (x: T, stride: number): T => (variant === 'torchvision' && stride === 2 ? layers.pad(x, 1) : x);
  const padding = (stride: number) => (variant === 'torchvision' && stride === 2 ? 'valid' : 'same');
  const conv = (name: string, norm: string, x: T, filters: number, kernel: number, stride: number): T =>
    layers.batchNorm(
      norm,
      layers.conv(name, x, { filters, kernel, stride, padding: padding(stride), bias: false }),
      normed,
    );
  const active = (name: string, norm: string, x: T, of: { filters: number; kernel: number; stride: number }): T =>
    layers.relu6(conv(name, norm, x, of.filters, of.kernel, of.stride));
  /** Wide, then each channel by itself, then narrow without an activation; added to what it read where that fits. */
  const inverted = (name: string, x: T, of: { factor: number; filters: number; stride: number }): T => {
    const channels = layers.shape(x).at(-1) ?? 0;
    const expand = { filters: of.factor * channels, kernel: 1, stride: 1 };
    let y = of.factor === 1 ? x : active(`${name}_expand`, `${name}_expand_BN`, x, expand);
    y = layers.depthwiseConv(`${name}_depthwise`, strided(y, of.stride), {
      kernel: 3,
      stride: of.stride,
      padding: padding(of.stride),
      bias: false,
    });
    y = layers.relu6(layers.batchNorm(`${name}_depthwise_BN`, y, normed));
    y = conv(`${name}_project`, `${name}_project_BN`, y, of.filters, 1, 1);
    return of.stride === 1 && channels === of.filters ? layers.add(x, y) : y;
  };
  return { strided, active, inverted };
}
