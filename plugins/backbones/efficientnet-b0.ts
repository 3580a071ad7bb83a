import { defineBackbone } from '../../src/index.ts';
import { efficientNet, efficientNetParams, timmEfficientNet } from './efficientnet.ts';
import { kerasWeights } from './keras-weights.ts';
import { scaleChannels } from './scale.ts';

/** Keras' network begins with layers that take pixels by ImageNet's means and deviations: here the input mode does that. */
const IMAGENET = kerasWeights(
  '/keras-applications/efficientnetb0_notop.h5',
  '50bc09e76180e00e4465e1a485ddc09d',
  16_705_208,
  'torch',
  ['normalization'],
);

/** Keras' EfficientNetB0 (Tan and Le 2019; facts 4.4), layer by layer and by its names. */
export default defineBackbone({
  name: 'efficientnet-b0',
  version: 1,
  summary: 'EfficientNet-B0 with the layers of Keras’ EfficientNetB0; 1280 features.',
  params: efficientNetParams,
  contract: ({ width }) => ({
    channels: 3,
    minimumSize: 32,
    pixels: 'torch',
    embedding: scaleChannels(1280, width),
    weights: ['none', 'imagenet'],
    weightsFor: { imagenet: { channels: 3, file: IMAGENET } },
  }),
  names: { timm: timmEfficientNet },
  network: (layers, images, params) => efficientNet(layers, images, { activation: 'swish', excite: true }, params),
});
