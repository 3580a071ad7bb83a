import type { MetricFigure } from '../../registry/kinds/metric.ts';
import type { Side } from '../../registry/kinds/split.ts';
import type { Plain } from '../../registry/values/value.ts';
import type { Mark } from '../artifacts/marks.ts';
import type { Interval, ModelName, SideCounts } from '../artifacts/metrics.ts';
import type { RunState } from '../runs/run-folder.ts';

/** Runs beside each other: all but the first are compared with the first. Plain values. */
export interface Comparison {
  runs: readonly ComparedRun[];
  /** Of the runs' final models; empty where none has figures. */
  figures: readonly ComparedFigure[];
  /** How often patients were drawn for the intervals of differences; null: there is none. */
  draws: number | null;
  /** By the name of the network: `backbone`, `sequence`, `backbone:fold-2`. */
  curves: readonly ComparedCurves[];
  /** Where the resolved recipes say something else, without what no run depends on. */
  values: readonly ComparedValue[];
  /** In what else runs differ: engine, data, versions, and components by their version or code (`component` names them). */
  facts: readonly { name: string; texts: readonly string[]; component?: string }[];
}

export interface ComparedRun {
  run: string;
  recipe: string;
  recipeHash: string;
  state: RunState;
  /** Absolute. */
  folder: string;
  started: string;
  marks: readonly Mark[];
  /** Networks that say less than what they have to beat. */
  worse: readonly string[];
  /** Whose figures stand here; null where it has none. */
  judged: { model: ModelName; component: string; side: Side; counts: SideCounts } | null;
  /** Why there is no difference from the first run, a sentence; null where there is, and of the first run. */
  apart: string | null;
}

export interface ComparedFigure {
  name: string;
  better: MetricFigure['better'];
  /** Of a single label. */
  label: MetricFigure['label'] | null;
  /** One a run, null where it has no such figure. */
  of: readonly (ComparedCell | null)[];
}

export interface ComparedCell {
  figure: MetricFigure;
  /** Of the side's labelled slices. */
  patients: number;
  /** Of this run alone, by patient; null: its recipe asks for none. */
  interval: Interval | null;
  /** This run less the first one; null where they are not of the same slices, and where one of them is no number. */
  difference: PairedDifference | null;
}

export interface PairedDifference {
  value: number;
  /** 95 % by patient, of both runs on the same draws; null of a single patient. */
  interval: Interval | null;
}

export interface ComparedCurves {
  stage: string;
  /** One a run, empty where it has no such network, or none that trained. */
  of: readonly (readonly CurvePoint[])[];
}

/** What stands in a row of `history.csv`. */
export interface CurvePoint {
  /** Updates so far. */
  update: number;
  epoch: number;
  trainLoss: number | null;
  validationLoss: number | null;
  validationMeanLogLoss: number | null;
}

export interface ComparedValue {
  /** `sequence.cells` */
  path: string;
  /** One a run; undefined where its recipe has no such value. */
  of: readonly (Plain | undefined)[];
  /** Stages that read it in a run that has another value than the first. */
  stages: readonly string[];
}
