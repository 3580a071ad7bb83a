import { defineBackbone, Type } from '../../src/index.ts';
import { scaleChannels } from './scale.ts';

/** Channels of the blocks at width 1. */
const WIDTHS = [16, 32, 64, 96, 128, 160];

/** Running averages over about ten steps, not Keras' hundred: a first run has few steps in all. */
const MOMENTUM = 0.9;

const widthsOf = ({ blocks, width }: { blocks: number; width: number }) =>
  WIDTHS.slice(0, blocks).map((channels) => scaleChannels(channels, width));

/**
 * Ours, for CT at 64 to 128 px on the embedded engine: a 3x3 stem with stride 2, then blocks of convolution, batch
 * norm, ReLU, a 2x2 max pool between them, and a global average. `[b, 64, 64, c]` -> 32 (stem) -> 32, 16, 8, 4 -> `[b, 96]`:
 * about 6 million multiply-adds an image.
 */
export default defineBackbone({
  name: 'small-cnn',
  version: 1,
  summary: 'A small convolutional network for images of 64 to 128 px, quick to train on any machine.',
  params: Type.Object({
    width: Type.Number({
      default: 1,
      minimum: 0.1,
      maximum: 8,
      description: 'Factor on the channels (16, 32, 64, 96 ...). Rounded to the nearest multiple of 4, at least 4.',
    }),
    blocks: Type.Integer({
      default: 4,
      minimum: 1,
      maximum: WIDTHS.length,
      description: 'Blocks of convolution, batch norm and ReLU; each but the last halves the map.',
    }),
  }),
  contract: (params) => ({
    channels: 'any',
    minimumSize: 2 ** Math.max(4, params.blocks),
    pixels: 'unit',
    embedding: widthsOf(params).at(-1) ?? 0,
    weights: ['none'],
  }),
  network(layers, images, params) {
    const widths = widthsOf(params);
    const unit = <T extends typeof images>(name: string, x: T, filters: number, stride: number) => {
      const y = layers.conv(`${name}_conv`, x, { filters, kernel: 3, stride, padding: 'same', bias: false });
      return layers.relu(layers.batchNorm(`${name}_bn`, y, { momentum: MOMENTUM }));
    };
    let x = unit('stem', images, widths[0] ?? 0, 2);
    widths.forEach((filters, index) => {
      if (index > 0) x = layers.maxPool(x, { size: 2, padding: 'same' });
      x = unit(`block${index + 1}`, x, filters, 1);
    });
    return layers.globalAveragePool(x);
  },
});
