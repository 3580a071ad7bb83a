import { expect, test } from 'vitest';
import { resolveText } from '../../../../src/registry/resolve/resolve.ts';
import { VALID } from '../../diagnostics/mistakes.ts';
import { fakeRegistry as registry } from '../../fake-components.ts';

const cwd = '/recipes';
const resolve = (sweep: string, options: Partial<Parameters<typeof resolveText>[1]> = {}) =>
  resolveText(`${VALID}sweep: ${sweep}\n`, { registry, cwd, ...options });
const found = async (sweep: string) =>
  (await resolve(sweep)).diagnostics.map(({ code, path, line, column }) => `${code} ${path} ${line}:${column}`);

test('a grid is every combination, the last path changes fastest; each point is a recipe of its own', async () => {
  const { sweep, recipe } = await resolve('{ grid: { sequence.layers: [1, 2], sequence.cells: [8, 16, 32] } }');
  expect(sweep?.points.map(({ values }) => Object.values(values))).toEqual([
    [1, 8],
    [1, 16],
    [1, 32],
    [2, 8],
    [2, 16],
    [2, 32],
  ]);
  expect(sweep?.recipes.map((one) => one.recipe().sequence)).toMatchObject([
    { layers: 1, cells: 8 },
    { layers: 1, cells: 16 },
    { layers: 1, cells: 32 },
    { layers: 2, cells: 8 },
    { layers: 2, cells: 16 },
    { layers: 2, cells: 32 },
  ]);
  expect(sweep?.points[3]?.name).toBe('layers-2.cells-8');
  expect(recipe).not.toHaveProperty('sweep');
  expect(recipe?.sequence).toMatchObject({ cells: 32 });
});

test('lists of pairs go side by side, with each combination of the grid', async () => {
  const { sweep } = await resolve(
    '{ grid: { sequence.layers: [1, 2] }, pairs: { sequence.cells: [8, 16], train.backbone.epochs: [3, 4] } }',
  );
  expect(sweep?.recipes.map((one) => one.recipe()).map((r) => [r.sequence, r.train.backbone.epochs])).toMatchObject([
    [{ layers: 1, cells: 8 }, 3],
    [{ layers: 1, cells: 16 }, 4],
    [{ layers: 2, cells: 8 }, 3],
    [{ layers: 2, cells: 16 }, 4],
  ]);
});

test('repeats count seeds up from the seed of the recipe, seeds names them; data.seed stays', async () => {
  const { sweep } = await resolve('{ repeats: 3 }', { set: ['seed=5'] });
  expect(sweep?.recipes.map((one) => one.recipe().seed)).toEqual([5, 6, 7]);
  const counted = await resolve('{ grid: { sequence.layers: [1, 2] }, repeats: 2 }');
  expect(counted.sweep?.recipes.map((one) => one.recipe().seed)).toEqual([0, 1, 0, 1]);
  expect(counted.sweep?.recipes.every((one) => one.recipe().data.seed === 0)).toBe(true);
  const named = await resolve('{ seeds: [11, 12] }');
  expect(named.sweep?.recipes.map((one) => one.recipe().seed)).toEqual([11, 12]);
  expect(named.sweep?.points.map(({ name, seed }) => [name, seed])).toEqual([
    ['seed-11', 11],
    ['seed-12', 12],
  ]);
});

test("a point's values stand in the layer of the sweep, at the sweep's own lines, and in its resolved text", async () => {
  const { sweep } = await resolve('{ grid: { sequence.cells: [8, 16] } }');
  const point = sweep?.recipes[1];
  const tree = point?.tree();
  const sequence = tree?.kind === 'map' ? tree.entries.get('sequence') : undefined;
  expect(sequence?.kind === 'map' && sequence.entries.get('cells')).toMatchObject({
    layer: 'sweep',
    value: 16,
    place: { line: 24, column: 38 },
    shadowed: { value: 32, layer: 'recipe' },
  });
  expect(point?.text()).toMatch(/point: \{ sequence\.cells: 16 \}/);
  const again = await resolveText(point?.text() ?? '', { registry, cwd });
  expect(again.diagnostics).toEqual([]);
  expect(again.recipe).toEqual(point?.recipe());
  expect(again.text).toBe(point?.text());
});

test('names are fit for folders and differ', async () => {
  const { sweep } = await resolve(
    '{ grid: { channels: [[brain], [brain, bone, subdural]], sequence.dropout: [0.1, "${data.split.validation}"] } }',
  );
  const names = sweep?.points.map(({ name }) => name) ?? [];
  expect(new Set(names).size).toBe(4);
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9._-]+$/);
});

test.each([
  ['a path that no recipe has', '{ grid: { sequence.cels: [1] } }', 'set-path sequence.cels 24:18'],
  ['a value out of range', '{ grid: { sequence.layers: [1, 0] } }', 'out-of-range sequence.layers 24:39'],
  [
    'lists of two lengths',
    '{ pairs: { seed: [1, 2], sequence.cells: [1] } }',
    'sweep-lengths sweep.pairs["sequence.cells"] 24:33',
  ],
  ['a path in grid and pairs', '{ grid: { seed: [1] }, pairs: { seed: [1] } }', 'sweep-twice sweep.seed 24:40'],
  ['a value twice', '{ grid: { sequence.layers: [1, 1] } }', 'sweep-twice sweep 24:1'],
  ['repeats and seeds', '{ repeats: 2, seeds: [1] }', 'sweep-seed sweep.seeds 24:22'],
  ['repeats of a sweep over seeds', '{ grid: { seed: [1, 2] }, repeats: 2 }', 'sweep-seed sweep.repeats 24:34'],
  ['nothing', '{ grid: {} }', 'sweep-empty sweep 24:8'],
  [
    'too many points',
    `{ grid: { seed: [${Array.from({ length: 300 }, (_, i) => i)}], data.seed: [${Array.from({ length: 300 }, (_, i) => i)}] } }`,
    'sweep-too-large sweep 24:8',
  ],
  ['what no sweep sets', '{ grid: { extends: [a.yaml] } }', 'set-reserved extends 24:18'],
  ['no path', '{ grid: { "a..b": [1] } }', 'sweep-path sweep.grid["a..b"] 24:18'],
  ['an unknown key', '{ gird: { seed: [1] } }', 'unknown-key sweep.gird 24:10'],
  ['no list', '{ grid: { seed: 1 } }', 'wrong-type sweep.grid.seed 24:24'],
])('%s is a finding at its place', async (_, sweep, expected) => {
  expect(await found(sweep)).toEqual([expected]);
});

test.each([
  [
    'the same path',
    '{ grid: { sequence.cells: [8, 16] } }',
    'sequence.cells=4',
    'sweep-shadowed sweep["sequence.cells"] 24:18',
  ],
  [
    'a block above it',
    '{ grid: { sequence.cells: [8, 16] } }',
    'sequence=none',
    'sweep-shadowed sweep["sequence.cells"] 24:18',
  ],
  ['a part of it', '{ grid: { backbone: [{ width: 1 }] } }', 'backbone.width=2', 'sweep-shadowed sweep.backbone 24:18'],
  ['the seeds', '{ seeds: [1, 2] }', 'seed=4', 'sweep-seed seed 1:1'],
])('--set of %s would replace what a sweep tries', async (_, sweep, set, expected) => {
  const { diagnostics } = await resolve(sweep, { set: [set] });
  expect(diagnostics.map(({ code, path, line, column }) => `${code} ${path} ${line}:${column}`)).toEqual([expected]);
});

test('one path within another would replace its values', async () => {
  expect(await found('{ grid: { backbone.width: [0.5, 1], backbone: [{ type: small-cnn, width: 0.25 }] } }')).toEqual([
    'sweep-twice sweep.backbone 24:44',
  ]);
});

test('two points that are one recipe are told: a bare name of the type that stands below keeps its parameters', async () => {
  const sequence = '{ grid: { sequence: [none, bi-lstm, { type: bi-lstm, cells: 32 }] } }';
  const { diagnostics } = await resolve(sequence);
  expect(diagnostics).toMatchObject([
    {
      code: 'sweep-twice',
      severity: 'error',
      message: expect.stringContaining('Two points of this sweep are one recipe: {"sequence":"bi-lstm"} and'),
    },
  ]);
  expect((await resolve('{ grid: { sequence: [none, bi-lstm, { type: bi-lstm, cells: 31 }] } }')).diagnostics).toEqual(
    [],
  );
});

test('numbers with an exponent have a point in the resolved text, for readers of YAML 1.1, and are what they were', async () => {
  const { text, recipe } = await resolveText(VALID, {
    registry,
    cwd,
    set: ['train.backbone.optimizer.learningRate=1e-7'],
  });
  expect(text).toContain('learningRate: 1.0e-7');
  expect(recipe?.train.backbone.optimizer).toMatchObject({ learningRate: 1e-7 });
  const again = await resolveText(text, { registry, cwd });
  expect(again.diagnostics).toEqual([]);
  expect(again.recipe?.train).toEqual(recipe?.train);
});

test('a mistake of the recipe is told once, not once a point', async () => {
  const { diagnostics } = await resolveText(
    `${VALID.replace('epochs: 2', 'epoch: 2')}sweep: { grid: { sequence.layers: [1, 2, 3] } }\n`,
    { registry, cwd },
  );
  expect(diagnostics.map(({ code }) => code)).toEqual(['unknown-key']);
});
