import { existsSync, rmSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openWeightFile } from '../../../src/runtime/weights/weight-file.ts';
import { zip } from '../engine/install/fakes.ts';
import { checkpoint, made, npy, pickled, safetensors, torchTensor } from './made.ts';

/** What a user is told, at the latest where the values are read. */
async function told(path: string): Promise<string> {
  try {
    const file = await openWeightFile(path);
    try {
      for (const tensor of file.tensors) await tensor.read();
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
  return 'read';
}

async function values(path: string): Promise<Record<string, number[]>> {
  const file = await openWeightFile(path);
  const all: Record<string, number[]> = {};
  for (const { name, read } of file.tensors) all[name] = [...(await read())];
  await file.close();
  return all;
}

const f32 = (...numbers: number[]) => Buffer.from(new Float32Array(numbers).buffer);
const entry = (from: number, to: number, shape: unknown = [1], dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [from, to],
});

describe('safetensors', () => {
  test('tensors that begin at no multiple of their width are read', async () => {
    const header = { a: entry(0, 1, [1], 'U8'), b: entry(1, 9, [2]) };
    const data = Buffer.concat([Buffer.from([7]), f32(1.5, -2)]);
    expect(await values(await made(safetensors(header, data)))).toEqual({ a: [7], b: [1.5, -2] });
  });

  test.each<[string, Buffer, RegExp]>([
    [
      'overlapping',
      safetensors({ a: entry(0, 4), b: entry(0, 4) }, f32(1)),
      /^weights-file-unsafe: .* b lies on the bytes of another/,
    ],
    [
      'half overlapping',
      safetensors({ a: entry(0, 8, [2]), b: entry(4, 8) }, f32(1, 2)),
      /^weights-file-unsafe: .* b lies on/,
    ],
    [
      'huge offsets',
      safetensors({ a: entry(0, 2 ** 52, [2 ** 50]) }, f32(1)),
      /^weights-file-cut-off: .* a ends at byte/,
    ],
    [
      'negative offsets',
      safetensors({ a: entry(-4, 0) }, f32(1)),
      /^weights-file-unreadable: .* a place or a shape that there cannot be/,
    ],
    ['offsets of halves', safetensors({ a: entry(0.5, 4.5) }, f32(1, 2)), /^weights-file-unreadable: .* cannot be/],
    ['ends before it begins', safetensors({ a: entry(4, 0) }, f32(1)), /^weights-file-unreadable: .* cannot be/],
    ['a negative side', safetensors({ a: entry(0, 4, [-1, -1]) }, f32(1)), /^weights-file-unreadable: .* cannot be/],
    ['a side that overflows', safetensors({ a: entry(0, 0, [2 ** 40, 2 ** 40, 0]) }, f32()), /^read$/],
    [
      'another shape',
      safetensors({ a: entry(0, 8, [3]) }, f32(1, 2)),
      /^weights-file-unreadable: .* does not fill its 8 bytes/,
    ],
    ['bytes of nobody', safetensors({ a: entry(4, 8) }, f32(1, 2)), /^weights-file-unreadable: .* belong to no tensor/],
    ['bytes behind', safetensors({ a: entry(0, 4) }, f32(1, 2)), /^weights-file-unreadable: .* last 4 bytes/],
    [
      'a name twice',
      safetensors(
        '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
        f32(1, 2),
      ),
      /^weights-file-unsafe: .* has a twice/,
    ],
    [
      'a header of exabytes',
      safetensors({ a: entry(0, 4) }, f32(1), 2n ** 63n),
      /^weights-file-unsafe: .* header claims/,
    ],
    [
      'a header longer than the file',
      safetensors({ a: entry(0, 4) }, f32(1), 9999n),
      /^weights-file-cut-off: .* header claims 9999/,
    ],
    ['deep nesting', safetensors(`{"a":${'['.repeat(100_000)}`), /^weights-file-unreadable: .* no JSON/],
    [
      'eight bits',
      safetensors({ a: entry(0, 4, [4], 'F8_E4M3') }, f32(1)),
      /^weights-file-unsupported: .* type F8_E4M3/,
    ],
    ['NaN', safetensors({ a: entry(0, 8, [2]) }, f32(1, Number.NaN)), /^weights-not-finite: .* 1 of 2 values in a /],
    ['nothing', safetensors({}), /^weights-file-without-weights/],
  ])('%s', async (_name, bytes, words) => {
    expect(await told(await made(bytes))).toMatch(words);
  });
});

describe('torch', () => {
  test('a tensor made by hand is read: the other cases differ from it in one thing', async () => {
    const path = await made(checkpoint(pickled(torchTensor({}))));
    expect(await values(path)).toEqual({ w: [1, 2] });
  });

  const os = (call: string) => checkpoint(pickled(Buffer.from(call, 'latin1')));
  test.each<[string, Buffer, RegExp]>([
    [
      'a function of the system',
      os('cos\nsystem\n(X\x08\x00\x00\x00touch /xtR'),
      /^weights-file-unsafe: .* asks Python for os\.system,/,
    ],
    ['by the stack', os('\x8c\x02os\x8c\x06system\x93(X\x01\x00\x00\x00xtR'), /^weights-file-unsafe: .* os\.system,/],
    ['as an instance', os('(X\x01\x00\x00\x00xios\nsystem\n'), /^weights-file-unsafe: .* os\.system,/],
    ['eval', os('cbuiltins\neval\n(X\x01\x00\x00\x001tR'), /^weights-file-unsafe: .* builtins\.eval,/],
    ['a name that any map has', os('ctorch\nconstructor\n)R'), /^weights-file-unsafe: .* torch\.constructor,/],
    [
      'a storage that is called',
      os('ctorch\nFloatStorage\n)R'),
      /^weights-file-unreadable: .* torch\.FloatStorage, which is no function/,
    ],
    [
      'beyond its storage',
      checkpoint(pickled(torchTensor({ size: [3], count: 3 }))),
      /^weights-file-unreadable: .* too short/,
    ],
    [
      'beyond what it says',
      checkpoint(pickled(torchTensor({ size: [3] }))),
      /^weights-file-unsafe: .* reaches beyond its 2 values/,
    ],
    ['a far offset', checkpoint(pickled(torchTensor({ offset: 1 }))), /^weights-file-unsafe: .* reaches beyond/],
    ['a long stride', checkpoint(pickled(torchTensor({ stride: [5] }))), /^weights-file-unsafe: .* reaches beyond/],
    [
      'a negative stride',
      checkpoint(pickled(torchTensor({ offset: 1, stride: [-1] }))),
      /^weights-file-unreadable: .* strides are none/,
    ],
    [
      'a value repeated a billion times',
      checkpoint(pickled(torchTensor({ size: [40_000, 40_000], stride: [0, 0] }))),
      /^weights-file-unsafe: .* reaches beyond/,
    ],
    [
      'fewer strides than sides',
      checkpoint(pickled(torchTensor({ size: [1, 2] }))),
      /^weights-file-unreadable: .* strides are none/,
    ],
    [
      'a storage elsewhere',
      checkpoint(pickled(torchTensor({ key: '../../0' }))),
      /^weights-file-unreadable: .* are not in it/,
    ],
    ['another opcode', checkpoint(Buffer.from([0x80, 2, 0x82, 1, 0x2e])), /^weights-file-unreadable: .* a step 0x82/],
    ['an end too early', checkpoint(Buffer.from([0x80, 2, 0x7d])), /^weights-file-unreadable: .* ends too early/],
    [
      'an empty stack',
      checkpoint(Buffer.from([0x80, 2, 0x2e])),
      /^weights-file-unreadable: .* takes what is not there/,
    ],
    [
      'no tensors',
      checkpoint(Buffer.from('\x80\x02}X\x05\x00\x00\x00epochK\x01s.', 'latin1')),
      /^weights-file-without-weights: .* it has epoch, and tensors/,
    ],
    ['NaN', checkpoint(pickled(torchTensor({})), [1, Number.NaN]), /^weights-not-finite/],
  ])('%s', async (_name, bytes, words) => {
    expect(await told(await made(bytes))).toMatch(words);
  });

  test('nothing in a pickle was run', async () => {
    const trace = '/tmp/ichor-pickle-ran';
    rmSync(trace, { force: true });
    await told(fileURLToPath(new URL('../../fixtures/weights/hostile.pth', import.meta.url)));
    expect(existsSync(trace)).toBe(false);
  });

  test('a pickle of a million calls ends', async () => {
    const pickle = Buffer.concat([Buffer.from([0x80, 2]), Buffer.alloc(8 << 20, ')')]);
    expect(await told(await made(checkpoint(pickle)))).toMatch(/^weights-file-unreadable: .* steps/);
  });
});

describe('zip', () => {
  const kerasZip = async () =>
    readFile(fileURLToPath(new URL('../../fixtures/weights/keras3-packed.keras', import.meta.url)));
  const data = Buffer.from('x');

  test.each<[string, Buffer, RegExp]>([
    [
      'a way out',
      zip([{ name: '../data.pkl', data }]),
      /^weights-file-unsafe: .* "\.\.\/data\.pkl" in it leads out of it/,
    ],
    ['an absolute path', zip([{ name: '/etc/data.pkl', data }]), /^weights-file-unsafe: .* leads out of it/],
    ['a path of Windows', zip([{ name: 'a\\..\\..\\data.pkl', data }]), /^weights-file-unsafe: .* leads out of it/],
    [
      'a name twice',
      zip([
        { name: 'a/data.pkl', data },
        { name: 'a/data.pkl', data },
      ]),
      /^weights-file-unsafe: .* is in it twice/,
    ],
    [
      'a bomb',
      zip([{ name: 'a/data.pkl', data: Buffer.alloc(80 << 20) }]),
      /^weights-file-unsafe: .* claim 83886080 bytes/,
    ],
    ['nothing', zip([]), /^weights-file-unknown: .* zip without weights/],
    ['a packed h5', zip([{ name: 'net/weights.h5', data }]), /^weights-file-unknown: .* with net\/weights\.h5 in it/],
  ])('%s', async (_name, bytes, words) => {
    expect(await told(await made(bytes))).toMatch(words);
  });

  test('a member that unpacks to more than it says is not unpacked further', async () => {
    const bytes = await kerasZip();
    const central = bytes.lastIndexOf('PK\x01\x02', bytes.lastIndexOf('config.json'), 'latin1');
    bytes.writeUInt32LE(10, central + 24);
    expect(await told(await made(bytes))).toMatch(/^weights-file-unreadable: .* config\.json in it cannot be unpacked/);
  });

  test('members that lie on each other', async () => {
    const bytes = zip([
      { name: 'a/data.pkl', data: Buffer.alloc(4000), stored: true },
      { name: 'b', data, stored: true },
    ]);
    const central = bytes.lastIndexOf('PK\x01\x02', undefined, 'latin1');
    bytes.writeUInt32LE(4000, central + 20);
    bytes.writeUInt32LE(0, central + 42);
    expect(await told(await made(bytes))).toMatch(/^weights-file-unsafe: .* lie on each other/);
  });
});

describe('TensorFlow.js', () => {
  const model = (paths: string[], weights: unknown[], more: object = {}) =>
    JSON.stringify({ format: 'layers-model', ...more, weightsManifest: [{ paths, weights }] });
  const spec = { name: 'a/kernel', shape: [2], dtype: 'float32' };

  async function folder(manifest: string, shards: Record<string, Buffer>): Promise<string> {
    const path = await made(manifest, 'model.json');
    for (const [name, bytes] of Object.entries(shards)) {
      await mkdir(dirname(`${dirname(path)}/${name}`), { recursive: true });
      await writeFile(`${dirname(path)}/${name}`, bytes);
    }
    return path;
  }

  test('what TensorFlow.js itself reads: shards, quantised to 8, 16 bits and halves', async () => {
    const tf = await import('@tensorflow/tfjs');
    const weights = [
      { name: 'a/kernel', shape: [2, 3], dtype: 'float32' as const },
      {
        name: 'a/bias',
        shape: [3],
        dtype: 'float32' as const,
        quantization: { dtype: 'uint8' as const, min: -0.75, scale: 0.013 },
      },
      {
        name: 'b/kernel',
        shape: [2],
        dtype: 'float32' as const,
        quantization: { dtype: 'uint16' as const, min: 2, scale: 0.0001 },
      },
      { name: 'b/bias', shape: [4], dtype: 'float32' as const, quantization: { dtype: 'float16' as const } },
      { name: 'step', shape: [], dtype: 'int32' as const },
    ];
    const bytes = Buffer.concat([
      f32(1, -2, 3.5, 1e-9, 0, 7),
      Buffer.from([0, 128, 255]),
      Buffer.from([0x01, 0x02, 0xff, 0xfe]),
      // 1, -2, the smallest, the largest
      Buffer.from([0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 0xff, 0x7b]),
      Buffer.from([5, 0, 0, 0]),
    ]);
    const path = await folder(model(['group1-shard1of2.bin', 'more/group1-shard2of2.bin'], weights), {
      'group1-shard1of2.bin': bytes.subarray(0, 17),
      'more/group1-shard2of2.bin': bytes.subarray(17),
    });
    const theirs = tf.io.decodeWeights(new Uint8Array(bytes).buffer, weights);
    const file = await openWeightFile(path);
    expect(file.format).toBe('tfjs');
    expect(file.tensors.map(({ name, layer, place }) => [name, layer, place])).toEqual([
      ['a/kernel', 'a', 0],
      ['a/bias', 'a', 1],
      ['b/kernel', 'b', 0],
      ['b/bias', 'b', 1],
      ['step', null, 0],
    ]);
    expect(file.notes.join()).toMatch(/quantised to float16.*quantised to uint16.*quantised to uint8/);
    for (const { name, shape, read } of file.tensors) {
      expect([...(await read())], name).toEqual([...(await theirs[name]!.data())]);
      expect(shape, name).toEqual(theirs[name]!.shape);
    }
    await file.close();
  });

  test.each<[string, string, Record<string, Buffer>, RegExp]>([
    [
      'a path upwards',
      model(['../w.bin'], [spec]),
      {},
      /^weights-file-unsafe: .* "\.\.\/w\.bin", which does not lie beside it/,
    ],
    ['a path down and up', model(['a/../../w.bin'], [spec]), {}, /^weights-file-unsafe/],
    ['an absolute path', model(['/etc/passwd'], [spec]), {}, /^weights-file-unsafe/],
    ['a path of Windows', model(['C:\\w.bin'], [spec]), {}, /^weights-file-unsafe/],
    ['an address', model(['https://example.org/w.bin'], [spec]), {}, /^weights-file-unsafe/],
    ['a folder', model(['.'], [spec]), {}, /^weights-file-cut-off/],
    ['a missing shard', model(['w.bin'], [spec]), {}, /^weights-file-cut-off: .* the file w\.bin with a part/],
    ['a short shard', model(['w.bin'], [spec]), { 'w.bin': f32(1) }, /^weights-file-cut-off: .* 4 of 8 bytes/],
    [
      'a long shard',
      model(['w.bin'], [spec]),
      { 'w.bin': f32(1, 2, 3) },
      /^weights-file-unreadable: .* 12 bytes, and its list says 8/,
    ],
    [
      'a huge shape',
      model(['w.bin'], [{ ...spec, shape: [2 ** 30, 2 ** 30] }]),
      { 'w.bin': f32(1) },
      /^weights-file-unsafe: .* claims/,
    ],
    [
      'a negative side',
      model(['w.bin'], [{ ...spec, shape: [-2] }]),
      { 'w.bin': f32(1) },
      /^weights-file-unreadable: .* the shape \[-2\]/,
    ],
    [
      'a text',
      model(['w.bin'], [{ ...spec, dtype: 'string' }]),
      { 'w.bin': f32(1) },
      /^weights-file-unsupported: .* type string/,
    ],
    [
      'a name twice',
      model(['w.bin'], [spec, spec]),
      { 'w.bin': f32(1, 2, 3, 4) },
      /^weights-file-unreadable: .* a\/kernel twice/,
    ],
    [
      'quantised without a scale',
      model(['w.bin'], [{ ...spec, quantization: { dtype: 'uint8' } }]),
      { 'w.bin': Buffer.from([1, 2]) },
      /^weights-file-unreadable: .* how a\/kernel was quantised/,
    ],
    [
      'another form',
      JSON.stringify({ weightsManifest: [{ paths: 'w.bin' }] }),
      {},
      /^weights-file-unreadable: .* not of the form/,
    ],
    ['NaN', model(['w.bin'], [spec]), { 'w.bin': f32(1, Number.NaN) }, /^weights-not-finite/],
  ])('%s', async (_name, manifest, shards, words) => {
    expect(await told(await folder(manifest, shards))).toMatch(words);
  });
});

describe('arrays', () => {
  const list = (kernel: string, layout = 'io') =>
    JSON.stringify({ layers: [{ name: 'a', kernel, kernelLayout: layout }] });
  const good = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }\n";

  test.each<[string, string, Buffer, RegExp]>([
    ['read', list('k.npy'), npy(good, f32(1, 2)), /^read$/],
    ['a path upwards', list('../k.npy'), npy(good, f32(1, 2)), /^weights-file-unsafe/],
    [
      'a missing array',
      list('other.npy'),
      npy(good, f32(1, 2)),
      /^weights-file-cut-off: .* other\.npy is not beside it/,
    ],
    ['objects', list('k.npy'), npy(good.replace('<f4', '|O'), f32(1, 2)), /^weights-file-unsafe: .* Python objects/],
    [
      'complex numbers',
      list('k.npy'),
      npy(good.replace('<f4', '<c8'), f32(1, 2, 3, 4)),
      /^weights-file-unsupported: .*'<c8'/,
    ],
    ['a record', list('k.npy'), npy(good.replace("'<f4'", "[('a', '<f4')]"), f32(1, 2)), /^weights-file-unsupported/],
    ['a short array', list('k.npy'), npy(good, f32(1)), /^weights-file-cut-off/],
    ['bytes behind', list('k.npy'), npy(good, f32(1, 2, 3)), /^weights-file-unreadable: .* 4 bytes behind/],
    [
      'a huge shape',
      list('k.npy'),
      npy(good.replace('1, 2', '99999999, 99999999'), f32(1)),
      /^weights-file-unsafe: .* claims the shape/,
    ],
    ['another rank', list('k.npy', 'ohwi'), npy(good, f32(1, 2)), /^weights-file-unreadable: .* said to lie as ohwi/],
    [
      'a layout that is none',
      list('k.npy', 'xyz'),
      npy(good, f32(1, 2)),
      /^weights-file-unsupported: .* lies as "xyz"/,
    ],
    ['no array', list('k.npy'), Buffer.from('<html>'), /^weights-file-unreadable: .* NumPy/],
    ['NaN', list('k.npy'), npy(good, f32(1, Number.NaN)), /^weights-not-finite/],
  ])('%s', async (_name, layers, array, words) => {
    const path = await made(layers, 'layers.json');
    await writeFile(`${dirname(path)}/k.npy`, array);
    expect(await told(path)).toMatch(words);
  });
});
