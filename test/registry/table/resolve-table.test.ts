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
    'claims: [{ claim: more, row: more, than: small, figure: mean-log-loss, design: crossed, expect: { full: holds } }]\n',
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
      'claims: [{ claim: c, row: b, than: small, figure: mean-log-loss, by: .inf, design: crossed }]\n',
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
        `claims:\n  - { claim: c, row: b, than: a, figure: "${figure}", design: crossed }\n`,
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
          `claims:\n  - { claim: c, row: small, than: p, figure: "${figure}", design: crossed }\n`,
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

describe('a claim', () => {
  const SEEDS = 'seeds: [0, 1, 2, 3, 4]\n';
  const rows = '  - small.yaml\n  - { name: b, recipe: small.yaml, set: { sequence.cells: 6 } }\n';
  const about = 'claim: c, row: b, than: small, figure: mean-log-loss';
  const withClaims = (claims: readonly string[], lines = SEEDS) =>
    table(rows, `${lines}claims:\n${claims.map((claim) => `  - { ${claim} }\n`).join('')}`);
  /** Findings of whatever severity, as place and code, with the message of the first. */
  async function found(claims: readonly string[], lines = SEEDS, profile: string[] = []) {
    const { diagnostics, table: made } = await resolved(withClaims(claims, lines), profile);
    const own = diagnostics.filter(({ code }) => /^claim-|^table-/.test(code));
    return {
      codes: own.map(({ code, line, severity }) => `${line} ${severity} ${code}`),
      messages: own.map(({ message, hint }) => `${message} ${hint}`),
      claims: made?.claims,
    };
  }

  test('states what is repeated', async () => {
    const { codes, messages } = await found([about]);
    expect(codes).toEqual(['8 error claim-design']);
    expect(messages[0]).toContain('Write design: crossed');
    expect((await found([`${about}, design: paired`])).codes).toEqual([]);
  });

  test.each([
    ['by: -0.01', 'claim-margin', 'Write by: 0.01, and swap row and than'],
    ['within: 0', 'claim-margin', 'A band of 0 is never shown'],
    ['within: -0.1', 'claim-margin', 'is below 0'],
    ['by: 0.1, within: 0.1', 'claim-margin', 'and not both'],
    ['within: 0.1, sided: one', 'claim-margin', 'two one-sided tests'],
    ['gate: true', 'claim-gate', 'without an expectation'],
    ['by: 0.1, primary: true', 'claim-fixed-on', 'A primary claim with a margin'],
    ['within: 0.1, gate: true, expect: { full: holds }', 'claim-fixed-on', 'A gate with a margin'],
    ['by: 0.1, fixedOn: { seed: [7] }', 'claim-fixed-on', 'other seeds on the same patients are no new data'],
    ['by: 0.1, fixedOn: { data.seed: [0] }', 'claim-fixed-on', 'data.seed 0'],
    ['by: 0.1, fixedOn: { data.seed: [1], seed: [4, 9] }', 'claim-fixed-on', 'seed 4'],
  ])('%s: %s', async (more, code, message) => {
    const { codes, messages } = await found([`${about}, design: crossed, ${more}`]);
    expect(codes.filter((one) => one.includes('error'))).toEqual([`8 error ${code}`]);
    expect(messages[0]).toContain(message);
  });

  test('has its margins where data and seeds are others, or the margin follows from no run', async () => {
    for (const fixed of ['data.seed: [1], seed: [9]', 'reason: a hundredth of the loss of the constant predictor']) {
      const { codes, claims } = await found([
        `${about}, design: crossed, by: 0.1, primary: true, fixedOn: { ${fixed} }`,
      ]);
      expect(codes.filter((one) => one.includes('error'))).toEqual([]);
      expect(claims?.[0]).toMatchObject({ primary: true, question: { kind: 'better', by: 0.1, sides: 2 } });
    }
  });

  test('is primary in a family of at most four, and one of each kind is a gate', async () => {
    const primary = Array.from({ length: 5 }, () => `${about}, design: crossed, primary: true`);
    expect((await found(primary)).codes.filter((one) => one.includes('error'))).toEqual(['12 error claim-family']);
    expect((await found(primary.slice(1))).codes.filter((one) => one.includes('error'))).toEqual([]);
    const gate = `${about}, design: crossed, gate: true, expect: { full: holds }`;
    const same = `${gate}, within: 0.1, fixedOn: { reason: r }`;
    expect((await found([gate, same])).codes.filter((one) => one.includes('error'))).toEqual([]);
    const { codes, messages } = await found([gate, same, gate]);
    expect(codes.filter((one) => one.includes('error'))).toEqual(['10 error claim-gate']);
    expect(messages.join(' ')).toContain('by a margin already, in line 8');
  });

  test('is not decided on fewer than five seeds: told once for all, and of a gate an error', async () => {
    const plain = `${about}, design: crossed`;
    const { codes, messages } = await found([plain, plain, plain], 'seeds: [0]\n');
    expect(codes).toEqual(expect.arrayContaining(['8 warning claim-seeds']));
    expect(codes.filter((one) => one.includes('claim-seeds'))).toHaveLength(1);
    expect(messages.join(' ')).toContain(
      'This claim and those of lines 9, 10 are not decided on 1 seed: a decision takes 5 seeds',
    );
    expect((await found([`${plain}, gate: true, expect: { full: holds }`], 'seeds: [0, 1]\n')).codes).toContain(
      '8 error claim-gate',
    );
    expect((await found([plain])).codes.filter((one) => one.includes('claim-seeds'))).toEqual([]);
  });

  test('is not decided on one patient', async () => {
    const { messages, codes } = await found([`${about}, design: crossed`]);
    // Ten studies, of which a tenth validates.
    expect(codes).toEqual(['8 warning claim-patients']);
    expect(messages[0]).toContain('one validation patient');
  });

  test('of equality has a band that can be reached, as far as its spread says', async () => {
    const same = (within: number) =>
      found([`${about}, design: crossed, within: ${within}, spread: { seeds: 0.01, patients: 0.05, rest: 0.1 }`]);
    const { codes, messages } = await same(0.01);
    expect(codes).toContain('8 warning claim-band');
    // Of the seeds alone, since one patient has no spread: (t 0.95 + t 0.9 with 4 degrees of freedom) x 0.01 / sqrt 5.
    expect(messages.join(' ')).toContain('from a band of 0.016 on');
    expect((await same(0.02)).codes).not.toContain('8 warning claim-band');
  });

  test('compares with the predictors of the row’s own evaluation, which need no row', async () => {
    const { codes, claims } = await found(['claim: c, row: b, than: constant, figure: mean-log-loss, design: crossed']);
    expect(codes.filter((one) => one.includes('error'))).toEqual([]);
    expect(claims).toMatchObject([
      { than: 'constant', partner: { name: 'constant', baseline: { of: 'b', predictor: 'constant' }, runs: [] } },
    ]);
    const wrong = await found([`claim: c, row: b, than: constant, figure: "${F1}", design: crossed`]);
    expect(wrong.messages[0]).toContain('its constant predictor has losses only');
    expect(
      (await found(['claim: c, row: b, than: constnt, figure: mean-log-loss, design: crossed'])).messages[0],
    ).toContain('Did you mean constant?');
  });

  test('of one recipe with itself has nothing that could differ', async () => {
    const text = table(
      '  - small.yaml\n  - { name: b, recipe: small.yaml }\n',
      `${SEEDS}claims: [{ ${about}, design: crossed }]\n`,
    );
    const { diagnostics } = await resolved(text);
    expect(diagnostics.find(({ code }) => code === 'claim-no-difference')).toMatchObject({
      severity: 'warning',
      line: 7,
    });
    expect(await errors(text)).toEqual([]);
  });

  test('nested takes data sets of its own: dataSeeds, of a source that generates', async () => {
    const nested = `${about}, design: nested`;
    const data = `${SEEDS}dataSeeds: [401, 402, 403, 404, 405]\n`;
    const { codes, claims } = await found([nested], data);
    expect(codes.filter((one) => !one.includes('claim-patients'))).toEqual([]);
    expect(claims).toMatchObject([{ design: 'nested' }]);
    expect((await found([nested])).codes).toContain('8 error claim-design');
    expect((await found([nested], 'dataSeeds: [1, 2, 3]\n')).codes).toContain('8 warning claim-seeds');
    const crossed = await found([`${about}, design: crossed`], data);
    expect(crossed.messages[0]).toContain('its rows run on 5 data sets (dataSeeds 401, 402, 403, 404, 405)');
    const rsna = table(
      '  - { name: small, recipe: small.yaml, set: { data.source: { type: rsna, root: here } } }\n  - { name: b, recipe: small.yaml, set: { data.source: { type: rsna, root: here }, sequence.cells: 6 } }\n',
      `${data}claims: [{ ${nested} }]\n`,
    );
    expect(await errors(rsna)).toEqual([expect.stringContaining('splits the same patients of the source rsna anew')]);
  });
});

test('dataSeeds: each row is run on each data set with each of its seeds, and nothing else says which', async () => {
  const rows = '  - small.yaml\n  - { name: own, recipe: small.yaml, dataSeeds: [7], set: { sequence.cells: 6 } }\n';
  const made = (await resolved(table(rows, 'seeds: [0, 1]\ndataSeeds: [401, 402]\n'))).table!;
  const runs = (at: number) =>
    made.rows[at]!.runs.map(({ seed, data, recipe }) => [data, seed, recipe().data.seed, recipe().seed]);
  expect(runs(0)).toEqual([
    [401, 0, 401, 0],
    [401, 1, 401, 1],
    [402, 0, 402, 0],
    [402, 1, 402, 1],
  ]);
  expect(runs(1)).toEqual([
    [7, 0, 7, 0],
    [7, 1, 7, 1],
  ]);
  expect(made.rows.map(({ seeds, dataSeeds }) => [seeds, dataSeeds])).toEqual([
    [
      [0, 1],
      [401, 402],
    ],
    [[0, 1], [7]],
  ]);
  const set = table('  - { recipe: small.yaml, set: { data.seed: 3 } }\n', 'dataSeeds: [401]\n');
  expect(await errors(set)).toEqual([expect.stringMatching(/^4:\d+ table-seed: data\.seed comes from one place/)]);
  expect(await errors(table(rows, 'dataSeeds: [401]\n'), [], ['data.seed=3'])).toEqual([
    expect.stringContaining('1:1 table-seed: data.seed comes from one place'),
  ]);
  const sweep = (await resolved(table('  - { sweep: cells.yaml }\n', 'dataSeeds: [401, 402]\n'))).table!;
  expect(sweep.rows.map(({ name, runs: all }) => [name, all.map(({ data }) => data)])).toEqual([
    ['cells.cells-4', [401, 402]],
    ['cells.cells-6', [401, 402]],
  ]);
});
