import { describe, expect, it } from 'vitest';
import { stream } from '../../../src/random.ts';
import type { EmbeddingReader } from '../../../src/runtime/artifacts/embeddings.ts';
import type { HostTensors } from '../../../src/runtime/engine/engine.ts';
import { openEngine } from '../../../src/runtime/engine/open.ts';
import { choose } from '../../../src/runtime/train/components.ts';
import { type Batch, targets } from '../../../src/runtime/train/feed.ts';
import { groupsOf } from '../../../src/runtime/train/groups.ts';
import { initialise } from '../../../src/runtime/train/layers/initialise.ts';
import { asState, emptySlots, floats } from '../../../src/runtime/train/names.ts';
import { sequenceNetwork } from '../../../src/runtime/train/network.ts';
import { sequenceReader } from '../../../src/runtime/train/sequence-reader.ts';
import { seriesFeed } from '../../../src/runtime/train/series-feed.ts';
import { embeddingVectors } from '../../../src/runtime/train/slice-vectors.ts';
import { scoreStep, trainStep } from '../../../src/runtime/train/step.ts';
import { common, registry, sliceRow } from './fixture.ts';
import { block } from './toy.ts';

const WIDTH = 4;
// Series a has 3 slices, b 5 (one without a label), c 9.
const index = [
  ...[0, 1, 1].map((label, i) => sliceRow('a', i, label as 0 | 1)),
  ...[1, 0, null, 0, 1].map((label, i) => sliceRow('b', i, label as 0 | 1 | null)),
  ...[0, 0, 0, 1, 1, 1, 0, 0, 0].map((label, i) => sliceRow('c', i, label as 0 | 1)),
];
const random = stream(0, 'vectors');
const vectors = Float32Array.from({ length: index.length * WIDTH }, () => random.between(-1, 1));
const embeddings: EmbeddingReader = {
  width: WIDTH,
  rows: index.map(({ slice }) => ({ slice, how: 'embedded' })),
  read: async (from, to) => vectors.slice(from * WIDTH, to * WIDTH),
  close: async () => {},
};
const feed = (options: { steps?: number; batch?: number; series?: string[] } = {}) =>
  seriesFeed({
    reader: sequenceReader({
      vectors: embeddingVectors([embeddings]),
      index,
      common: { ...common, steps: options.steps ?? 60 },
      seed: 0,
    }),
    groups: groupsOf(index, 'series').filter(({ id }) => (options.series ?? ['a', 'b', 'c']).includes(id)),
    batch: options.batch ?? 32,
    counts: (row) => index[row]?.labels !== null,
  });

describe('series as batches', () => {
  it('have one shape in training: the longest series, at most `steps`, and the batch', async () => {
    for (const items of [[0, 1], [2]]) {
      const { tensors } = await feed({ batch: 2 }).load(items, 0);
      expect(tensors.embeddings?.shape).toEqual([2, 9, WIDTH]);
    }
    expect((await feed({ steps: 6 }).load([0], 0)).tensors.mask?.shape).toEqual([3, 6]);
  });

  it('sample a long series at regular intervals in training only', async () => {
    // floor(k (9 - 1) / (4 - 1)) = 0, 2, 5, 8; series c begins at row 8.
    const training = await feed({ steps: 4, series: ['c'] }).load([0], 0);
    expect(training.slices).toEqual([8, 10, 13, 16]);
    expect([...floats(training.tensors, 'embeddings').slice(WIDTH, 2 * WIDTH)]).toEqual([
      ...vectors.slice(10 * WIDTH, 11 * WIDTH),
    ]);
    const whole = await feed({ steps: 4, series: ['c'] }).load([0], null);
    expect(whole.slices.filter((row) => row >= 0)).toHaveLength(9);
  });

  it('mask padding for the network, and slices without a label for the loss', async () => {
    const { tensors, slices, counts } = await feed().load([0, 1], null);
    expect([...floats(tensors, 'mask')]).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0]);
    expect(slices).toEqual([0, 1, 2, -1, -1, -1, -1, -1, 3, 4, 5, 6, 7, -1, -1, -1]);
    expect(counts.map(Number)).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 0]);
  });
});

describe('padding and batch mates', async () => {
  const engine = await openEngine('wasm');
  const chosen = choose(registry, 'sequence', {
    type: 'bi-lstm',
    layers: 2,
    cells: 3,
    dropout: 0,
    ...common,
  });
  const network = sequenceNetwork(chosen.component, chosen.params, { embedding: WIDTH });
  const weights = initialise(network.spec, 1);
  const names = network.spec.weights.map(({ name }) => name);
  const parts = {
    engine,
    network,
    batchNorm: 'trained' as const,
    loss: choose(registry, 'loss', block.loss),
    optimizer: choose(registry, 'optimizer', block.optimizer),
    inputs: (batch: Parameters<typeof network.forward>[2]) => batch,
  };

  /** Loss and weights after one step on this batch. */
  async function step(batch: Batch): Promise<{ loss: number; state: HostTensors }> {
    const held = engine.state({ ...asState(weights), ...emptySlots(['m', 'v'], weights, names) });
    const compiled = engine.compile(trainStep(parts), held);
    const outputs = await compiled.run({
      ...batch.tensors,
      ...targets(index, batch),
      seed: { shape: [2], dtype: 'int32', data: Int32Array.of(1, 2) },
      'optimizer/rate': { shape: [], dtype: 'float32', data: Float32Array.of(0.01) },
    });
    const state = await held.read();
    compiled.dispose();
    held.dispose();
    return { loss: floats(outputs, 'loss')[0] as number, state };
  }

  async function score(batch: Batch): Promise<{ losses: number[]; logits: number[] }> {
    const held = engine.state(asState(weights), 'inference');
    const compiled = engine.compile(scoreStep(parts), held);
    const outputs = await compiled.run({ ...batch.tensors, labels: targets(index, batch).labels });
    compiled.dispose();
    held.dispose();
    return { losses: [...floats(outputs, 'losses')], logits: [...floats(outputs, 'logits')] };
  }

  it('padding in steps and in series changes no loss and no weight', async () => {
    const tight = await step(await feed({ batch: 2 }).load([0, 1], null));
    const rubbish = await feed({ batch: 7 }).load([0, 1], 0);
    const [mask, vectors] = [floats(rubbish.tensors, 'mask'), floats(rubbish.tensors, 'embeddings')];
    mask.forEach((real, cell) => {
      if (real === 0) vectors.fill(3, cell * WIDTH, (cell + 1) * WIDTH);
    });
    const padded = await step(rubbish);
    expect(padded.loss).toBeCloseTo(tight.loss, 5);
    for (const name of Object.keys(tight.state).filter((key) => key.startsWith('weights/'))) {
      const [a, b] = [floats(tight.state, name), floats(padded.state, name)];
      expect(Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))))).toBeLessThan(1e-5);
    }
    // The test can fail: without the mask the loss is another.
    mask.fill(1);
    expect(Math.abs((await step(rubbish)).loss - tight.loss)).toBeGreaterThan(1e-3);
  });

  it('a series comes out alone as it does beside others', async () => {
    const alone = await score(await feed().load([0], null));
    const beside = await score(await feed().load([2, 0, 1], null));
    // Three steps of series a in the second row of [3, 16].
    alone.logits.slice(0, 3 * 6).forEach((value, i) => {
      expect(beside.logits[16 * 6 + i]).toBeCloseTo(value, 5);
    });
  });

  it('the loss is the mean over the slices with labels, not over series', async () => {
    const batch = await feed().load([0, 1], null);
    const { losses } = await score(batch);
    const counted = losses.filter((_, i) => batch.counts[i]);
    expect(counted).toHaveLength(7);
    const mean = counted.reduce((sum, value) => sum + value, 0) / 7;
    expect((await step(batch)).loss).toBeCloseTo(mean, 5);
  });
});
