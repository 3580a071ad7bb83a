import type { Label } from '../labels.ts';
import type { LabelColumns } from './label-columns.ts';

/** A component as a resolved recipe states it: its type and every parameter, defaults filled in. */
export interface ComponentValue {
  type: string;
  [parameter: string | symbol]: unknown;
}

/**
 * `checkpoint:` which epoch's weights the later stages restore, the last one's where no `best` names a metric, and every how
 * many updates the state is kept inside of an epoch (`everySteps`; in no key).
 */
export type Checkpoint = 'last' | { best?: string; everySteps?: number };

/** The metric whose best epoch is restored; null: the last epoch is. */
export const bestMetric = (checkpoint: Checkpoint): string | null =>
  checkpoint === 'last' ? null : (checkpoint.best ?? null);

/** What backbones draw from: a seed of their own, else the recipe's. */
export const backboneSeed = ({ seed, train }: Pick<ResolvedRecipe, 'seed' | 'train'>): number =>
  train.backbone.seed ?? seed;

/** `earlyStopping:` when a training ends before its length: after `patience` validations without a better figure. */
export interface EarlyStopping {
  /** Validations in a row. */
  patience: number;
  /** `loss`, as optimised, on validation; or one of `evaluation.metrics`. */
  metric: string;
  /** What is better by no more than this counts as not better. */
  minDelta: number;
}

export interface TrainBlock {
  /** Passes over the data; exactly one of `epochs` and `updates` is there. */
  epochs?: number;
  /** How often the weights change, over as many passes as that takes. */
  updates?: number;
  /** Slices (backbone) or groups (sequence) whose gradient is taken at once. */
  batch: number;
  /** So many batches make one update. */
  accumulate: number;
  /** A moving average of the weights, which then validates and is kept in their place. */
  ema: 'none' | { decay: number; warmUp: boolean };
  /** At most so many steps an epoch; null: all of the data. */
  stepsPerEpoch: number | null;
  /** Updates between two validations, each with a checkpoint; null: after each pass over the data. */
  validateEvery: number | null;
  /** What products and convolutions are computed in. */
  precision: 'float32' | 'bfloat16';
  checkpoint: Checkpoint;
  /** Null: it trains to its end. */
  earlyStopping: EarlyStopping | null;
  /** Kind optimizer. Common fields: learningRate, clipNorm (global norm; null: none), schedule (kind schedule). */
  optimizer: ComponentValue;
  /** Kind loss. Common field: reduction. */
  loss: ComponentValue;
}

export interface BackboneTrainBlock extends TrainBlock {
  /** Kind sampler: which slices an epoch shows. */
  sampler: ComponentValue;
  /** Pictures of a batch and their labels in pairs, by a share of Beta(alpha, alpha). */
  mixup: 'none' | { alpha: number };
  /** In the place of the recipe's seed, for backbones alone; absent: they draw from that. */
  seed?: number;
}

/** `best`: one of each study; `suitable`: all that the rule does not exclude; `all`: the rule is not asked. */
export type SeriesChoice = 'by-source' | 'best' | 'suitable' | 'all';

export interface SequenceTrainBlock extends TrainBlock {
  /** Folds of the patients, 5 where it says no more than crossfit; `in-sample`: of a fold's backbone that saw the patient. */
  embeddings: 'in-sample' | 'crossfit' | { crossfit: number } | { 'in-sample': number };
}

/** Both networks as one, on runs of adjacent slices: starts where the two trainings before it ended, or by itself. */
export interface EndToEndTrainBlock extends TrainBlock {
  from: 'two-stage' | 'scratch';
  /** Adjacent slices of a run; `batch` counts runs. */
  slices: number;
  /** Of the backbone. */
  batchNorm: 'trained' | 'frozen';
  /** Weight of the backbone's own loss on each slice. */
  sliceLoss: number;
}

/** What trains a network: the stages that do, by their names. */
export type TrainedStage = 'backbone' | 'sequence' | 'end-to-end';

/** Where `train` says how a stage trains: `train.endToEnd`. */
export const trainKey = (stage: TrainedStage): 'backbone' | 'sequence' | 'endToEnd' =>
  stage === 'end-to-end' ? 'endToEnd' : stage;

/** How a stage trains, as the recipe says it. The plan has that stage only where it does. */
export function trainBlock({ train }: Pick<ResolvedRecipe, 'train'>, stage: TrainedStage): TrainBlock {
  const block = train[trainKey(stage)];
  if (block === undefined) throw new TypeError(`this recipe trains nothing ${stage}`);
  return block;
}

/** What `paper:` may say: the row and the figures that the paper prints for it. Never part of a key. */
export interface PaperFigures {
  row: string;
  'log-loss'?: { validation?: number; 'kaggle-private'?: number };
  'patient-f1'?: { validation?: number };
}

/** How a table of labels names slices and labels. All null but `tolerate`: the source's own. */
export interface RecipeLabels {
  file: string | null;
  slice: string | null;
  path: string | null;
  patient: string | null;
  number: string | null;
  columns: LabelColumns | null;
  label: string | null;
  value: string | null;
  tolerate: number;
}

/** The recipe after every step of resolution: complete, validated plain data. */
export interface ResolvedRecipe {
  recipe: 1;
  name: string;
  /** Seeds all that is drawn but source and split. */
  seed: number;
  data: {
    /** Seeds source, split and limit. */
    seed: number;
    source: ComponentValue;
    /** Which series of a study are read; `by-source`: as the source's contract says. Kind series-rule. */
    series: { choose: SeriesChoice; rule: ComponentValue };
    /** Thin series become slabs of so many mm; null: they stay as they are. */
    resample: { spacingMm: number } | null;
    split: ComponentValue;
    /** Share of the labelled patients on the test side, which is held out; null: there is none. */
    test: number | null;
    image: { size: number; interpolation: 'linear' | 'area'; storage: 'lossless' | 'jpeg' };
    /** A table of labels in the place of the source's; `tolerate`: rows of it that may be no label. */
    labels: RecipeLabels;
    /** Studies kept by index, drawn by hash; null: all of them. */
    limit: { labelled: number; unlabelled: number } | null;
    /** Slices with at most this share of pixels in 0..80 HU do not train the backbone; null: all do. */
    minBrainFraction: number | null;
  };
  windows: Record<string, ComponentValue>;
  channels: { window: string }[];
  /** In this order. Common field: probability. */
  augment: ComponentValue[];
  /** Common fields: weights, batchNorm. */
  backbone: 'none' | ComponentValue;
  /** Common fields: group, steps, split. */
  sequence: 'none' | ComponentValue;
  /** `endToEnd` only where the recipe states it. */
  train: { backbone: BackboneTrainBlock; sequence: SequenceTrainBlock; endToEnd?: EndToEndTrainBlock };
  /** Fitted on the validation side, cross-fitted where it is judged there. */
  calibration: 'none' | ComponentValue;
  evaluation: {
    metrics: ComponentValue[];
    patient: {
      rule: 'consecutive' | 'count';
      slices: number;
      /** In the place of `slices`; null: these hold. */
      millimetres: number | null;
      threshold: number;
      truth: ('same-rule' | 'any-slice')[];
    };
    /** Intervals by patient from so many draws; null: none. */
    bootstrap: { draws: number; seed: number } | null;
    /** Heat maps on the page. */
    heatMaps: boolean;
  };
  /** Threads of the native engine; null: all of the machine. In no key. */
  engine: { threads: number | null };
  /** Kind tracker, common field: identified. In no key. */
  tracking: ComponentValue[];
  paper: PaperFigures | null;
  contrast: Record<string, string[] | { paths: string[]; matched: 'no'; reason: string }> | null;
  /** For who reads the results: in the key of the page alone. */
  notes: string[];
  accept: string[];
  /** True where the built-in profile `smoke` was merged: stands in every output. */
  smoke: boolean;
}

export type { Label };
