import { expect, it } from 'vitest';
import { layerGroups, layersNamed, namesHint, weightsNamed } from '../../../src/runtime/train/layer-names.ts';
import { describeBackbone } from '../../../src/runtime/train/network.ts';
import { chosen } from './chosen.ts';

const weights = [
  'conv1_conv/kernel',
  'conv1_bn/gamma',
  'conv1_bn/beta',
  'conv10_conv/kernel',
  'conv2_block1_conv/kernel',
  'conv2_block1_conv/bias',
  'predictions/kernel',
  'predictions/bias',
];
const layers = ['conv1_conv', 'conv1_bn', 'conv10_conv', 'conv2_block1_conv', 'predictions'];

it.each([
  ['conv1', ['conv1_conv', 'conv1_bn']],
  ['conv1_bn', ['conv1_bn']],
  ['conv1..conv2', layers.slice(0, 4)],
  ['conv10 .. predictions', layers.slice(2)],
  ['*_bn', ['conv1_bn']],
  ['conv*', layers.slice(0, 4)],
  ['*', layers],
])('%s names layers', (item, expected) => {
  expect(layersNamed(item, layers)).toEqual({ names: expected, unknown: null });
  const names = weights.filter((weight) => expected.includes(weight.split('/')[0] as string));
  expect(weightsNamed(item, weights)).toEqual({ names, unknown: null });
});

it.each([
  ['*/bias', ['conv2_block1_conv/bias', 'predictions/bias']],
  ['conv1_bn/*', ['conv1_bn/gamma', 'conv1_bn/beta']],
  ['predictions/bias', ['predictions/bias']],
])('%s names whole weights', (item, expected) => {
  expect(weightsNamed(item, weights)).toEqual({ names: expected, unknown: null });
});

it.each([
  ['conv', 'conv'],
  ['conv3', 'conv3'],
  ['conv2..conv1', 'conv1'],
  ['conv1..conv7', 'conv7'],
  ['', ''],
  ['conv1.conv', 'conv1.conv'],
])('%j names nothing', (item, unknown) => {
  expect(layersNamed(item, layers)).toEqual({ names: null, unknown });
  expect(weightsNamed(item, weights)).toEqual({ names: null, unknown });
});

it('knows no weight of a part of its name', () => {
  expect(weightsNamed('onv1_bn/gamma', weights)).toEqual({ names: null, unknown: 'onv1_bn/gamma' });
  expect(weightsNamed('conv1_bn/gam', weights).names).toBeNull();
});

it('hints at the nearest name', () => {
  expect(namesHint('conv11', weights)).toBe(
    'Did you mean conv1? Its layers begin with conv1, conv10, conv2, predictions.',
  );
  expect(namesHint('conv1_bn/gama', weights)).toContain('Did you mean conv1_bn/gamma?');
});

it.each([
  ['resnet-50', ['conv1', 'conv2', 'conv3', 'conv4', 'conv5', 'predictions']],
  ['small-cnn', ['stem', 'block1', 'block2', 'block3', 'block4', 'predictions']],
  // Four hundred layers that Keras has numbered: under the first part of their names.
  ['inception-v3', ['conv2d', 'batch_normalization', 'predictions']],
])('groups the layers of %s under names that name them', (name, expected) => {
  const { component, params } = chosen('backbone', name);
  const spec = describeBackbone(component, params, { size: 128, channels: 3 });
  const groups = layerGroups(spec);
  if (name !== 'inception-v3') expect(groups.map((group) => group.name)).toEqual(expected);
  const all = spec.weights.map((weight) => weight.name);
  for (const group of groups) expect(weightsNamed(group.name, all).names?.length, group.name).toBeGreaterThan(0);
  expect(groups.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(spec.parameters.total);
});
