import type { EngineKind } from '../../runtime/engine/engine.ts';
import type { MachineOptions } from '../machine-options.ts';
import type { RecipeOptions } from '../recipe-options.ts';

/** Where the points are run. */
export interface OnOptions {
  /** Name of an executor. */
  on?: string;
  /** File with its parameters. */
  onConfig?: string;
  /** Show what the executor would be given, and submit nothing. */
  dryRun?: boolean;
}

/** What `ichor run` was asked for with `--on`. */
export interface RunOnOptions extends RecipeOptions, MachineOptions, OnOptions {
  store?: string;
  engine: 'auto' | EngineKind;
  trustSizes?: boolean;
  until?: string;
  paths?: boolean;
  /** How many jobs at once, where the executor does not queue. */
  jobs?: number;
  /** Say what would run, and run nothing. */
  plan?: boolean;
  quiet?: boolean;
  json?: boolean;
}

/** What `ichor sweep` was asked for. As plain data: the processes that run its points get the same. */
export interface SweepCommandOptions extends RecipeOptions, MachineOptions, OnOptions {
  store?: string;
  engine: 'auto' | EngineKind;
  /** A file of the same size is taken to be the same. */
  trustSizes?: boolean;
  restart?: boolean;
  /** How many points at once. */
  jobs: number;
  /** Say what would run, and run nothing. */
  plan?: boolean;
  quiet?: boolean;
  json?: boolean;
}

/** What `ichor table` was asked for, likewise. */
export interface TableCommandOptions extends MachineOptions, OnOptions {
  profile?: string[];
  smoke?: boolean;
  set?: string[];
  track?: string[];
  store?: string;
  engine: 'auto' | EngineKind;
  /** A file of the same size is taken to be the same. */
  trustSizes?: boolean;
  /** Run these rows only. */
  row?: string[];
  restart?: boolean;
  /** How many runs at once. */
  jobs: number;
  /** Say what would run, and run nothing. */
  plan?: boolean;
  quiet?: boolean;
  json?: boolean;
}
