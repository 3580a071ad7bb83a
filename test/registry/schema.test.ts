import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { builtIn } from '../../plugins/index.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import { recipeSchema } from '../../src/registry/schema.ts';
import { fakeRegistry } from './fake-components.ts';
import { VALID } from './mistakes.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

test('the schema that is checked in is the one of the built-in components (else: node scripts/schema.mjs)', () => {
  expect(JSON.parse(read('schema/recipe.schema.json'))).toEqual(
    JSON.parse(JSON.stringify(recipeSchema(createRegistry(builtIn)))),
  );
});

const yamlFiles = ['recipes', 'recipes/base'].flatMap((folder) =>
  readdirSync(new URL(folder, root))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `${folder}/${name}`),
);

describe('an editor', () => {
  // Ajv checks it against the meta-schema of draft-07 as well.
  const takes = new Ajv({ strict: false }).compile(JSON.parse(read('schema/recipe.schema.json')));
  test.each(yamlFiles)('takes %s, which names the schema in its first line', (file) => {
    expect(takes(parse(read(file))), JSON.stringify(takes.errors)).toBe(true);
    const up = '../'.repeat(file.split('/').length - 1);
    expect(read(file).split('\n')[0]).toBe(`# yaml-language-server: $schema=${up}schema/recipe.schema.json`);
  });
});

describe('the schema', () => {
  const takes = new Ajv({ strict: false }).compile(recipeSchema(fakeRegistry));
  const valid = (changes: Record<string, unknown>) => takes({ ...(parse(VALID) as object), ...changes });

  test.each([
    ['a bare name', { backbone: 'small-cnn' }],
    ['the word none', { sequence: 'none' }],
    ['a bare channel and a long one', { channels: ['brain', { window: 'bone' }] }],
    ['a part of a block', { backbone: { batchNorm: 'frozen' } }],
    [
      'null, which removes',
      { windows: { bone: null }, augment: null, sequence: null, train: { backbone: { batch: null } } },
    ],
    ['several parts', { extends: ['a.yaml', 'b.yaml'] }],
  ])('takes %s', (_, changes) => {
    expect(valid(changes), JSON.stringify(takes.errors)).toBe(true);
  });

  test.each([
    ['a misspelt key', { sead: 1 }],
    ['a misspelt component', { backbone: 'smal-cnn' }],
    ['a parameter of another component', { train: { backbone: { optimizer: { type: 'adam', momentum: 1 } } } }],
    ['a value out of range', { sequence: { type: 'bi-lstm', dropout: 2 } }],
    ['a text for a number', { seed: '1' }],
  ])('marks %s', (_, changes) => {
    expect(valid(changes)).toBe(false);
  });

  test('tells each component and parameter, its unit and its default', () => {
    const { definitions } = recipeSchema(fakeRegistry) as {
      definitions: Record<string, { properties: Record<string, unknown> }>;
    };
    expect(definitions['window.linear']?.properties.level).toMatchObject({
      description: 'Middle. Unit: HU.',
      minimum: -1000,
    });
    expect(definitions['sequence.bi-lstm']?.properties.dropout).toMatchObject({ default: 0.3 });
    expect(definitions['sequence.bi-lstm']?.properties.type).toMatchObject({ const: 'bi-lstm' });
  });
});
