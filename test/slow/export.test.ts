import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/runtime/engine/engine.ts';
import { openWasmEngine } from '../../src/runtime/engine/wasm/open.ts';
import { buildGraph } from '../../src/runtime/export/build.ts';
import { onnxRuntime } from '../onnx-node.ts';
import {
  furthest,
  networkOf,
  outputsOf,
  runner,
  sigmoid,
  testPictures,
  trainedRun,
} from '../runtime/export/trained.ts';

/** As recipes have them, every block and channel: what the small forms of the everyday tests do not show is depth. */
const WHOLE: readonly [type: string, size: number][] = [
  ['small-cnn', 64],
  ['mobilenet-v2', 96],
  ['efficientnet-b0', 96],
  ['efficientnet-lite0', 96],
  ['densenet-121', 96],
  ['resnet-50', 96],
  ['resnet-50-v2', 96],
  ['inception-v3', 96],
  ['inception-resnet-v2', 96],
];

describe.runIf(process.env.ICHOR_SLOW === '1' && onnxRuntime !== null)('slow: backbones of full size as ONNX', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openWasmEngine();
  });

  it.each(WHOLE)('%s at %i px', async (type, size) => {
    const trained = await trainedRun([`data.image.size=${size}`, `backbone={type: ${type}}`]);
    const data = testPictures(2, size, 3);
    const shape = [2, size, size, 3];
    const graph = buildGraph('backbone', trained, []);
    const { run, bytes } = await runner(graph);
    const before = performance.now();
    const given = await run({ pictures: { data, shape } });
    const seconds = (performance.now() - before) / 1000;
    const network = networkOf(trained, 'backbone');
    const { logits, embedding } = outputsOf(engine, network, trained.weights.get('backbone')!, {
      images: { data, shape },
    });
    const scale = Math.max(1, ...embedding!.map(Math.abs));
    const apart = {
      probabilities: furthest(given.probabilities!.data as Float32Array, Array.from(logits, sigmoid)),
      embedding: furthest(given.embedding!.data as Float32Array, embedding!) / scale,
    };
    process.stderr.write(
      `${type}: ${graph.nodes.length} nodes, ${(bytes.length / 1e6).toFixed(1)} MB, probabilities ${apart.probabilities.toExponential(1)}, embedding ${apart.embedding.toExponential(1)} apart (of ${scale.toPrecision(3)}), ${seconds.toFixed(2)} s\n`,
    );
    expect(apart.probabilities).toBeLessThan(1e-4);
    expect(apart.embedding).toBeLessThan(1e-4);
  });
});
