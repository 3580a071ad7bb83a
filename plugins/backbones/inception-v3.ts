import { defineBackbone, Type } from '../../src/index.ts';
import { c, half, inceptionUnits, type Step, valid } from './inception-units.ts';
import { kerasWeights } from './keras-weights.ts';
import { scaleBlocks, scaleChannels, scaleParams } from './scale.ts';

type Branches = readonly (readonly Step[])[];
interface Block {
  branches: Branches;
  /** Filters of the branch after the pool. */
  pool: number;
}

/** mixed0 to mixed2. */
const fives = (pool: number): Block => ({
  branches: [[c(64)], [c(48), c(64, 5)], [c(64), c(96, 3), c(96, 3)]],
  pool,
});
/** mixed4 to mixed7: `inner` filters inside of the branches. */
const sevens = (inner: number): Block => ({
  branches: [
    [c(192)],
    [c(inner), c(inner, [1, 7]), c(192, [7, 1])],
    [c(inner), c(inner, [7, 1]), c(inner, [1, 7]), c(inner, [7, 1]), c(192, [1, 7])],
  ],
  pool: 192,
});
const FIVES = [fives(32), fives(64), fives(64)];
const SEVENS = [sevens(128), sevens(160), sevens(160), sevens(192)];
/** mixed9 and mixed10: the last two of a branch stand side by side. */
const FORKS = [[c(384)], [c(448), c(384, 3)]];
const FORK_BLOCKS = 2;

/** As many of a stage's blocks as the factor leaves, the last repeated where it asks for more. */
const stage = (blocks: readonly Block[], factor: number): Block[] =>
  Array.from({ length: scaleBlocks(blocks.length, factor) }, (_, i) => blocks[Math.min(i, blocks.length - 1)] as Block);

const IMAGENET = kerasWeights(
  'inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5',
  'bcbd6486424b2319ff4ef7d526e38f63',
  87_910_968,
  'tf',
);

/**
 * Keras' InceptionV3 (Szegedy et al. 2015), layer by layer; names as in inception-units.ts. No names of torchvision or
 * timm: their average pools count the zeros beyond the edge, so that their network gives other numbers.
 */
export default defineBackbone({
  name: 'inception-v3',
  version: 1,
  summary: 'Inception v3 with the layers of Keras’ InceptionV3; 2048 features.',
  params: Type.Object(scaleParams),
  contract: ({ width }) => ({
    channels: 3,
    minimumSize: 75,
    pixels: 'tf',
    embedding: scaleChannels(320, width) + 4 * scaleChannels(384, width) + scaleChannels(192, width),
    weights: ['none', 'imagenet'],
    weightsFor: { imagenet: { channels: 3, file: IMAGENET } },
  }),
  network(layers, images, { width, blocks, momentum }) {
    const net = inceptionUnits(layers, width, momentum);
    const mixed = (x: typeof images, of: readonly Block[]) =>
      of.reduce(
        (input, { branches, pool }) =>
          layers.concat([...branches.map((branch) => net.chain(input, branch)), net.pooled(input, pool)]),
        x,
      );
    let x = net.chain(images, [half(32), valid(32, 3), c(64, 3)]);
    x = net.chain(net.halved(x), [valid(80), valid(192, 3)]);
    x = net.halved(x);

    // mixed0: 25 x 25 x 256 at 224 px; mixed3: 12 x 12 x 768; mixed8: 5 x 5 x 1280; mixed10: 5 x 5 x 2048.
    x = mixed(x, stage(FIVES, blocks));
    x = net.reduce(x, [[half(384)], [c(64), c(96, 3), half(96)]]);
    x = mixed(x, stage(SEVENS, blocks));
    x = net.reduce(x, [
      [c(192), half(320)],
      [c(192), c(192, [1, 7]), c(192, [7, 1]), half(192)],
    ]);
    for (let block = 0; block < scaleBlocks(FORK_BLOCKS, blocks); block++) {
      const parts = [net.chain(x, [c(320)])];
      for (const fork of FORKS) {
        const trunk = net.chain(x, fork);
        parts.push(net.chain(trunk, [c(384, [1, 3])]), net.chain(trunk, [c(384, [3, 1])]));
      }
      x = layers.concat([...parts, net.pooled(x, 192)]);
    }
    return layers.globalAveragePool(x);
  },
});
