import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Resolution, resolveRecipe, resolveText } from '../../../src/registry/resolve/resolve.ts';
import { at, type Path } from '../../../src/registry/values/path.ts';
import type { Node } from '../../../src/registry/values/value.ts';
import { VALID } from '../diagnostics/mistakes.ts';
import { fakeRegistry as registry } from '../fake-components.ts';

const cwd = '/recipes';
const resolve = (text: string, options: Partial<Parameters<typeof resolveText>[1]> = {}) =>
  resolveText(text, { registry, cwd, ...options });

function nodeAt({ tree }: Resolution, ...path: Path): Node {
  const node = at(tree ?? undefined, path);
  if (!node) throw new Error(`no value at ${path.join('.')}`);
  return node;
}
const origin = (resolution: Resolution, ...path: Path) => {
  const { layer, place } = nodeAt(resolution, ...path);
  return `${layer} ${place.file.replace(`${cwd}/`, '')}:${place.line}:${place.column}`;
};

describe('what a resolved recipe holds', () => {
  test('short forms, defaults of components, common fields and of the language', async () => {
    const { recipe } = await resolve(VALID);
    expect(recipe).toMatchObject({
      recipe: 1,
      name: 'small',
      data: { seed: 0, limit: null, source: { type: 'rsna', root: 'data/rsna' } },
      windows: { brain: { type: 'linear', level: 40, width: 80 } },
      channels: [{ window: 'brain' }, { window: 'subdural' }, { window: 'bone' }],
      backbone: { type: 'small-cnn', width: 0.5, blocks: 1, weights: 'none', batchNorm: 'trained' },
      sequence: { type: 'bi-lstm', group: 'series', steps: 60, split: 'same', layers: 2, cells: 32, dropout: 0.1 },
      train: {
        backbone: {
          stepsPerEpoch: null,
          checkpoint: 'last',
          optimizer: { type: 'adam', learningRate: 0.001, clipNorm: 10, beta1: 0.9 },
        },
        sequence: {
          epochs: 10,
          batch: 32,
          loss: { type: 'binary-cross-entropy', reduction: 'sum-over-labels' },
          embeddings: 'in-sample',
        },
      },
      evaluation: {
        metrics: [{ type: 'mean-log-loss' }, { type: 'auc' }],
        patient: { rule: 'consecutive', slices: 3, threshold: 0.5 },
      },
      paper: null,
      contrast: null,
      accept: [],
      smoke: false,
    });
  });

  test('it is ordered as the data flows, whatever the order of the file', async () => {
    const blocks = VALID.split(/^(?=\w)/m);
    const { recipe } = await resolve(blocks.reverse().join(''));
    const order = [
      'recipe',
      'name',
      'plugins',
      'seed',
      'data',
      'windows',
      'channels',
      'augment',
      'backbone',
      'sequence',
      'train',
      'calibration',
      'evaluation',
    ];
    expect(Object.keys(recipe ?? {}).slice(0, order.length)).toEqual(order);
  });

  test.each([
    ['as it is', VALID, {}],
    ['under smoke', VALID, { smoke: true }],
    [
      'with removed values and a word for a block',
      VALID,
      { set: ['train.backbone.optimizer.clipNorm=null', 'sequence=none'] },
    ],
  ])('its text resolves to the same again: %s', async (_, text, options) => {
    const first = await resolve(text, options);
    const second = await resolve(first.text);
    expect(second.diagnostics).toEqual([]);
    expect(second.recipe).toEqual(first.recipe);
    expect(second.text).toBe(first.text);
  });

  test('a byte order mark, CRLF and numbers of YAML 1.2 are read', async () => {
    const bytes = Buffer.from(`\uFEFF${VALID.replaceAll('\n', '\r\n').replace('dropout: 0.1', 'dropout: .25')}`);
    const { decode } = await import('../../../src/registry/resolve/read-recipe.ts');
    const read = decode('recipe.yaml', bytes);
    const { recipe, diagnostics } = await resolve('text' in read ? read.text : '');
    expect(diagnostics).toEqual([]);
    expect(recipe?.sequence).toMatchObject({ dropout: 0.25 });
    expect(recipe?.train.backbone.optimizer.learningRate).toBe(1e-3);
  });

  test('a recipe without a name has that of its file, fit for the names of runs', async () => {
    const text = VALID.replace('name: small\n', '');
    expect((await resolve(text, { file: 'rows/my row (2).yaml' })).recipe?.name).toBe('my-row-2-');
    expect((await resolve(text, { file: '.yaml' })).recipe?.name).toBe('recipe');
  });

  test('null removes: the default of the language or of the component comes back', async () => {
    const base = { 'base.yaml': VALID };
    const { recipe } = await resolve(
      'recipe: 1\nextends: base.yaml\nwindows: { bone: null }\nchannels: [brain]\nsequence: null\ntrain: { backbone: { batch: null, optimizer: { clipNorm: null } } }\n',
      { files: base },
    );
    expect(Object.keys(recipe?.windows ?? {})).toEqual(['brain', 'subdural']);
    expect(recipe?.sequence).toBe('none');
    expect(recipe?.train.backbone).toMatchObject({
      batch: 32,
      epochs: 2,
      optimizer: { clipNorm: null, learningRate: 0.001 },
    });
  });
});

describe('extends', () => {
  test('several parts, in their order; each path from its own file; a part that comes twice counts at its first place', async () => {
    const { recipe, files } = await resolve('recipe: 1\nextends: [parts/a.yaml, parts/b.yaml]\nseed: 3\n', {
      files: {
        'parts/a.yaml': 'extends: ../base.yaml\nseed: 1\ndata: { seed: 1 }\n',
        'parts/b.yaml': 'extends: ../base.yaml\ntrain: { backbone: { epochs: 5 } }\nseed: 2\n',
        'base.yaml': VALID.replace('data:\n', 'data:\n  seed: 9\n'),
      },
    });
    expect(files).toEqual(['base.yaml', 'parts/a.yaml', 'parts/b.yaml', 'recipe.yaml'].map((name) => join(cwd, name)));
    expect(recipe).toMatchObject({ seed: 3, data: { seed: 1 }, train: { backbone: { epochs: 5, batch: 8 } } });
  });

  test('name, paper and contrast are of one file alone', async () => {
    const { recipe } = await resolve('recipe: 1\nextends: row.yaml\n', {
      file: 'mine.yaml',
      files: { 'row.yaml': `${VALID}paper: { row: A row }\ncontrast: { nobody: [seed] }\n` },
    });
    expect(recipe).toMatchObject({ name: 'mine', paper: null, contrast: null });
  });
});

describe('provenance', () => {
  test('each value says which layer set it, where, and what it shadowed', async () => {
    const resolution = await resolve(
      'recipe: 1\nextends: base.yaml\ntrain:\n  backbone: { epochs: 4 }\nbackbone: { width: 2 }\n',
      {
        files: { 'base.yaml': VALID },
        set: ['seed=1', 'train.backbone.epochs=6'],
        smoke: true,
      },
    );
    expect(origin(resolution, 'train', 'backbone', 'epochs')).toBe('command line --set:2:23');
    const epochs = nodeAt(resolution, 'train', 'backbone', 'epochs');
    const shadowed = [epochs.shadowed, epochs.shadowed?.shadowed, epochs.shadowed?.shadowed?.shadowed].map((node) =>
      node?.kind === 'scalar' ? `${node.value} ${node.layer}` : null,
    );
    expect(shadowed).toEqual(['1 profile', '4 recipe', '2 base']);
    expect(origin(resolution, 'backbone', 'width')).toBe('recipe recipe.yaml:5:20');
    expect(origin(resolution, 'backbone', 'type')).toBe('base base.yaml:15:19');
    expect(origin(resolution, 'train', 'backbone', 'batch')).toBe('profile --smoke:1:1');
    // A default stands at the block that it completes.
    expect(origin(resolution, 'windows', 'bone', 'type')).toBe('default base.yaml:11:9');
    expect(origin(resolution, 'data', 'limit')).toBe('profile --smoke:1:1');
  });
});

describe('--smoke', () => {
  test('merges ordinary keys and leaves its mark', async () => {
    const text = VALID.replace(
      '{ type: small-cnn, width: 0.5 }',
      '{ type: inception-resnet-v2, weights: imagenet, batchNorm: frozen }',
    ).replace('size: 64', 'size: 80');
    const { recipe, diagnostics } = await resolve(text, { smoke: true });
    expect(diagnostics).toEqual([]);
    expect(recipe).toMatchObject({
      smoke: true,
      data: { limit: { labelled: 4, unlabelled: 1 } },
      train: {
        backbone: { batch: 2, epochs: 1, stepsPerEpoch: 2 },
        sequence: { batch: 2, epochs: 1, stepsPerEpoch: 2 },
      },
      backbone: { type: 'inception-resnet-v2', weights: 'none', batchNorm: 'trained' },
    });
  });

  test('the command line comes after it, and cannot take the mark away', async () => {
    expect((await resolve(VALID, { smoke: true, set: ['train.backbone.epochs=3'] })).recipe).toMatchObject({
      smoke: true,
      train: { backbone: { epochs: 3, batch: 2 } },
    });
    expect((await resolve(VALID, { smoke: true, set: ['smoke=false'] })).recipe).toBeNull();
  });

  test('a word for a block stays a word', async () => {
    const { recipe } = await resolve(VALID, { smoke: true, set: ['sequence=none'] });
    expect(recipe?.sequence).toBe('none');
  });
});

describe('--set', () => {
  test('equals editing the file', async () => {
    const pairs: [string[], string][] = [
      [['train.backbone.epochs=7'], VALID.replace('epochs: 2', 'epochs: 7')],
      [['augment[0].probability=0.1'], VALID.replace('probability: 0.5', 'probability: 0.1')],
      [
        ['augment[0]={type: affine, shift: 0.1, probability: null}'],
        VALID.replace('{ type: flip-horizontal, probability: 0.5 }', '{ type: affine, shift: 0.1 }'),
      ],
      [['augment[0].type=transpose'], VALID.replace('flip-horizontal', 'transpose')],
      [['augment=[]'], VALID.replace(/augment:\n.*\n/, 'augment: []\n')],
      [
        ['channels[1]=bone', 'channels[2].window=brain'],
        VALID.replace('[brain, subdural, bone]', '[brain, bone, brain]'),
      ],
      [['backbone=resnet-50-v2'], VALID.replace('small-cnn, width: 0.5', 'resnet-50-v2')],
      [
        ['windows.bone.level=500', 'windows.wide={level: 0, width: 100}'],
        VALID.replace(
          '  bone: { level: 600, width: 2800 }',
          '  bone: { level: 500, width: 2800 }\n  wide: { level: 0, width: 100 }',
        ),
      ],
      [
        ['train.sequence.checkpoint.best=auc'],
        VALID.replace('evaluation:', '  sequence: { checkpoint: { best: auc } }\nevaluation:'),
      ],
      [['data={image: {size: 32}}'], VALID.replace('size: 64', 'size: 32')],
    ];
    for (const [set, text] of pairs) {
      const [overridden, edited] = [await resolve(VALID, { set }), await resolve(text)];
      expect(overridden.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(overridden.recipe, set.join(' ')).toEqual(edited.recipe);
    }
  });

  test('a folder of data is meant from the working directory; in a file it stays as it is stated', async () => {
    expect((await resolve(VALID, { set: ['data.source.root=../scans'] })).recipe?.data.source.root).toBe('/scans');
    expect((await resolve(VALID, { set: ['data.source={type: rsna, root: scans}'] })).recipe?.data.source.root).toBe(
      '/recipes/scans',
    );
    expect((await resolve(VALID)).recipe?.data.source.root).toBe('data/rsna');
  });

  test('a value may hold an equals sign, and a path a name with a dot', async () => {
    expect((await resolve(VALID, { set: ['data.source.root=/a=b'] })).recipe?.data.source.root).toBe('/a=b');
    const { recipe } = await resolve(VALID, { set: ['windows["a.b"].level=1', 'windows["a.b"].width=2'] });
    expect(recipe?.windows['a.b']).toEqual({ type: 'linear', level: 1, width: 2 });
  });
});

describe('findings', () => {
  test('all of them at once, errors first, each in its own place', async () => {
    const text = VALID.replace('epochs: 2', 'epoch: 2')
      .replace('dropout: 0.1', 'dropout: 7')
      .replace('level: 600', 'levle: 600')
      .replace('brain, subdural', 'brian, subdural');
    const { diagnostics } = await resolve(text);
    expect(diagnostics.map(({ code, line }) => `${code} ${line}`)).toEqual([
      'unknown-key 11',
      'unknown-window 12',
      'out-of-range 16',
      'unknown-key 19',
    ]);
  });

  test('weights that cannot be loaded yet are a warning that says what runs', async () => {
    const text = VALID.replace('{ type: small-cnn, width: 0.5 }', '{ type: resnet-50-v2, weights: imagenet }');
    const { diagnostics, recipe } = await resolve(text);
    expect(recipe).not.toBeNull();
    expect(diagnostics).toMatchObject([
      { code: 'weights-not-loadable', severity: 'warning', path: 'backbone.weights' },
    ]);
    expect(diagnostics[0]?.hint).toContain('--set backbone.weights=none --set backbone.batchNorm=trained');
    const { blocksRun } = await import('../../../src/registry/diagnostics/blocks-run.ts');
    expect(blocksRun(diagnostics)).toEqual(diagnostics);
    const scratch = await resolve(text, { set: ['backbone.weights=none', 'backbone.batchNorm=trained'] });
    expect(scratch.diagnostics).toEqual([]);
  });

  test('one channel into three is a note, and no more', async () => {
    const text = VALID.replace('small-cnn, width: 0.5', 'resnet-50-v2').replace('[brain, subdural, bone]', '[brain]');
    const { diagnostics, recipe } = await resolve(text);
    expect(diagnostics).toMatchObject([{ code: 'channel-repeated', severity: 'note' }]);
    expect(recipe?.channels).toHaveLength(1);
  });

  test('predicting needs no labels', async () => {
    const text = VALID.replace('type: rsna', 'type: folder');
    expect((await resolve(text, { training: false })).diagnostics).toEqual([]);
  });

  test('a contract that throws is a finding and names the component', async () => {
    const broken = {
      ...registry.get('backbone', 'small-cnn'),
      contract: () => {
        throw new Error('boom');
      },
    };
    const { createRegistry } = await import('../../../src/registry/registry.ts');
    const others = registry.all().filter(({ name }) => name !== 'small-cnn');
    const { diagnostics } = await resolve(VALID, {
      registry: createRegistry([...others, broken as (typeof others)[number]]),
    });
    expect(diagnostics).toMatchObject([{ code: 'component-failed', path: 'backbone', line: 15 }]);
    expect(diagnostics[0]?.message).toContain('small-cnn failed: boom');
  });
});

test.each([
  ['nothing', () => null, 'it gives null, and must give an object.'],
  ['a list', () => [], 'it gives a list, and must give an object.'],
  ['a promise', () => Promise.reject(new Error('late')), 'it gives a promise, and must give its contract at once.'],
  ['a part', () => ({ channels: 3 }), 'it does not give minimumSize, which must be a number.'],
  [
    'another type',
    () => ({ channels: 'three' }),
    'the channels that it gives is "three", and must be a number or any.',
  ],
])('a contract that gives %s is a finding at the block', async (_, contract, why) => {
  const broken = { ...registry.get('backbone', 'small-cnn'), contract };
  const { createRegistry } = await import('../../../src/registry/registry.ts');
  const others = registry.all().filter(({ name }) => name !== 'small-cnn');
  const { diagnostics } = await resolve(VALID, {
    registry: createRegistry([...others, broken as unknown as (typeof others)[number]]),
  });
  expect(diagnostics).toMatchObject([{ code: 'component-failed', path: 'backbone', line: 15 }]);
  expect(diagnostics[0]?.message).toBe(`The contract of small-cnn failed: ${why}`);
});

describe('contrast', () => {
  const other = VALID.replace(/augment:\n.*\n/, 'augment: []\n');
  const claim = (list: string) => VALID.replace('name: small', `name: small\ncontrast: { other: ${list} }`);

  test('what is claimed may differ, and nothing else', async () => {
    expect((await resolve(claim('[augment]'), { files: { 'other.yaml': other } })).diagnostics).toEqual([]);
    expect(
      (await resolve(claim('[augment]'), { files: { 'other.yaml': other.replace('name: small', 'name: other') } }))
        .diagnostics,
    ).toEqual([]);
  });

  test('it is judged without --set', async () => {
    const { diagnostics } = await resolve(claim('[augment]'), {
      files: { 'other.yaml': other },
      set: ['train.backbone.epochs=9', 'augment=[]'],
    });
    expect(diagnostics).toEqual([]);
  });

  test('under a profile a claim may become equal', async () => {
    const same = VALID.replace('epochs: 2', 'epochs: 3');
    const text = claim('[train.backbone.epochs]');
    expect((await resolve(text, { files: { 'other.yaml': same }, smoke: true })).diagnostics).toEqual([]);
    expect((await resolve(text, { files: { 'other.yaml': same } })).diagnostics).toEqual([]);
    expect((await resolve(text, { files: { 'other.yaml': VALID } })).diagnostics).toMatchObject([
      { code: 'contrast-equal' },
    ]);
  });

  test('a key may lead to another folder, and not out of the project', async () => {
    const text = (key: string) => VALID.replace('name: small', `name: small\ncontrast: { ${key}: [augment] }`);
    const near = await resolve(text('sub/other'), { files: { 'sub/other.yaml': VALID } });
    expect(near.diagnostics).toMatchObject([{ code: 'contrast-equal' }]);
    for (const key of ['../other', '../../../other', '/other']) {
      const found = await resolve(text(key), { files: { [`${key}.yaml`]: other } });
      expect(found.diagnostics, key).toMatchObject([{ code: 'contrast-missing' }]);
    }
  });
});

describe('files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ichor-recipes-'));
    await mkdir(join(folder, 'rows.yaml'));
    await writeFile(join(folder, 'row-one.yaml'), VALID);
    await mkdir(join(folder, 'recipes'));
    await writeFile(join(folder, 'recipes', 'controls.yaml'), VALID);
    await writeFile(join(folder, 'latin.yaml'), Buffer.from([0x6e, 0xe9, 0x0a]));
    await writeFile(join(folder, 'large.yaml'), Buffer.alloc(1_000_001, 0x20));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each([
    ['row-on.yaml', 'recipe-missing', /row-one\.yaml/],
    ['row-one', 'recipe-missing', /row-one\.yaml/],
    ['controls.yaml', 'recipe-missing', /recipes\/controls\.yaml/],
    ['nowhere/x.yaml', 'recipe-missing', undefined],
    ['row-one.yaml/x.yaml', 'recipe-missing', undefined],
    ['rows.yaml', 'recipe-missing', undefined],
    ['latin.yaml', 'not-utf8', undefined],
    ['large.yaml', 'recipe-too-large', undefined],
  ])('%s is %s', async (name, code, hint) => {
    const { diagnostics, recipe } = await resolveRecipe(name, { registry, cwd: folder });
    expect(recipe).toBeNull();
    expect(diagnostics).toMatchObject([{ code, file: join(folder, name) }]);
    if (hint) expect(diagnostics[0]?.hint).toMatch(hint);
  });

  test('a recipe is read from the working directory', async () => {
    const { recipe, files } = await resolveRecipe('row-one.yaml', { registry, cwd: folder });
    expect(recipe?.name).toBe('small');
    expect(files).toEqual([join(folder, 'row-one.yaml')]);
  });
});
