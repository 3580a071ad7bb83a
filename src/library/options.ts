import { join, resolve } from 'node:path';
import { IchorError } from '../errors.ts';
import { existsSync, statSync } from '../files/fs.ts';
import { nearest } from '../registry/diagnostics/nearest.ts';
import { MOST_THREADS } from '../registry/language/language.ts';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import type { EngineKind } from '../runtime/engine/engine.ts';
import type { WorkEvent } from './events.ts';

/** Where relative paths are meant from. */
export interface PlaceOptions {
  /** Default: the working directory of the process, as it is when the function is called. */
  cwd?: string;
}

/** How a recipe file is read: as the options of the same names of the command. */
export interface RecipeOptions extends PlaceOptions {
  /** `path=value` of each `--set`, in order; or an object of paths and values. */
  set?: readonly string[] | Readonly<Record<string, unknown>>;
  /** Names of profiles, in order. */
  profile?: readonly string[];
  /** `NAME` or `NAME=VALUE` of each `--track`: trackers beside those of the recipe. */
  track?: readonly string[];
  /** The built-in profile that takes a recipe through every stage with next to no data and training. */
  smoke?: boolean;
  /** False: plugins are known by the schemas that they publish, and none of their code runs. */
  pluginCode?: boolean;
}

export interface StoreOptions extends PlaceOptions {
  /** Where artifacts and runs are kept. Default: `.ichor` in the workspace, the nearest folder upwards from `cwd` with a package.json. */
  store?: string;
}

/** What is told of work while it goes on, and what ends it. */
export interface FollowOptions {
  /** Called with each event, in order. What it throws ends the work. */
  onEvent?: (event: WorkEvent) => void;
  /** Ends it at the next point that loses nothing, with an IchorError `aborted`. The same call goes on from there. */
  signal?: AbortSignal;
}

/** How is computed. */
export interface EngineOptions {
  /** Default: `auto`. A process has one engine: the first call that computes chooses it. */
  engine?: 'auto' | EngineKind;
  /** Threads of the native engine, over what the recipe says. A process keeps those that it began with. */
  threads?: number;
  /** Compile no step. */
  eager?: boolean;
  /** A file of the same size is taken to be the same, whatever its times: for drives that keep none. */
  trustSizes?: boolean;
  /** The key of private names: a name among the user's settings, or a file (absolute, or from `cwd`, with a `/` in it). */
  identityKey?: string;
}

export interface PlanOptions extends RecipeOptions, StoreOptions, EngineOptions, FollowOptions {
  /** Take only artifacts that were made with the same threads and instruction set. */
  exact?: boolean;
  /** Stop after this stage: `index`, `predict:backbone`. */
  until?: string;
  /** Time steps of the networks on this machine first; takes the memory of a run. */
  measure?: boolean;
}

export interface RunOptions extends Omit<PlanOptions, 'measure'> {
  /** Write the path of each slice's file into `flagged.csv`; of private sources what stands for it. */
  paths?: boolean;
}

export interface PredictOptions extends StoreOptions, EngineOptions, FollowOptions {
  /** Ids and paths as they stand in the files; default: as keyed hashes. */
  showIds?: boolean;
  /** Slices on the page. */
  pictures?: boolean;
  /** Heat maps over them: only with `pictures`. */
  heatMaps?: boolean;
  /** Repair unsigned 12-bit files whose values wrapped around; the default where the source of the run does. */
  repairIntercept?: boolean;
  /** Which series of a study are predicted. Default: `best`. */
  series?: 'best' | 'suitable' | 'all';
  /** Average series of slices closer than 2.5 mm to slices of so many mm, 2.5 to 20. */
  resample?: number;
  /** As of `run`. */
  paths?: boolean;
}

export interface EvaluateOptions extends PredictOptions {
  /** CSV of the slices' labels; without it that of the run's own kind of pictures, in the folder. */
  labels?: string;
  /** Judge by the labels of the run's own test side (`data.test`), in the place of other slices: no places are named then. */
  testSide?: boolean;
  /** What its columns are, by commas: `path=File,epidural=EDH,any=!Healthy`; without it ID and Label, as Kaggle's, or as the run's recipe says. */
  columns?: string;
  /** Share of positives, from 0 to 1, for which sensitivity and specificity are turned into predictive values: a clinic's. */
  prevalence?: number;
}

export interface WatchOptions extends StoreOptions {
  /** Of the page's address; default, and 0: any that is free. */
  port?: number;
  /** Ends it: the page is no longer served. */
  signal?: AbortSignal;
}

export interface CompareOptions extends StoreOptions {
  /** Ends it, with an IchorError `aborted`. */
  signal?: AbortSignal;
}

type Check = (value: unknown) => string | null;

const text: Check = (value) => (typeof value === 'string' && value !== '' ? null : 'a text');
const truth: Check = (value) => (typeof value === 'boolean' ? null : 'true or false');
const texts: Check = (value) =>
  Array.isArray(value) && value.every((one) => typeof one === 'string') ? null : 'a list of texts';
const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.some((word) => word === value) ? null : `one of ${words.map((word) => `'${word}'`).join(', ')}`;
const between =
  (low: number, high: number, whole: boolean): Check =>
  (value) =>
    typeof value === 'number' && value >= low && value <= high && (!whole || Number.isInteger(value))
      ? null
      : `${whole ? 'a whole number' : 'a number'} from ${low} to ${high}`;

const PLACE = { cwd: text };
const STORE = { ...PLACE, store: text };
const RECIPE = {
  ...PLACE,
  set: (value) => (texts(value) === null || isPlain(value) ? null : 'a list of path=value, or an object'),
  profile: texts,
  track: texts,
  smoke: truth,
  pluginCode: truth,
} satisfies Record<string, Check>;
const FOLLOW = {
  onEvent: (value) => (typeof value === 'function' ? null : 'a function'),
  signal: (value) => (value instanceof AbortSignal ? null : 'an AbortSignal'),
} satisfies Record<string, Check>;
const ENGINE = {
  engine: oneOf('auto', 'native', 'wasm'),
  threads: between(1, MOST_THREADS, true),
  eager: truth,
  trustSizes: truth,
  identityKey: text,
};
const RUN = { ...RECIPE, ...STORE, ...ENGINE, ...FOLLOW, exact: truth, until: text, paths: truth };

const PREDICT = {
  ...STORE,
  ...ENGINE,
  ...FOLLOW,
  showIds: truth,
  pictures: truth,
  heatMaps: truth,
  repairIntercept: truth,
  series: oneOf('best', 'suitable', 'all'),
  resample: between(2.5, 20, false),
  paths: truth,
};

/** What each function takes, by the options' names. */
const TAKES = {
  loadRecipe: RECIPE,
  check: RECIPE,
  checkAll: RECIPE,
  plan: { ...RECIPE, ...STORE, ...ENGINE, ...FOLLOW, exact: truth, until: text, measure: truth },
  run: RUN,
  predict: PREDICT,
  evaluate: { ...PREDICT, labels: text, columns: text, prevalence: between(0, 1, false), testSide: truth },
  openRun: STORE,
  compareRuns: { ...STORE, signal: FOLLOW.signal },
  watchRun: { ...STORE, signal: FOLLOW.signal, port: between(0, 65535, true) },
} satisfies Record<string, Readonly<Record<string, Check>>>;

export type FunctionName = keyof typeof TAKES;

/**
 * The options as they were given, without those that are undefined. Callers without types are told what is wrong with them
 * before anything is done. Throws IchorError `wrong-option` (exit 2).
 */
export function checkedOptions<O extends object>(name: FunctionName, options: O | undefined): O {
  if (options === undefined) return {} as O;
  if (!isPlain(options))
    throw wrongOption(`The options of ${name}() are ${shown(options)}, and have to be an object.`, optionsOf(name));
  const takes: Readonly<Record<string, Check>> = TAKES[name];
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [key, value] of given) {
    const check = Object.hasOwn(takes, key) ? takes[key] : undefined;
    if (check === undefined) {
      const near = nearest(key, Object.keys(takes));
      throw wrongOption(
        `${name}() has no option ${key}.`,
        near === null ? optionsOf(name) : `Did you mean ${near}? ${optionsOf(name)}`,
      );
    }
    const wanted = check(value);
    if (wanted !== null)
      throw wrongOption(`The option ${key} of ${name}() is ${shown(value)}, and has to be ${wanted}.`, optionsOf(name));
  }
  return Object.fromEntries(given) as O;
}

/** Text arguments of callers without types. Throws IchorError `wrong-option` (exit 2). */
export function checkedText(name: FunctionName, what: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw wrongOption(`${name}() takes ${what} first, and was given ${shown(value)}.`, optionsOf(name));
}

const optionsOf = (name: FunctionName): string => `Its options are ${Object.keys(TAKES[name]).join(', ')}.`;

export const wrongOption = (message: string, hint: string): IchorError =>
  new IchorError('wrong-option', message, hint, 2);

/** A value in a sentence. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'an empty text' : JSON.stringify(value.slice(0, 80));
  if (typeof value === 'number' || typeof value === 'boolean' || value === undefined || value === null)
    return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** `--set` of either form: a value of an object is said as JSON, which is YAML. */
export function assignments(set: RecipeOptions['set']): string[] {
  if (set === undefined) return [];
  return Array.isArray(set)
    ? [...set]
    : Object.entries(set).map(([path, value]) => `${path}=${JSON.stringify(value) ?? 'null'}`);
}

/** Where one call works. */
export interface Places {
  cwd: string;
  workspace: string;
  /** `.ichor`, or what was stated. */
  storeRoot: string;
}

export function placesOf({ cwd, store }: StoreOptions): Places {
  const from = resolve(cwd ?? process.cwd());
  const workspace = findWorkspace(from);
  return { cwd: from, workspace, storeRoot: storeRootOf(store, workspace, from) };
}

/** `.ichor` in the workspace, or the stated folder. Throws IchorError `store-not-writable` (exit 2). */
export function storeRootOf(stated: string | undefined, workspace: string, cwd: string): string {
  if (stated === '') throw new IchorError('store-not-writable', '--store names no folder.', 'Say --store DIR.', 2);
  const root = stated === undefined ? join(workspace, '.ichor') : resolve(cwd, stated);
  if (stated !== undefined && existsSync(root) && !statSync(root).isDirectory())
    throw new IchorError(
      'store-not-writable',
      `--store ${stated} is a file, and a store is a folder.`,
      'Name the folder of a store, or one that is to be made: --store DIR.',
      2,
    );
  return root;
}

/** What computes, as the runtime takes it: nothing that was not said. */
export const engineOptions = ({ engine, threads, eager, trustSizes }: EngineOptions) => ({
  engine: engine ?? ('auto' as const),
  ...(threads === undefined ? {} : { threads }),
  ...(eager ? { eager: true } : {}),
  ...(trustSizes ? { trustSizes: true } : {}),
});
