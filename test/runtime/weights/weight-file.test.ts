import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openWeightFile, type WeightFile } from '../../../src/runtime/weights/weight-file.ts';
import { sharedData } from '../../shared-data.ts';
import { temporaryFolder } from '../engine/install/fakes.ts';
import { weightFixture } from './fixture.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/weights/', import.meta.url));
const fixture = weightFixture;

interface Expected {
  name?: string;
  layer?: string;
  place?: number;
  shape: number[];
  sha256: string;
  first: number[];
}
/** What the libraries that wrote the files held in memory: make.py beside them. */
const expected = JSON.parse(readFileSync(fixture('expected.json'), 'utf8')) as Record<string, Expected[]>;

async function contents(file: WeightFile): Promise<Expected[]> {
  const all: Expected[] = [];
  for (const { name, layer, place, shape, read } of file.tensors) {
    const values = await read();
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    all.push({
      ...(layer === null ? { name } : { layer, place }),
      shape: [...shape],
      sha256: createHash('sha256').update(bytes).digest('hex'),
      first: [...values.subarray(0, 3)],
    });
  }
  return all;
}

const FORMAT: readonly (readonly [RegExp, string])[] = [
  [/\.weights\.h5$/, 'keras-weights-h5'],
  [/\.h5$/, 'keras-h5'],
  [/\.keras$/, 'keras-zip'],
  [/\.safetensors$/, 'safetensors'],
  [/\.pth$/, 'pth'],
  [/\.json$/, 'arrays'],
];

describe('what a library wrote is what it held: names, order, shapes, every byte', () => {
  test.each(Object.keys(expected))('%s', async (name) => {
    const file = await openWeightFile(fixture(name));
    try {
      expect(file.format).toBe(FORMAT.find(([ending]) => ending.test(name))?.[1]);
      const all = await contents(file);
      const wanted = expected[name] as Expected[];
      // Without config.json the file has no order of its own.
      const sorted = (list: Expected[]) =>
        list.toSorted((a, b) => (`${a.layer}${a.place}${a.name}` < `${b.layer}${b.place}${b.name}` ? -1 : 1));
      if (/\.(weights\.h5|safetensors)$/.test(name)) expect(sorted(all)).toEqual(sorted(wanted));
      else expect(all).toEqual(wanted);
    } finally {
      await file.close();
    }
  });

  test('names, types and what else a file says of itself', async () => {
    const read = async (name: string) => {
      const file = await openWeightFile(fixture(name));
      await file.close();
      return file;
    };
    const keras2 = await read('keras2.h5');
    expect(keras2.tensors.map(({ name }) => name)).toContain('conv2d/kernel:0');
    expect(keras2.about).toMatchObject({ backend: 'tensorflow', keras_version: expect.stringMatching(/^2\./) });
    expect((await read('keras3.h5')).tensors.map(({ name }) => name)).toContain('conv2d/kernel');
    const weights = await read('keras3.weights.h5');
    expect(weights.tensors.map(({ name }) => name)).toContain('layers/conv2d_1/vars/0');
    expect(weights.notes).toEqual([expect.stringContaining('only training needs it: optimizer')]);
    expect((await read('bfloat16.weights.h5')).tensors.map(({ dtype }) => dtype)).toEqual(['BF16', 'BF16']);
    const checkpoint = await read('checkpoint.pth');
    expect(checkpoint.notes).toEqual(['the weights under state_dict of the checkpoint were taken']);
    const arrays = await read('arrays.json');
    expect(arrays.notes).toEqual([
      'batch norm folded into kernel and bias',
      expect.stringContaining('quantised to 8 bits an output: top'),
    ]);
    expect((await read('types.safetensors')).about).toEqual({ format: 'pt' });
  });

  test('without names in it, a .weights.h5 calls layers by their place, and says how Keras counts', async () => {
    const file = await openWeightFile(fixture('nameless.weights.h5'));
    expect(file.tensors.map(({ layer, place }) => `${layer} ${place}`)).toEqual([
      'layers/batch_normalization 0',
      'layers/batch_normalization 1',
      'layers/batch_normalization 2',
      'layers/conv2d 0',
      'layers/conv2d_1 0',
      'layers/conv2d_1 1',
      'layers/conv2d_2 0',
      'layers/conv2d_2 1',
      'layers/dense 0',
      'layers/dense 1',
      'layers/depthwise_conv2d 0',
      'layers/depthwise_conv2d 1',
      'layers/sequential/layers/conv2d 0',
      'layers/sequential/layers/conv2d 1',
    ]);
    expect(file.notes).toContainEqual(expect.stringContaining('numbers by class in the order of the network'));
    await file.close();
  });
});

const weights = sharedData('weights');

describe.skipIf(weights === null)('real weights, against NumPy and the library of safetensors', () => {
  test.each<[string, string, number, Record<string, string>]>([
    [
      'efficientnet-lite0.safetensors',
      'safetensors',
      247,
      {
        '_conv_stem.weight': '8ba97205755881fe71b6c14e8e59112d4ab77894047ba6aeffe234055f03eba3',
        '_fc.weight': 'def206f63899628437e3fa805269b9ddcd6fcc7a406dfe6198f2ba48a1beee5b',
      },
    ],
    [
      'layers.json',
      'arrays',
      106,
      {
        // np.load(kernel).transpose(1, 2, 3, 0), and (int8 * scale[:, None]).T
        'Conv 0': 'd62c39d4abb27ccfc865a4c6011d403cfa48d69f9c59e7ef9055f9534262071f',
        'expanded_conv/depthwise 0': 'a996b6a415dd06b3f380e5d2489ffdccb5a78d15f2b77d11ebdf4fe9d049d96f',
        'Logits 0': 'b7659b0908bb4fe1bfd37189aa09bbc32c84e858b7bed45773d5739e5520ed93',
      },
    ],
  ])('%s', async (name, format, count, hashes) => {
    const file = await openWeightFile(`${weights}/${name}`);
    expect(file.format).toBe(format);
    expect(file.tensors).toHaveLength(count);
    const found: Record<string, string> = {};
    for (const { name: tensor, layer, place, read } of file.tensors) {
      const key = layer === null ? tensor : `${layer} ${place}`;
      if (key in hashes)
        found[key] = createHash('sha256')
          .update(new Uint8Array((await read()).slice().buffer))
          .digest('hex');
    }
    expect(found).toEqual(hashes);
    await file.close();
  });
});

/** What a user is told. */
async function refusal(path: string): Promise<{ code: string; message: string; hint: string; exit: number }> {
  let file: WeightFile;
  try {
    file = await openWeightFile(path);
  } catch (error) {
    return error as never;
  }
  try {
    for (const tensor of file.tensors) await tensor.read();
  } catch (error) {
    return error as never;
  } finally {
    await file.close();
  }
  throw new Error(`${path} was read`);
}

describe('what is no file of weights is called by its name, with what to do', () => {
  const zeros = Buffer.alloc(300);
  const tar = Buffer.concat([Buffer.alloc(257), Buffer.from('ustar'), zeros]);
  test.each<[string, Buffer | string, string, string]>([
    ['an empty file', '', 'weights-file-cut-off', 'it is empty'],
    ['a web page', '\n<!DOCTYPE html><html><body>Sign in</body></html>', 'weights-file-unknown', 'a web page'],
    [
      'an error of a server',
      '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>',
      'weights-file-unknown',
      'XML',
    ],
    [
      'Git LFS',
      'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n',
      'weights-file-unknown',
      'pointer of Git LFS',
    ],
    ['git-annex', '../.git/annex/objects/k8/0q/MD5E-s1--0/MD5E-s1--0', 'weights-file-unknown', 'pointer of git-annex'],
    ['a text', 'Not Found\n', 'weights-file-unknown', 'it is a text'],
    [
      'a list of checkpoints',
      'model_checkpoint_path: "model.ckpt-1"\n',
      'weights-file-unknown',
      'TensorFlow checkpoints',
    ],
    ['gzip', Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), zeros]), 'weights-file-unknown', 'gzip'],
    ['tar', tar, 'weights-file-unknown', 'tar archive'],
    [
      'TFLite',
      Buffer.concat([Buffer.from([0x1c, 0, 0, 0]), Buffer.from('TFL3'), zeros]),
      'weights-file-unknown',
      'TensorFlow Lite',
    ],
    [
      'a checkpoint index',
      Buffer.concat([zeros, Buffer.from('57fb808b247547db', 'hex')]),
      'weights-file-unknown',
      'index of a TensorFlow checkpoint',
    ],
    [
      'a SavedModel',
      Buffer.concat([Buffer.from([8, 1, 0x12, 0xf3, 0x10, 0xa]), zeros]),
      'weights-file-unknown',
      'SavedModel',
    ],
    [
      'a frozen graph',
      Buffer.concat([Buffer.from([0xa, 0x2e, 0xa, 5]), Buffer.from('input\x12\x0bPlaceholder'), zeros]),
      'weights-file-unknown',
      'frozen TensorFlow graph',
    ],
    [
      'ONNX',
      Buffer.concat([Buffer.from([8, 7, 0x12, 7]), Buffer.from('pytorch'), zeros]),
      'weights-file-unknown',
      'ONNX',
    ],
    ['random bytes', Buffer.from('f3a1c2000000000000010203ff', 'hex'), 'weights-file-unknown', 'no form that is known'],
    ['JSON', '{"a": 1}', 'weights-file-unknown', 'without a list of weights'],
    ['an index of shards', '{"weight_map": {"a": "b"}}', 'weights-file-unknown', 'spread over several files'],
    [
      'a network without weights',
      '{"class_name": "Functional", "config": {}}',
      'weights-file-unknown',
      'configuration of a network',
    ],
    ['half of a JSON', '{"weightsManifest": [', 'weights-file-unreadable', 'no JSON'],
  ])('%s', async (_name, bytes, code, words) => {
    const path = `${await temporaryFolder()}/weights.h5`;
    await writeFile(path, bytes);
    const told = await refusal(path);
    expect(told).toMatchObject({ code, exit: 2, message: expect.stringContaining(words) });
    expect(told.message).toContain(path);
    expect(told.hint).toBeTruthy();
  });

  test.each([
    ['before-1.6.pth', 'weights-file-unknown', 'from before version 1.6', 'torch.save('],
    ['script.pt', 'weights-file-unknown', 'TorchScript', 'state_dict()'],
    ['plain.pickle', 'weights-file-unknown', 'pickle of Python', 'safetensors'],
    ['arrays.npz', 'weights-file-unknown', '.npz', 'save_file'],
    ['arrays-kernel.npy', 'weights-file-unknown', 'single NumPy array', 'layers.json'],
    ['foreign.h5', 'weights-file-without-weights', 'it holds measurements', 'save_weights'],
    ['', 'weights-file-unknown', 'it is a folder', 'Name a file in it'],
    ['none.h5', 'weights-file-missing', 'does not exist', 'Look at the path'],
  ])('%s', async (name, code, words, hint) => {
    const told = await refusal(fixture(name));
    expect(told).toMatchObject({ code, message: expect.stringContaining(words), hint: expect.stringContaining(hint) });
  });

  test('a folder of a SavedModel', async () => {
    const folder = await temporaryFolder();
    await writeFile(`${folder}/saved_model.pb`, Buffer.from([8, 1, 0x12]));
    await mkdir(`${folder}/variables`);
    expect(await refusal(folder)).toMatchObject({
      code: 'weights-file-unknown',
      message: expect.stringContaining('SavedModel'),
    });
  });
});

describe('HDF5 that claims, or leads away', () => {
  test.each([
    ['external-link', 'weights-file-unsafe', 'leads to another file'],
    ['virtual', 'weights-file-unsafe', 'put together from other files'],
    ['circle', 'weights-file-unsafe', 'lead in a circle'],
    ['fan', 'weights-file-unsafe', 'lead in a circle'],
    ['dangling', 'weights-file-unreadable', 'link to nothing'],
    ['huge', 'weights-file-unsafe', 'claim 4000000000000 bytes'],
    ['huge-packed', 'weights-file-unsafe', 'claim 4000000000000 bytes'],
    ['huge-chunk', 'weights-file-unsafe', 'pieces of 4000000000 bytes'],
    ['bomb', 'weights-file-unsafe', 'claim 81920000 bytes'],
    ['lzf', 'weights-file-unsupported', 'packed by lzf'],
    ['text', 'weights-file-unsupported', 'no plain number'],
    ['missing', 'weights-file-unreadable', 'names a weight kernel of a that is not in it'],
    ['nan', 'weights-not-finite', '2 of 3 values'],
  ])('%s', async (name, code, words) => {
    const told = await refusal(fixture(`hostile-${name}.h5`));
    expect(told).toMatchObject({ code, exit: 2, message: expect.stringContaining(words) });
  });

  test('bytes in another file are not found: the library sees this one alone', async () => {
    const told = await refusal(fixture('hostile-external-storage.h5'));
    expect(told).toMatchObject({ code: 'weights-file-unreadable', message: expect.stringContaining('damaged') });
  });

  test('each refusal leaves the next file readable, and the one beside it', async () => {
    const beside = await openWeightFile(fixture('keras3.h5'));
    const names = readdirSync(FIXTURES).map((file) => file.replace(/\.gz$/, ''));
    for (const name of names.filter((file) => /^hostile-.*\.h5$/.test(file))) await refusal(fixture(name));
    expect(await contents(beside)).toEqual(expected['keras3.h5']);
    await beside.close();
    const next = await openWeightFile(fixture('keras2.h5'));
    expect(await contents(next)).toEqual(expected['keras2.h5']);
    await next.close();
  });
});

describe('a pickle is a program, and is not run', () => {
  test.each([
    ['hostile.pth', 'posix.system'],
    ['module.pth', 'torch.nn.modules.linear.Linear'],
  ])('%s is refused by the name that it asks for', async (name, asked) => {
    const told = await refusal(fixture(name));
    expect(told).toMatchObject({ code: 'weights-file-unsafe', message: expect.stringContaining(asked) });
    expect(told.hint).toContain('safetensors');
  });
});
