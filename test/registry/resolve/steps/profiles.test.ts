import { expect, test } from 'vitest';
import { resolveText } from '../../../../src/registry/resolve/resolve.ts';
import { at } from '../../../../src/registry/values/path.ts';
import { VALID } from '../../diagnostics/mistakes.ts';
import { fakeRegistry as registry } from '../../fake-components.ts';

const cwd = '/recipes';
const resolve = (text: string, options: Partial<Parameters<typeof resolveText>[1]> = {}) =>
  resolveText(text, { registry, cwd, ...options });
const found = async (text: string, options = {}) =>
  (await resolve(text, options)).diagnostics.map(({ code, path, line, column }) => `${code} ${path} ${line}:${column}`);

const CI = `${VALID}profiles:
  ci:
    data: { limit: { labelled: 3, unlabelled: 1 } }
    train: { backbone: { epochs: 1 } }
    backbone: { width: 0.25 }
`;

test('a profile is nothing until it is chosen, and then stands over the recipe', async () => {
  const plain = (await resolve(CI)).recipe;
  expect(plain).toEqual((await resolve(VALID)).recipe);
  const { recipe, tree } = await resolve(CI, { profile: ['ci'] });
  expect(recipe).toMatchObject({
    data: { limit: { labelled: 3, unlabelled: 1 } },
    train: { backbone: { epochs: 1, batch: 8 } },
    backbone: { type: 'small-cnn', width: 0.25 },
  });
  expect(recipe).not.toHaveProperty('profiles');
  expect(at(tree ?? undefined, ['backbone', 'width'])).toMatchObject({
    layer: 'profile',
    place: { line: 28, column: 24 },
    shadowed: { layer: 'recipe', value: 0.5 },
  });
});

test('the command line stands over it; several go one over the other; smoke comes last', async () => {
  const text = `${CI}  wide: { backbone: { width: 2 }, train: { backbone: { epochs: 5 } } }\n`;
  expect((await resolve(text, { profile: ['ci', 'wide'] })).recipe?.backbone).toMatchObject({ width: 2 });
  expect((await resolve(text, { profile: ['wide', 'ci'] })).recipe?.backbone).toMatchObject({ width: 0.25 });
  const smoke = await resolve(text, { profile: ['smoke', 'wide'], set: ['backbone.width=1'] });
  expect(smoke.recipe).toMatchObject({ smoke: true, backbone: { width: 1 }, train: { backbone: { epochs: 1 } } });
  expect((await resolve(text, { profile: ['wide'], smoke: true })).recipe?.train.backbone.epochs).toBe(1);
});

test("a base's profile comes first, the recipe's own of the same name over it", async () => {
  const text = 'recipe: 1\nextends: base.yaml\nprofiles: { ci: { backbone: { width: 1.5 } } }\n';
  const { recipe } = await resolve(text, { files: { 'base.yaml': CI }, profile: ['ci'] });
  expect(recipe).toMatchObject({ backbone: { width: 1.5 }, train: { backbone: { epochs: 1 } } });
});

test('an unknown name, one that is taken, what a profile cannot set', async () => {
  const { diagnostics } = await resolve(CI, { profile: ['smok', 'CI'] });
  expect(diagnostics.map(({ hint }) => hint)).toEqual(['Did you mean smoke?', 'Did you mean ci?']);
  expect(await found(`${VALID}profiles: { smoke: { seed: 1 } }\n`)).toEqual(['profile-taken profiles.smoke 24:13']);
  expect(await found(`${VALID}profiles: { a: { recipe: 1, extends: x.yaml } }\n`)).toEqual([
    'profile-reserved profiles.a.recipe 24:18',
    'profile-reserved profiles.a.extends 24:29',
  ]);
  expect(await found(`${VALID}profiles: [ci]\n`)).toEqual(['wrong-type profiles 24:11']);
  expect(await found(`${VALID}profiles: { ci: 3 }\n`)).toEqual(['wrong-type profiles.ci 24:17']);
});

test('a mistake in a profile that nobody chose is told, at its line; one of the recipe is told once', async () => {
  const text = `${CI}  broken: { backbone: { widht: 1 } }\n`;
  expect(await found(text)).toEqual(['unknown-key backbone.widht 29:25']);
  expect(await found(text, { profile: ['ci'] })).toEqual(['unknown-key backbone.widht 29:25']);
  expect(await found(CI.replace('batch: 8', 'bach: 8'))).toEqual(['unknown-key train.backbone.bach 20:5']);
});

test('contrast compares both recipes under the same profile', async () => {
  const other = `${CI}  wide: { backbone: { width: 3 } }\n`;
  const text = `${other.replace('name: small', 'name: other').replace('cells: 32', 'cells: 64')}contrast: { beside: [sequence] }\n`;
  expect(await found(text, { files: { 'beside.yaml': other }, profile: ['wide'] })).toEqual([]);
  const without = await resolve(text, { files: { 'beside.yaml': CI }, profile: ['wide'] });
  expect(without.diagnostics.map(({ code }) => code)).toEqual(['contrast-broken']);
});

test("a base's profile that does not fit this recipe, and one that goes over another, are no mistakes until they are chosen", async () => {
  const base = `${VALID}profiles: { plain: { augment: { remove: [flip-horizontal] } } }\n`;
  const text = 'recipe: 1\nextends: base.yaml\naugment: []\n';
  expect(await found(text, { files: { 'base.yaml': base } })).toEqual([]);
  expect(await found(text, { files: { 'base.yaml': base }, profile: ['plain'] })).toEqual([
    'list-edit augment.remove 24:42',
  ]);
  const two = `${VALID}profiles:\n  add: { augment: { append: [affine] } }\n  turn: { augment: { patch: { affine: { rotateDegrees: 5 } } } }\n`;
  expect(await found(two)).toEqual([]);
  expect((await resolve(two, { profile: ['add', 'turn'] })).recipe?.augment[1]).toMatchObject({ rotateDegrees: 5 });
});
