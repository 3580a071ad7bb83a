import type { Tensor } from '@tensorflow/tfjs';
import type { Static, TObject } from 'typebox';
import type { Label, SliceLabels } from '../labels.ts';
import type { Random } from '../random.ts';
import type { Layers, TF } from './layers.ts';
import type { Migration } from './migrations/migration.ts';

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
  bytes: number;
}

/** One line of the labels file: a probability-free label of one slice. */
export interface LabelRow {
  slice: string;
  label: Label;
  value: 0 | 1;
  /** 1-based line in the labels file. */
  line: number;
}

/** A line that is no label row: becomes a ledger entry. */
export interface BadLabelRow {
  line: number;
  text: string;
  problem: string;
}

export interface OpenSource {
  /** Absolute folder. */
  root: string;
  /** What identifies a slice, and what labels name: the file's stem (Kaggle's layout), else the SOP instance UID. */
  sliceIds?: 'file-name' | 'sop-instance-uid';
  /** Every file in the image folders, in a stable order, DICOM or not. */
  files(): AsyncIterable<SourceFile>;
  /** The first `length` bytes of a file, or all of it. */
  read(path: string, length?: number): Promise<Buffer>;
  /** Null where the source has no labels. */
  labels: null | { file: string; rows(): AsyncIterable<LabelRow | BadLabelRow> };
  /** Ids in the order of the sample submission, where the source has one. */
  submissionIds?: () => Promise<string[]>;
  /** True where the folder says that its pictures were generated (`phantom.json`). */
  synthetic: boolean;
}

/** Await it between items: it also lets timers and signals in. */
export type Progress = (done: number, total: number, unit: string) => Promise<void>;

export interface Source<P extends TObject = TObject> extends Base<P> {
  kind: 'source';
  contract(params: Params<P>): {
    /** `private`: ids become HMACs, no path and no picture leaves unasked. */
    identities: 'public' | 'private';
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
  /** Only sources that generate: writes the folder that `open` reads. `work` is `{ folder, seed, progress, signal }`. */
  generate?(params: Params<P>, work: GenerateWork): Promise<void>;
  /** Only sources that generate: what it will take, roughly; `slices`: how many pictures. */
  cost?(params: Params<P>): { bytes: number; seconds: number; slices?: number };
  /** Opens the folder (`root` absolute). Throws IchorError `source-missing` where there is none. */
  open(params: Params<P>, root: string): Promise<OpenSource>;
}

export interface GenerateWork {
  folder: string;
  seed: number;
  progress: Progress;
  signal: AbortSignal;
}

// ---------------------------------------------------------------- split

export type Side = 'train' | 'validation' | 'test' | 'unlabelled';

export interface SplitPatient {
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

export interface Split<P extends TObject = TObject> extends Base<P> {
  kind: 'split';
  /** `slice`: slices of one patient may stand on both sides, which is a leak that a recipe has to accept. */
  contract(params: Params<P>): { by: 'patient' | 'slice' };
  /** The side of each labelled slice. Throws IchorError where the data cannot be split so. */
  assign(
    patients: readonly SplitPatient[],
    params: Params<P>,
    seed: number,
  ): ReadonlyMap<string, 'train' | 'validation'>;
}

// ---------------------------------------------------------------- window

export interface Window<P extends TObject = TObject> extends Base<P> {
  kind: 'window';
  contract(params: Params<P>): {
    /** From where to where it tells values apart, in HU; absent: not known beforehand. */
    hu?: readonly [number, number];
  };
  /** HU to 0..1 of one value. The runtime tabulates it over the stored values of a slice. */
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

export interface AugmentationCommon {
  /** Chance that an image is changed. */
  probability: number;
}

export interface Augmentation<P extends TObject = TObject> extends Base<P> {
  kind: 'augmentation';
  contract(params: Params<P, AugmentationCommon>): { changes: 'geometry' | 'pixels' };
  /** Geometry: one matrix a drawn image; all matrices of a recipe are composed into one warp. */
  matrix?(params: Params<P, AugmentationCommon>, random: Random, size: number): Matrix;
  /** Pixels: numbers drawn in JavaScript (a fixed count), then applied on the engine to `[batch, size, size, channels]` in 0..255. */
  pixels?: {
    draw(params: Params<P, AugmentationCommon>, random: Random): readonly number[];
    /** `drawn` is `[batch, numbers]`, `applied` `[batch]` 0 or 1. */
    apply(tf: TF, images: Tensor, drawn: Tensor, applied: Tensor, params: Params<P, AugmentationCommon>): Tensor;
  };
}

// ---------------------------------------------------------------- networks

export interface BackboneCommon {
  weights: 'none' | 'imagenet';
  /** `trained`: batch statistics while training, running averages kept. `frozen`: inference statistics throughout. */
  batchNorm: 'trained' | 'frozen';
}

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

export interface SequenceCommon {
  /** What a sequence is made of, in anatomical order. */
  group: 'series';
  /** Steps in training; longer groups are sampled at regular intervals, shorter ones padded under a mask. */
  steps: number;
  /** `same`: the backbone's split. */
  split: 'same';
}

export interface Sequence<P extends TObject = TObject> extends Base<P> {
  kind: 'sequence';
  contract(params: Params<P, SequenceCommon>): {
    needs: 'embeddings';
    /** Width of the features that it makes. */
    width: number;
    /** Width of the embeddings that it takes; absent: any. */
    embedding?: number;
    /** How long its sequences may be; absent: any length. */
    steps?: { minimum?: number; maximum?: number };
  };
  /** `[batch, steps, embedding]` and mask `[batch, steps]` (1 real, 0 padding) -> features `[batch, steps, width]`; a dense layer on six labels follows. */
  network<T>(layers: Layers<T>, embeddings: T, mask: T, params: Params<P, SequenceCommon>): T;
}

// ---------------------------------------------------------------- loss, optimizer

export interface LossCommon {
  reduction: 'sum-over-labels' | 'mean-over-labels';
}

export interface Loss<P extends TObject = TObject> extends Base<P> {
  kind: 'loss';
  contract(params: Params<P, LossCommon>): Record<string, never>;
  /** Logits and labels `[items, 6]` -> loss of each cell `[items, 6]`; the runtime reduces (labels by `reduction`, items by the masked mean). */
  cells(tf: TF, logits: Tensor, labels: Tensor, params: Params<P, LossCommon>): Tensor;
}

export interface OptimizerCommon {
  learningRate: number;
  /** Gradients are scaled down to this global norm; null: not at all. */
  clipNorm: number | null;
}

export interface Optimizer<P extends TObject = TObject> extends Base<P> {
  kind: 'optimizer';
  contract(params: Params<P, OptimizerCommon>): Record<string, never>;
  /** Names of the tensors kept for each weight, of its shape, zero at first. */
  slots: readonly string[];
  /** Numbers that change with the step (1 for the first), computed in JavaScript and handed in as scalars. */
  scalars(step: number, params: Params<P, OptimizerCommon>): Readonly<Record<string, number>>;
  /** One weight's update. Returns the new weight and slots. */
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

export interface ScoredSeries {
  series: string;
  patient: string;
  /** Its labelled slices of this side. */
  slices: readonly ScoredSlice[];
  /**
   * Every slice of the series in order, labelled or not: what counts as neighbours is decided among all of them
   * (facts 2.4). `any` is the predicted probability, `truth` the label, null where there is none.
   */
  positions: readonly { any: number; truth: 0 | 1 | null }[];
}

export interface MetricInput {
  /** The labelled slices of one side. */
  slices: readonly ScoredSlice[];
  series: readonly ScoredSeries[];
  patient: { rule: 'consecutive'; slices: number; threshold: number; truth: readonly ('same-rule' | 'any-slice')[] };
}

/** One figure. `value` is null where it is not defined (0/0, one class absent); counts say why. */
export interface MetricFigure {
  /** `patient-f1`, with what it names: `patient-f1 (truth: any-slice)`. */
  name: string;
  value: number | null;
  better: 'lower' | 'higher';
  unit: 'slice' | 'series' | 'patient';
  label?: Label;
  truth?: 'same-rule' | 'any-slice';
  /** Counts of the metric's own unit. */
  counts: Readonly<Record<string, number>>;
}

export interface Metric<P extends TObject = TObject> extends Base<P> {
  kind: 'metric';
  contract(params: Params<P>): { needs: readonly ('slices' | 'series' | 'patients')[] };
  evaluate(input: MetricInput, params: Params<P>): MetricFigure[];
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
