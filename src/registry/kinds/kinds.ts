import type { Tensor } from '@tensorflow/tfjs';
import type { Static, TObject } from 'typebox';
import type { Label, SliceLabels } from '../../labels.ts';
import type { Random } from '../../random.ts';
import type { Migration } from '../migrations/migration.ts';
import type { ComponentValue } from '../recipe.ts';
import type { Layers, TF } from './layers.ts';

/** What a recipe can name. Each kind has a definer (`defineWindow`, ...) and a shape for its components. */
export const KINDS = [
  'source',
  'split',
  'window',
  'augmentation',
  'backbone',
  'sequence',
  'loss',
  'optimizer',
  'metric',
] as const;
/** `window`, `backbone`, … */
export type Kind = (typeof KINDS)[number];

interface Base<P extends TObject> {
  /** As a recipe writes it: lower case, words joined by hyphens. */
  name: string;
  /** Raised when the component computes something else, or a default changes: part of the keys. */
  version: number;
  /** One sentence for `ichor list`. */
  summary: string;
  /** The component's own parameters: a TypeBox object; each with type, default, range, description (and `unit`). */
  params: P;
  /** What recipes that were written for earlier versions said otherwise: `ichor migrate` rewrites them by it. */
  migrations?: readonly Migration[];
  /** Set by the loader, never by an author: the hash of a local plugin's files, part of the keys as the version is. */
  code?: string;
  /** Set by the loader: known from a plugin's published schema alone, so that none of its functions may be called. */
  schemaOnly?: true;
}

/** Common fields stand beside the component's own parameters in what its functions receive. */
export type Params<P extends TObject, Common = unknown> = Static<P> & Common;

// ---------------------------------------------------------------- source

/** One image file as a source lists it. */
export interface SourceFile {
  /** Relative to the source's root, with `/`: identifies the file, on every machine. */
  path: string;
  /** `test`: never trained on, and what a submission is written for. */
  set: 'train' | 'test';
  /** Size of the file; 0 where it cannot be looked at. */
  bytes: number;
}

/** One line of the labels file: a probability-free label of one slice. */
export interface LabelRow {
  /** What `sliceIds` of the source says: the file's stem, or the SOP instance UID. */
  slice: string;
  label: Label;
  /** 1: the slice shows it. */
  value: 0 | 1;
  /** 1-based line in the labels file. */
  line: number;
}

/** A line that is no label row: becomes a ledger entry. */
export interface BadLabelRow {
  /** 1-based line in the labels file. */
  line: number;
  /** What stands there, cut to a few hundred characters. */
  text: string;
  /** What is wrong, as a clause: `its Label is neither 0 nor 1`. */
  problem: string;
}

/** A source's folder, opened. Nothing is kept open between its calls. */
export interface OpenSource {
  /** Absolute folder. */
  root: string;
  /** What identifies a slice, and what labels name: the file's stem (Kaggle's layout), else the SOP instance UID. */
  sliceIds?: 'file-name' | 'sop-instance-uid';
  /**
   * Every file in the image folders, in a stable order, DICOM or not: each of them gets a fate in the ledger.
   * Throws IchorError `source-unreadable` where a folder cannot be listed.
   */
  files(): AsyncIterable<SourceFile>;
  /** The first `length` bytes of a file (fewer where it is shorter), or all of it. `path` as `files` gives it. */
  read(path: string, length?: number): Promise<Buffer>;
  /** Null where the source has no labels. `file`: relative to the root; its content is part of the keys. */
  labels: null | { file: string; rows(): AsyncIterable<LabelRow | BadLabelRow> };
  /** Where a source that should have labels has none: what is missing, or there instead, as a sentence. */
  noLabels?: string;
  /** Ids in the order of the sample submission, where the source has one. */
  submissionIds?: () => Promise<string[]>;
  /** True where the folder says that its pictures were generated (`phantom.json`). */
  synthetic: boolean;
}

/** Items done, of how many, and what they are (`slices`). Await it between items: it also lets timers and signals in. */
export type Progress = (done: number, total: number, unit: string) => Promise<void>;

/** Where pictures and labels come from: see `defineSource`. */
export interface Source<P extends TObject = TObject> extends Base<P> {
  kind: 'source';
  contract(params: Params<P>): {
    /** `private`: ids become HMACs, no path and no picture leaves unasked. */
    identities: 'public' | 'private';
    /** Whether it has a labels file: without labels nothing is trained. */
    labels: boolean;
    /** The labels it gives, whatever their order; all six where it does not say. */
    labelNames?: readonly Label[];
    /** False: it does not say which slices are of one patient. */
    patients?: boolean;
    /** False: it does not say which slices are of one series. */
    series?: boolean;
    /** Repair stored values of unsigned files with an intercept > -100 (facts 3, fix_pxrepr). */
    repairIntercept: boolean;
  };
  /**
   * Only sources that generate: writes the folder that `open` reads. Same parameters and seed, same bytes; a folder that
   * a killed run left is completed.
   */
  generate?(params: Params<P>, work: GenerateWork): Promise<void>;
  /** Only sources that generate: what it will take, roughly; `slices`: how many pictures. */
  cost?(params: Params<P>): { bytes: number; seconds: number; slices?: number };
  /** Only public sets: the whole of it as published, so that a plan can say what it costs before anyone has fetched it. */
  published?: {
    /** Of the train set and of the test set. */
    slices: number;
    labelled: number;
    /** Series with labels. */
    series: number;
    downloadBytes: number;
  };
  /** Opens the folder (`root` absolute). Throws IchorError `source-missing` where there is none. */
  open(params: Params<P>, root: string): Promise<OpenSource>;
}

/** What `generate` gets. */
export interface GenerateWork {
  /** Absolute, exists; empty, or as an earlier run of the same parameters left it. */
  folder: string;
  /** `data.seed` of the recipe: draw from `stream(seed, …)`. */
  seed: number;
  progress: Progress;
  /** Aborted where the run is to stop: `signal.throwIfAborted()` between items. */
  signal: AbortSignal;
}

// ---------------------------------------------------------------- split

/** What a slice is for. `test` slices are never trained on; `unlabelled` ones of the train set are only predicted. */
export type Side = 'train' | 'validation' | 'test' | 'unlabelled';

/** A patient of the train set with a labelled slice. */
export interface SplitPatient {
  /** Pseudonym, or an HMAC where identities are private. */
  patient: string;
  /** Labelled slices of the train set only. */
  slices: readonly {
    slice: string;
    any: boolean;
    /** Equal for slices that show the same picture; absent where it is blank or cannot be read. */
    picture?: string;
  }[];
  /** Patients that share a non-blank picture have the same group. */
  group: string;
}

/** Who trains and who validates: see `defineSplit`. */
export interface Split<P extends TObject = TObject> extends Base<P> {
  kind: 'split';
  /** `slice`: slices of one patient may stand on both sides, which is a leak that a recipe has to accept. */
  contract(params: Params<P>): { by: 'patient' | 'slice' };
  /**
   * The side of each labelled slice: every slice of every patient, and no other. Depends on the arguments alone, not on
   * the patients' order. Throws IchorError (exit 2) where the data cannot be split so.
   */
  assign(
    patients: readonly SplitPatient[],
    params: Params<P>,
    seed: number,
  ): ReadonlyMap<string, 'train' | 'validation'>;
}

// ---------------------------------------------------------------- window

/** HU to grey for one channel: see `defineWindow`. */
export interface Window<P extends TObject = TObject> extends Base<P> {
  kind: 'window';
  contract(params: Params<P>): {
    /** From where to where it tells values apart, in HU; absent: not known beforehand. */
    hu?: readonly [number, number];
  };
  /**
   * HU (air -1000, water 0, bone above 400; what a scanner cannot measure may lie far outside) to 0..1 of one value,
   * with nothing but its arguments. The runtime tabulates it over the stored values of a slice, resizes, and rounds to a
   * byte: what is finer than 1/255 is lost.
   */
  scale(hu: number, params: Params<P>): number;
  /**
   * A learned part: `[batch, size, size, 1]` in 0..1 (what `scale` gave, as stored: a byte / 255) -> the same shape, 0..1
   * whatever its weights are. It runs inside of the backbone's network, on its own channel, after augmentation and before
   * the channel is repeated and the backbone's `pixels` are prepared. Its weights train with the backbone, lie in the
   * backbone's artifact as `window_<channel, from 0>/<layer>/<weight>`, and are restored with it. Two channels of one window
   * learn apart. Batch norm inside follows the backbone's `batchNorm`.
   */
  layer?<T>(layers: Layers<T>, channel: T, params: Params<P>): T;
}

// ---------------------------------------------------------------- augmentation

/**
 * [a, b, c, d, e, f]: the output pixel (x, y) takes the input at (a x + b y + c, d x + e y + f),
 * in pixels, centres at integers, origin at the top left.
 */
export type Matrix = readonly [number, number, number, number, number, number];

/** Common fields of augmentations. */
export interface AugmentationCommon {
  /** Chance that an image is changed, 0 to 1; drawn for each image and epoch by the runtime. */
  probability: number;
}

/** A change of training images: see `defineAugmentation`. */
export interface Augmentation<P extends TObject = TObject> extends Base<P> {
  kind: 'augmentation';
  contract(params: Params<P, AugmentationCommon>): { changes: 'geometry' | 'pixels' };
  /**
   * Geometry: one matrix a drawn image of `size` px; all matrices of a recipe are composed into one bilinear warp, the
   * edge repeated beyond the image. `random` is the stream of this slice and epoch.
   */
  matrix?(params: Params<P, AugmentationCommon>, random: Random, size: number): Matrix;
  /** Pixels: numbers drawn in JavaScript (a fixed count), then applied on the engine to `[batch, size, size, channels]` in 0..255. */
  pixels?: {
    /** Finite numbers, as many each time; `random` is the stream of this slice and epoch. */
    draw(params: Params<P, AugmentationCommon>, random: Random): readonly number[];
    /**
     * `images` float32 `[batch, size, size, channels]` in 0..255 -> the same shape and range. `drawn` is
     * `[batch, numbers]`, `applied` `[batch]` 0 or 1: an image with 0 comes out as it is. A pure function of tensors
     * that draws nothing itself, reads no value and keeps no tensor; no gradient flows through it.
     */
    apply(tf: TF, images: Tensor, drawn: Tensor, applied: Tensor, params: Params<P, AugmentationCommon>): Tensor;
  };
}

// ---------------------------------------------------------------- networks

/** Common fields of backbones. */
export interface BackboneCommon {
  /** What training starts from. */
  weights: 'none' | 'imagenet';
  /** `trained`: batch statistics while training, running averages kept. `frozen`: inference statistics throughout. */
  batchNorm: 'trained' | 'frozen';
}

/** The network that looks at a slice: see `defineBackbone`. */
export interface Backbone<P extends TObject = TObject> extends Base<P> {
  kind: 'backbone';
  contract(params: Params<P, BackboneCommon>): {
    /** How many channels the network takes; `any`: as many as the recipe has. */
    channels: number | 'any';
    /** Smallest side of the image that the network can take. */
    minimumSize: number;
    /** Bytes 0..255 become: `tf` x/127.5-1, `caffe` BGR minus means, `unit` x/255. */
    pixels: 'tf' | 'caffe' | 'unit';
    /** Width of the embedding. */
    embedding: number;
    /** Weight files known for this network. */
    weights: readonly ('none' | 'imagenet')[];
    /** What these files were made for; a field that is absent may be anything. */
    weightsFor?: Readonly<Partial<Record<'imagenet', { channels?: number; size?: number }>>>;
    /** How it reads pictures; absent: channels last, the only layout that ichor makes. */
    layout?: 'channels-last' | 'channels-first';
  };
  /** `[batch, size, size, channels]` after `pixels` -> the pooled vector before the prediction layer `[batch, embedding]`. */
  network<T>(layers: Layers<T>, images: T, params: Params<P, BackboneCommon>): T;
}

/** Common fields of sequences. */
export interface SequenceCommon {
  /** What a sequence is made of. */
  group: 'series' | 'patient' | 'slice';
  order: 'anatomical' | 'shuffled' | 'file' | 'file-in-test';
  /** Steps in training; longer groups are shortened, shorter ones padded under a mask. */
  steps: number;
  training: 'regular' | 'random-chunks';
  pad: 'zeros' | 'random-front';
  /** What stands for slices that `data.minBrainFraction` keeps from training the backbone. */
  littleBrain: 'embedded' | 'random';
  /** What the runtime puts beside each vector before the network sees it. */
  features: { deltas: boolean; spacing: boolean; position: boolean };
  /** Predictions are the mean of the logits of both directions. */
  reversed: boolean;
  /** `same`: the backbone's split. */
  split: 'same' | ComponentValue;
  /** Backbones beside the first. */
  backbones: readonly ComponentValue[];
}

/** The network that reads a series: see `defineSequence`. */
export interface Sequence<P extends TObject = TObject> extends Base<P> {
  kind: 'sequence';
  contract(params: Params<P, SequenceCommon>): {
    /**
     * What it reads of each slice. `embeddings`: the backbone's pooled vector. `logits`: what the backbone says of the
     * six labels. `position`: the slice's place in its series, 0 to 1, and the number of its slices / 100, no picture.
     */
    needs: 'embeddings' | 'logits' | 'position';
    /** Width of the features that it makes. */
    width: number;
    /** `logits`: its network gives the six logits themselves (width 6), and no layer follows. Absent: features. */
    gives?: 'features' | 'logits';
    /** False: it has no weights, and nothing is trained. */
    trains?: boolean;
    /** False: what it says of a slice depends on that slice alone. */
    context?: boolean;
    /** Width of the embeddings that it takes; absent: any. */
    embedding?: number;
    /** How long its sequences may be; absent: any length. */
    steps?: { minimum?: number; maximum?: number };
  };
  /**
   * `[batch, steps, embedding]` and mask `[batch, steps]` (1 real, 0 padding) -> features `[batch, steps, width]`; a dense
   * layer on six labels follows. Neither padding nor the other series of a batch may change a series. What comes in is
   * as wide as what it needs and `features` together.
   */
  network<T>(layers: Layers<T>, embeddings: T, mask: T, params: Params<P, SequenceCommon>): T | WithAuxiliary<T>;
}

/** Features with a second head: a layer on the six labels reads `from` while training, and its loss counts `weight` times. */
export interface WithAuxiliary<T> {
  features: T;
  auxiliary: { from: T; weight: number };
}

// ---------------------------------------------------------------- loss, optimizer

/** Common fields of losses. */
export interface LossCommon {
  /** How a slice's six losses become one; the mean over slices follows. */
  reduction: 'sum-over-labels' | 'mean-over-labels';
}

/** What training makes small: see `defineLoss`. */
export interface Loss<P extends TObject = TObject> extends Base<P> {
  kind: 'loss';
  contract(params: Params<P, LossCommon>): Record<string, never>;
  /**
   * Logits and labels (0 or 1) `[items, 6]`, columns in the order of LABELS -> loss of each cell `[items, 6]`, finite for
   * any logit; the runtime reduces (labels by `reduction`, items by the masked mean). Its gradient in the logits is taken.
   */
  cells(tf: TF, logits: Tensor, labels: Tensor, params: Params<P, LossCommon>): Tensor;
}

/** Common fields of optimizers. */
export interface OptimizerCommon {
  /** Above 0, at most 10. */
  learningRate: number;
  /** Gradients are scaled down to this global norm; null: not at all. */
  clipNorm: number | null;
}

/** How weights follow their gradients: see `defineOptimizer`. */
export interface Optimizer<P extends TObject = TObject> extends Base<P> {
  kind: 'optimizer';
  contract(params: Params<P, OptimizerCommon>): Record<string, never>;
  /** Names of the tensors kept for each weight, of its shape, zero at first. */
  slots: readonly string[];
  /** Finite numbers that change with the step (1 for the first), of the same names each time; handed in as scalars `[]`. */
  scalars(step: number, params: Params<P, OptimizerCommon>): Readonly<Record<string, number>>;
  /**
   * One weight's update: tensors of the weight's own shape, any rank. Gives the new weight and every slot anew. A pure
   * function: it disposes of nothing, reads no value and keeps no tensor.
   */
  update(
    tf: TF,
    weight: Tensor,
    gradient: Tensor,
    slots: Readonly<Record<string, Tensor>>,
    scalars: Readonly<Record<string, Tensor>>,
    params: Params<P, OptimizerCommon>,
  ): { weight: Tensor; slots: Record<string, Tensor> };
}

// ---------------------------------------------------------------- metric

/** A slice with its prediction and its truth, in slice order within its series. */
export interface ScoredSlice {
  slice: string;
  series: string;
  patient: string;
  /** In the order of LABELS, double precision. */
  probabilities: readonly number[];
  labels: SliceLabels;
}

/** A series with its slices of one side. */
export interface ScoredSeries {
  series: string;
  patient: string;
  /** Its labelled slices of this side. */
  slices: readonly ScoredSlice[];
  /**
   * Every slice of the series in order, labelled or not: what counts as neighbours is decided among all of them
   * (facts 2.4). `any` is the predicted probability, `truth` the label, null where there is none; beside them those of
   * all six labels.
   */
  positions: readonly {
    any: number;
    truth: 0 | 1 | null;
    /** In the order of LABELS. */
    probabilities: readonly number[];
    labels: SliceLabels | null;
  }[];
}

/** What a metric looks at: one side of one model's predictions. Nothing of it may be changed. */
export interface MetricInput {
  /** The labelled slices of one side. */
  slices: readonly ScoredSlice[];
  /** The series that hold them. */
  series: readonly ScoredSeries[];
  /** `evaluation.patient` of the recipe: how slices make a series positive (facts 2.4), and which truths are asked for. */
  patient: PatientRule & { truth: readonly ('same-rule' | 'any-slice')[] };
}

/** By what the slices of a series make it positive: so many above the threshold, neighbours or anywhere. */
export interface PatientRule {
  rule: 'consecutive' | 'count';
  slices: number;
  /** A slice is positive strictly above it. */
  threshold: number;
}

/**
 * Patients drawn with replacement, for intervals by patient: how often each was drawn, in the order of
 * `patientsOf(input)`. Whole numbers from 0.
 */
export type Times = Int32Array;

/** One figure. `value` is null where it is not defined (0/0, one class absent); counts say why. */
export interface MetricFigure {
  /** `patient-f1`, with what it names: `patient-f1 (truth: any-slice)`. */
  name: string;
  /** Finite, or null. */
  value: number | null;
  /** Which way is good: `checkpoint: { best: … }` goes by it. */
  better: 'lower' | 'higher';
  /** What is counted: few of it, and counts stand on pages in the place of the value. */
  unit: 'slice' | 'series' | 'patient';
  /** Of one label only. The figure over all of them has none. */
  label?: Label;
  /** By which reading of the labels a series or patient is positive. */
  truth?: 'same-rule' | 'any-slice';
  /** Its threshold was chosen on the very slices that it is about: stands beside the value wherever it is shown. */
  optimistic?: true;
  /** Counts of the metric's own unit. */
  counts: Readonly<Record<string, number>>;
}

/** Figures over predictions: see `defineMetric`. */
export interface Metric<P extends TObject = TObject> extends Base<P> {
  kind: 'metric';
  contract(params: Params<P>): { needs: readonly ('slices' | 'series' | 'patients')[] };
  /** At least one figure, each with a name of its own; where there is no slice each value is null. */
  evaluate(input: MetricInput, params: Params<P>): MetricFigure[];
  /**
   * Optional, for fast intervals (`evaluation.bootstrap`): prepares once (an order of scores, sums by patient) and gives a
   * function for each figure of `evaluate`, in its order. It says the figure's value where every slice and series of a
   * patient counts as often as the patient was drawn: what `evaluate` says of an input in which they stand so often, as
   * patients of their own. Without it that input is built for each draw, which takes a hundred times as long and more.
   */
  resample?(input: MetricInput, params: Params<P>): readonly ((times: Times) => number | null)[];
}

export type Component = Source | Split | Window | Augmentation | Backbone | Sequence | Loss | Optimizer | Metric;

export type ComponentOf<K extends Kind> = Extract<Component, { kind: K }>;

/** Version of the interface between ichor and plugins: raised when a plugin has to change to go on working. */
export const PLUGIN_API = 1;

/** What a plugin's module exports by default; `definePlugin` makes it. */
export interface Plugin {
  /** The prefix of its components' names: `acme` of `acme/sigmoid`. Lower case, words joined by hyphens. */
  name: string;
  /** The version of ichor's plugin interface that it was written for: 1. */
  api: number;
  /** Their names carry the prefix: `defineWindow({ name: 'acme/sigmoid', … })`. */
  components: readonly Component[];
}
