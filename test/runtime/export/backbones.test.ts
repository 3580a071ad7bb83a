import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/runtime/engine/engine.ts';
import { openWasmEngine } from '../../../src/runtime/engine/wasm/open.ts';
import { buildGraph } from '../../../src/runtime/export/build.ts';
import { onnxRuntime, withRuntime } from '../../onnx-node.ts';
import { sigmoidWindow } from '../train/sigmoid-window.ts';
import { furthest, networkOf, outputsOf, runner, sigmoid, testPictures, trainedRun } from './trained.ts';

/** Narrow and short: the same words in the same order as the whole network. */
const small = (type: string, more = '') => `backbone={type: ${type}, width: 0.05, blocks: 0.01${more}}`;
const CASES: readonly [name: string, size: number, ...changes: string[]][] = [
  ['small-cnn', 33, 'backbone={type: small-cnn, width: 0.25}'],
  ['resnet-50', 45, small('resnet-50')],
  ['resnet-50, torchvision', 45, small('resnet-50', ', variant: torchvision')],
  ['resnet-50-v2', 46, small('resnet-50-v2')],
  ['densenet-121', 45, small('densenet-121')],
  ['mobilenet-v2', 45, small('mobilenet-v2')],
  ['mobilenet-v2, torchvision', 45, small('mobilenet-v2', ', variant: torchvision')],
  ['efficientnet-b0', 45, small('efficientnet-b0')],
  ['efficientnet-lite0', 45, small('efficientnet-lite0')],
  ['inception-v3', 80, small('inception-v3')],
  ['inception-resnet-v2', 80, small('inception-resnet-v2')],
  ['resnet-50 of one channel, repeated', 45, small('resnet-50'), 'channels=[brain]'],
  ['resnet-50 of two channels, mapped', 45, small('resnet-50', ', inputWeights: cycle'), 'channels=[brain, bone]'],
  ['two learned windows', 32, 'channels=[edge, brain, edge]', 'windows.edge={type: test/sigmoid, start: 0.4}'],
  ['a window with a margin', 32, 'channels=[brain, bone]', 'windows.brain={level: 40, width: 80, margin: 0.25}'],
  [
    'two backbones side by side',
    45,
    'sequence={type: bi-lstm, cells: 2, backbones: [{type: resnet-50-v2, width: 0.05, blocks: 0.01}]}',
  ],
];

describe.skipIf(onnxRuntime === null)(withRuntime('a backbone as ONNX'), () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openWasmEngine();
  });

  it.each(CASES)('%s gives the probabilities and embeddings of the runtime', async (_, size, ...changes) => {
    const trained = await trainedRun([`data.image.size=${size}`, ...changes], sigmoidWindow as never);
    const channels = trained.recipe.channels.length;
    const data = testPictures(3, size, channels);
    const shape = [3, size, size, channels];
    const graph = buildGraph('backbone', trained, ['SYNTHETIC']);
    const { run } = await runner(graph);
    const given = await run({ pictures: { data, shape } });
    const ids = [...trained.weights.keys()].filter((id) => id !== 'sequence');
    const all = ids.map((id) =>
      outputsOf(engine, networkOf(trained, id), trained.weights.get(id)!, { images: { data, shape } }),
    );
    const first = all[0]!;
    expect(furthest(given.probabilities!.data as Float32Array, Array.from(first.logits, sigmoid))).toBeLessThan(1e-4);
    expect(Math.max(...first.logits.map(Math.abs))).toBeGreaterThan(0.05);
    // Side by side, slice by slice.
    const width = given.embedding!.dims[1] as number;
    const embedding = [0, 1, 2].flatMap((slice) =>
      all.flatMap((one) => {
        const own = one.embedding!.length / 3;
        return [...one.embedding!.slice(slice * own, (slice + 1) * own)];
      }),
    );
    expect(embedding.length).toBe(3 * width);
    const scale = Math.max(1, ...embedding.map(Math.abs));
    expect(furthest(given.embedding!.data as Float32Array, embedding) / scale).toBeLessThan(1e-4);
    expect(given.marks!.data).toEqual(['SYNTHETIC']);
  });
});
