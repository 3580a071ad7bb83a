import { cp, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Component } from '../../../src/registry/kinds/component.ts';
import type { ResolvedRecipe } from '../../../src/registry/recipe.ts';
import { createRegistry, type Registry } from '../../../src/registry/registry.ts';
import { openEmbeddings, readEmbeddingMarks } from '../../../src/runtime/artifacts/embeddings.ts';
import { readHistory } from '../../../src/runtime/artifacts/history.ts';
import { readLogits, readPredictions } from '../../../src/runtime/artifacts/predictions.ts';
import { readSafetensors } from '../../../src/runtime/artifacts/safetensors.ts';
import { type SliceRow, writeSlices } from '../../../src/runtime/artifacts/slices.ts';
import { writeSource } from '../../../src/runtime/artifacts/source.ts';
import { writeSplit } from '../../../src/runtime/artifacts/split.ts';
import { readNetwork, readWeights } from '../../../src/runtime/artifacts/weights.ts';
import { openEngine } from '../../../src/runtime/engine/open.ts';
import type { Stage, StageContext } from '../../../src/runtime/stage.ts';
import { backboneStage } from '../../../src/runtime/stages/backbone.ts';
import { embedStage } from '../../../src/runtime/stages/embed.ts';
import { predictStage } from '../../../src/runtime/stages/predict.ts';
import { sequenceStage } from '../../../src/runtime/stages/sequence.ts';
import { channelWindows } from '../../../src/runtime/train/channel-windows.ts';
import { choose } from '../../../src/runtime/train/components.ts';
import { asState } from '../../../src/runtime/train/names.ts';
import { backboneNetwork } from '../../../src/runtime/train/network.ts';
import { inferenceStep } from '../../../src/runtime/train/step.ts';
import { common, components, registry, sliceRow, windows } from '../train/fixture.ts';
import { sigmoidWindow } from '../train/sigmoid-window.ts';
import { backbone, block, toyReader } from '../train/toy.ts';

// Images without shards: what has a record is written into the folder's name.
vi.mock('../../../src/runtime/artifacts/shards.ts', () => ({
  openShards: async (folder: string) =>
    toyReader(
      folder.split(',').filter((name) => name !== ''),
      new Map([['d2', ['its picture is odd']]]),
    ),
}));

const engine = await openEngine('wasm');
const folder = () => mkdtemp(join(tmpdir(), 'ichor-stage-'));

/** Odd slices are bright and positive. Series g has no pixels at all; h is the test set. */
const index: SliceRow[] = 'abcdefgh'
  .split('')
  .flatMap((series) =>
    Array.from({ length: series === 'b' ? 11 : 5 }, (_, i) =>
      sliceRow(series, i, series === 'h' ? null : i % 2 === 1 ? 1 : 0),
    ),
  );
// Series a lacks slices 2 and 3 (between), c its first, h its last.
const lost = new Set(['a2', 'a3', 'c0', 'h4', 'g0', 'g1', 'g2', 'g3', 'g4']);
const side = ({ series, labels }: SliceRow) =>
  labels === null ? 'test' : 'ef'.includes(series) ? 'validation' : 'train';
const at = (slice: string) => index.findIndex((row) => row.slice === slice);

const recipe = {
  seed: 3,
  data: { source: { type: 'folder' }, image: { size: 16 }, split: { type: 'by-patient', validation: 0.3 } },
  windows,
  channels: [{ window: 'brain' }],
  augment: [
    { type: 'flip-horizontal', probability: 0.5 },
    { type: 'affine', probability: 0.5, shift: 0.05, scale: 0.05, rotateDegrees: 20 },
  ],
  backbone,
  sequence: { type: 'bi-lstm', layers: 1, cells: 4, dropout: 0.2, ...common, steps: 6 },
  train: { backbone: { ...block, epochs: 4 }, sequence: { ...block, batch: 2, embeddings: 'in-sample' } },
  evaluation: {
    metrics: [{ type: 'mean-log-loss', level: 'slice', score: 'rule' }],
    patient: { rule: 'consecutive', slices: 3, threshold: 0.5, truth: ['any-slice'] },
  },
} as unknown as ResolvedRecipe;

interface Options {
  instance?: string;
  inputs: Record<string, string>;
  into?: string;
  recipe?: ResolvedRecipe;
  registry?: Registry;
  progress?: (done: number) => void;
}

async function run(stage: Stage, { instance = '', inputs, into, progress, ...of }: Options) {
  const made = into ?? (await folder());
  const opened = vi.fn(async () => engine);
  const context = {
    recipe,
    registry,
    ...of,
    instance,
    folder: made,
    inputs: new Map(Object.entries(inputs).map(([id, path]) => [id, { stage: id, key: id, folder: path }])),
    engine: opened,
    progress: async (done: number) => progress?.(done),
    emit: () => {},
    signal: new AbortController().signal,
    workers: 1,
  } as unknown as StageContext;
  const ledger = await stage.run(context);
  return { folder: made, ledger, opened };
}

const shardsOf = (rows: readonly SliceRow[]) =>
  rows
    .map(({ slice }) => slice)
    .filter((slice) => !lost.has(slice))
    .join(',');
async function indexOf(rows: readonly SliceRow[]) {
  const made = await folder();
  await writeSlices(made, rows);
  await writeSource(made, { synthetic: true, identities: 'public', submission: null });
  return made;
}

const base: Record<string, string> = { shards: shardsOf(index) };
beforeAll(async () => {
  base.index = await indexOf(index);
  base.split = await folder();
  await writeSplit(
    base.split,
    index.map((row) => ({
      slice: row.slice,
      backbone: side(row),
      backboneFold: 0,
      littleBrain: false,
      sequence: side(row),
      sequenceFold: 0,
    })),
  );
  base.backbone = (await run(backboneStage, { inputs: base })).folder;
  base.embed = (await run(embedStage, { inputs: base })).folder;
  base.sequence = (await run(sequenceStage, { inputs: base })).folder;
});

describe('the trained artifacts', () => {
  it.each(['backbone', 'sequence'])('of %s hold weights, network and history, and no checkpoint', async (stage) => {
    const made = base[stage] as string;
    expect((await readdir(made)).sort()).toEqual(['history.json', 'network.json', 'weights.safetensors']);
    const { weights, labels } = await readNetwork(made);
    const { tensors } = await readSafetensors(join(made, 'weights.safetensors'));
    expect(Object.keys(tensors).sort()).toEqual(weights.map(({ name }) => name).sort());
    expect(labels).toEqual(['epidural', 'intraparenchymal', 'intraventricular', 'subarachnoid', 'subdural', 'any']);
  });

  it('say what they were trained on', async () => {
    const { prevalence, trainedSlices, image, parameters } = await readNetwork(base.backbone as string);
    // Side train: a, b, c, d, g hold 5 + 11 + 5 + 5 + 5 = 31 slices, 13 odd; 8 of them have no pixels.
    expect(trainedSlices).toBe(23);
    expect(prevalence[0]).toBeCloseTo(13.5 / 32, 12);
    expect(image).toEqual({ size: 16, channels: ['brain'], networkChannels: 1, pixels: 'unit' });
    expect(parameters).toBe(242);
    expect(await readHistory(base.backbone as string)).toHaveLength(4);
  });

  it.each(['backbone', 'sequence'])('of %s say how they fared, so that what they predict can say it', async (stage) => {
    const { training } = await readNetwork(base[stage] as string);
    const last = (await readHistory(base[stage] as string))?.at(-1);
    // 23 slices in steps of 4; the series a, b, c and d in steps of 2, three times.
    expect(training).toMatchObject(
      stage === 'backbone' ? { steps: 24, batchNormMomentum: 0.9 } : { steps: 6, batchNormMomentum: null },
    );
    expect(training?.marks).toEqual(['SYNTHETIC']);
    // e and f hold 10 slices, 4 of them positive; of the 31 that train 13 are.
    const constant = -(4 * Math.log(13 / 31) + 6 * Math.log(18 / 31)) / 10;
    expect(training?.validation).toEqual({
      slices: 10,
      'mean-log-loss': last?.validation?.['mean-log-loss'],
      constant: expect.closeTo(constant, 12),
    });
  });

  // Augmentation, dropout and running averages all take part.
  it.each([
    ['backbone', backboneStage, 2 * 33],
    ['sequence', sequenceStage, 2 * 6],
  ] as const)('of %s are the same to the byte after an interruption', async (id, stage, items) => {
    const into = await folder();
    const stop = (done: number) => {
      if (done > items) throw new Error('interrupted');
    };
    await expect(run(stage, { inputs: base, into, progress: stop })).rejects.toThrow('interrupted');
    expect((await readdir(into)).sort()).toEqual(['checkpoint-before.safetensors', 'checkpoint.safetensors']);
    await run(stage, { inputs: base, into });
    expect((await readdir(into)).sort()).toEqual(['history.json', 'network.json', 'weights.safetensors']);
    for (const name of await readdir(into)) {
      expect((await readFile(join(into, name))).equals(await readFile(join(base[id] as string, name)))).toBe(true);
    }
  });

  it('are not trained again where only the last move was missing', async () => {
    const into = await folder();
    await cp(base.backbone as string, into, { recursive: true });
    const { opened, ledger } = await run(backboneStage, { inputs: base, into });
    expect(opened).not.toHaveBeenCalled();
    // 24 updates at 0.9 keep 8 %: what was doubtful stays so.
    expect(ledger.notes.map(({ reason }) => reason)).toContain('batch-norm-momentum');
  });

  it('follow a metric of the recipe where the checkpoint is the best', async () => {
    const best = {
      ...recipe,
      train: { ...recipe.train, backbone: { ...recipe.train.backbone, checkpoint: { best: 'mean-log-loss' } } },
    } as ResolvedRecipe;
    const { folder: made } = await run(backboneStage, { inputs: base, recipe: best });
    const history = (await readHistory(made)) ?? [];
    const figures = history.map(({ metric }) => metric?.value as number);
    // The metric itself and the one that the loop writes agree.
    for (const { validation, metric } of history) {
      expect(validation?.['mean-log-loss']).toBeCloseTo(metric?.value as number, 12);
    }
    expect((await readNetwork(made)).epoch).toBe(figures.indexOf(Math.min(...figures)) + 1);
  });

  it('are refused where nothing is labelled', async () => {
    const inputs = { ...base, index: await indexOf(index.map((row) => ({ ...row, labels: null }))) };
    await expect(run(backboneStage, { inputs })).rejects.toMatchObject({ code: 'no-labelled-slices', exit: 2 });
    await expect(run(sequenceStage, { inputs })).rejects.toMatchObject({ code: 'no-labelled-slices', exit: 2 });
  });
});

describe('embed', () => {
  it('has a vector of every slice, in the order of the index, and says where it comes from', async () => {
    const reader = await openEmbeddings(base.embed as string);
    expect(reader.rows.map(({ slice }) => slice)).toEqual(index.map(({ slice }) => slice));
    expect(reader.rows.filter(({ how }) => how === 'interpolated').map(({ slice }) => slice)).toEqual([
      'a2',
      'a3',
      'c0',
      'h4',
    ]);
    expect(reader.rows.filter(({ how }) => how === 'absent').map(({ slice }) => slice)).toEqual([
      'g0',
      'g1',
      'g2',
      'g3',
      'g4',
    ]);
    const [a1, a2, , a4] = await Promise.all([1, 2, 3, 4].map((row) => reader.read(row, row + 1)));
    a2?.forEach((value, i) => {
      expect(value).toBeCloseTo((2 / 3) * (a1?.[i] as number) + (1 / 3) * (a4?.[i] as number), 6);
    });
    await reader.close();
  });

  it('goes on after an interruption from what was synced, to the same bytes', async () => {
    // Series of one slice: each is a chunk by itself, and every 64 chunks are synced.
    const many = Array.from({ length: 70 }, (_, i) => ({ ...sliceRow('m', i, null), series: `m${i}` }));
    const inputs = { ...base, index: await indexOf(many), shards: shardsOf(many) };
    const calm = (await run(embedStage, { inputs })).folder;
    const into = await folder();
    const stop = (done: number) => {
      if (done > 66) throw new Error('interrupted');
    };
    await expect(run(embedStage, { inputs, into, progress: stop })).rejects.toThrow('interrupted');
    const seen: number[] = [];
    await run(embedStage, { inputs, into, progress: (done) => seen.push(done) });
    expect(seen).toEqual([64, 65, 66, 67, 68, 69, 70]);
    expect((await readdir(into)).sort()).toEqual(['embeddings.csv', 'embeddings.safetensors', 'trained-on.json']);
    // Its network learned from generated pictures.
    expect(await readEmbeddingMarks(into)).toEqual(['SYNTHETIC']);
    for (const name of await readdir(into)) {
      expect((await readFile(join(into, name))).equals(await readFile(join(calm, name)))).toBe(true);
    }
  });
});

describe('a learned window', () => {
  const own = createRegistry([...components, sigmoidWindow as Component]);
  const learned = {
    ...recipe,
    windows: { brain: { type: 'test/sigmoid', start: 0.5, steepness: 8 } },
  } as unknown as ResolvedRecipe;
  const SHIFT = 'window_0/edge/shift';

  it('lies in the backbone’s artifact, and embed and predict look through it as it was learned', async () => {
    const of = { recipe: learned, registry: own, inputs: base };
    const made = (await run(backboneStage, of)).folder;
    const weights = await readWeights(made);
    const { parameters, weights: listed } = await readNetwork(made);
    expect(listed.map(({ name }) => name).slice(0, 2)).toEqual([SHIFT, 'window_0/edge/ratio']);
    expect(parameters).toBe(244);
    expect(Math.abs(weights[SHIFT]?.data[0] as number)).toBeGreaterThan(1e-3);

    // The same network and weights by hand, on the first chunk: slices a0, a1, a4.
    const embedded = (await run(embedStage, { ...of, inputs: { ...base, backbone: made } })).folder;
    const reader = await openEmbeddings(embedded);
    const rows = [at('a0'), at('a1'), at('a4')];
    const expected = await Promise.all(rows.map(async (row) => [...(await reader.read(row, row + 1))]));
    await reader.close();
    const { component, params } = choose(own, 'backbone', backbone);
    const network = backboneNetwork(component, params, {
      size: 16,
      channels: 1,
      windows: channelWindows(learned, own),
    });
    const state = engine.state(asState(weights), 'inference');
    const step = engine.compile(inferenceStep(engine, network, 'embedding'), state);
    const images = await toyReader([]).read(['a0', 'a1', 'a4']);
    const outputs = await step.run({ images: { shape: [3, 16, 16, 1], dtype: 'int32', data: images } });
    step.dispose();
    state.dispose();
    expected.flat().forEach((value, i) => {
      expect(outputs.embedding?.data[i]).toBeCloseTo(value, 4);
    });

    const inputs = { ...base, backbone: made, embed: embedded };
    const predicted = await readPredictions((await run(predictStage, { ...of, instance: 'backbone', inputs })).folder);
    const plain = await readPredictions((await run(predictStage, { instance: 'backbone', inputs: base })).folder);
    expect(predicted[at('a0')]?.probabilities).not.toEqual(plain[at('a0')]?.probabilities);
  });
});

describe.each(['backbone', 'sequence'])('predict:%s', (instance) => {
  it('has a row for every slice, interpolated ones marked and in the ledger', async () => {
    const { folder: made, ledger } = await run(predictStage, { instance, inputs: base });
    const rows = await readPredictions(made);
    for (const row of rows) expect(row.marks?.[0]).toBe('SYNTHETIC');
    expect(rows.map(({ slice }) => slice)).toEqual(index.map(({ slice }) => slice));
    expect(rows.map((row) => row.side)).toEqual(index.map(side));
    expect(
      rows
        .filter(({ how }) => how === 'interpolated')
        .map(({ slice }) => slice)
        .sort(),
    ).toEqual([...lost].sort());
    // What a call rests on stands beside it.
    const ofSeries = (id: string) => index.filter(({ series }) => series === id);
    for (const row of rows) {
      const without = ofSeries(row.series).filter(({ slice }) => lost.has(slice)).length;
      const said = `${without} of ${ofSeries(row.series).length} slices without a picture`;
      // Of one picture it is said, and of all of its series: it is called by all of them.
      const odd = row.series === 'd' ? ['its picture is odd'] : [];
      expect(row.doubts ?? []).toEqual([...odd, ...(without > 0 ? [said] : [])]);
    }
    const slices = ledger.notes.filter(({ what }) => what === 'slice');
    expect(slices.map(({ item, reason }) => [item, reason]).slice(0, 2)).toEqual([
      ['a2', 'interpolated'],
      ['a3', 'interpolated'],
    ]);
    expect(ledger.notes.filter(({ reason }) => reason === 'constant-prediction')).toHaveLength(5);
    const { prevalence } = await readNetwork(base[instance] as string);
    rows[at('g2')]?.probabilities.forEach((p, i) => {
      expect(p).toBeCloseTo(prevalence[i] as number, 6);
    });
    // Probabilities are the sigmoid of the logits beside them, in double precision, to the last digit.
    const logits = await readLogits(made);
    rows.forEach(({ probabilities }, row) => {
      expect(probabilities).toEqual([...logits.slice(row * 6, row * 6 + 6)].map((logit) => 1 / (1 + Math.exp(-logit))));
    });
  });

  it('learnt what there was to learn', async () => {
    const rows = await readPredictions((await run(predictStage, { instance, inputs: base })).folder);
    const any = (slice: string) => rows[at(slice)]?.probabilities[5] as number;
    expect(Math.min(any('h1'), any('h3'))).toBeGreaterThan(Math.max(any('h0'), any('h2')));
  });

  it('gives a series the same bytes on its own, all of it test where there is no split', async () => {
    const all = await readPredictions((await run(predictStage, { instance, inputs: base })).folder);
    const some = index.filter(({ series }) => 'bh'.includes(series)).map((row) => ({ ...row, labels: null }));
    const { split: _, ...rest } = { ...base, index: await indexOf(some), shards: shardsOf(some) } as Record<
      string,
      string
    >;
    rest.embed = (await run(embedStage, { inputs: rest })).folder;
    const own = await readPredictions((await run(predictStage, { instance, inputs: rest })).folder);
    expect(own).toEqual(all.filter(({ series }) => 'bh'.includes(series)).map((row) => ({ ...row, side: 'test' })));
  });

  it('writes the same bytes again', async () => {
    const [a, b] = [
      await run(predictStage, { instance, inputs: base }),
      await run(predictStage, { instance, inputs: base }),
    ];
    for (const name of ['predictions.csv', 'logits.safetensors']) {
      expect((await readFile(join(a.folder, name))).equals(await readFile(join(b.folder, name)))).toBe(true);
    }
  });
});

it('interpolates the logits of the backbone between the neighbours', async () => {
  const logits = await readLogits((await run(predictStage, { instance: 'backbone', inputs: base })).folder);
  const of = (slice: string, label: number) => logits[at(slice) * 6 + label] as number;
  for (let label = 0; label < 6; label++) {
    expect(of('a2', label)).toBeCloseTo((2 / 3) * of('a1', label) + (1 / 3) * of('a4', label), 5);
    expect(of('c0', label)).toBe(of('c1', label));
    expect(of('h4', label)).toBe(of('h3', label));
  }
});
