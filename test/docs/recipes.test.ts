import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtIn } from '../../plugins/index.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import { resolveText } from '../../src/registry/resolve/resolve.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/recipes.md'), 'utf8');
const examples = [...page.matchAll(/```yaml\n# recipe: (\S+)\n([\s\S]*?)```/g)].map(
  ([, name = '', text = '']) => [name, text] as const,
);
const resolve = (name: string, text: string, profile: string[] = []) =>
  resolveText(text, { registry: createRegistry(builtIn), cwd: root, file: join(root, 'recipes', name), profile });

test('there are examples', () => expect(examples.length).toBeGreaterThanOrEqual(5));

test.each(examples)('%s resolves as it stands in the docs', async (name, text) => {
  const { diagnostics, recipe } = await resolve(name, text);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(recipe).not.toBeNull();
});

test('they do what is said of them', async () => {
  const text = (name: string) => examples.find(([own]) => own === name)?.[1] ?? '';
  const changed = await resolve('changed.yaml', text('changed.yaml'));
  expect(changed.recipe?.augment.map(({ type, probability }) => [type, probability])).toEqual([
    ['flip-horizontal', 0.5],
    ['affine', 0.5],
    ['transpose', 0.1],
  ]);
  const referring = await resolve('referring.yaml', text('referring.yaml'));
  expect(referring.recipe?.train.sequence).toMatchObject({
    batch: 32,
    optimizer: { learningRate: 1e-4, clipNorm: 10 },
  });
  const profiled = await resolve('profiled.yaml', text('profiled.yaml'), ['small']);
  expect(profiled.recipe?.data.image.size).toBe(96);
  const { sweep } = await resolve('cells.yaml', text('cells.yaml'));
  expect(sweep?.points.length).toBe(4 * 2 * 5);
});
