import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LanguageServer } from './language-server.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
/** All that there are: whoever adds one proposes it. */
const AUGMENTATIONS = [
  ...['flip-horizontal', 'affine', 'transpose', 'flip-vertical', 'shear', 'crop'],
  ...['brightness', 'contrast', 'noise', 'blur', 'erasing', 'window-jitter'],
];
const schema = new URL('schema/recipe.schema.json', root).href;

/** The settings of docs/editors.md, as the extension hands what stands under `yaml.` to the server. */
function documented(): Record<string, unknown> {
  const json = /```json\n([\s\S]*?)```/.exec(read('docs/editors.md'))?.[1];
  if (json === undefined) throw new Error('docs/editors.md has no settings');
  const settings = JSON.parse(json) as Record<string, unknown>;
  const nested: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(settings)) {
    const parts = key.split('.');
    if (parts[0] !== 'yaml' || parts[1] === undefined) continue;
    nested[parts[1]] = parts[2] === undefined ? value : { [parts[2]]: value };
  }
  return nested;
}

let server: LanguageServer;
beforeAll(async () => {
  const settings = documented();
  const [globs] = Object.values(settings.schemas as Record<string, string[]>);
  server = await LanguageServer.start({ ...settings, schemas: { [schema]: globs } });
});
afterAll(() => server.stop());

let count = 0;
/** Opens a text in a file that the documented pattern names; `|` marks where the cursor is. */
async function open(marked: string) {
  const offset = marked.indexOf('|');
  const text = offset < 0 ? marked : marked.slice(0, offset) + marked.slice(offset + 1);
  const path = `/project/recipes/mine/text-${++count}.yaml`;
  const problems = await server.open(path, text);
  return {
    problems,
    labels: async () => (await server.complete(path, text, offset)).map(({ label }) => label),
    proposals: () => server.complete(path, text, offset),
    hover: () => server.hover(path, text, offset),
  };
}

describe('completion', () => {
  test.each([
    [
      'backbone',
      'backbone:\n  type: |\n',
      [
        'small-cnn',
        'resnet-50',
        'resnet-50-v2',
        'inception-resnet-v2',
        'inception-v3',
        'densenet-121',
        'mobilenet-v2',
        'efficientnet-lite0',
        'efficientnet-b0',
      ],
    ],
    [
      'sequence',
      'sequence:\n  type: |\n',
      ['bi-lstm', 'bi-gru', 'dilated-conv', 'per-slice', 'neighbour-smoothing', 'position'],
    ],
    [
      'split inside of a sequence',
      'sequence:\n  type: bi-lstm\n  split:\n    type: |\n',
      ['by-patient', 'k-fold', 'random-slice'],
    ],
    ['source', 'data:\n  source:\n    type: |\n', ['rsna', 'phantom', 'folder', 'pictures']],
    ['augmentation in a list', 'augment:\n  - type: |\n', AUGMENTATIONS],
    ['augmentation of a profile', 'profiles:\n  ci:\n    augment:\n      - type: |\n', AUGMENTATIONS],
  ])('at type: %s: the names and no others', async (_, text, names) => {
    expect((await (await open(text)).labels()).sort()).toEqual([...names].sort());
  });

  test('of a bare name: the names, and none where no block may stand', async () => {
    expect(await (await open('sequence: |\n')).labels()).toEqual(expect.arrayContaining(['bi-lstm', 'none']));
    expect(await (await open('data:\n  source: |\n')).labels()).not.toContain('none');
  });

  test('of keys: those of the component that the block names, with their defaults', async () => {
    const proposals = await (await open('backbone:\n  type: small-cnn\n  |\n')).proposals();
    expect(proposals.map(({ label }) => label)).toEqual([
      'weights',
      'inputWeights',
      'batchNorm',
      'train',
      'width',
      'blocks',
    ]);
    // A snippet: the default is what one would type over.
    expect(proposals.find(({ label }) => label === 'blocks')?.insertText).toMatch(/^blocks: \$\{1:4\}$/);
    expect(await (await open('train:\n  backbone:\n    optimizer:\n      |\n')).labels()).toEqual(
      expect.arrayContaining(['learningRate', 'clipNorm', 'beta1']),
    );
  });

  test('of keys of a recipe and of a profile, which has no name', async () => {
    const recipe = await (await open('|\n')).labels();
    expect(recipe).toEqual(expect.arrayContaining(['extends', 'profiles', 'sweep', 'plugins', 'train', 'name']));
    // What ichor writes is known, and not proposed.
    expect(recipe).not.toContain('resolved');
    const profile = await (await open('profiles:\n  ci:\n    |\n')).labels();
    expect(profile).toEqual(expect.arrayContaining(['data', 'train', 'seed']));
    expect(profile).not.toContain('name');
  });

  test('of words', async () => {
    const labels = await (await open('data:\n  image:\n    interpolation: |\n')).labels();
    expect(labels).toEqual(expect.arrayContaining(['linear', 'area']));
  });
});

describe('hovering', () => {
  test('over dropout tells what it is, its range and its default', async () => {
    const shown = await (await open('sequence:\n  type: bi-lstm\n  drop|out: 0.3\n')).hover();
    expect(shown).toContain('bi-lstm');
    expect(shown).toContain('Share of each layer’s outputs that is set to zero while training');
    expect(shown).toContain('A number from 0 to 0.9');
    expect(shown).toContain('Default: 0.3');
  });

  test('over a parameter with a unit tells the unit, in a one-line block and in a profile', async () => {
    expect(await (await open('windows:\n  brain: { lev|el: 40, width: 80 }\n')).hover()).toContain('(HU)');
    expect(await (await open('profiles:\n  ci:\n    sequence:\n      st|eps: 3\n')).hover()).toContain('(slices)');
  });

  test('over a type tells the component', async () => {
    expect(await (await open('sequence:\n  type: bi-l|stm\n')).hover()).toContain('Stacked bidirectional LSTM');
  });

  test('over a key of the language tells its block', async () => {
    const shown = await (await open('train:\n  backbone:\n    ep|ochs: 3\n')).hover();
    expect(shown).toContain('train.backbone');
    expect(shown).toContain('Times that the backbone sees its training data.');
    expect(shown).toContain('Default: 7');
  });
});

describe('what is underlined', () => {
  const KEYS =
    'The sequence bi-lstm takes the keys type, group, order, steps, training, pad, littleBrain, features, reversed, split, backbones, layers, cells, dropout, layerNorm, projection.';
  test.each([
    ['a misspelt key', 'sequence:\n  type: bi-lstm\n  droput: 0.3\n', 3, 3, KEYS],
    ['a misspelt key in one line', 'sequence: { type: bi-lstm, droput: 0.3 }\n', 1, 28, KEYS],
    [
      'a key of another component',
      'train:\n  backbone:\n    optimizer: { type: adam, momentum: 1 }\n',
      3,
      30,
      /^The optimizer adam takes the keys type, learningRate/,
    ],
    ['a key nested wrongly', 'recipe: 1\nepochs: 3\n', 2, 1, /^A recipe takes the keys recipe, name, extends/],
    ['a misspelt key of a profile', 'profiles:\n  ci:\n    trian: {}\n', 3, 5, /^A profile takes the keys seed, data/],
    ['a misspelt key without a type', 'backbone:\n  wieghts: none\n', 2, 3, /^A backbone takes the keys type, weights/],
    [
      'a misspelt type',
      'sequence:\n  type: bi-lst\n',
      2,
      9,
      'There is no sequence of this name. Known: bi-lstm, bi-gru, dilated-conv, per-slice, neighbour-smoothing, position.',
    ],
    [
      'a misspelt bare name',
      'sequence: bi-lst\n',
      1,
      11,
      'Value is not accepted. Valid values: "bi-lstm", "bi-gru", "dilated-conv", "per-slice", "neighbour-smoothing", "position", "none".',
    ],
    ['a value out of range', 'sequence:\n  type: bi-lstm\n  dropout: 2\n', 3, 12, 'Value is above the maximum of 0.9.'],
    [
      'a text for a number',
      'sequence:\n  type: bi-lstm\n  dropout: some\n',
      3,
      12,
      /^Must be a number from 0 to 0\.9, or a reference/,
    ],
    [
      'a text for a number in a part',
      'windows:\n  brain: { level: high }\n',
      2,
      19,
      /^Must be a number from -32768 to 32767 \(HU\)/,
    ],
    ['a wrong word', 'data:\n  image:\n    interpolation: linar\n', 3, 20, /^Must be linear or area, or a reference/],
    ['one of several forms', 'train:\n  backbone:\n    checkpoint: lst\n', 3, 17, /^Must be last, or a map with best/],
    ['yes for true', 'smoke: yes\n', 1, 8, 'Must be true or false.'],
    ['a reference in type', 'sequence:\n  type: ${backbone.type}\n', 2, 9, /^There is no sequence of this name/],
    ['a reference in name', 'name: ${seed}\n', 1, 7, 'Must be a text.'],
    ['a wrong edit of a list', 'augment:\n  apend: [transpose]\n', 2, 3, /append, prepend, remove, patch/],
    [
      'a wrong key in an edit of a list',
      'augment:\n  append:\n    - { type: affine, shft: 1 }\n',
      3,
      23,
      /^The augmentation affine takes the keys/,
    ],
    ['a wrong key of a sweep', 'sweep:\n  repeat: 3\n', 2, 3, /grid, pairs, repeats/],
  ])('%s', async (_, text, line, column, message) => {
    const { problems } = await open(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ line, column });
    if (message instanceof RegExp) expect(problems[0]?.message).toMatch(message);
    else expect(problems[0]?.message).toBe(message);
  });

  test('both of two mistakes of one block', async () => {
    const { problems } = await open('backbone:\n  batchNorm: frozn\n  wieghts: none\n');
    expect(problems.map(({ line }) => line).sort()).toEqual([2, 3]);
  });

  test.each([
    ['a reference for a number', 'sequence:\n  type: bi-lstm\n  dropout: ${sequence.cells}\n'],
    [
      'references for a word, a boolean, a list, a block and a component',
      'seed: ${data.seed}\ndata:\n  image: ${data.image}\n  split: ${data.split}\naugment: ${augment}\nwindows:\n  a: ${windows.b}\nbackbone:\n  batchNorm: ${backbone.weights}\n  width: ${backbone.blocks}\ntrain:\n  backbone:\n    checkpoint: ${train.sequence.checkpoint}\n',
    ],
    ['a quoted reference in a one-line block', 'sequence: { type: bi-lstm, cells: "${sequence.steps}" }\n'],
    [
      'edits of lists',
      'channels: { append: [bone], remove: [brain] }\naugment: { prepend: [transpose], patch: { affine: { shift: 0.1 } } }\nevaluation: { metrics: { remove: [auc] }, patient: { truth: { append: [any-slice] } } }\naccept: { append: [leak] }\n',
    ],
    [
      'null, which removes',
      'seed: null\nsequence: null\nwindows: { bone: null }\ntrain: { backbone: { batch: null } }\n',
    ],
    [
      'profiles, plugins, a sweep',
      'plugins: [acme-windows, ./mine.ts]\nprofiles:\n  ci:\n    train: { backbone: { epochs: 1 } }\n    sequence: none\nsweep:\n  grid: { train.backbone.batch: [16, 32], sequence.dropout: [0, 0.3] }\n  repeats: 5\n',
    ],
    [
      'a component of a plugin that the schema does not know',
      'windows:\n  mine: { type: acme/sigmoid, steepness: 3 }\naugment: [acme/blur]\n',
    ],
  ])('nothing of %s', async (_, text) => {
    expect((await open(text)).problems).toEqual([]);
  });

  test('nothing in any recipe that is checked in, by its first line alone', async () => {
    const files = ['recipes', 'recipes/base'].flatMap((folder) =>
      readdirSync(new URL(folder, root))
        .filter((name) => name.endsWith('.yaml'))
        .map((name) => `${folder}/${name}`),
    );
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const path = fileURLToPath(new URL(file, root));
      expect(await server.open(path, read(file)), file).toEqual([]);
      // That it was judged at all: the same file with a misspelt key is not clean.
      const copy = path.replace('.yaml', '-with-a-mistake.yaml');
      expect(await server.open(copy, `${read(file)}\nsead: 1\n`), file).toHaveLength(1);
    }
  });
});
