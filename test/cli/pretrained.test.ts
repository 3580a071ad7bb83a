import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddings } from '../../src/runtime/artifacts/embeddings.ts';
import { openShards, type ShardReader } from '../../src/runtime/artifacts/shards.ts';
import { readWeights } from '../../src/runtime/artifacts/weights.ts';
import { openWeightFile } from '../../src/runtime/weights/weight-file.ts';
import { type Ended, ichor } from '../cli.ts';
import { weightFixture } from '../runtime/weights/fixture.ts';

/** A small network whose file Keras wrote: make.py beside the fixtures. */
const FILE = readFileSync(weightFixture('tiny-net.h5'));
const md5 = createHash('md5').update(FILE).digest('hex');
const PUBLISHED = '/keras-applications/tiny_net_notop.h5';
const PLUGIN = `import { defineBackbone, Type } from 'ichor';
export default defineBackbone({
  name: 'acme/tiny', version: 1, summary: 'Two convolutions.', params: Type.Object({}),
  contract: () => ({
    channels: 3, minimumSize: 8, pixels: 'caffe', embedding: 4, weights: ['none', 'imagenet'],
    weightsFor: { imagenet: { channels: 3, file: {
      url: 'https://published.test${PUBLISHED}', bytes: ${FILE.length}, hash: { md5: '${md5}' },
      licence: 'CC-BY-4.0', trainedOn: 'ImageNet, of a kind', names: 'keras', pixels: 'caffe',
    } } },
  }),
  network(layers, images) {
    const stem = layers.conv('stem_conv', images, { filters: 4, kernel: 3, stride: 2, padding: 'same', bias: false });
    const x = layers.relu(layers.batchNorm('stem_bn', stem));
    return layers.globalAveragePool(layers.conv('head_conv', x, { filters: 4, kernel: 1 }));
  },
});
`;
/** Nothing moves: what comes out of the network is what was loaded. */
const STILL = '{ epochs: 1, batch: 8, stepsPerEpoch: 1, optimizer: { type: adam, learningRate: 1e-30 } }';
const RECIPE = `recipe: 1
plugins: [./tiny.ts]
data:
  source: { type: phantom, studies: 8, testStudies: 1, minimumSlices: 4, maximumSlices: 5, size: 64 }
  split: { type: by-patient, validation: 0.4 }
  image: { size: 16, interpolation: area }
windows: { brain: { level: 40, width: 80 }, subdural: { level: 80, width: 200 }, bone: { level: 600, width: 2800 } }
channels: [brain, subdural, bone]
backbone: { type: acme/tiny, weights: imagenet, batchNorm: frozen }
sequence: { type: bi-lstm, steps: 5, layers: 1, cells: 2 }
train:
  backbone: ${STILL}
  sequence: { epochs: 1, batch: 4, optimizer: { type: adam, learningRate: 1e-3 } }
`;

let folder: string;
let mirror: string;
const asked: (string | undefined)[] = [];
const server = createServer((request, response) => {
  asked.push(request.url);
  if (request.url !== PUBLISHED) return response.writeHead(404).end();
  response.writeHead(200, { 'content-length': FILE.length }).end(FILE);
});
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-pretrained-'));
  await writeFile(join(folder, 'package.json'), '{}');
  await writeFile(join(folder, 'tiny.ts'), PLUGIN);
  await writeFile(join(folder, 'tiny.yaml'), RECIPE);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const command = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  ichor(args, {
    cwd: folder,
    env: { ICHOR_CACHE: join(folder, 'cache'), ICHOR_WEIGHTS_MIRROR: mirror, ICHOR_OFFLINE: '', NO_PROXY: '*', ...env },
  });
const set = (...settings: string[]) => settings.flatMap((one) => ['--set', one]);
const run = (more: readonly string[] = [], env: NodeJS.ProcessEnv = {}) =>
  command(['run', 'tiny.yaml', '--engine', 'wasm', '--store', 'store', ...more], env);
const readRun = async (name: string) =>
  JSON.parse(await readFile(join(folder, 'store', 'runs', name, 'run.json'), 'utf8')) as {
    marks?: string[];
    notices: { text: string; reasons: { reason: string }[] }[];
    artifacts: Record<string, { stage: string; key: string }>;
  };
const artifact = async (of: string, id: string) => {
  const { stage, key } = (await readRun(of)).artifacts[id] ?? expect.fail(`${of} has no ${id}`);
  return join(folder, 'store', 'store', stage, key);
};
const page = async (of: string) =>
  (await readFile(join(folder, 'store', 'runs', of, 'report.html'), 'utf8')).replaceAll(/<[^>]+>/g, ' ');

type Weights = Readonly<Record<string, readonly number[]>>;

/** What Keras wrote, by the network's names. */
async function ofFile(): Promise<Weights> {
  const file = await openWeightFile(weightFixture('tiny-net.h5'));
  const names: Record<string, string[]> = {
    stem_conv: ['kernel'],
    stem_bn: ['gamma', 'beta', 'moving_mean', 'moving_variance'],
    head_conv: ['kernel', 'bias'],
  };
  const weights: Record<string, number[]> = {};
  for (const { layer, place, read } of file.tensors) {
    const name = names[layer ?? '']?.[place];
    if (name !== undefined) weights[`${layer}/${name}`] = [...(await read())];
  }
  await file.close();
  return weights;
}

/**
 * The network by hand: 3x3 with stride 2 and TensorFlow's SAME on an even side (nothing before, one behind), batch norm, ReLU,
 * 1x1, mean. `input`: `[side, side, channels]` as the first convolution has it.
 */
function embedding(weights: Weights, input: readonly number[], side: number, channels: number): number[] {
  const of = (name: string) => weights[name] ?? expect.fail(`there is no ${name}`);
  const kernel = of('stem_conv/kernel');
  const mean = [0, 0, 0, 0];
  const half = side / 2;
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      const stem = [0, 0, 0, 0];
      for (let i = 0; i < 9 * channels; i++) {
        const [row, column, channel] = [Math.floor(i / (3 * channels)), Math.floor(i / channels) % 3, i % channels];
        const [py, px] = [2 * y + row, 2 * x + column];
        if (py >= side || px >= side) continue;
        const value = input[(py * side + px) * channels + channel] as number;
        for (let out = 0; out < 4; out++) stem[out] = (stem[out] as number) + value * (kernel[i * 4 + out] as number);
      }
      const at = (name: string, out: number) => of(`stem_bn/${name}`)[out] as number;
      const active = stem.map((value, out) =>
        Math.max(
          0,
          ((value - at('moving_mean', out)) / Math.sqrt(at('moving_variance', out) + 1e-3)) * at('gamma', out) +
            at('beta', out),
        ),
      );
      for (let out = 0; out < 4; out++) {
        const sum = active.reduce((all, value, i) => all + value * (of('head_conv/kernel')[i * 4 + out] as number), 0);
        mean[out] = (mean[out] as number) + (sum + (of('head_conv/bias')[out] as number)) / half ** 2;
      }
    }
  }
  return mean;
}

/** Keras' caffe mode of a picture whose channels are red, green, blue: blue first, minus ImageNet's means. */
const caffe = (bytes: Uint8Array): number[] =>
  Array.from({ length: bytes.length }, (_, i) => {
    const [pixel, colour] = [Math.floor(i / 3), i % 3];
    return (bytes[3 * pixel + 2 - colour] as number) - ([103.939, 116.779, 123.68][colour] as number);
  });

/** Slices of a run: their bytes, and what embed wrote. */
async function slicesOf(of: string, count: number) {
  const reader: ShardReader = await openShards(await artifact(of, 'shards'));
  const embeddings = await openEmbeddings(await artifact(of, 'embed'));
  const slices = [];
  for (let row = 0; row < count; row++) {
    const { slice } = embeddings.rows[row] ?? expect.fail('too few slices');
    slices.push({ bytes: await reader.read([slice]), vector: [...(await embeddings.read(row, row + 1))] });
  }
  await embeddings.close();
  await reader.close();
  return { slices, side: reader.size };
}

const near = (found: readonly number[], expected: readonly number[]) => {
  const largest = Math.max(...expected.map(Math.abs));
  found.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] as number)), String(i)).toBeLessThan(1e-4 * largest);
  });
};

describe('a recipe with published weights', () => {
  it('offline and with an empty cache: what to fetch, from where, its hash', async () => {
    const { status, err } = await run([], { ICHOR_OFFLINE: '1', ICHOR_WEIGHTS_MIRROR: '' });
    expect([status, asked]).toEqual([1, []]);
    expect(err).toContain('error[weights-not-fetched]');
    for (const text of [`https://published.test${PUBLISHED}`, basename(PUBLISHED), `MD5 ${md5}`, 'weights add'])
      expect(err).toContain(text);
  }, 60_000);

  it('fetches, verifies, maps and trains; embeddings are those of the file, from a slice’s bytes on', async () => {
    const { status, err } = await run(set('name=whole'));
    expect(status, err).toBe(0);
    expect(asked).toEqual([PUBLISHED]);
    expect(err).toContain(`MD5 ${md5} as published`);
    expect(err).toContain('backbone starts from imagenet: 7 of its 7 tensors');
    const weights = await ofFile();
    const { slices, side } = await slicesOf('whole-1', 8);
    for (const { bytes, vector } of slices) near(vector, embedding(weights, caffe(bytes), side, 3));
    // They differ: not all slices are black.
    expect(new Set(slices.map(({ vector }) => String(vector))).size).toBeGreaterThan(4);
  }, 120_000);

  it('says in explanation, page and ledger what goes in as which colour, and what it started from', async () => {
    const input =
      'The backbone acme/tiny takes brain as red, subdural as green, bone as blue; a byte x becomes blue, green, red, minus ImageNet’s means (103.939, 116.779, 123.68).';
    const { out } = await command(['explain', 'tiny.yaml']);
    expect(out).toContain(`# ${input}`);
    expect(out).toContain('# The backbone acme/tiny starts from the weights imagenet (ImageNet, of a kind).');
    const text = await page('whole-1');
    expect(text).toContain(input);
    const started = `started from imagenet: 7 of its 7 tensors, out of tiny_net_notop.h5 (md5:${md5}; names of keras); left out, being behind the embedding:`;
    expect(text).toContain(`It ${started}`);
    const { notes } = JSON.parse(await readFile(join(await artifact('whole-1', 'backbone'), 'ledger.json'), 'utf8'));
    expect(notes).toContainEqual(
      expect.objectContaining({
        item: 'backbone',
        reason: 'pretrained',
        kind: 'information',
        message: expect.stringContaining(`backbone ${started}`),
      }),
    );
    expect((await readRun('whole-1')).marks).not.toContain('PARTLY PRETRAINED');
  }, 60_000);

  it('is the same run where the name stands in a block', async () => {
    const { status, err, out } = await run(set('name=whole', 'backbone.weights={ name: imagenet }'));
    expect(status, err).toBe(0);
    expect(err).not.toMatch(/done in/);
    expect(out).toContain('whole-1');
    expect(asked).toHaveLength(1);
  }, 60_000);
});

describe('weights in part, and for other channels', () => {
  const two = ['channels=[brain, bone]', 'backbone.inputWeights=mean'];

  it('mean: each kernel is half of all three; what is not named starts at random, and every output says so', async () => {
    const settings = set('name=part', ...two, 'backbone.weights={ name: imagenet, partial: [stem_conv] }');
    const { status, err } = await run(settings);
    expect(status, err).toBe(0);
    expect(err).toContain(
      'backbone starts from imagenet: 1 of its 7 tensors, out of tiny_net_notop.h5 (md5:' +
        `${md5}; names of keras); only stem_conv, the other layers at random; the kernels of three channels mapped to those of the recipe (mean)`,
    );
    const record = await readRun('part-1');
    expect(record.marks).toContain('PARTLY PRETRAINED');
    const predictions = await readFile(join(folder, 'store', 'runs', 'part-1', 'predictions.csv'), 'utf8');
    // Of the sequence model, which reads what the backbone made.
    for (const line of predictions.trim().split('\n').slice(1)) expect(line).toContain('PARTLY PRETRAINED');
    const text = await page('part-1');
    expect(text).toMatch(/PARTLY PRETRAINED/);
    expect(text).toContain('only stem_conv, the other layers at random');
    expect(text).toContain('takes brain, bone, each with the mean of the kernels of red, green and blue');
    const explained = await command(['explain', 'tiny.yaml', 'backbone', ...settings]);
    expect(explained.out).toContain('starts from the weights imagenet (only stem_conv)');
    expect(explained.out).toContain('takes brain, bone, each with the mean of the kernels of red, green and blue');

    const file = (await ofFile())['stem_conv/kernel'] ?? [];
    const loaded = await ofArtifact('part-1');
    near(
      loaded['stem_conv/kernel'] ?? [],
      Array.from({ length: 9 * 2 * 4 }, (_, i) => {
        const [place, out] = [Math.floor(i / 8), i % 4];
        return [0, 1, 2].reduce((sum, colour) => sum + (file[(3 * place + colour) * 4 + out] as number), 0) / 2;
      }),
    );
    expect(loaded['stem_bn/moving_mean']).toEqual([0, 0, 0, 0]);
    const { slices, side } = await slicesOf('part-1', 3);
    const mean = (103.939 + 116.779 + 123.68) / 3;
    for (const { bytes, vector } of slices)
      near(
        vector,
        embedding(
          loaded,
          Array.from(bytes, (byte) => byte - mean),
          side,
          2,
        ),
      );
  }, 120_000);

  it('cycle: the first window has red’s kernels and mean, the second green’s', async () => {
    const { status, err } = await run([
      ...set('name=cycle', 'channels=[brain, bone]', 'backbone.inputWeights=cycle'),
      '--until',
      'embed',
    ]);
    expect(status, err).toBe(0);
    expect(asked).toHaveLength(1);
    const weights = await ofFile();
    const kernel = weights['stem_conv/kernel'] ?? [];
    // The file's first channel is blue.
    const cycled = Array.from({ length: 9 * 2 * 4 }, (_, i) => {
      const [place, channel, out] = [Math.floor(i / 8), Math.floor(i / 4) % 2, i % 4];
      return 1.5 * (kernel[(3 * place + 2 - channel) * 4 + out] as number);
    });
    const { slices, side } = await slicesOf('cycle-1', 3);
    for (const { bytes, vector } of slices) {
      const input = Array.from(bytes, (byte, i) => byte - ([123.68, 116.779][i % 2] as number));
      near(vector, embedding({ ...weights, 'stem_conv/kernel': cycled }, input, side, 2));
    }
  }, 120_000);
});

/** Plain numbers of what a run's backbone ended with. */
async function ofArtifact(of: string): Promise<Weights> {
  const weights = await readWeights(await artifact(of, 'backbone'));
  return Object.fromEntries(
    Object.entries(weights).map(([name, { data }]) => [name, Array.from(data as Float32Array)]),
  );
}

describe('weights of another run', () => {
  const other = (name: string, ...more: string[]) => [
    ...set(`name=${name}`, 'backbone.weights={ run: whole-1 }', ...more),
    '--until',
    'backbone',
  ];

  it('leak where patients that it trained on validate here: LEAKY SPLIT, with how many', async () => {
    const { status, err } = await run(other('leaky', 'data.split.validation=0.7'));
    expect(status, err).toBe(0);
    const { marks, notices } = await readRun('leaky-1');
    expect(marks).toEqual(expect.arrayContaining(['SYNTHETIC', 'LEAKY SPLIT']));
    const notice = notices.find(({ reasons }) => reasons[0]?.reason === 'weights-saw-patients');
    expect(notice?.text).toMatch(/^The run whole-1 trained the weights .* on [1-9] of the [1-9] patients who validate/);
    expect(err).toMatch(/LEAKY SPLIT/);
  }, 120_000);

  it('that were changed on the disk are not loaded', async () => {
    const path = join(await artifact('whole-1', 'backbone'), 'weights.safetensors');
    const bytes = await readFile(path);
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] as number) ^ 1;
    await writeFile(path, bytes);
    const { status, err } = await run(other('damaged', 'seed=1'));
    expect(status).toBe(1);
    expect(err).toContain('error[artifact-damaged]');
    expect(err).toContain('run the recipe of whole-1 again');
  }, 60_000);

  it('leave nothing but the one file in the cache', async () => {
    const weights = join(folder, 'cache', 'weights');
    expect(await readdir(weights)).toEqual([`md5-${md5}`]);
    expect(readdirSync(join(weights, `md5-${md5}`)).sort()).toEqual(['tiny_net_notop.h5', 'weights.json']);
  });
});
