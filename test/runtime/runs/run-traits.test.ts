import { expect, it } from 'vitest';
import { openRegistry } from '../../../src/cli/registry.ts';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import { traitsOf, traitsText } from '../../../src/runtime/runs/run-traits.ts';

const RECIPE = `recipe: 1
name: small
data: { seed: 5, source: { type: rsna, root: r } }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
backbone: small-cnn
profiles:
  short: { train: { backbone: { epochs: 1 } } }
`;

it('reads seeds, profiles and what was set from a resolved recipe as it is written', async () => {
  const set = ['seed=3', 'data.source.root=/secret', 'train.backbone.batch=4'];
  const { text } = await resolveText(RECIPE, { registry: openRegistry(), cwd: '/r', set, profile: ['short'] });
  const traits = traitsOf(text);
  expect(traits).toEqual({
    seed: 3,
    dataSeed: 5,
    profile: ['short'],
    set: ['train.backbone.batch=4'],
    rootSet: true,
  });
  expect(traitsText(traits)).toBe('seed 3, data seed 5, profile short, train.backbone.batch=4');
});

it('knows nothing of what is no resolved recipe, and does not fail of it', () => {
  const nothing = { seed: null, dataSeed: null, profile: [], set: [], rootSet: false };
  expect(traitsOf('')).toEqual(nothing);
  expect(traitsOf('name: x\nresolved:\n  profile: [\n  components:\n')).toEqual(nothing);
  expect(traitsOf('name: x\nresolved:\n  profile: [ "\\e[31m" ]\n').profile).toEqual([' [31m']);
});
