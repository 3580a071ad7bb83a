import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { resolveTable } from '../../../src/registry/table/resolve-table.ts';

const root = join(import.meta.dirname, '../../..');
const SMALL = `recipe: 1
data: { source: { type: phantom, studies: 10 } }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
backbone: small-cnn
sequence: { type: bi-lstm, cells: 4 }
`;
const FILES: Readonly<Record<string, string>> = {
  'small.yaml': SMALL,
  'cells.yaml': `${SMALL}sweep: { grid: { sequence.cells: [4, 6] } }\n`,
  'seeds.yaml': `${SMALL}sweep: { grid: { seed: [4, 6] } }\n`,
};
const F1 = 'patient-f1 (truth: same-rule)';

/** `table.yaml` beside these recipes. */
const resolved = (text: string, profile: string[] = [], set: string[] = []) =>
  resolveTable(join(root, 'table.yaml'), {
    registry: createRegistry(builtIn),
    cwd: root,
    profile,
    set,
    read: async (file) => {
      const name = file.slice(root.length + 1);
      return { text: name === 'table.yaml' ? text : (FILES[name] ?? '') };
    },
  });
const table = (rows: string, more = '') => `table: 1\nfigures: [mean-log-loss, "${F1}"]\nrows:\n${rows}${more}`;
async function errors(text: string, profile?: string[], set?: string[]): Promise<string[]> {
  const { table: made, diagnostics } = await resolved(text, profile, set);
  const found = diagnostics.filter(({ severity }) => severity === 'error');
  expect(made === null).toBe(found.length > 0);
  return found.map(({ code, line, column, message }) => `${line}:${column} ${code}: ${message}`);
}

test.each([
  ['after', '  - { name: s, sweep: cells.yaml }\n  - { name: s.cells-4, recipe: small.yaml }\n', '5:5', 4],
  ['before', '  - { name: s.cells-4, recipe: small.yaml }\n  - { name: s, sweep: cells.yaml }\n', '5:5', 4],
])('a row that is named as a setting of a sweep, %s it', async (_, rows, place, line) => {
  expect(await errors(table(rows))).toEqual([
    `${place} table-row-twice: There is a row named s.cells-4 already, in line ${line}.`,
  ]);
});

test('a value that the sweep of the row tries', async () => {
  expect(await errors(table('  - { sweep: cells.yaml, set: { sequence.cells: 8 } }\n'))).toEqual([
    '4:33 sweep-shadowed: The sweep of this row tries sequence.cells, and its values would replace what the row sets for sequence.cells.',
  ]);
  expect(await errors(table('  - { sweep: cells.yaml, set: { sequence.layers: 1 } }\n'))).toEqual([]);
});

test('seeds of a row beside a sweep that tries seeds', async () => {
  expect(await errors(table('  - { sweep: seeds.yaml, seeds: [1, 2] }\n'))).toEqual([
    '4:34 sweep-seed: Seeds come from one place: seeds stands beside the seed that the sweep tries.',
  ]);
  expect(await errors(table('  - { sweep: seeds.yaml }\n'))).toEqual([]);
});

test('--set makes another table, which names it and expects nothing', async () => {
  const text = table(
    '  - small.yaml\n  - { name: more, recipe: small.yaml, set: { train.backbone.epochs: 2 } }\n',
    'claims: [{ claim: more, row: more, than: small, figure: mean-log-loss, expect: { full: holds } }]\n',
  );
  const plain = (await resolved(text)).table!;
  expect([plain.title, plain.set, plain.notes, plain.claims[0]!.expect]).toEqual(['table', [], [], 'holds']);
  const set = (await resolved(text, [], ['sequence.cells=6'])).table!;
  expect(set.title).toBe('table · --set sequence.cells=6');
  expect(set.set).toEqual(['sequence.cells=6']);
  expect(set.notes[0]).toMatch(/command line: sequence.cells=6. Outcomes of claims are reported, and not judged/);
  expect(set.claims[0]!.expect).toBeNull();
});

test('a row for a profile that is not there, and a table without a row', async () => {
  expect(
    await errors(
      table('  - small.yaml\n  - { name: b, recipe: small.yaml, profiles: [smal] }\n', 'profiles: { small: {} }\n'),
    ),
  ).toEqual(['5:47 table-row-profile: The row b is for smal, and the table has no such profile.']);
  const only = table('  - { recipe: small.yaml, profiles: [smoke] }\n');
  expect(await errors(only)).toEqual(['4:3 table-row: This table has no row under full.']);
  expect(await errors(only, ['smoke'])).toEqual([]);
});

test('a claim by infinity', async () => {
  const found = await errors(
    table(
      '  - small.yaml\n  - { name: b, recipe: small.yaml, set: { sequence.cells: 6 } }\n',
      'claims: [{ claim: c, row: b, than: small, figure: mean-log-loss, by: .inf }]\n',
    ),
  );
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/^6:\d+ out-of-range: /);
});

test('the name of a table has no dot', async () => {
  const [found, ...more] = await errors(table('  - small.yaml\n', 'name: x.ci\n'));
  expect(found).toMatch(/^5:7 table-row: The name of a table has no dot, and this one is x\.ci: /);
  expect(more).toEqual([]);
});
