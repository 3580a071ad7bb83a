// What Keras' own networks give, and torchvision's and timm's; made by the scripts beside them.
import keras from '../../fixtures/keras-embeddings.json' with { type: 'json' };
import torch from '../../fixtures/torch-embeddings.json' with { type: 'json' };
import { backbone, type Case, type Expected } from './equal.ts';

type Expecting = Case & { expected: Expected };

const { _source: _keras, ...ofKeras } = keras;
const { _source: _torch, ...ofTorch } = torch;

export const KERAS: readonly Expecting[] = Object.entries(ofKeras as unknown as Record<string, Expected>).map(
  ([name, expected]) => ({ component: backbone(name), library: null, params: {}, expected }),
);

/** With the parameters under which a library's names hold. */
export const TORCH: readonly Expecting[] = Object.entries(ofTorch as unknown as Record<string, Expected>).map(
  ([key, expected]) => {
    const [name = '', library = ''] = key.split(' ');
    const component = backbone(name);
    return { component, library, params: component.names?.[library]?.needs ?? {}, expected };
  },
);
