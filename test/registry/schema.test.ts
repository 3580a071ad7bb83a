import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { builtIn } from '../../plugins/index.ts';
import { defineWindow, Type } from '../../src/index.ts';
import { fieldsOf } from '../../src/registry/language/fields.ts';
import { LANGUAGE } from '../../src/registry/language/language.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import { recipeSchema } from '../../src/registry/schema.ts';
import { tableSchema } from '../../src/registry/table/schema.ts';
import { VALID } from './diagnostics/mistakes.ts';
import { fakeRegistry } from './fake-components.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

test('the schema that is checked in is the one of the built-in components (else: node scripts/schema.mjs)', () => {
  expect(JSON.parse(read('schema/recipe.schema.json'))).toEqual(
    JSON.parse(JSON.stringify(recipeSchema(createRegistry(builtIn)))),
  );
});

test('the schema of tables that is checked in is the one of the language (else: node scripts/schema.mjs)', () => {
  expect(JSON.parse(read('schema/table.schema.json'))).toEqual(JSON.parse(JSON.stringify(tableSchema())));
});

const yamlFiles = ['recipes', 'test/fixtures/tables'].flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
);
const isTable = (file: string) => /^table:/m.test(read(file));

describe('an editor', () => {
  // Ajv checks it against the meta-schema of draft-07 as well.
  const compiled = (kind: string) => new Ajv({ strict: false }).compile(JSON.parse(read(`schema/${kind}.schema.json`)));
  const [recipe, table] = [compiled('recipe'), compiled('table')];
  test.each(yamlFiles)('takes %s, which names the schema in its first line', (file) => {
    const takes = isTable(file) ? table : recipe;
    expect(takes(parse(read(file))), JSON.stringify(takes.errors)).toBe(true);
    const up = '../'.repeat(file.split('/').length - 1);
    const kind = isTable(file) ? 'table' : 'recipe';
    expect(read(file).split('\n')[0]).toBe(`# yaml-language-server: $schema=${up}schema/${kind}.schema.json`);
  });

  test.each([
    ['an unknown key', { row: [] }],
    ['a row that is no text and no block', { rows: [1] }],
    ['an unknown key of a row', { rows: [{ recipe: 'a.yaml', sets: {} }] }],
    [
      'an outcome that is none',
      { claims: [{ claim: 'a', row: 'a', than: 'b', figure: 'c', expect: { ci: 'maybe' } }] },
    ],
    ['an unknown key of a profile', { profiles: { ci: { name: 'a' } } }],
  ])('marks in a table %s', (_, changes) => {
    const valid = {
      table: 1,
      figures: ['mean-log-loss'],
      rows: ['a.yaml', { sweep: 'b.yaml' }],
      profiles: { ci: null },
    };
    expect(table(valid), JSON.stringify(table.errors)).toBe(true);
    expect(table({ ...valid, ...changes })).toBe(false);
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
    [
      'a reference in the place of a number, a word, a block and a list',
      {
        seed: '${data.seed}',
        data: { image: '${a.b}' },
        augment: '${a.b}',
        backbone: { batchNorm: '${a["b"][0].c}' },
      },
    ],
    ['edits of lists', { augment: { patch: { affine: { shift: 0.1 } } }, channels: { append: ['bone'] } }],
  ])('takes %s', (_, changes) => {
    expect(valid(changes), JSON.stringify(takes.errors)).toBe(true);
  });

  test.each([
    ['a misspelt key', { sead: 1 }],
    ['a misspelt component', { backbone: 'smal-cnn' }],
    ['a parameter of another component', { train: { backbone: { optimizer: { type: 'adam', momentum: 1 } } } }],
    ['a value out of range', { sequence: { type: 'bi-lstm', dropout: 2 } }],
    ['a text for a number', { seed: '1' }],
    ['a text around a reference', { seed: 'x${data.seed}' }],
    ['a reference in type', { backbone: { type: '${a.b}' } }],
  ])('marks %s', (_, changes) => {
    expect(valid(changes)).toBe(false);
  });

  test('tells each component and parameter, its unit and its default', () => {
    const { definitions } = recipeSchema(fakeRegistry) as {
      definitions: Record<string, { properties: Record<string, unknown> }>;
    };
    expect(definitions['window.linear']?.properties.level).toMatchObject({
      description: 'Middle. A number from -1000 to 3000 (HU).',
      minimum: -1000,
    });
    expect(definitions['sequence.bi-lstm']?.properties.dropout).toMatchObject({ default: 0.3 });
    expect(definitions['sequence.bi-lstm']?.properties.type).toMatchObject({ const: 'bi-lstm' });
  });
});

describe('a schema with a plugin', () => {
  const sigmoid = defineWindow({
    name: 'acme/sigmoid',
    version: 1,
    summary: 'A soft window.',
    params: Type.Object({ steepness: Type.Number({ default: 1, description: 'Slope in the middle.' }) }),
    contract: () => ({}),
    scale: (hu) => hu,
  });
  const takes = new Ajv({ strict: false }).compile(recipeSchema(createRegistry([...fakeRegistry.all(), sigmoid])));
  const window = (block: object) => takes({ recipe: 1, windows: { soft: block } });

  test('holds its components to their parameters, and those of other plugins to nothing', () => {
    expect(window({ type: 'acme/sigmoid', steepness: 2 })).toBe(true);
    expect(window({ type: 'acme/sigmoid', stepness: 2 })).toBe(false);
    expect(window({ type: 'acme/sigmod' })).toBe(false);
    expect(window({ type: 'other/window', anything: 2 })).toBe(true);
  });
});

test('every key of the language and every parameter says what it is, in words of its own', () => {
  const silent: string[] = [];
  /** Any JSON schema, and any shape of the language, at any depth. */
  const look = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      if (key === 'properties' || key === 'fields') {
        for (const [name, field] of Object.entries(child as Record<string, { description?: string }>)) {
          if (!field.description) silent.push(`${path}.${name}`);
        }
      }
      look(child, ['properties', 'fields', 'schema', 'of'].includes(key) ? path : `${path}.${key}`);
    }
  };
  look(LANGUAGE, 'recipe');
  for (const component of builtIn) look(fieldsOf(component), component.name);
  expect(silent).toEqual([]);
  expect(
    builtIn.flatMap((component) => Object.entries(fieldsOf(component)).filter(([, { description }]) => !description)),
  ).toEqual([]);
});
