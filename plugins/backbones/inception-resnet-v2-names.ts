import type { WeightNames } from '../../src/index.ts';

/** `name` of one step, `name.0`, `name.1` ... of several. */
const branch = (name: string, steps: number): string[] =>
  steps === 1 ? [name] : Array.from({ length: steps }, (_, step) => `${name}.${step}`);
const branches = (block: string, ...steps: readonly number[]): string[] =>
  steps.flatMap((count, index) => branch(`${block}.branch${index}`, count));
const repeated = (name: string, times: number, ...steps: readonly number[]): string[] =>
  Array.from({ length: times }, (_, block) => branches(`${name}.${block}`, ...steps)).flat();

/** timm's names of `conv2d`, `conv2d_1` ... `conv2d_202`: both create their layers in the same order (facts 4.2). */
const NUMBERED: readonly string[] = [
  ...['1a', '2a', '2b', '3b', '4a'].map((name) => `conv2d_${name}`),
  ...branches('mixed_5b', 1, 2, 3),
  'mixed_5b.branch3.1',
  ...repeated('repeat', 10, 1, 2, 3),
  ...branches('mixed_6a', 1, 3),
  ...repeated('repeat_1', 20, 1, 3),
  ...branches('mixed_7a', 2, 2, 3),
  ...repeated('repeat_2', 9, 1, 3),
  ...branches('block8', 1, 3),
];
/** Names of the residual blocks; the last block8 stands by itself in timm. */
const REPEATS: Readonly<Record<string, string>> = { '35': 'repeat', '17': 'repeat_1', '8': 'repeat_2' };
const LAST_BLOCK8 = 'block8_10';

/**
 * timm's `inception_resnet_v2`, whose weights are TensorFlow's: strides only where whole windows are read, so that its
 * padding is the same here. Its batch norms have a gamma of ones, which this network leaves out as Keras' does.
 */
export const timm: WeightNames = {
  form: 'torch',
  classifier: ['classif'],
  needs: { blocks: 1 },
  layer(name) {
    if (name === 'conv_7b') return 'conv2d_7b.conv';
    if (name === 'conv_7b_bn') return 'conv2d_7b.bn';
    const numbered = /^(conv2d|batch_normalization)(?:_(\d+))?$/.exec(name);
    if (numbered) {
      const unit = NUMBERED[Number(numbered[2] ?? 0)];
      return unit ? `${unit}.${numbered[1] === 'conv2d' ? 'conv' : 'bn'}` : null;
    }
    const block = /^(block(\d+)_(\d+))_conv$/.exec(name);
    if (!block) return null;
    const [, whole, kind, number] = block;
    return whole === LAST_BLOCK8 ? 'block8.conv2d' : `${REPEATS[kind as string]}.${Number(number) - 1}.conv2d`;
  },
};
