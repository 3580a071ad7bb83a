import { defineBackbone, Type } from '../../src/index.ts';
import { timm } from './inception-resnet-v2-names.ts';
import { c, half, inceptionUnits, valid } from './inception-units.ts';
import { kerasWeights } from './keras-weights.ts';
import { scaleBlocks, scaleChannels, scaleParams } from './scale.ts';

/** Residual blocks: name, how many in Keras, scale of the sum, branches. */
const BLOCK35 = {
  name: 'block35',
  blocks: 10,
  scale: 0.17,
  branches: [[c(32)], [c(32), c(32, 3)], [c(32), c(48, 3), c(64, 3)]],
};
const BLOCK17 = {
  name: 'block17',
  blocks: 20,
  scale: 0.1,
  branches: [[c(192)], [c(128), c(160, [1, 7]), c(192, [7, 1])]],
};
const BLOCK8 = {
  name: 'block8',
  blocks: 10,
  scale: 0.2,
  branches: [[c(192)], [c(192), c(224, [1, 3]), c(256, [3, 1])]],
};
type Residual = typeof BLOCK35;

const IMAGENET = kerasWeights(
  'inception_resnet_v2/inception_resnet_v2_weights_tf_dim_ordering_tf_kernels_notop.h5',
  'd19885ff4a710c122648d3b5c3b684e4',
  219_055_592,
  'tf',
);

/** Keras' InceptionResNetV2 (Szegedy et al. 2016; facts 4.2), layer by layer; names as in inception-units.ts. */
export default defineBackbone({
  name: 'inception-resnet-v2',
  version: 1,
  summary: 'Inception-ResNet-v2 with the layers of Keras’ InceptionResNetV2; 1536 features.',
  params: Type.Object(scaleParams),
  contract: ({ width }) => ({
    channels: 3,
    minimumSize: 75,
    pixels: 'tf',
    embedding: scaleChannels(1536, width),
    weights: ['none', 'imagenet'],
    weightsFor: { imagenet: { channels: 3, file: IMAGENET } },
  }),
  names: { timm },
  network(layers, images, { width, blocks, momentum }) {
    const net = inceptionUnits(layers, width, momentum);
    /** x + scale * up: `up` is a 1x1 with bias, without norm and activation, back to x's channels. */
    const residual = (x: typeof images, { name, scale, branches }: Residual, number: number) => {
      const filters = layers.shape(x).at(-1) ?? 0;
      const joined = layers.concat(branches.map((branch) => net.chain(x, branch)));
      return layers.add(x, layers.conv(`${name}_${number}_conv`, joined, { filters, kernel: 1 }), scale);
    };
    const residuals = (x: typeof images, kind: Residual, blocks: number) => {
      let y = x;
      for (let number = 1; number <= blocks; number++) y = layers.relu(residual(y, kind, number));
      return y;
    };

    let x = net.chain(images, [half(32), valid(32, 3), c(64, 3)]);
    x = net.chain(net.halved(x), [valid(80), valid(192, 3)]);
    x = net.halved(x);

    // mixed_5b: 25 x 25 x 320 at 224 px.
    const mixed = [[c(96)], [c(48), c(64, 5)], [c(64), c(96, 3), c(96, 3)]].map((branch) => net.chain(x, branch));
    mixed.push(net.pooled(x, 64));
    x = residuals(layers.concat(mixed), BLOCK35, scaleBlocks(BLOCK35.blocks, blocks));

    // mixed_6a: 12 x 12 x 1088.
    x = net.reduce(x, [[half(384)], [c(256), c(256, 3), half(384)]]);
    x = residuals(x, BLOCK17, scaleBlocks(BLOCK17.blocks, blocks));

    // mixed_7a: 5 x 5 x 2080. The last block8 adds in full and is not activated.
    x = net.reduce(x, [
      [c(256), half(384)],
      [c(256), half(288)],
      [c(256), c(288, 3), half(320)],
    ]);
    const last = scaleBlocks(BLOCK8.blocks, blocks);
    x = residuals(x, BLOCK8, last - 1);
    x = residual(x, { ...BLOCK8, scale: 1 }, last);

    return layers.globalAveragePool(net.unit('conv_7b', 'conv_7b_bn', x, c(1536)));
  },
});
