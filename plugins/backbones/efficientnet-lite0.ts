import { defineBackbone } from '../../src/index.ts';
import { efficientNet, efficientNetParams, efficientNetPytorch, timmEfficientNet } from './efficientnet.ts';
import { scaleChannels } from './scale.ts';

/**
 * EfficientNet-Lite0 (TensorFlow's TPU models, 2020): EfficientNet-B0 without squeeze and excitation, with ReLU6. Layers
 * have the names that Keras gives those of EfficientNetB0.
 */
export default defineBackbone({
  name: 'efficientnet-lite0',
  version: 1,
  summary: 'EfficientNet-Lite0: EfficientNet-B0 without squeeze-and-excitation, with ReLU6; small, 1280 features.',
  params: efficientNetParams,
  contract: ({ width }) => ({
    channels: 3,
    minimumSize: 32,
    pixels: 'lite',
    embedding: scaleChannels(1280, width),
    weights: ['none'],
  }),
  names: { 'efficientnet-pytorch': efficientNetPytorch, timm: timmEfficientNet },
  network: (layers, images, params) => efficientNet(layers, images, { activation: 'relu6', excite: false }, params),
});
