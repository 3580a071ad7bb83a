import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtIn } from '../../plugins/index.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import { type ReadRecipe, readRecipe } from '../../src/registry/resolve/read-recipe.ts';
import { resolveTable } from '../../src/registry/table/resolve-table.ts';

const root = join(import.meta.dirname, '../..');
const page = (name: string) => readFileSync(join(root, 'docs', name), 'utf8');
const tables = new Map(
  [...page('tables.md').matchAll(/```yaml\n# table: (\S+)\n([\s\S]*?)```/g)].map(([, name = '', text = '']) => [
    name,
    text,
  ]),
);
const SMALL = `recipe: 1
data: { source: { type: phantom, studies: 10 } }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
backbone: small-cnn
profiles: { smaller: { data: { image: { size: 64 } } } }
`;
const cells = /```yaml\n# recipe: cells.yaml\n([\s\S]*?)```/.exec(page('recipes.md'))?.[1] ?? '';
const texts: ReadonlyMap<string, string> = new Map([...tables, ['small.yaml', SMALL], ['cells.yaml', cells]]);

/** The examples lie among the shipped recipes, which they name. */
const read: ReadRecipe = async (file) => {
  const text = texts.get(file.replace(join(root, 'recipes/'), ''));
  return text === undefined ? readRecipe(file) : { text };
};
const resolve = (name: string, profile: string[] = []) =>
  resolveTable(join(root, 'recipes', name), { registry: createRegistry(builtIn), cwd: root, profile, read });
const tableOf = async (name: string, profile: string[] = []) => {
  const { table, diagnostics } = await resolve(name, profile);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return table!;
};

test('there are examples', () => expect(tables.size).toBe(6));

test('rows, their seeds and what they set', async () => {
  const { rows, paper } = await tableOf('backbones.yaml');
  expect(rows.map(({ name, seeds }) => [name, seeds])).toEqual([
    ['inception-1w', [0, 1]],
    ['three-windows', [0, 1]],
    ['more-epochs', [0, 1]],
    ['constant', [0, 1]],
  ]);
  const epochs = rows.map(({ runs }) => runs.map(({ recipe }) => [recipe().seed, recipe().train.backbone.epochs]));
  expect(epochs).toEqual([
    [
      [0, 7],
      [1, 7],
    ],
    [
      [0, 7],
      [1, 7],
    ],
    [
      [0, 10],
      [1, 10],
    ],
    [],
  ]);
  expect(paper).toBe('log-loss');
});

test('settings of a sweep are rows', async () => {
  const { rows } = await tableOf('ablation.yaml');
  // Four numbers of cells, each with two pairs of epochs and learning rate.
  expect(rows).toHaveLength(8);
  for (const { seeds } of rows) expect(seeds).toEqual([0, 1, 2]);
  expect(rows[0]!.name).toMatch(/^cells\.[0-9a-f]{8}$/);
  expect(rows[0]!.values).toEqual({
    'sequence.cells': 64,
    'train.sequence.epochs': 5,
    'train.sequence.optimizer.learningRate': 1e-4,
  });
  expect(rows[0]!.runs[1]!.recipe()).toMatchObject({ seed: 1, sequence: { cells: 64 } });
});

test('profiles of the table are profiles of its recipes', async () => {
  const full = await tableOf('profiled.yaml');
  expect(full.rows.map(({ name, seeds }) => [name, seeds])).toEqual([['small', [0]]]);
  const smaller = await tableOf('profiled.yaml', ['smaller']);
  expect(smaller.rows.map(({ name, seeds }) => [name, seeds])).toEqual([
    ['small', [211, 212, 213]],
    ['longer', [211, 212, 213]],
  ]);
  expect(smaller.rows[1]!.runs[2]!.recipe()).toMatchObject({
    seed: 213,
    data: { image: { size: 64 } },
    train: { backbone: { epochs: 2 } },
  });
});

test('a claim has the expectation of its profile', async () => {
  const [claim, same, learned] = (await tableOf('claimed.yaml', ['smaller'])).claims;
  expect(claim).toMatchObject({
    question: { kind: 'better', by: 0.01, sides: 2 },
    design: 'crossed',
    primary: true,
    gate: true,
    attempts: 2,
    fixedOn: { 'data.seed': [7], seed: [0, 1] },
    expect: 'holds',
  });
  expect(same).toMatchObject({ question: { kind: 'same', within: 0.02 }, primary: false, gate: false });
  expect(learned).toMatchObject({ partner: { baseline: { of: 'small', predictor: 'constant' } } });
  expect((await tableOf('claimed.yaml')).claims[0]).toMatchObject({
    row: 'longer',
    than: 'small',
    expect: 'undecided',
  });
  expect((await tableOf('claimed.yaml', ['smoke'])).claims[0]).toMatchObject({ expect: null });
});

test('data sets of a table', async () => {
  const { rows, claims } = await tableOf('nested.yaml');
  expect(rows[1]!.runs.map(({ data, recipe }) => [data, recipe().data.seed, recipe().seed])).toEqual(
    [401, 402, 403, 404, 405].map((data) => [data, data, 0]),
  );
  expect(claims).toMatchObject([{ design: 'nested' }]);
});

test('folds of a table, of which each seed runs all', async () => {
  const { rows, claims } = await tableOf('folds.yaml');
  const [small] = rows;
  expect(small).toMatchObject({ folds: 5, seeds: [0, 1, 2, 3, 4] });
  expect(small?.runs.slice(0, 6).map(({ seed, fold, recipe }) => [seed, fold, recipe().data.split.fold])).toEqual([
    ...[0, 1, 2, 3, 4].map((fold) => [0, fold, fold]),
    [1, 0, 0],
  ]);
  expect(claims).toMatchObject([{ design: 'crossed' }]);
});
