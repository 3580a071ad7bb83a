import { describe, expect, test } from 'vitest';
import { defineWindow, Type } from '../../../src/index.ts';
import { migrateText } from '../../../src/registry/migrations/migrate-text.ts';
import { proveMigrated } from '../../../src/registry/migrations/prove.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import { fakes } from '../fake-components.ts';

const soft = defineWindow({
  name: 'acme/soft',
  version: 2,
  summary: 'Soft.',
  params: Type.Object({
    level: Type.Number({ default: 50, description: 'Middle.' }),
    edge: Type.String({ default: 'x', description: 'Edge.' }),
  }),
  migrations: [
    {
      to: 2,
      summary: 'Changed.',
      rename: { centre: 'level' },
      removed: ['opts', 'more'],
      values: { edge: { old: 'new, newer' } },
      defaults: { level: 40, edge: 'a, b' },
    },
  ],
  contract: () => ({}),
  scale: () => 0.5,
});
const registry = createRegistry([...fakes, soft]);

async function migrate(text: string) {
  const { tree } = await resolveText(text, { registry, cwd: '/' });
  return migrateText(text, { registry, resolved: tree, file: 'mine.yaml' });
}

const VALUES: Record<string, string> = {
  'a block map': '\n      x: 1\n      y:\n        z: 2',
  'a block map that ends with nothing': '\n      x:',
  'a list': '\n      - 1\n      - 2',
  'a list that ends with nothing': '\n      - 1\n      -',
  'a list as deep as its key': '\n    - 1\n    - b: 2',
  'a text': ' |\n      one\n      two',
  'a text that keeps its end': ' |+\n      one',
  'a folded text': ' >-\n      one\n      two',
  'a long plain text': ' one\n      two',
  nothing: '',
  'a word': ' one # why',
  'a flow map': ' { x: 1,\n      y: 2 }',
};

describe.each(Object.entries(VALUES))('a removed parameter that is %s', (_, value) => {
  const head = 'recipe: 1\nwindows:\n  a:\n    type: acme/soft\n';
  const first = 'recipe: 1\nwindows:\n  a:\n';
  test.each([
    [
      'before another block',
      `${head}    opts:${value}\n  b: { type: acme/soft }\n`,
      `${head}  b: { type: acme/soft }\n`,
    ],
    ['before a comment', `${head}    opts:${value}\n  # b\n  b: acme/soft\n`, `${head}  # b\n  b: acme/soft\n`],
    [
      'before a comment in its block',
      `${head}    opts:${value}\n    # l\n    level: 3\n`,
      `${head}    # l\n    level: 3\n`,
    ],
    ['before a key', `${head}    opts:${value}\n    level: 3 # l\n`, `${head}    level: 3 # l\n`],
    [
      'before another that is removed',
      `${head}    opts:${value}\n    more: 1\nchannels: [a]\n`,
      `${head}channels: [a]\n`,
    ],
    ['at the end of the file', `${head}    opts:${value}\n`, head],
    ['at the end, with no line break', `${head}    opts:${value}`, head],
    ['first', `${first}    opts:${value}\n    type: acme/soft\nseed: 1\n`, `${head}seed: 1\n`],
  ])('falls away %s, and nothing else does', async (_place, old, now) => {
    expect((await migrate(old)).text).toBe(now);
    expect((await migrate(old.replaceAll('\n', '\r\n'))).text).toBe(now.replaceAll('\n', '\r\n'));
  });

  test('is followed by the default that is stated', async () => {
    const made = (rest: string) =>
      `${head}    level: 1\n${rest}  b: { type: acme/soft, level: 1, edge: x }\nresolved: { components: { window acme/soft: 1 } }\n`;
    const { text } = await migrate(made(`    opts:${value}\n`));
    expect(text).toBe(made('    edge: "a, b"\n').replace('soft: 1', 'soft: 2'));
  });
});

test('several that are removed at the end of a block in one line, and all that a block has', async () => {
  const { text } = await migrate(
    'recipe: 1\nwindows: { a: { opts: 1, type: acme/soft, opts: 2, more: [1] } }\n'.replace('opts: 1, ', ''),
  );
  expect(text).toBe('recipe: 1\nwindows: { a: { type: acme/soft } }\n');
  const profile = 'recipe: 1\nwindows: { a: acme/soft }\nprofiles:\n  ci:\n    windows:\n      a:\n';
  const all = await migrate(`${profile}        opts:\n          x: 1\n        more:\n          - 1\nseed: 3\n`);
  expect(all.text).toBe(`${profile}        {}\nseed: 3\n`);
});

describe('a default is stated', () => {
  const made = (block: string, version = 1) =>
    `recipe: 1\nwindows:\n  a: ${block}\nseed: 3\nresolved: { components: { window acme/soft: ${version} } }\n`;
  test.each([
    [
      'in a short form, which is written out',
      'acme/soft # mine',
      '{ type: acme/soft, level: 40, edge: "a, b" } # mine',
    ],
    ['in a flow map', '{ type: acme/soft, opts: 1 }', '{ type: acme/soft, level: 40, edge: "a, b" }'],
    [
      'below a block map',
      '\n    type: acme/soft\n    edge: |\n      one\n\n',
      '\n    type: acme/soft\n    edge: |\n      one\n    level: 40',
    ],
    [
      'below a text that keeps its end',
      '\n    type: acme/soft\n    edge: |+\n      one\n\n',
      '\n    type: acme/soft\n    edge: |+\n      one\n\n\n    level: 40',
    ],
  ])('%s', async (_, old, now) => {
    const { text } = await migrate(made(old));
    expect(text.replace(/\n+seed/, '\nseed')).toBe(made(now, 2));
    const windows = await migrate(made(old).replaceAll('\n', '\r\n'));
    expect(windows.text).toBe(text.replaceAll('\n', '\r\n'));
  });
});

test('a value becomes one that is quoted where it has to be', async () => {
  const { text } = await migrate('recipe: 1\nwindows: { a: { type: acme/soft, edge: old } }\n');
  expect(text).toBe('recipe: 1\nwindows: { a: { type: acme/soft, edge: "new, newer" } }\n');
});

test('a reference with spaces in its braces follows a new name', async () => {
  const old =
    'recipe: 1\nwindows: { a: { type: acme/soft, centre: 3 }, b: { type: acme/soft, level: "${ windows.a.centre }" } }\n';
  expect((await migrate(old)).text).toBe(
    'recipe: 1\nwindows: { a: { type: acme/soft, level: 3 }, b: { type: acme/soft, level: "${ windows.a.level }" } }\n',
  );
});

describe('a value that an alias says again elsewhere', () => {
  const text = (a: string, b: string) =>
    `recipe: 1\nwindows:\n  a: { type: acme/soft, ${a} }\n  b: { type: acme/soft, ${b} }\n`;
  test('is not removed, nor changed', async () => {
    await expect(migrate(text('opts: &o 44', 'level: *o'))).rejects.toMatchObject({
      code: 'not-migrated',
      exit: 2,
      message:
        'mine.yaml was left as it is: windows.a.opts in line 3 falls away, and line 4 says the same with an alias of it.',
      hint: 'Write the value out in line 4, then migrate.',
    });
    await expect(migrate(text('opts: { x: [&o 44] }', 'level: *o'))).rejects.toMatchObject({ code: 'not-migrated' });
    await expect(migrate(text('edge: &o old', 'name: *o'))).rejects.toMatchObject({
      message: expect.stringContaining('windows.a.edge in line 3 changes') as string,
    });
  });

  test('goes with the alias, and where nothing else says it', async () => {
    expect((await migrate(text('level: &o 44', 'opts: *o'))).text).toBe(text('level: &o 44', '').replace(',  }', ' }'));
    expect((await migrate(text('opts: &o 44', 'level: 3'))).text).toBe(
      text('level: 3', 'level: 3').replace(', level: 3', ''),
    );
  });
});

test('a new text that does not say what it should is refused', () => {
  const meant = { a: [1, { b: 2 }], c: 3 };
  expect(() => proveMigrated('c: 3\na: [1, { b: 2 }]\n', meant, 'mine.yaml')).not.toThrow();
  expect(() => proveMigrated('a: [1, { b: 2 }]\n', meant, 'mine.yaml')).toThrow(
    'mine.yaml was left as it is: c would not say what it should.',
  );
  expect(() => proveMigrated('a: [1, { b: 3 }]\nc: 3\n', meant, 'mine.yaml')).toThrow('a[1].b would not say');
  expect(() => proveMigrated('a: *x\n', meant, 'mine.yaml')).toThrow('the new text would be no YAML');
});
