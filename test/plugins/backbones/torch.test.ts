// What torchvision's and timm's own networks give; made by torch-embeddings.py beside it.
import reference from '../../fixtures/torch-embeddings.json' with { type: 'json' };
import { backbone, describeEqual, type Expected } from './equal.ts';

const { _source, ...networks } = reference;
await describeEqual(
  'as torchvision’s or timm’s network with the same weights, under its own names',
  Object.entries(networks as unknown as Record<string, Expected>).map(([key, expected]) => {
    const [name = '', library = ''] = key.split(' ');
    const component = backbone(name);
    return { component, library, params: component.names?.[library]?.needs ?? {}, expected };
  }),
);
