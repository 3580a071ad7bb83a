import type { Label } from '../labels.ts';
import type { MetricFigure } from '../registry/kinds/metric.ts';
import type { Side } from '../registry/kinds/split.ts';
import type { ResolvedRecipe } from '../registry/recipe.ts';
import type { Fates } from '../runtime/artifacts/ledger.ts';
import type { LedgerItem } from '../runtime/artifacts/ledger-more.ts';
import type { Mark } from '../runtime/artifacts/marks.ts';
import type {
  Interval,
  LogLosses,
  ModelCalibration,
  ModelName,
  Prevalence,
  SideCounts,
} from '../runtime/artifacts/metrics.ts';
import type { PatientRow } from '../runtime/artifacts/patients.ts';
import type { SummaryTable } from '../runtime/evaluate/summary-table.ts';
import type { Notice } from '../runtime/notices/notice.ts';
import type { RunRecord, RunState } from '../runtime/runs/run-folder.ts';
import type { RunWhole } from '../runtime/runs/run-json.ts';
import type { RunTraits } from '../runtime/runs/run-traits.ts';
import type { StageName } from '../runtime/stage-names.ts';

/**
 * What has run, or tried to. What its record says stands on it; what its artifacts hold is read when it is asked for. A part
 * that the run has not come to is an IchorError `run-not-evaluated`, one that was removed from the store `artifact-missing`,
 * one that is not what was written `artifact-damaged` (exit 2 each).
 */
export interface Run {
  /** `quickstart-1`. */
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** The store that it lies in, absolute. */
  readonly store: string;
  readonly state: RunState;
  /** Why it failed; null where it did not. */
  readonly error: string | null;
  /** ISO 8601. */
  readonly started: string;
  readonly finished: string | null;
  readonly recipe: RunRecipe;
  /** What tells it apart from other runs of its recipe. */
  readonly traits: RunTraits;
  /** What stands on all that it says: `SYNTHETIC`, `WORSE THAN CONSTANT`. */
  readonly marks: readonly Mark[];
  /** The stage that it was to stop after; null: none. */
  readonly until: string | null;
  readonly engine: RunRecord['engine'];
  readonly data: RunRecord['data'];
  readonly versions: RunRecord['versions'];
  readonly components: RunRecord['components'];
  /** The run whose networks predicted; null elsewhere. */
  readonly predictsWith: string | null;
  /** Names of the runs that it is the mean of; empty where it is no ensemble. */
  readonly members: readonly string[];
  /** What was left out, repaired, guessed or is doubtful. */
  readonly notices: readonly Notice[];
  /** What it refers to, by instance: `index`, `backbone`, `predict:sequence`. What the files hold: docs/artifacts.md. */
  readonly artifacts: Readonly<Record<string, RunArtifact>>;
  /** What its folder holds, by name without the ending: `report`, `predictions`, `flagged`, `history`. Absolute. */
  readonly files: Readonly<Record<string, string>>;

  /** Figures by model, side and name. */
  metrics(): Promise<MetricsByModel>;
  /** Every slice of its data, in the order of the index: of the final model, or of the one that is named. */
  predictions(model?: ModelName): AsyncIterable<Prediction>;
  /** The predictions of the final model at or above the threshold of the patient rule. */
  flagged(): AsyncIterable<FlaggedSlice>;
  /** A row for each series and model: how it is called, and what is true. The final model comes first. */
  patients(): Promise<PatientRow[]>;
  /** Epochs of its trainings, in the order in which they were told; empty where it trained nothing. */
  history(): Promise<HistoryRow[]>;
  /** What became of each file and label row. */
  ledger(): Promise<Ledger>;
  /** What its networks were trained on and how they fared there. */
  networks(): Promise<NetworkFacts>;
  /** The small table that the command ends with: what is comparable, counts in the place of figures. Null without labels. */
  summary(): Promise<SummaryTable | null>;
  /** Whether ids and paths stand in it as keyed hashes. */
  identities(): Promise<'public' | 'private'>;
  /** All that `ichor runs show --json` says. */
  facts(): Promise<RunWhole>;
}

/** A run that ended just now. */
export interface FinishedRun extends Run {
  /** Instances of the stages that ran; all others were recalled. */
  readonly ran: readonly string[];
  /** Nothing was left to do: an earlier run of the same artifacts stands for this one. */
  readonly repeated: boolean;
}

export interface RunRecipe {
  readonly name: string;
  /** SHA-256, hex: equal for recipes of equal results. */
  readonly hash: string;
  /** As YAML, resolved; the folder of private data is left out. Null where its file is gone. */
  readonly text: string | null;
  /** The same as values, as they stand there; null where its file is gone or is no YAML any more. */
  readonly values: ResolvedRecipe | null;
}

export interface RunArtifact {
  readonly stage: StageName;
  readonly key: string;
  /** Absolute. */
  readonly folder: string;
  /** False: it was removed from the store. */
  readonly there: boolean;
}

export interface MetricsByModel {
  /** The model that the run is about: the last one; null without any. */
  readonly final: ModelName | null;
  /** The side that figures are about first: validation; test where other slices were labelled to judge by. */
  readonly judged: Side;
  readonly marks: readonly Mark[];
  /** All predicted slices, labelled or not; those of the test set; those with labels. */
  readonly counts: { predicted: SideCounts; test: SideCounts; labelled: SideCounts };
  readonly models: Readonly<Partial<Record<ModelName, ModelFigures>>>;
  /** A figure by its name (`auc`, `patient-f1 (truth: any-slice)`): of the final model on the judged side, or as stated. Null: there is none. */
  figure(name: string, of?: { model?: ModelName; side?: Side }): Figure | null;
}

export interface ModelFigures {
  /** The component that was trained: `bi-lstm`. */
  readonly component: string;
  /** How its scores became probabilities; null: they are what the network said. */
  readonly calibration: ModelCalibration | null;
  /** Sides with labels. */
  readonly sides: Readonly<Partial<Record<Side, SideFigures>>>;
}

export interface SideFigures {
  /** What has labels. */
  readonly labelled: SideCounts;
  /** Labelled slices whose pixels could not be read. */
  readonly interpolated: number;
  readonly prevalence: Readonly<Partial<Record<Label, Prevalence>>>;
  /** By name. Values, however small the sets are: the counts say how small. */
  readonly figures: Readonly<Record<string, Figure>>;
  /** Figures of predictors that look at no picture, by name. `constant` is null where the training side has no label. */
  readonly baselines: {
    readonly constant: Readonly<Record<string, MetricFigure>> | null;
    readonly allPositive: Readonly<Record<string, MetricFigure>>;
  };
  /** Log losses of before and after the calibration; null where there is none. */
  readonly calibration: { readonly before: LogLosses; readonly after: LogLosses } | null;
}

export interface Figure extends MetricFigure {
  /** By patient; null where the recipe asks for none. */
  readonly interval: Interval | null;
}

export interface Prediction {
  slice: string;
  series: string;
  patient: string;
  /** 0-based place within the series. */
  order: number;
  side: Side;
  /** `interpolated`: its pixels could not be read, the neighbours of its series stand in. */
  how: 'predicted' | 'interpolated';
  /** 0..1. */
  probabilities: Record<Label, number>;
  /** Of the networks that predicted it. */
  marks: readonly Mark[];
  /** What speaks against its series. */
  doubts: readonly string[];
}

export interface FlaggedSlice extends Omit<Prediction, 'order'> {
  study: string;
  /** 1-based place within the series, and of how many. */
  place: number;
  slices: number;
  /** Along the normal of the series, upwards; null where it is not known. */
  positionMm: number | null;
  /** The labels at or above the threshold. */
  above: readonly Label[];
  /** Of the slice's file, from the data's root; what stands for it where data are private. Only where it was asked for. */
  path?: string;
}

/** A row of `history.csv`. */
export interface HistoryRow {
  /** `backbone`, `backbone:fold-2`, `sequence`. */
  stage: string;
  epoch: number;
  /** Updates in it. */
  steps: number;
  trainLoss: number;
  validationLoss: number | null;
  validationMeanLogLoss: number | null;
  /** Of `checkpoint: { best: METRIC }`. */
  metric: { name: string; value: number | null } | null;
  learningRate: number | null;
  /** Null for epochs of an earlier attempt, and of a training that was found done. */
  slicesPerSecond: number | null;
  seconds: number | null;
}

export interface Ledger {
  fates: { files: Fates; labelRows: Fates };
  /** The stage that failed; null: none. */
  failed: string | null;
  /** Instances whose artifacts were removed, and their ledgers with them. */
  removed: readonly string[];
  /** Every line: what was left out, repairs and warnings. */
  items(): AsyncIterable<LedgerItem & { stage: string }>;
}

export interface NetworkFacts {
  /** Of any of its networks. */
  marks: readonly Mark[];
  /** Sentences that whoever reads the predictions has to know. */
  sentences: readonly string[];
}
