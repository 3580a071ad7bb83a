import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { builtIn } from '../../plugins/index.ts';
import { explainRecipe, explainValue, helpText } from '../../src/registry/explain.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import { type Resolution, resolveRecipe, resolveText } from '../../src/registry/resolve/resolve.ts';
import { VALID } from './diagnostics/mistakes.ts';
import { fakeRegistry } from './fake-components.ts';
import { BASE, RICH } from './mutations.ts';

const registry = createRegistry(builtIn);
const recipes = join(import.meta.dirname, '../../recipes');
const place = ({ line, column }: { line: number; column: number }) => `${line}:${column}`;
const rich = (options = {}): Promise<Resolution> =>
  resolveText(RICH, { registry: fakeRegistry, cwd: '/r', files: { 'base.yaml': BASE }, ...options });
const explained = async (path: string, options = {}) => {
  const { tree } = await rich(options);
  if (!tree) throw new Error('no tree');
  const { origins, help } = explainValue(tree, fakeRegistry, path);
  return {
    help: helpText(help),
    origins: origins.map(({ layer, place: at, value }) => `${layer} ${place(at)} ${value}`),
  };
};

describe('a whole recipe', () => {
  test.each(readdirSync(recipes).filter((name) => name.endsWith('.yaml')))(
    '%s explained is a recipe that resolves to the same, each key with its help above it',
    async (name) => {
      const { tree, recipe } = await resolveRecipe(join(recipes, name), { registry });
      const text = explainRecipe(tree!, { registry, place });
      const again = await resolveText(text.replace(/^contrast:[\s\S]*?(?=^\S)/m, ''), {
        registry,
        cwd: '/r',
        file: name,
      });
      expect({ ...again.recipe, contrast: null }).toEqual({ ...recipe, contrast: null });
      const lines = text.split('\n');
      const keys = lines.flatMap((line, i) => (/^\s*(- )?[A-Za-z]+:/.test(line) && !/^\s*#/.test(line) ? [i] : []));
      const bare = keys.filter((i) => !/^\s*(- )?#/.test(lines[i - 1] ?? '') && !/^\s*- /.test(lines[i] ?? ''));
      // Keys that the recipe chooses itself, such as a window's name, have the help of their kind.
      expect(bare.map((i) => lines[i])).toEqual([]);
    },
  );

  test('each value says which layer set it', async () => {
    const { tree } = await rich({ profile: ['short'], set: ['sequence.layers=3'] });
    const text = explainRecipe(tree!, {
      registry: fakeRegistry,
      place: ({ file, line }) => `${file.replace('/r/', '')}:${line}`,
    });
    expect(text).toMatch(/name: rich # recipe: recipe\.yaml:2\n/);
    expect(text).toMatch(/size: 64 # base: base\.yaml:5\n/);
    expect(text).toMatch(/layers: 3 # command line: --set:1\n/);
    expect(text).toMatch(/dropout: 0\.2 # recipe: recipe\.yaml:7, from data\.split\.validation\n/);
    expect(text).toMatch(/interpolation: area # default\n/);
    expect(text).toMatch(/epochs: 1 # profile: base\.yaml:18\n/);
    expect(text).toMatch(/# Cells per direction\. Takes a whole number from 1 to 4096; default 256\.\n/);
  });
});

describe('one value', () => {
  test('has all that set it or was shadowed, the nearest first', async () => {
    expect(await explained('train.backbone.epochs', { profile: ['short'], set: ['train.backbone.epochs=9'] })).toEqual({
      help: 'Times that the backbone sees its training data. Or updates says how long it trains. Takes a whole number from 1 to 10000 (passes over the data); default 7.',
      origins: ['command line 1:23 9', 'profile 18:41 1', 'base 16:23 2'],
    });
    expect((await explained('sequence.cells')).origins).toEqual(['base 14:35 32']);
    expect((await explained('sequence.split')).origins).toEqual(['default 7:11 "same"']);
  });

  test('a path that the recipe does not have names those that were meant', async () => {
    const { tree } = await resolveText(VALID, { registry: fakeRegistry, cwd: '/r' });
    const near = (path: string) => {
      try {
        return String(explainValue(tree!, fakeRegistry, path));
      } catch (error) {
        return (error as { hint?: string }).hint;
      }
    };
    expect(near('sequence.cels')).toBe('Did you mean sequence.cells?');
    expect(near('learningRate')).toBe(
      'Did you mean train.backbone.optimizer.learningRate or train.sequence.optimizer.learningRate?',
    );
    expect(near('nothing.like.it')).toBe('Without a path the whole recipe is explained.');
  });
});
