import type { Question } from '../../statistics/question.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { LoadedPlugin } from '../plugins/plugin-reference.ts';
import type { ResolvedRecipe } from '../recipe.ts';
import type { Registry } from '../registry.ts';
import type { Plain } from '../values/value.ts';
import type { Budget, Design, FixedOn, Outcome } from './claim-language.ts';
import type { Baseline, PaperColumn } from './language.ts';

/** One run of a row. */
export interface TableRun {
  seed: number | null;
  /** `data.seed`, where the table states which; null: as the recipe states. */
  data: number | null;
  /** `data.split.fold`, where the table deals its patients into folds; null: the recipe's split. */
  fold: number | null;
  recipe(): ResolvedRecipe;
  /** The resolved recipe as YAML. */
  text(): string;
}

/** A line of the table: one recipe (or one setting of a sweep) over its seeds, or a predictor that looks at no picture. */
export interface TableRow {
  name: string;
  /** The row as the file states it; of a sweep's settings, the sweep. */
  stated: string;
  /** Where the table states it, from the working directory: `tables/table-2.yaml:15`. */
  at: string;
  /** What it sets over its recipe, by path. */
  set: Readonly<Record<string, Plain>>;
  note: string | null;
  /** The recipe's file, absolute; null for a predictor without pictures. */
  file: string | null;
  /** Profiles that its recipe was resolved under. */
  profile: readonly string[];
  /** Of a sweep's setting: its values by path. */
  values: Readonly<Record<string, Plain>> | null;
  /** Figures of the sweep's plot, as its recipe states them. */
  figures: readonly string[];
  baseline: { of: string; predictor: Baseline } | null;
  seeds: readonly (number | null)[];
  /** Of each its own data set; null: the one of the recipe. */
  dataSeeds: readonly (number | null)[];
  /** Into how many folds its labelled patients are dealt; null: the recipe's split. */
  folds: number | null;
  /** Of each data set all seeds, of each seed all folds, one after the other. */
  runs: readonly TableRun[];
  registry: Registry;
  plugins: readonly LoadedPlugin[];
  /** What stops a run of this row before it starts. */
  blocking: readonly Diagnostic[];
  /** All that was found in its recipe. */
  findings: readonly Diagnostic[];
}

export interface TableClaim {
  claim: string;
  row: string;
  than: string;
  /** Where `than` is a predictor of the row's own evaluation, and no row of the table. */
  partner: TableRow | null;
  figure: string;
  design: Design;
  question: Question;
  /** One of the family that Holm's correction is over; else exploratory. */
  primary: boolean;
  /** Another outcome than expected ends the command with 3. */
  gate: boolean;
  attempts: number;
  fixedOn: FixedOn | null;
  budget: Budget | null;
  limit: string | null;
  /** Where the table states it: `tables/table-2.yaml:15`. */
  at: string;
  /** Under the chosen profile; null: the outcome is only reported. */
  expect: Outcome | null;
}

export interface Table {
  file: string;
  name: string;
  title: string;
  figures: readonly string[];
  paper: PaperColumn | null;
  notes: readonly string[];
  /** `full`, or the names of the profiles. */
  profile: string;
  /** Values that the command line put over every row: the table is another one then. */
  set: readonly string[];
  rows: readonly TableRow[];
  claims: readonly TableClaim[];
}
