import { join } from 'node:path';
import { writeFile } from '../../files/fs.ts';
import { hasForm, isText, listOf, NotJson, readJson } from '../../files/json.ts';
import type { Label } from '../../labels.ts';
import type { MetricFigure } from '../../registry/kinds/metric.ts';
import type { Side } from '../../registry/kinds/split.ts';
import type { Stamp } from '../../registry/leak.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { RunMachine } from '../machine.ts';
import { damagedArtifact } from '../store/damaged.ts';
import type { Mark } from './marks.ts';

/** The stages whose predictions are evaluated; also the last part of `predict:<model>`. */
export const MODELS = ['backbone', 'sequence'] as const;
export type ModelName = (typeof MODELS)[number];

export interface SideCounts {
  slices: number;
  series: number;
  patients: number;
}

/** Positive slices of a label among `SideMetrics.labelled.slices`. */
export interface Prevalence {
  positives: number;
  share: number;
}

/** Figures of predictors that look at no picture: what a model has to beat. */
export interface Baselines {
  /** Losses of the train side's prevalence, given to every slice; null where the train side has no label. */
  constant: MetricFigure[] | null;
  /** Calls when every slice is scored 1. A series shorter than the rule's run still cannot be called. */
  allPositive: MetricFigure[];
}

/** One model on one side with labels. */
export interface SideMetrics {
  side: Side;
  /** What has labels: slices, series and patients with at least one. */
  labelled: SideCounts;
  /** Labelled slices whose pixels could not be read: their prediction is interpolated. */
  interpolated: number;
  /** Of the labels that the truth knows: all of them, unless an evaluation's table has not. */
  prevalence: Partial<Record<Label, Prevalence>>;
  figures: MetricFigure[];
  /**
   * Of each figure by its name, by patient: 95 % of the draws of this side's patients lie between them. Of validation and
   * test, where `evaluation.bootstrap` asks for them and there are two patients at least.
   */
  intervals?: Record<string, Interval>;
  /** Of a calibrated model: the log loss of each label, and the mean over labels, before and after. On validation cross-fitted. */
  calibration?: { before: LogLosses; after: LogLosses };
  baselines: Baselines;
}

/** By label, and `mean` over those that are known. */
export type LogLosses = Readonly<Partial<Record<Label | 'mean', number>>>;

/** How a model's scores became probabilities. */
export interface ModelCalibration {
  component: string;
  /** Of the validation side, that it was fitted on. */
  slices: number;
  patients: number;
  /** Logits are divided by it; of the five folds the lowest and the highest. Null where the component does something else. */
  temperatures: Readonly<Record<Label, { value: number; lowest: number | null; highest: number | null }>> | null;
}

/**
 * A percentile interval by patient (cluster bootstrap): patients are drawn with replacement, each with all of its slices
 * and series. It says how much the figure depends on which patients the set holds, and nothing about another training.
 */
export interface Interval {
  /** The 2.5th and the 97.5th percentile, between neighbours linearly; null where the figure was in no draw defined. */
  low: number | null;
  high: number | null;
  /** How often all patients were drawn. */
  draws: number;
  /** Draws among them in which the figure is not defined (a class is absent): not counted. */
  skipped: number;
}

export interface ModelMetrics {
  model: ModelName;
  /** The component that was trained: `bi-lstm`. */
  component: string;
  /** Absent: its probabilities are what the network said. */
  calibration?: ModelCalibration;
  /** Train and validation, where they have labels. Only validation is a headline. */
  sides: SideMetrics[];
}

/** A member's figures beside its ensemble's, by the ensemble's settings. */
export interface MemberMetrics {
  run: string;
  metrics: ModelMetrics;
  /** What it was made on; absent where its run does not say it. */
  machines?: readonly RunMachine[];
}

/**
 * `metrics.json` of evaluate: values and counts, however small the sets are. It names no recipe: recipes that share
 * what they evaluate share this artifact.
 */
export interface Metrics {
  format: 1;
  /** The pictures were generated (`phantom.json`). */
  synthetic: boolean;
  /** Made by the profile `smoke`. */
  smoke: boolean;
  /** What the recipe accepted; absent where it is nothing. */
  stamps?: readonly Stamp[];
  /** What stands on the final model's predictions: of the networks that made them. Absent where it is nothing. */
  marks?: readonly Mark[];
  patient: ResolvedRecipe['evaluation']['patient'];
  /** The model whose predictions are submitted and listed in patients.csv first; null without any. */
  final: ModelName | null;
  /** All predicted slices, labelled or not. */
  predicted: SideCounts;
  /** Predicted slices of the test set: what submission.csv is written for. */
  test: SideCounts;
  /** All labelled slices, whatever their side. */
  labelled: SideCounts;
  models: ModelMetrics[];
}

/**
 * The side that figures are about first: validation, and where predictions are judged by labels of other slices alone (`ichor
 * evaluate`), or by those of the test side, these.
 */
export function judgedSide({ models }: Pick<Metrics, 'models'>): Side {
  const sides = new Set(models.flatMap((model) => model.sides.map(({ side }) => side)));
  const [only] = sides;
  return sides.size === 1 && (only === 'test' || only === 'held-out') ? only : 'validation';
}

export async function writeMetrics(folder: string, metrics: Metrics): Promise<void> {
  await writeFile(join(folder, 'metrics.json'), `${JSON.stringify(metrics, null, 2)}\n`);
}

/** Throws IchorError `artifact-damaged`, and the system's own error where there is none. */
export async function readMetrics(folder: string): Promise<Metrics> {
  const file = join(folder, 'metrics.json');
  try {
    return await readJson<Metrics>(file, isMetrics);
  } catch (error) {
    if (error instanceof NotJson) throw damagedArtifact(file, error.message, folder);
    throw error;
  }
}

const isSide = hasForm({ side: isText, figures: listOf(hasForm({ name: isText })) });
const isMetrics = hasForm({ models: listOf(hasForm({ model: isText, sides: listOf(isSide) })) });
