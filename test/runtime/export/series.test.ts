import { beforeAll, describe, expect, it } from 'vitest';
import { LABELS } from '../../../src/labels.ts';
import { patientRule } from '../../../src/patient-rule.ts';
import { stream } from '../../../src/random.ts';
import type { SliceRow } from '../../../src/runtime/artifacts/slices.ts';
import type { Engine } from '../../../src/runtime/engine/engine.ts';
import { openWasmEngine } from '../../../src/runtime/engine/wasm/open.ts';
import { buildGraph, networksOf, type Trained } from '../../../src/runtime/export/build.ts';
import { vectorWidth } from '../../../src/runtime/export/graph/sequence.ts';
import { channelsOf } from '../../../src/runtime/images/windows.ts';
import { choose } from '../../../src/runtime/train/components.ts';
import { groupsOf } from '../../../src/runtime/train/groups.ts';
import { type Sequence, sequenceReader } from '../../../src/runtime/train/sequence-reader.ts';
import { sequenceBatch } from '../../../src/runtime/train/series-feed.ts';
import { positionVectors, type SliceVectors } from '../../../src/runtime/train/slice-vectors.ts';
import { onnxRuntime, withRuntime } from '../../onnx-node.ts';
import { sliceRow } from '../train/fixture.ts';
import { sigmoidWindow } from '../train/sigmoid-window.ts';
import { head, stored } from './phantom-head.ts';
import { furthest, networkOf, outputsOf, runner, sigmoid, trainedRun } from './trained.ts';

/** Slices of one series, unevenly apart. */
const seriesOf = (slices: number): SliceRow[] =>
  Array.from({ length: slices }, (_, order) => ({
    ...sliceRow('a', order, null),
    spacingMm: order === 0 ? null : 4 + (order % 3),
  }));

const spacingsOf = (index: readonly SliceRow[]): Float32Array =>
  Float32Array.from(index, ({ spacingMm }, row) => spacingMm ?? index[row + 1]?.spacingMm ?? 0);

/** The logits `[slices, 6]` that predict gives these vectors: each group whole and by itself, in one or both directions. */
async function predicted(
  engine: Engine,
  trained: Trained,
  own: Float32Array,
  index: SliceRow[],
): Promise<Float32Array> {
  const chosen = choose(trained.registry, 'sequence', trained.recipe.sequence as never);
  const { needs } = vectorWidth(chosen, 0);
  const width = own.length / index.length;
  const given: SliceVectors = {
    width,
    read: async (rows) => Float32Array.from(rows.flatMap((row) => [...own.subarray(row * width, (row + 1) * width)])),
  };
  const vectors = needs === 'position' ? positionVectors(index) : given;
  const { params } = chosen;
  const reader = sequenceReader({ vectors, index, common: params, seed: 0 });
  const network = networkOf(trained, 'sequence');
  const logits = new Float32Array(index.length * LABELS.length);
  for (const group of groupsOf(index, params.group))
    for (const backwards of params.reversed ? [false, true] : [false]) {
      const sequence: Sequence = await reader.read(group, null, backwards);
      const { tensors, slices } = sequenceBatch([sequence], reader.width, { items: 1, length: sequence.rows.length });
      const out = outputsOf(engine, network, trained.weights.get('sequence')!, tensors as never).logits;
      slices.forEach((row, step) => {
        for (let column = 0; column < LABELS.length; column++)
          logits[row * LABELS.length + column]! += out[step * LABELS.length + column]! / (params.reversed ? 2 : 1);
      });
    }
  return logits;
}

const SEQUENCES: readonly [name: string, ...changes: string[]][] = [
  ['bi-lstm', 'sequence={type: bi-lstm, cells: 6, layers: 2}'],
  [
    'bi-lstm with norm, projection and a second head',
    'sequence={type: bi-lstm, cells: 6, layerNorm: true, projection: {units: 5, auxiliary: 0.5}}',
  ],
  [
    'bi-lstm with all features, both ways',
    'sequence={type: bi-lstm, cells: 6, reversed: true, features: {deltas: true, spacing: true, position: true}}',
  ],
  ['bi-gru', 'sequence={type: bi-gru, cells: 6}'],
  ['dilated-conv', 'sequence={type: dilated-conv, filters: 8}'],
  ['dilated-conv, even taps', 'sequence={type: dilated-conv, filters: 8, size: 4, dilations: [1, 3]}'],
  ['per-slice', 'sequence={type: per-slice, cells: 6}'],
  ['position', 'sequence={type: position}'],
  ['neighbour-smoothing', 'sequence={type: neighbour-smoothing}'],
  [
    'neighbour-smoothing of logits, five of them',
    'sequence={type: neighbour-smoothing, over: logits, weights: [0, 1, 3, 2, 1]}',
  ],
  ['bi-lstm, each slice by itself', 'sequence={type: bi-lstm, cells: 6, group: slice, features: {deltas: true}}'],
];

describe.skipIf(onnxRuntime === null)(withRuntime('a sequence model as ONNX'), () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openWasmEngine();
  });

  it.each(SEQUENCES)('%s gives the logits of the runtime at 1, 3, 60, 61 and 130 slices', async (_, ...changes) => {
    const trained = await trainedRun(['backbone.width=1', ...changes]);
    const { run } = await runner(buildGraph('sequence', trained, []));
    const { needs, width } = vectorWidth(
      choose(trained.registry, 'sequence', trained.recipe.sequence as never),
      networkOf(trained, 'backbone').spec.width,
    );
    const name = { embeddings: 'embeddings', logits: 'logits_of_backbone', position: 'position' }[needs];
    const random = stream(4, 'vectors');
    for (const slices of [1, 3, 60, 61, 130]) {
      const index = seriesOf(slices);
      const data =
        needs === 'position'
          ? await positionVectors(index).read(index.map((_row, at) => at))
          : Float32Array.from({ length: slices * width }, () => 3 * random.uniform() - 1);
      const asked =
        trained.recipe.sequence !== 'none' && (trained.recipe.sequence.features as { spacing: boolean }).spacing;
      const given = await run({
        [name]: { data, shape: [slices, width] },
        ...(asked ? { spacing_mm: { data: spacingsOf(index), shape: [slices] } } : {}),
      });
      const expected = await predicted(engine, trained, data, index);
      expect(given.logits!.dims).toEqual([slices, 6]);
      expect(furthest(given.logits!.data as Float32Array, expected)).toBeLessThan(1e-5);
      expect(furthest(given.probabilities!.data as Float32Array, Array.from(expected, sigmoid))).toBeLessThan(1e-5);
      expect(new Set(expected).size).toBeGreaterThan(3);
    }
  });
});

const WHOLE: readonly [name: string, ...changes: string[]][] = [
  ['one backbone alone', 'sequence=none'],
  ['a bi-lstm over it', 'sequence={type: bi-lstm, cells: 6, features: {deltas: true, position: true}}'],
  [
    'area, learned windows, two backbones',
    'data.image.interpolation=area',
    'channels=[edge, brain]',
    'windows.edge={type: test/sigmoid, start: 0.4}',
    'sequence={type: bi-gru, cells: 4, backbones: [{type: small-cnn, width: 0.5}]}',
  ],
  ['its own answers, smoothed', 'sequence={type: neighbour-smoothing}'],
  ['places alone', 'sequence={type: position}'],
  ['the rule by count', 'evaluation.patient={rule: count, slices: 2, threshold: 0.48}'],
];

describe.skipIf(onnxRuntime === null)(withRuntime('a whole run as ONNX'), () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openWasmEngine();
  });

  it.each(WHOLE)('%s: from HU to the probabilities of the runtime and its call', async (name, ...changes) => {
    const trained = await trainedRun(changes, sigmoidWindow as never);
    const { recipe, registry } = trained;
    const { run } = await runner(buildGraph('whole', trained, ['SYNTHETIC', 'SMOKE']));
    // Each length once, and the way over the embeddings at all of them.
    for (const slices of name === 'a bi-lstm over it' ? [1, 3, 60, 61, 130] : [3, 61]) {
      const [rows, columns] = [48 + (slices % 5), 52];
      const hu = head(slices, rows, columns, slices);
      const index = seriesOf(slices);
      const given = await run({ hu: { data: hu, shape: [slices, rows, columns] } });
      const { size, interpolation } = recipe.data.image;
      const bytes = stored(hu, [slices, rows, columns], channelsOf(recipe, registry), { size, interpolation });
      const images = { data: Float32Array.from(bytes), shape: [slices, size, size, recipe.channels.length] };
      const ids = networksOf('whole', trained).filter((id) => id !== 'sequence');
      const all = ids.map((id) => outputsOf(engine, networkOf(trained, id), trained.weights.get(id)!, { images }));
      if (ids.length > 0) expect([...(given.pictures!.data as Uint8Array)]).toEqual([...bytes]);
      const embedding = Float32Array.from(
        index.flatMap((_row, slice) =>
          all.flatMap((one) => [
            ...one.embedding!.subarray(
              slice * (one.embedding!.length / slices),
              (slice + 1) * (one.embedding!.length / slices),
            ),
          ]),
        ),
      );
      if (ids.length > 0) expect(furthest(given.embedding!.data as Float32Array, embedding)).toBeLessThan(1e-4);
      const sequence = recipe.sequence === 'none' ? null : choose(registry, 'sequence', recipe.sequence);
      const reads = sequence?.component.contract(sequence.params).needs === 'logits' ? all[0]!.logits : embedding;
      const logits = sequence === null ? all[0]!.logits : await predicted(engine, trained, reads, index);
      const expected = Array.from(logits, sigmoid);
      expect(furthest(given.probabilities!.data as Float32Array, expected)).toBeLessThan(1e-4);
      // The call goes by what the file itself says: a score beside the threshold may fall on either side.
      const any = index.map((_row, slice) => (given.probabilities!.data as Float32Array)[slice * 6 + 5]!);
      const rule = patientRule(any, { ...recipe.evaluation.patient, millimetres: null });
      expect(given.call!.data[0]).toBe(rule.call ? 1 : 0);
      expect(Array.from(given.run!.data as unknown as BigInt64Array, Number)).toEqual([
        rule.run.length,
        rule.run.first,
        rule.run.last,
      ]);
      expect(given.marks!.data).toEqual(['SYNTHETIC', 'SMOKE']);
    }
  });
});
