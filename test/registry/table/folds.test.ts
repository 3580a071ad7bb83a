import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { resolveTable } from '../../../src/registry/table/resolve-table.ts';

const root = join(import.meta.dirname, '../../..');
const SMALL = `recipe: 1
data: { source: { type: phantom, studies: 10 }, split: { validation: 0.3 } }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
backbone: small-cnn
`;
const FILES: Readonly<Record<string, string>> = {
  'small.yaml': SMALL,
  'ten.yaml': SMALL.replace('{ validation: 0.3 }', '{ type: k-fold, folds: 10, fold: 7 }'),
  'slices.yaml': `${SMALL.replace('{ validation: 0.3 }', 'random-slice')}accept: [leak]\n`,
  'leaky.yaml': `${SMALL.replace('{ validation: 0.3 }', '{ type: k-fold, by: slice }')}accept: [leak]\n`,
  'sweep.yaml': `${SMALL}sweep: { grid: { data.split.fold: [0, 1] } }\n`,
  'rates.yaml': `${SMALL}sweep: { grid: { train.backbone.epochs: [1, 2] } }\n`,
  'own.yaml': `${SMALL}sequence: { type: bi-lstm, split: { type: by-patient } }\naccept: [leak]\n`,
};

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
const table = (rows: string, more = '') => `table: 1\nfigures: [mean-log-loss]\n${more}rows:\n${rows}`;
const errors = async (text: string, set: string[] = []) =>
  (await resolved(text, [], set)).diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ code, file, line, column, message }) => `${file.split('/').at(-1)}:${line}:${column} ${code}: ${message}`);

describe('folds of a table', () => {
  it('run each row for each of them, of each seed one after the other', async () => {
    const { table: made } = await resolved(table('  - small.yaml\n', 'folds: 3\nseeds: [4, 5]\n'));
    const [row] = made?.rows ?? [];
    expect(row).toMatchObject({ name: 'small', folds: 3, seeds: [4, 5] });
    expect(row?.runs.map(({ seed, fold }) => [seed, fold])).toEqual([
      [4, 0],
      [4, 1],
      [4, 2],
      [5, 0],
      [5, 1],
      [5, 2],
    ]);
    // A share for validation says nothing of folds, and is gone.
    expect(row?.runs.map((run) => run.recipe().data.split)).toEqual(
      [0, 1, 2, 0, 1, 2].map((fold) => ({ type: 'k-fold', folds: 3, fold, by: 'patient' })),
    );
  });

  it('keep the split of a recipe that has folds, and of a row its own number of them', async () => {
    const { table: made } = await resolved(
      table(
        '  - ten.yaml\n  - leaky.yaml\n  - { name: two, recipe: small.yaml, folds: 2 }\n  - { sweep: rates.yaml }\n',
        'folds: 3\n',
      ),
    );
    expect(made?.rows.map(({ name, folds, runs }) => [name, folds, runs.length, runs[0]?.recipe().data.split])).toEqual(
      [
        ['ten', 3, 3, { type: 'k-fold', folds: 3, fold: 0, by: 'patient' }],
        ['leaky', 3, 3, { type: 'k-fold', folds: 3, fold: 0, by: 'slice' }],
        ['two', 2, 2, { type: 'k-fold', folds: 2, fold: 0, by: 'patient' }],
        ['rates.epochs-1', 3, 3, { type: 'k-fold', folds: 3, fold: 0, by: 'patient' }],
        ['rates.epochs-2', 3, 3, { type: 'k-fold', folds: 3, fold: 0, by: 'patient' }],
      ],
    );
  });

  it('take a study each in a smoke run', async () => {
    const { table: made } = await resolved(table('  - small.yaml\n', 'folds: 7\n'), ['smoke']);
    expect(made?.rows[0]?.runs.map((run) => run.recipe().data.limit?.labelled)).toEqual(Array(7).fill(7));
    const few = await resolved(table('  - small.yaml\n', 'folds: 3\n'), ['smoke']);
    expect(few.table?.rows[0]?.runs[0]?.recipe().data.limit?.labelled).toBe(4);
  });

  it('come from one place, of patients, and of both models', async () => {
    expect(await errors(table('  - { recipe: small.yaml, set: { data.split.fold: 1 } }\n', 'folds: 3\n'))).toEqual([
      'table.yaml:5:34 table-folds: Folds come from one place: folds of the table, or of the row, stands beside this.',
    ]);
    expect(
      await errors(table('  - { recipe: small.yaml, set: { data: { split: { folds: 4 } } } }\n', 'folds: 3\n')),
    ).toEqual([expect.stringContaining('table.yaml:5:34 table-folds: Folds come from one place')]);
    expect(await errors(table('  - slices.yaml\n', 'folds: 3\n'))).toEqual([
      'table.yaml:3:8 table-folds: The row slices splits slices whatever patient they are of (random-slice), and folds deal patients.',
    ]);
    expect(await errors(table('  - own.yaml\n', 'folds: 3\n'))).toEqual([
      expect.stringContaining('table.yaml:3:8 table-folds: The sequence model of the row own has a split of its own'),
    ]);
    expect(await errors(table('  - small.yaml\n', 'folds: 3\n'), ['data.split.fold=1'])).toEqual([
      expect.stringContaining('--set:1:1 table-folds: The table runs its rows over folds'),
    ]);
    expect(
      await errors(table('  - ten.yaml\n', 'folds: 3\n'), ['data.split={ type: by-patient, validation: 0.2 }']),
    ).toEqual([expect.stringContaining('--set:1:1 table-folds: The table runs its rows over folds')]);
    expect(await errors(table('  - { sweep: sweep.yaml }\n', 'folds: 3\n'))).not.toEqual([]);
    expect(await errors(table('  - small.yaml\n', 'folds: 1\n'))).toEqual([
      expect.stringContaining('table.yaml:3:8 out-of-range'),
    ]);
    expect(await errors(table('  - small.yaml\n  - { name: c, of: small, baseline: constant, folds: 3 }\n'))).toEqual([
      expect.stringContaining('folds belongs to a row that runs'),
    ]);
  });

  it('are the same of both rows of a claim', async () => {
    const claims = 'claims: [{ claim: c, row: b, than: small, figure: mean-log-loss, design: crossed }]\n';
    const rows = (more: string) =>
      `  - small.yaml\n  - { name: b, recipe: small.yaml, set: { train.backbone.epochs: 2 }${more} }\n`;
    expect(await errors(table(rows(', folds: 2'), `folds: 3\n${claims}`))).toEqual([
      expect.stringContaining('small over 3 folds validate on others'),
    ]);
    expect(await errors(table(rows(''), `folds: 3\n${claims}`))).toEqual([]);
    expect(await errors(table(rows(', dataSeeds: [4]'), `folds: 3\n${claims}`))).toEqual([
      expect.stringContaining('compared data.seed by data.seed'),
    ]);
  });
});
