import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
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

test('full is no profile', async () => {
  expect(await errors(table('  - small.yaml\n'), ['full'])).toEqual([
    '1:1 unknown-profile: full is the table without a profile: its recipes as they stand.',
  ]);
  expect(await errors(table('  - small.yaml\n', 'profiles: { full: { seeds: [1] } }\n'))).toEqual([
    '5:13 profile-taken: full is the table without a profile: its recipes as they stand.',
  ]);
});

test('the name of a table has no dot', async () => {
  const [found, ...more] = await errors(table('  - small.yaml\n', 'name: x.ci\n'));
  expect(found).toMatch(/^5:7 table-row: The name of a table has no dot, and this one is x\.ci: /);
  expect(more).toEqual([]);
});

describe('a claim about rows that cannot be compared', () => {
  /** Findings about a claim that the row `b`, which sets this, is better than `a`. */
  const claimed = (set: string, figure = 'mean-log-loss', setOfA = '') =>
    errors(
      table(
        `  - { name: a, recipe: small.yaml${setOfA && `, set: { ${setOfA} }`} }\n  - { name: b, recipe: small.yaml, set: { ${set} } }\n`,
        `claims:\n  - { claim: c, row: b, than: a, figure: "${figure}" }\n`,
      ),
    );

  test.each([
    ['data.seed: 3', 'data.seed is 3 for b, and 0 for a'],
    ['data.source.studies: 12', 'data.source.studies is 12 for b, and 10 for a'],
    ['data.source.extent: false', 'data.source.extent is false for b, and true for a'],
    ['data.limit: { labelled: 5, unlabelled: 1 }', 'data.limit.labelled is 5 for b, and null for a'],
    ['data.split.validation: 0.3', 'data.split.validation is 0.3 for b, and 0.1 for a'],
    [
      'data.split: { type: random-slice, validation: 0.1 }, accept: [leak]',
      'data.split is random-slice for b, and by-patient for a',
    ],
    [
      'sequence.split: { type: by-patient, validation: 0.1 }, accept: [leak]',
      'sequence.split is by-patient for b, and same for a',
    ],
  ])('other patients, or another truth: %s', async (set, where) => {
    expect(await claimed(set)).toEqual([
      `7:5 table-claim: The rows of a claim are compared patient by patient, and these validate on others: ${where}.`,
    ]);
  });

  test('two folders are two sets of data; the rest of a source’s place is not', async () => {
    const rsna = (root: string) => `data.source: { type: rsna, root: ${root} }`;
    expect(await claimed(rsna('there'), 'mean-log-loss', rsna('here'))).toEqual([
      expect.stringContaining('7:5 table-claim: '),
    ]);
    expect(await claimed(rsna('here'), 'mean-log-loss', rsna('here'))).toEqual([]);
  });

  test.each([
    'data.image: { size: 64, storage: jpeg, interpolation: area }',
    'data.minBrainFraction: 0.02',
    'data.limit: null',
    'windows.brain.width: 100',
    'data.source.noise: 9',
    'data.source.singleSliceMimics: 0',
    'data.source.testStudies: 9',
    'sequence: none',
    'evaluation.bootstrap: { draws: 50 }',
    'evaluation.patient.rule: count',
    // Of the model that is evaluated both splits are the same.
    'train.sequence.epochs: 2',
  ])('what changes neither patients nor truth is compared: %s', async (set) => {
    expect(await claimed(set)).toEqual([]);
  });

  test('where both sequence models draw the same split of their own, that of the backbone may differ', async () => {
    const own = 'sequence.split: { type: by-patient, validation: 0.2 }, accept: [leak]';
    expect(await claimed(`${own}, data.split.validation: 0.3`, 'mean-log-loss', own)).toEqual([]);
  });

  test('a figure by the patient rule, of rows that have two', async () => {
    expect(await claimed('evaluation.patient.rule: count', F1)).toEqual([
      `7:42 table-claim: ${F1} goes by the patient rule, and these rows have two: evaluation.patient.rule is count for b, and consecutive for a.`,
    ]);
    expect(await claimed('evaluation.patient.slices: 2', F1)).toHaveLength(1);
    // What a row calls is its own; the truth stays.
    expect(await claimed('evaluation.patient.threshold: 0.4', F1)).toEqual([]);
  });

  test('a figure that a predictor without pictures does not have', async () => {
    const claim = (predictor: string, figure: string) =>
      errors(
        table(
          `  - small.yaml\n  - { name: p, of: small, baseline: ${predictor} }\n`,
          `claims:\n  - { claim: c, row: small, than: p, figure: "${figure}" }\n`,
        ),
      );
    expect(await claim('constant', F1)).toEqual([
      `7:46 table-claim: ${F1} is no figure of the row p: its constant predictor has losses only.`,
    ]);
    expect(await claim('all-positive', 'mean-log-loss')).toEqual([
      '7:46 table-claim: mean-log-loss is no figure of the row p: its all-positive predictor has figures of calls only.',
    ]);
    expect(await claim('constant', 'mean-log-loss')).toEqual([]);
    expect(await claim('all-positive', F1)).toEqual([]);
    // One that nobody has is told once, as that.
    expect(await claim('constant', 'mean-log-los')).toEqual([expect.stringContaining('table-figure: ')]);
  });
});

test('a value of the command line that some rows cannot take is told once, with their names', async () => {
  const rows = '  - small.yaml\n  - { name: other, recipe: small.yaml }\n';
  const { diagnostics } = await resolved(table(rows), [], ['data.source.root=/data', 'data.source.size=64']);
  const told = diagnostics.filter(({ severity }) => severity === 'error');
  expect(told).toMatchObject([{ code: 'set-path', file: '--set', line: 1 }]);
  expect(told[0]?.hint).toContain(
    '--set is put over every row, and small, other cannot take this: write it in the set',
  );
});
