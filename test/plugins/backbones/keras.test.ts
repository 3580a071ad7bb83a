// What Keras' own networks give; made by keras-embeddings.py beside it.
import reference from '../../fixtures/keras-embeddings.json' with { type: 'json' };
import { backbone, describeEqual, type Expected } from './equal.ts';

const { _source, ...networks } = reference;
await describeEqual(
  'as Keras’ network with the same weights',
  Object.entries(networks as unknown as Record<string, Expected>).map(([name, expected]) => ({
    component: backbone(name),
    library: null,
    params: {},
    expected,
  })),
);
