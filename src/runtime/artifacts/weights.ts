import { join } from 'node:path';
import { hasForm, isList, isNumber, isText, listOf, orNull } from '../../files/json.ts';
import { replaceFile } from '../../files/write.ts';
import type { HostTensors } from '../engine/engine.ts';
import type { Budget } from './budget.ts';
import { readArtifactJson } from './json.ts';
import type { Mark } from './marks.ts';
import { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts';

/** `network.json` of a backbone or sequence artifact: what its weights belong to. Plain facts, no times. */
export interface NetworkSummary {
  stage: 'backbone' | 'sequence';
  /** Component and its version. */
  type: string;
  version: number;
  /** Every weight with its shape, running averages included. */
  weights: { name: string; shape: readonly number[]; trainable: boolean }[];
  /** All weights, running averages included, as Keras counts them. */
  parameters: number;
  trainableParameters: number;
  /** Of one item (a slice, or a series of `steps` slices), forward. */
  multiplyAdds: number;
  /** Backbone: width of the pooled vector. Sequence: width of the vectors that it takes. */
  embedding: number;
  /** Backbone: side of the images, channels as the shards hold them, and as the network takes them. */
  image: null | { size: number; channels: readonly string[]; networkChannels: number; pixels: string };
  /** Order of the logits. */
  labels: readonly string[];
  /** Share of positives by label among the labelled slices of the training side: the constant predictor. */
  prevalence: number[];
  /** Slices of each label's share. */
  trainedSlices: number;
  /** What the weights in `weights.safetensors` are of: the epoch that `checkpoint` chose. */
  epoch: number;
  checkpoint: 'last' | { best: string };
  /** How it was trained. Absent in a network that an earlier version of ichor wrote. */
  training?: TrainingFacts;
}

/** What whoever predicts with a network has to know of its training. */
export interface TrainingFacts {
  /** What it was trained on: SYNTHETIC, SMOKE, LEAKY SPLIT, and so what it started from. No verdict: that follows from `validation`. */
  marks: readonly Mark[];
  /** What it started from; null: random weights. Absent in a network that an earlier version of ichor wrote. */
  weights?: LoadedWeights | null;
  /** Updates, over all epochs. */
  steps: number;
  /** What it was trained with; null: it has no weights to train. Absent in a network that an earlier version of ichor wrote. */
  budget?: Budget | null;
  /** Of the batch norm whose running averages move slowest; null where none is trained. */
  batchNormMomentum: number | null;
  /** Of the weights that are kept; null where no labelled slice with pixels is on the validation side. */
  validation: null | {
    /** Labelled slices with pixels. */
    slices: number;
    'mean-log-loss': number;
    /** The same of the predictor that gives every slice the shares of the training side. */
    constant: number;
  };
}

/** What was loaded, for the report and whoever asks. Plain facts. */
export interface LoadedWeights {
  /** `imagenet`, a file's name, `of the run mine-3`. */
  from: string;
  file: string;
  /** What stands in the key. */
  identity: string;
  format: string;
  /** Whose names the file has: `keras`, `torchvision`. */
  names: string;
  /** Tensors that were loaded, of how many that the network has (the prediction layer apart). */
  tensors: number;
  of: number;
  /** Layers that `partial` named; null: all. */
  partial: readonly string[] | null;
  /** Tensors of the file that were left out: after the embedding. */
  leftOut: readonly string[];
  inputWeights: 'mean' | 'cycle' | null;
  notes: readonly string[];
  /** Where another run trained them: what is known of that. Absent elsewhere. */
  run?: {
    name: string;
    /** How they fared on that run's validation; null where it had none, or does not say. */
    validation: TrainingFacts['validation'];
    seen: SeenBefore;
  };
}

/** Whether what a network starts from was trained on persons who are judged here. */
export interface SeenBefore {
  /** So many of those who validate or are tested here. */
  patients: number;
  of: number;
  /**
   * Why there may be more: the other run had its data of another source; one of the two hashed its names; what says whom it was
   * trained on is not in the store any more. Null: there are none.
   */
  unknown: 'other-source' | 'private' | 'artifacts-gone' | null;
}

const WEIGHTS = 'weights.safetensors';
const NETWORK = 'network.json';

/** Trained weights only: the optimizer's state is dropped from a finished artifact, it would triple its size. */
export async function writeWeights(folder: string, weights: HostTensors, summary: NetworkSummary): Promise<void> {
  await writeSafetensors(join(folder, WEIGHTS), toStored(weights), { format: 'ichor', stage: summary.stage });
  await replaceFile(join(folder, NETWORK), `${JSON.stringify(summary, null, 2)}\n`);
}

/** The weights that later stages restore, by name. Throws IchorError `weights-unreadable`. */
export async function readWeights(folder: string): Promise<HostTensors> {
  return toHost((await readSafetensors(join(folder, WEIGHTS))).tensors);
}

export const readNetwork = (folder: string): Promise<NetworkSummary> => readArtifactJson(folder, NETWORK, isNetwork);

const isNetwork = hasForm({
  stage: isText,
  type: isText,
  version: isNumber,
  weights: listOf(hasForm({ name: isText, shape: isList })),
  embedding: isNumber,
  image: orNull(hasForm({ size: isNumber })),
  labels: listOf(isText),
  prevalence: listOf(isNumber),
});

export function toStored(tensors: HostTensors): Record<string, StoredTensor> {
  const stored: Record<string, StoredTensor> = {};
  for (const [name, { shape, dtype, data }] of Object.entries(tensors)) {
    if (dtype === 'float32') stored[name] = { dtype: 'F32', shape, data: data as Float32Array };
    else stored[name] = { dtype: 'I32', shape, data: data instanceof Int32Array ? data : Int32Array.from(data) };
  }
  return stored;
}

export function toHost(tensors: Readonly<Record<string, StoredTensor>>): HostTensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape, data }]) => [
      name,
      dtype === 'F32'
        ? { shape, dtype: 'float32' as const, data: data as Float32Array }
        : { shape, dtype: 'int32' as const, data: data as Int32Array },
    ]),
  );
}
