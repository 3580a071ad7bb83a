import { describe, expect, it } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import { ownComponentsFor } from '../../../src/registry/language/foreign-names.ts';

describe('what other libraries call a backbone', () => {
  it.each([
    ['inception', ['inception-v3', 'inception-resnet-v2']],
    ['DenseNet', ['densenet-121']],
    ['mobilenet', ['mobilenet-v2']],
    ['efficientnet', ['efficientnet-b0', 'efficientnet-lite0']],
    ['tf_efficientnet_lite0', ['efficientnet-lite0']],
    ['resnetv2_50', ['resnet-50-v2']],
  ])('%s is known here', (name, own) => {
    expect(ownComponentsFor(name)).toEqual(own);
    for (const component of own) expect(builtIn.map((one) => one.name)).toContain(component);
  });

  it('a network that is not here is not said to be one that is', () => {
    for (const name of ['xception', 'mobilenet_v3', 'densenet201', 'resnet18'])
      expect(ownComponentsFor(name)).toEqual([]);
  });
});
