import { type Layers, Type, type WeightNames } from '../../src/index.ts';
import { type Scale, scaleBlocks, scaleChannels, scaleParams } from './scale.ts';

/** Kernel, factor of the expansion, channels, blocks, stride of the first block. */
const STAGES = [
  [3, 1, 16, 1, 1],
  [3, 6, 24, 2, 2],
  [5, 6, 40, 2, 2],
  [3, 6, 80, 3, 2],
  [5, 6, 112, 3, 1],
  [5, 6, 192, 4, 2],
  [3, 6, 320, 1, 1],
] as const;
const BLOCKS = STAGES.map(([, , , blocks]) => blocks);

export const efficientNetParams = Type.Object({
  ...scaleParams,
  dropConnect: Type.Number({
    default: 0.2,
    minimum: 0,
    maximum: 0.9,
    description:
      'Probability, while training, that an image skips the last block; it rises from 0 at the first. The blocks that change the map’s size or channels are never skipped.',
  }),
});

/** Keras' names: `block2b_project_bn` is of the second block of the second stage. */
function placeOf(name: string): { stage: number; block: number; part: string } | null {
  const match = /^block(\d)([a-z])_(expand_conv|expand_bn|dwconv|bn|se_reduce|se_expand|project_conv|project_bn)$/.exec(
    name,
  );
  if (!match) return null;
  return { stage: Number(match[1]) - 1, block: (match[2] as string).charCodeAt(0) - 97, part: match[3] as string };
}

/** The names of efficientnet-pytorch and its children: blocks are numbered through. */
export const efficientNetPytorch: WeightNames = {
  form: 'torch',
  classifier: ['_fc'],
  needs: { blocks: 1 },
  layer(name) {
    const end = { stem_conv: '_conv_stem', stem_bn: '_bn0', top_conv: '_conv_head', top_bn: '_bn1' }[name];
    if (end) return end;
    const at = placeOf(name);
    if (!at) return null;
    const number = BLOCKS.slice(0, at.stage).reduce<number>((sum, blocks) => sum + blocks, at.block);
    const part = {
      expand_conv: '_expand_conv',
      expand_bn: '_bn0',
      dwconv: '_depthwise_conv',
      bn: '_bn1',
      se_reduce: '_se_reduce',
      se_expand: '_se_expand',
      project_conv: '_project_conv',
      project_bn: '_bn2',
    }[at.part];
    return `_blocks.${number}.${part}`;
  },
};

/** timm's names of its `tf_` networks, which pad as TensorFlow does and have its epsilon; the others do not. */
export const timmEfficientNet: WeightNames = {
  form: 'torch',
  classifier: ['classifier'],
  needs: { blocks: 1 },
  layer(name) {
    const end = { stem_conv: 'conv_stem', stem_bn: 'bn1', top_conv: 'conv_head', top_bn: 'bn2' }[name];
    if (end) return end;
    const at = placeOf(name);
    if (!at) return null;
    // The first stage has no expansion: its projection is what elsewhere is the expansion.
    const part = {
      expand_conv: 'conv_pw',
      expand_bn: 'bn1',
      dwconv: 'conv_dw',
      bn: at.stage === 0 ? 'bn1' : 'bn2',
      se_reduce: 'se.conv_reduce',
      se_expand: 'se.conv_expand',
      project_conv: at.stage === 0 ? 'conv_pw' : 'conv_pwl',
      project_bn: at.stage === 0 ? 'bn2' : 'bn3',
    }[at.part];
    return `blocks.${at.stage}.${at.block}.${part}`;
  },
};

export interface EfficientNetKind {
  activation: 'swish' | 'relu6';
  /** Squeeze and excitation: a gate for each channel out of the map's mean. */
  excite: boolean;
}

/**
 * EfficientNet's first size with the layers of Keras' EfficientNetB0 (Tan and Le 2019; facts 4.4) by its names: TensorFlow's
 * padding, epsilon 1e-3. `[b, size, size, 3]` after the input mode -> `[b, 1280]`.
 */
export function efficientNet<T>(
  layers: Layers<T>,
  images: T,
  { activation, excite }: EfficientNetKind,
  { width, blocks, momentum, dropConnect }: Scale & { dropConnect: number },
): T {
  const norm = (name: string, x: T): T => layers.batchNorm(name, x, { momentum });
  const active = (x: T): T => layers[activation](x);
  const conv = (name: string, x: T, filters: number, kernel: number, stride = 1): T =>
    layers.conv(name, x, { filters, kernel, stride, padding: 'same', bias: false });
  /** The 1x1 between is a quarter as wide as what the block reads, before its expansion. */
  const excited = (name: string, x: T, channels: number): T => {
    const squeezed = layers.globalAveragePool(x, { keep: true });
    const narrow = { filters: Math.max(1, Math.floor(channels / 4)), kernel: 1 };
    const wide = { filters: layers.shape(x).at(-1) ?? 0, kernel: 1 };
    const inner = layers.swish(layers.conv(`${name}_se_reduce`, squeezed, narrow));
    return layers.multiply(x, layers.sigmoid(layers.conv(`${name}_se_expand`, inner, wide)));
  };

  let x = active(norm('stem_bn', conv('stem_conv', images, scaleChannels(32, width), 3, 2)));
  const repeats = BLOCKS.map((of) => scaleBlocks(of, blocks));
  const all = repeats.reduce((sum, of) => sum + of, 0);
  let number = 0;
  STAGES.forEach(([kernel, factor, channels, , first], stage) => {
    for (let block = 0; block < (repeats[stage] as number); block++, number++) {
      const name = `block${stage + 1}${String.fromCharCode(97 + block)}`;
      const stride = block === 0 ? first : 1;
      const filters = scaleChannels(channels, width);
      const before = layers.shape(x).at(-1) ?? 0;
      let y = x;
      if (factor > 1) y = active(norm(`${name}_expand_bn`, conv(`${name}_expand_conv`, y, factor * before, 1)));
      y = layers.depthwiseConv(`${name}_dwconv`, y, { kernel, stride, padding: 'same', bias: false });
      y = active(norm(`${name}_bn`, y));
      if (excite) y = excited(name, y, before);
      y = norm(`${name}_project_bn`, conv(`${name}_project_conv`, y, filters, 1));
      if (stride === 1 && before === filters) {
        y = layers.add(x, layers.dropout(`${name}_drop`, y, (dropConnect * number) / all, { whole: true }));
      }
      x = y;
    }
  });
  return layers.globalAveragePool(active(norm('top_bn', conv('top_conv', x, scaleChannels(1280, width), 1))));
}
