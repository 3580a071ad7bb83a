import { describe, expect, test } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import { type Component, defineOptimizer, defineSequence, defineWindow, Type } from '../../../src/index.ts';
import type { LanguageHistory } from '../../../src/registry/migrations/language-history.ts';
import { migrateText } from '../../../src/registry/migrations/migrate-text.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import { fakes } from '../fake-components.ts';

const noWork = (): never => {
  throw new Error('A recipe is resolved without running a component.');
};

/** The fake bi-lstm two versions later: cells was units, then size; a switch became a word; one parameter is gone. */
const sequence = defineSequence({
  name: 'bi-lstm',
  version: 3,
  summary: 'Fake sequence model.',
  params: Type.Object({
    layers: Type.Integer({ default: 3, minimum: 1, maximum: 8, description: 'Layers.' }),
    cells: Type.Integer({ default: 256, minimum: 1, maximum: 4096, description: 'Cells per direction.' }),
    dropout: Type.Number({ default: 0.3, minimum: 0, exclusiveMaximum: 1, description: 'Share left out.' }),
    ways: Type.Union([Type.Literal('forward'), Type.Literal('both')], { default: 'both', description: 'Ways.' }),
  }),
  migrations: [
    { to: 3, summary: 'Three layers are the default.', rename: { size: 'cells' }, defaults: { layers: 2 } },
    {
      to: 2,
      summary: 'Words in the place of switches.',
      rename: { units: 'size', bidirectional: 'ways' },
      values: { ways: { true: 'both', false: 'forward' } },
      removed: ['stateful'],
    },
  ],
  contract: ({ cells }) => ({ needs: 'embeddings', width: 2 * cells }),
  network: noWork,
});
const adam = defineOptimizer({
  name: 'adam',
  version: 2,
  summary: 'Fake optimizer adam.',
  params: Type.Object({
    decay: Type.Number({ default: 0.9, minimum: 0, exclusiveMaximum: 1, description: 'Decay.' }),
  }),
  migrations: [{ to: 2, summary: 'beta1 has a name that says what it is.', rename: { beta1: 'decay' } }],
  contract: () => ({}),
  slots: [],
  scalars: noWork,
  update: noWork,
});
const linear = defineWindow({
  name: 'linear',
  version: 2,
  summary: 'Fake window.',
  params: Type.Object({
    centre: Type.Number({ unit: 'HU', description: 'Middle.' }),
    width: Type.Number({ exclusiveMinimum: 0, unit: 'HU', description: 'Extent.' }),
  }),
  migrations: [{ to: 2, summary: "DICOM's word.", rename: { level: 'centre' } }],
  contract: () => ({}),
  scale: noWork,
});
const now = [sequence, adam, linear] as readonly Component[];
const registry = createRegistry([
  ...fakes.filter((old) => !now.some(({ kind, name }) => kind === old.kind && name === old.name)),
  ...now,
]);

async function migrate(text: string, files: Record<string, string> = {}, language?: LanguageHistory) {
  const { tree } = await resolveText(text, { registry, files, cwd: '/' });
  return migrateText(text, { registry, resolved: tree, ...(language ? { language } : {}) });
}

const OLD = `# My heads.
recipe: 1
windows:                     # in HU
  brain: { level: 40,   width: 80 }   # grey   matter
  bone:
    level: 600               # the skull
    width: 2800
sequence:
  type: bi-lstm

  # how large it is
  units: 64                  # small
  stateful: false            # nobody knows
  bidirectional: true
  dropout: 0.5
train:
  backbone: { optimizer: { beta1: 0.8 } }
  sequence: { optimizer: { type: adam, beta1: "\${train.backbone.optimizer.beta1}" }, batch: 4 }
contrast: { other: [sequence.units, train.backbone.optimizer.beta1, "windows.brain.level"] }
profiles:
  ci:
    sequence: { units: 8, stateful: true }
    windows: { brain: { level: 30 } }
sweep:
  grid:
    sequence.units: [32, 64] # two sizes
    train.backbone.optimizer: [{ type: adam, beta1: 0.7 }, { type: sgd, momentum: 0.1 }]
  pairs: { windows.bone.level: [500, 600], sequence.dropout: [0, 0.1] }
`;
const NEW = `# My heads.
recipe: 1
windows:                     # in HU
  brain: { centre: 40,   width: 80 }   # grey   matter
  bone:
    centre: 600               # the skull
    width: 2800
sequence:
  type: bi-lstm

  # how large it is
  cells: 64                  # small
  ways: both
  dropout: 0.5
train:
  backbone: { optimizer: { decay: 0.8 } }
  sequence: { optimizer: { type: adam, decay: "\${train.backbone.optimizer.decay}" }, batch: 4 }
contrast: { other: [sequence.cells, train.backbone.optimizer.decay, "windows.brain.centre"] }
profiles:
  ci:
    sequence: { cells: 8 }
    windows: { brain: { centre: 30 } }
sweep:
  grid:
    sequence.cells: [32, 64] # two sizes
    train.backbone.optimizer: [{ type: adam, decay: 0.7 }, { type: sgd, momentum: 0.1 }]
  pairs: { windows.bone.centre: [500, 600], sequence.dropout: [0, 0.1] }
`;

describe('a recipe of earlier versions', () => {
  test('says the same in the words of today: comments, order and layout stay, and what names a parameter follows', async () => {
    const { text, notes } = await migrate(OLD);
    expect(text).toBe(NEW);
    expect(notes).toEqual([]);
  });

  test('migrated once more is as it was', async () => {
    const again = await migrate(NEW);
    expect(again).toEqual({ text: NEW, changes: [], notes: [], diff: '' });
  });

  test('with the line ends of Windows keeps them', async () => {
    const { text } = await migrate(OLD.replaceAll('\n', '\r\n'));
    expect(text).toBe(NEW.replaceAll('\n', '\r\n'));
  });

  test('is told what was done, in the order of the file, and shows it line by line', async () => {
    const { changes, diff } = await migrate(
      'recipe: 1\nsequence:\n  type: bi-lstm\n  units: 64 # small\n  stateful: no\n',
    );
    expect(changes).toEqual([
      'sequence.units became cells. Three layers are the default.',
      'sequence.stateful was removed. Words in the place of switches.',
    ]);
    expect(diff).toBe('@@ line 4 @@\n-  units: 64 # small\n+  cells: 64 # small\n@@ line 5 @@\n-  stateful: no');
  });

  test('takes the type of a block from the file below it', async () => {
    const base = 'recipe: 1\nsequence: { type: bi-lstm, units: 64 }\n';
    const { text } = await migrate('recipe: 1\nextends: base.yaml\nsequence: { units: 8 }\n', { 'base.yaml': base });
    expect(text).toBe('recipe: 1\nextends: base.yaml\nsequence: { cells: 8 }\n');
  });

  test('with edits of lists', async () => {
    const blur = 'recipe: 1\nevaluation: { metrics: { append: [auc], remove: [units] } }\n';
    expect((await migrate(blur)).text).toBe(blur);
  });

  test('that states both names is left to a person', async () => {
    const text = 'recipe: 1\nsequence: { type: bi-lstm, units: 8, cells: 16 }\n';
    const done = await migrate(text);
    expect(done.text).toBe(text);
    expect(done.notes).toEqual([
      'sequence.units and cells both stand there: one of the two has to go. Three layers are the default.',
    ]);
  });

  test('that has only what was removed keeps an empty block', async () => {
    const flow = await migrate(
      'recipe: 1\nprofiles: { a: { sequence: { type: bi-lstm }, accept: [] }, b: { sequence: {type: bi-lstm, stateful: true} } }\n',
    );
    expect(flow.text).toContain('b: { sequence: {type: bi-lstm} }');
    const alone = await migrate(
      'recipe: 1\nsequence: bi-lstm\nprofiles:\n  ci:\n    sequence:\n      stateful: true\n',
    );
    expect(alone.text).toBe('recipe: 1\nsequence: bi-lstm\nprofiles:\n  ci:\n    sequence:\n      {}\n');
  });
});

describe('a changed default', () => {
  const made = (version: number) =>
    `recipe: 1\nsequence:\n  type: bi-lstm\n  cells: 8 # few\nresolved: { by: 0.1.0, components: { sequence bi-lstm: ${version} } }\n`;

  test('is stated where the version is known that relied on it', async () => {
    const { text, changes } = await migrate(made(2));
    expect(text).toBe(
      'recipe: 1\nsequence:\n  type: bi-lstm\n  cells: 8 # few\n  layers: 2\nresolved: { by: 0.1.0, components: { sequence bi-lstm: 3 } }\n',
    );
    expect(changes[0]).toBe('sequence.layers: 2 is stated, the default of its version. Three layers are the default.');
    expect((await migrate(text)).text).toBe(text);
  });

  test('is left alone where the version is unknown, or new enough', async () => {
    const unknown = 'recipe: 1\nsequence: { type: bi-lstm, cells: 8 }\n';
    expect((await migrate(unknown)).text).toBe(unknown);
    expect((await migrate(made(3))).text).toBe(made(3));
  });
});

test('the language migrates in the same way, and the recipe states its version', async () => {
  const language: LanguageHistory = {
    version: 2,
    migrations: [
      {
        to: 2,
        summary: 'Test.',
        rename: { 'train.backbone.rounds': 'epochs', shuffle: 'seed' },
        removed: ['colour'],
        values: { 'data.image.interpolation': { bilinear: 'linear' } },
      },
    ],
  };
  const old = `recipe: 1   # of the language
shuffle: 4
colour: red
data: { image: { interpolation: bilinear } }
train:
  backbone: { rounds: 3, batch: "\${train.backbone.rounds}" }
profiles: { ci: { train: { backbone: { rounds: 1 } } } }
`;
  const { text } = await migrate(old, {}, language);
  expect(text).toBe(`recipe: 2   # of the language
seed: 4
data: { image: { interpolation: linear } }
train:
  backbone: { epochs: 3, batch: "\${train.backbone.epochs}" }
profiles: { ci: { train: { backbone: { epochs: 1 } } } }
`);
  expect((await migrate(text, {}, language)).text).toBe(text);
});

test('an outdated key says so, and which command helps', async () => {
  const { diagnostics } = await resolveText(
    'recipe: 1\nsequence:\n  type: bi-lstm\n  units: 8\n  stateful: true\n  celz: 1\n',
    { registry, cwd: process.cwd(), file: 'mine.yaml', set: ['sequence.bidirectional=true'] },
  );
  const about = diagnostics.filter(({ path }) => /units|stateful|celz|bidirectional/.test(path));
  expect(about.map(({ code, line, column, message, hint }) => [code, line, column, message, hint])).toEqual(
    expect.arrayContaining([
      [
        'outdated-key',
        4,
        3,
        'Since version 3 of the sequence bi-lstm units is called cells.',
        'ichor migrate mine.yaml',
      ],
      [
        'outdated-key',
        5,
        3,
        'Since version 2 of the sequence bi-lstm there is no stateful.',
        'ichor migrate mine.yaml',
      ],
      ['unknown-key', 6, 3, 'celz is no key of the sequence bi-lstm.', expect.stringContaining('cells') as string],
    ]),
  );
});

describe('a parameter that became one of a block inside', () => {
  // Version 1 of the built-in adam had halfLife.
  const today = createRegistry(builtIn);
  const renew = async (text: string) => {
    const { tree } = await resolveText(text, { registry: today, cwd: '/' });
    return migrateText(text, { registry: today, resolved: tree });
  };
  const START = 'recipe: 1\ntrain:\n  backbone:\n';

  test('is written as that block, comments and layout kept', async () => {
    const { text, changes } = await renew(
      `${START}    optimizer: { type: adam, learningRate: 3e-3, halfLife: 150 }   # halves\n  sequence:\n    optimizer:\n      halfLife: 60.5           # updates\n      clipNorm: 10\n`,
    );
    expect(text).toBe(
      `${START}    optimizer: { type: adam, learningRate: 3e-3, schedule: { type: half-life, halfLife: 150 } }   # halves\n  sequence:\n    optimizer:\n      schedule: { type: half-life, halfLife: 60.5 }           # updates\n      clipNorm: 10\n`,
    );
    expect(changes.join()).toContain('train.backbone.optimizer.halfLife became schedule');
  });

  test('says with a word what null said, in profiles too', async () => {
    const { text } = await renew(
      'recipe: 1\nprofiles:\n  ci: { train: { backbone: { optimizer: { halfLife: null } } } }\n',
    );
    expect(text).toContain('optimizer: { schedule: constant }');
  });

  test('is followed where a reference, a contrast or a sweep names it', async () => {
    const { text } = await renew(
      `${START}    optimizer: { halfLife: 60 }\n  sequence:\n    optimizer: { halfLife: "\${train.backbone.optimizer.halfLife}" }\ncontrast: { other: [train.backbone.optimizer.halfLife] }\nsweep: { grid: { train.backbone.optimizer.halfLife: [20, null] } }\n`,
    );
    expect(text).toContain('schedule: { type: half-life, halfLife: "${train.backbone.optimizer.schedule.halfLife}" }');
    expect(text).toContain('contrast: { other: [train.backbone.optimizer.schedule] }');
    expect(text).toContain(
      'sweep: { grid: { train.backbone.optimizer.schedule: [{ type: half-life, halfLife: 20 }, constant] } }',
    );
  });

  test('is left to a person where today it would mean something else', async () => {
    const old = `${START}    optimizer: { halfLife: 0.5 }\n`;
    const { text, notes } = await renew(old);
    expect(text).toBe(old);
    expect(notes.join()).toContain('below 1 for a share of the whole');
    const both = `${START}    optimizer: { halfLife: 5, schedule: cosine }\n`;
    expect((await renew(both)).notes.join()).toContain('one of the two has to go');
  });

  test('is an error that names the block until then', async () => {
    const { diagnostics } = await resolveText(`${START}    optimizer: { halfLife: 60 }\n`, {
      registry: today,
      cwd: '/',
    });
    expect(diagnostics.find(({ code }) => code === 'outdated-key')).toMatchObject({
      line: 4,
      message: expect.stringContaining('halfLife is said by schedule: { type: half-life, halfLife: … }'),
    });
  });
});
