import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import auc from '../../../plugins/metrics/auc.ts';
import kaggleLogLoss from '../../../plugins/metrics/kaggle-log-loss.ts';
import meanLogLoss from '../../../plugins/metrics/mean-log-loss.ts';
import patientF1 from '../../../plugins/metrics/patient-f1.ts';
import seriesF1 from '../../../plugins/metrics/series-f1.ts';
import { defineSource, defineSplit, LABELS, stream, Type } from '../../../src/index.ts';
import type { Side } from '../../../src/registry/kinds/split.ts';
import type { ResolvedRecipe } from '../../../src/registry/recipe.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { type EpochRow, writeHistory } from '../../../src/runtime/artifacts/history.ts';
import type { Mark } from '../../../src/runtime/artifacts/marks.ts';
import { type PredictionRow, writePredictions } from '../../../src/runtime/artifacts/predictions.ts';
import type { ShardReader } from '../../../src/runtime/artifacts/shards.ts';
import { type SliceRow, writeSlices } from '../../../src/runtime/artifacts/slices.ts';
import { writeSource } from '../../../src/runtime/artifacts/source.ts';
import type { TrainingFacts } from '../../../src/runtime/artifacts/weights.ts';
import type { LedgerPart } from '../../../src/runtime/ledger.ts';
import { NO_LABELS } from '../../../src/runtime/runs/predict-run.ts';
import type { StageContext } from '../../../src/runtime/stage.ts';
import type { StageName } from '../../../src/runtime/stage-names.ts';
import { evaluateStage } from '../../../src/runtime/stages/evaluate.ts';
import type { Artifact } from '../../../src/runtime/store/artifact.ts';
import { labelled } from '../evaluate/scored-fixture.ts';

export interface FixtureOptions {
  train: number;
  validation: number;
  test: number;
  labels?: boolean;
  synthetic?: boolean;
  smoke?: boolean;
  sequence?: boolean;
  /** Stands in a patient's and a file's name: whatever has to be escaped. */
  odd?: string;
  submission?: string[] | null;
  /** Intervals by patient, and AUC by patient beside that of slices. */
  intervals?: boolean;
  identities?: 'public' | 'private';
  /** The run of `ichor predict` that it is: whose networks predict. */
  predictsWith?: string;
  /** Marks on every prediction. */
  predicted?: readonly Mark[];
  /** What the networks say of their training, by the stage that trained them. */
  training?: Partial<Record<'backbone' | 'sequence', TrainingFacts>>;
}

const source = (identities: 'public' | 'private') =>
  defineSource({
    name: 'made-up',
    version: 1,
    summary: 'Made up for a test.',
    params: Type.Object({ root: Type.String({ default: '', affectsResult: false }) }),
    contract: () => ({ identities, labels: true, repairIntercept: false }),
    open: () => Promise.reject(new Error('no stage of this test opens the source')),
  });
const split = defineSplit({
  name: 'by-patient',
  version: 1,
  summary: 'By patient.',
  params: Type.Object({}),
  contract: () => ({ by: 'patient' }),
  assign: () => new Map(),
});

export const registryOf = (identities: 'public' | 'private' = 'public') =>
  createRegistry([auc, kaggleLogLoss, meanLogLoss, patientF1, seriesF1, source(identities), split]);

const training = {
  epochs: 7,
  batch: 32,
  accumulate: 1,
  ema: 'none' as const,
  stepsPerEpoch: null,
  validateEvery: null,
  precision: 'float32' as const,
  checkpoint: 'last' as const,
  earlyStopping: null,
  optimizer: { type: 'adam', learningRate: 1e-4, clipNorm: 10 },
  loss: { type: 'binary-cross-entropy', reduction: 'sum-over-labels' },
};

export function recipeOf(changes: Partial<ResolvedRecipe> = {}): ResolvedRecipe {
  return {
    recipe: 1,
    name: 'made-up',
    seed: 0,
    data: {
      seed: 0,
      source: { type: 'made-up', root: '/somewhere/secret' },
      series: { choose: 'by-source', rule: { type: 'head-ct' } },
      resample: null,
      split: { type: 'by-patient', validation: 0.1 },
      test: null,
      image: { size: 64, interpolation: 'linear', storage: 'lossless' },
      labels: NO_LABELS,
      limit: null,
      minBrainFraction: null,
    },
    windows: {
      brain: { type: 'linear', level: 40, width: 80 },
      subdural: { type: 'linear', level: 80, width: 200 },
      bone: { type: 'linear', level: 600, width: 2800 },
    },
    channels: [{ window: 'brain' }, { window: 'subdural' }, { window: 'bone' }],
    augment: [{ type: 'flip-horizontal', probability: 0.5 }],
    backbone: { type: 'small-cnn', weights: 'none', batchNorm: 'trained' },
    sequence: { type: 'bi-lstm', group: 'series', steps: 60, split: 'same', layers: 2, cells: 256, dropout: 0.3 },
    train: {
      backbone: { ...training, sampler: { type: 'uniform' }, mixup: 'none' },
      sequence: { ...training, epochs: 10, embeddings: 'in-sample' },
    },
    calibration: 'none',
    evaluation: {
      metrics: [
        { type: 'mean-log-loss', level: 'slice', score: 'rule' },
        { type: 'kaggle-log-loss' },
        { type: 'patient-f1' },
        { type: 'series-f1' },
        { type: 'auc', level: 'slice', score: 'rule' },
      ],
      patient: { rule: 'consecutive', slices: 3, millimetres: null, threshold: 0.5, truth: ['same-rule', 'any-slice'] },
      bootstrap: null,
      heatMaps: false,
    },
    engine: { threads: null },
    tracking: [],
    paper: null,
    contrast: null,
    notes: [],
    accept: [],
    smoke: false,
    ...changes,
  };
}

/** Slices, truths and scores that resemble a run's: bleeds over neighbouring slices, a sequence model that is steadier. */
function draw(options: FixtureOptions): { index: SliceRow[]; base: PredictionRow[]; sequence: PredictionRow[] } {
  const random = stream(0, 'report-fixture');
  const index: SliceRow[] = [];
  const base: PredictionRow[] = [];
  const sequence: PredictionRow[] = [];
  const sides: Side[] = [
    ...Array<Side>(options.train).fill('train'),
    ...Array<Side>(options.validation).fill('validation'),
    ...Array<Side>(options.test).fill('test'),
  ];
  sides.forEach((side, p) => {
    const slices = p === 0 ? 2 : 20 + random.integer(21);
    const bleeds = random.chance(0.5);
    const first = random.integer(slices);
    const length = 1 + random.integer(12);
    const type = random.integer(5);
    const missed = random.chance(0.2);
    for (let order = 0; order < slices; order++) {
      const positive = bleeds && order >= first && order < first + length;
      const six = LABELS.map((_, i) => (positive && (i === type || i === 5) ? 1 : 0));
      const id = {
        slice: `ID_${(p * 100 + order).toString(16).padStart(9, '0')}`,
        series: `ID_s${p.toString().padStart(4, '0')}`,
        patient: `ID_p${p.toString().padStart(4, '0')}${p === 1 ? (options.odd ?? '') : ''}`,
        order,
      };
      index.push({
        ...id,
        study: id.series,
        group: id.patient,
        file: `stage_2/${id.slice}.dcm`,
        set: side === 'test' ? 'test' : 'train',
        positionMm: order * 5,
        spacingMm: order === 0 ? null : 5,
        format: '16s',
        rows: 512,
        columns: 512,
        bytes: 526_000,
        headerHash: 'ab',
        labels: side === 'test' || options.labels === false ? null : labelled(six),
      });
      const row = (noise: number): PredictionRow => ({
        ...id,
        side: options.labels === false ? 'test' : side,
        how: p === 2 && order === 5 ? 'interpolated' : 'predicted',
        probabilities: six.map(
          (truth) => 1 / (1 + Math.exp(-((truth && !missed ? 2.2 : -2.6) + noise * random.normal()))),
        ),
      });
      base.push(row(1.6));
      sequence.push(row(0.6));
    }
  });
  return { index, base, sequence };
}

function history(epochs: number, from: number): EpochRow[] {
  return Array.from({ length: epochs }, (_, i) => {
    const loss = from * Math.exp(-i / 3) + 0.4;
    return {
      epoch: i + 1,
      steps: 120,
      loss,
      validation: { loss: loss * 1.1 + i * 0.01, 'mean-log-loss': loss / 6 + 0.02 },
    };
  });
}

/** Writes the artifacts of a run below `folder`, evaluates them, and gives the context that the report stage gets. */
export async function writeRun(folder: string, options: FixtureOptions): Promise<StageContext> {
  const { index, base, sequence } = draw(options);
  const identities = options.identities ?? 'public';
  const recipe = recipeOf({
    smoke: options.smoke ?? false,
    ...(options.sequence === false ? { sequence: 'none' as const } : {}),
  });
  if (options.intervals) {
    const byPatient = { type: 'auc', level: 'patient', score: 'rule' };
    const { metrics } = recipe.evaluation;
    recipe.evaluation = { ...recipe.evaluation, metrics: [...metrics, byPatient], bootstrap: { draws: 100, seed: 0 } };
  }
  const inputs = new Map<string, Artifact>();
  const ledgers: Record<string, Partial<LedgerPart>> = {
    index: {
      found: { files: index.length + 3, labelRows: index.length * 6 },
      leftOut: [1, 2, 3].map((i) => ({
        item: `stage_2_train/notes${options.odd ?? ''}-${i}.txt`,
        what: 'file',
        reason: 'not-dicom',
        message: 'The file does not start as DICOM does.',
      })),
      notes: [
        {
          item: 'ID_s0003',
          what: 'series',
          reason: 'same-position',
          kind: 'warning',
          message: '2 slices share a position.',
        },
      ],
    },
  };
  const add = async (id: string, write?: (at: string) => Promise<void>) => {
    const at = join(folder, id.replace(':', '-'));
    await mkdir(at, { recursive: true });
    await write?.(at);
    const ledger: LedgerPart = { stage: id, leftOut: [], notes: [], ...ledgers[id] };
    await writeFile(join(at, 'ledger.json'), JSON.stringify(ledger));
    const stage = id.replace(/:.*/, '') as StageName;
    const key = Buffer.from(id.padEnd(32, '.')).toString('hex');
    const manifest = {
      key,
      stage,
      instance: id.replace(/.*:/, ''),
      inputs: {},
      components: id === 'backbone' ? { 'small-cnn': 1, adam: 1 } : {},
      engine: /predict|backbone|sequence/.test(id)
        ? { kind: 'native', version: 'tensorflow 2.17.1', precision: 'float32' }
        : null,
      seconds: 12.5 * id.length,
      resumed: false,
      peakBytes: 9e8,
      files: {},
    };
    await writeFile(join(at, 'manifest.json'), JSON.stringify(manifest));
    inputs.set(id, { stage, key, folder: at });
    return at;
  };
  await add('index', async (at) => {
    await writeSlices(at, index);
    await writeSource(at, {
      synthetic: options.synthetic ?? false,
      identities,
      submission: options.submission ?? null,
    });
  });
  const marked = (rows: PredictionRow[]) =>
    options.predicted ? rows.map((row) => ({ ...row, marks: options.predicted! })) : rows;
  const network = (at: string, stage: 'backbone' | 'sequence', type: string) =>
    writeFile(
      join(at, 'network.json'),
      JSON.stringify({
        stage,
        type,
        version: 1,
        weights: [],
        embedding: 64,
        image: null,
        labels: [],
        prevalence: [],
        training: options.training?.[stage],
      }),
    );
  await add('backbone', async (at) => {
    await network(at, 'backbone', 'small-cnn');
    await writeHistory(at, history(7, 2));
  });
  await add('predict:backbone', (at) => writePredictions(at, marked(base)));
  if (options.sequence !== false) {
    await add('sequence', async (at) => {
      await network(at, 'sequence', 'bi-lstm');
      await writeHistory(at, history(10, 1));
    });
    await add('predict:sequence', (at) => writePredictions(at, marked(sequence)));
  }
  const context: StageContext = {
    recipe,
    registry: registryOf(identities),
    instance: '',
    folder,
    inputs,
    sourceRoot: '/somewhere/secret',
    identityKey: Buffer.alloc(32),
    engine: () => Promise.reject(new Error('evaluate and report run no model')),
    progress: () => Promise.resolve(),
    emit: () => {},
    signal: new AbortController().signal,
    workers: 1,
    page: {
      recipeText: YAML,
      recipeHash: '7d0c'.repeat(16),
      shipped: null,
      versions: { ichor: '0.1.0', node: '22.0.0', koffi: '2.9.0', sharp: '0.33.0' },
      engine: { kind: 'native', version: 'tensorflow 2.17.1' },
      predictsWith: options.predictsWith ?? null,
    },
  };
  await add('evaluate', async (at) => {
    const part = await evaluateStage.run({ ...context, folder: at });
    ledgers.evaluate = part;
  });
  return context;
}

/** A head of rings: enough to see that a picture stands where it should. */
export function drawnShards(context: StageContext, slices: readonly string[]): ShardReader {
  const size = context.recipe.data.image.size;
  const channels = context.recipe.channels.map(({ window }) => window);
  return {
    size,
    channels,
    slices,
    read: (ids) =>
      Promise.resolve(
        Uint8Array.from({ length: ids.length * size * size * channels.length }, (_, i) => {
          const channel = i % channels.length;
          const x = Math.floor(i / channels.length) % size;
          const y = Math.floor(i / channels.length / size) % size;
          const radius = Math.hypot(x - size / 2, (y - size / 2) * 0.85) / (size / 2);
          if (radius > 0.92) return 0;
          if (radius > 0.84) return 250;
          return channel === 2 ? 40 : 110 + 30 * Math.sin(x / 5) * Math.cos(y / 4);
        }),
      ),
    pixels: () => [],
    doubts: () => new Map(),
    close: () => Promise.resolve(),
  };
}

const YAML = `recipe: 1
name: made-up
seed: 0
data:
  source:
    type: made-up
    root: /somewhere/secret
  image: { size: 64, interpolation: linear }
# what the network sees
channels: [brain, subdural, bone]
backbone:
  type: small-cnn
  weights: none
`;
