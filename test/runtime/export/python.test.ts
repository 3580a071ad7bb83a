import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { defineWindow, Type } from '../../../src/index.ts';
import { buildGraph } from '../../../src/runtime/export/build.ts';
import type { Part } from '../../../src/runtime/export/part.ts';
import { type OnnxTensor, onnxRuntime } from '../../onnx-node.ts';
import { python, runPython, WITHOUT } from '../../peer-python.ts';
import { sigmoidWindow } from '../train/sigmoid-window.ts';
import { head } from './phantom-head.ts';
import { runner, testPictures, trainedRun } from './trained.ts';

/** No ramp: stands as a table in the file. */
const curved = defineWindow({
  name: 'test/curved',
  version: 1,
  summary: 'A curve.',
  params: Type.Object({}),
  contract: () => ({}),
  scale: (hu) => 1 / (1 + Math.exp(-(hu - 40) / 15)),
});

const small = (type: string) => ['data.image.size=80', `backbone={type: ${type}, width: 0.05, blocks: 0.01}`];
const CASES: readonly [Part, ...string[]][] = [
  ['whole', 'sequence=none', 'channels=[curve]', 'windows.curve={type: test/curved}'],
  [
    'whole',
    'sequence={type: bi-lstm, cells: 6, layerNorm: true, reversed: true, features: {deltas: true, position: true}}',
  ],
  [
    'whole',
    'data.image.interpolation=area',
    'channels=[edge, brain]',
    'windows.edge={type: test/sigmoid, start: 0.4}',
    'sequence={type: bi-gru, cells: 4, backbones: [{type: small-cnn, width: 0.5}]}',
  ],
  ['whole', 'sequence={type: neighbour-smoothing}', 'evaluation.patient={rule: count, slices: 2, threshold: 0.48}'],
  ['whole', 'sequence={type: dilated-conv, filters: 8, size: 4}'],
  ['whole', 'sequence={type: position}'],
  ['sequence', 'sequence={type: per-slice, cells: 6}'],
  ...[
    'resnet-50',
    'resnet-50-v2',
    'densenet-121',
    'mobilenet-v2',
    'efficientnet-b0',
    'efficientnet-lite0',
    'inception-v3',
    'inception-resnet-v2',
  ].map((type): [Part, ...string[]] => ['backbone', ...small(type)]),
];

interface Said {
  fault: string | null;
  furthest: Record<string, number>;
  marks: string[];
  metadata: Record<string, string>;
  graph: string;
  opset: number[];
  domains: string[];
}

describe('what ichor exports, in Python', () => {
  it.skipIf(python === null || onnxRuntime === null)(
    `passes onnx’s checker in full and runs the same (skipped where ${WITHOUT})`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'onnx-'));
      const cases = [];
      const titles: string[] = [];
      for (const [at, [part, ...changes]] of CASES.entries()) {
        const trained = await trainedRun(changes, sigmoidWindow as never, curved as never);
        const graph = buildGraph(part, trained, ['SYNTHETIC', 'LEAKY SPLIT']);
        const { bytes, run } = await runner(graph);
        const model = join(folder, `${at}.onnx`);
        writeFileSync(model, bytes);
        const { size } = trained.recipe.data.image;
        const channels = trained.recipe.channels.length;
        const [first] = graph.inputs;
        const input = {
          hu: () => ({ data: head(9, 50, 44), shape: [9, 50, 44] }),
          pictures: () => ({ data: testPictures(2, size, channels), shape: [2, size, size, channels] }),
          embeddings: () => ({
            data: testPictures(61, 1, first!.dims[1] as number).map((x) => x / 255),
            shape: [61, first!.dims[1] as number],
          }),
        }[first!.name]!();
        const given = (await run({ [first!.name]: input })) as Record<string, OnnxTensor>;
        const stored = (name: string, type: string, data: Uint8Array | Float32Array, shape: readonly number[]) => {
          const file = join(folder, `${at}-${name}.bin`);
          writeFileSync(file, data);
          return { name, type, file, shape };
        };
        titles.push([part, ...changes].join(' '));
        cases.push({
          model,
          inputs: [stored(first!.name, 'float32', input.data, input.shape)],
          outputs: Object.entries(given)
            .filter(([name]) => name !== 'marks')
            .map(([name, { type, data, dims }]) => stored(`${name}`, type, data as unknown as Uint8Array, dims)),
        });
      }
      const script = fileURLToPath(new URL('check.py', import.meta.url));
      const said = JSON.parse(runPython(script, [], JSON.stringify(cases))) as Said[];
      expect(said.length).toBe(CASES.length);
      for (const [at, { fault, furthest, marks, metadata, opset, domains }] of said.entries()) {
        expect(fault, titles[at]).toBeNull();
        for (const [name, distance] of Object.entries(furthest)) {
          const exact = ['pictures', 'run', 'call'].includes(name);
          expect(distance, `${titles[at]}: ${name}`).toBeLessThanOrEqual(exact ? 0 : 1e-4);
        }
        expect(marks).toEqual(['SYNTHETIC', 'LEAKY SPLIT']);
        expect(metadata).toEqual({ 'ichor.test': 'yes' });
        expect([opset, domains]).toEqual([[17], ['']]);
      }
    },
  );
});
