import { join, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { existsSync, readFile } from '../../files/fs.ts';
import type { MetricFigure } from '../../registry/kinds/metric.ts';
import type { Side } from '../../registry/kinds/split.ts';
import type { Budget } from '../artifacts/budget.ts';
import type { Mark } from '../artifacts/marks.ts';
import { type ModelName, readMetrics } from '../artifacts/metrics.ts';
import { allMarks } from '../evaluate/summary-table.ts';
import { readManifest, Store } from '../store/store.ts';
import { readNetworks, verdicts } from '../train/network-marks.ts';
import { type Belonging, belongings } from './belonging.ts';
import { runBudgets } from './run-budgets.ts';
import { type RunRecord, type RunState, stateOf } from './run-folder.ts';
import { type RunTraits, readTraits } from './run-traits.ts';
import { tagsByRun } from './tags.ts';

/** A run as a line of `ichor runs list --json`. Fields are added in later versions, and none changes its meaning. */
export interface RunLine {
  run: string;
  state: RunState;
  recipe: string;
  recipeHash: string;
  /** Absolute. */
  folder: string;
  started: string;
  finished: string | null;
  error: string | null;
  /** What stands on all that it says: `SYNTHETIC`, `WORSE THAN CONSTANT`. */
  marks: readonly Mark[];
  tags: readonly string[];
  until: string | null;
  seed: number | null;
  dataSeed: number | null;
  profile: readonly string[];
  set: readonly string[];
  engine: RunRecord['engine'];
  /** Null for what the record of an earlier version does not say. */
  data: { source: string | null; fingerprint: string | null; files: number | null; rootSet: boolean };
  predictsWith: string | null;
  /** The table of labels that `ichor evaluate` judged by; `file` is null where the data are private. Null: none. */
  judgedBy: { file: string | null; hash: string; rows: number } | null;
  /** When the labels of its test side were opened (`ichor evaluate RUN --test-side`), and a hash of its slices; null: never. */
  testSide: { of: string; opened: readonly string[] } | null;
  /** Runs that it is the mean of; null where it is no ensemble. */
  ensemble: { mean: string; runs: readonly string[] } | null;
  belongsTo: readonly Belonging[];
}

/** What `ichor runs show --json` says, and, with what was done just now, `ichor run --json` and `ichor predict --json`. */
export interface RunWhole extends RunLine {
  git: RunRecord['git'];
  versions: RunRecord['versions'];
  components: RunRecord['components'];
  /** The folder of its data, where the source's identities are public and its recipe has one. */
  root: string | null;
  /** What the run's folder holds, by name without its ending: `report`, `predictions`, `flagged`, `metrics`, `history`. Absolute. */
  files: Readonly<Record<string, string>>;
  stages: readonly {
    id: string;
    stage: string;
    key: string;
    folder: string;
    /** Null where the artifact is no longer there. */
    seconds: number | null;
    bytes: number | null;
    peakBytes: number | null;
  }[];
  /** What each network was trained with, by instance; without those that an earlier version of ichor trained. */
  budgets: Readonly<Record<string, Budget>>;
  /** Of every model on every side that has labels: values, however small the sets are; the counts say how small. */
  figures: readonly ({ model: ModelName; component: string; side: Side } & MetricFigure)[];
  /** Sentences on networks that say less than what they have to beat. */
  verdicts: readonly string[];
}

/** What belongs to runs beside their own folders; read once for many. */
export interface RunContext {
  tags: ReadonlyMap<string, readonly string[]>;
  belongsTo: ReadonlyMap<string, readonly Belonging[]>;
  /** Ledgers of sweeps and tables that cannot be read. */
  unreadable: readonly Error[];
}

export async function runContext(storeRoot: string): Promise<RunContext> {
  const { of, unreadable } = await belongings(storeRoot);
  return { tags: await tagsByRun(storeRoot), belongsTo: of, unreadable };
}

export function runLine(folder: string, record: RunRecord, traits: RunTraits, context: RunContext): RunLine {
  const { data, ensemble } = record;
  const { seed, dataSeed, profile, set, rootSet } = traits;
  return {
    run: record.name,
    state: stateOf(record),
    recipe: record.recipe,
    recipeHash: record.recipeHash,
    folder: resolve(folder),
    started: record.started,
    finished: record.finished ?? null,
    error: record.error ?? null,
    marks: allMarks(record),
    tags: context.tags.get(record.name) ?? [],
    until: record.until ?? null,
    seed,
    dataSeed,
    profile,
    set,
    engine: record.engine,
    data: {
      source: data.source ?? null,
      fingerprint: data.fingerprint ?? null,
      files: data.files ?? null,
      rootSet: data.rootSet ?? rootSet,
    },
    predictsWith: record.predictsWith,
    judgedBy: record.judgedBy ?? null,
    testSide: record.testSide ?? null,
    ensemble: ensemble === undefined ? null : { mean: ensemble.mean, runs: ensemble.runs.map(({ run }) => run) },
    belongsTo: context.belongsTo.get(record.name) ?? [],
  };
}

const FILES = [
  'report.html',
  'metrics.json',
  'predictions.csv',
  'submission.csv',
  'patients.csv',
  'flagged.csv',
  'history.csv',
  'log.jsonl',
];

/** What a run's folder holds, by name without its ending. Absolute. */
export const runFiles = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    FILES.filter((name) => existsSync(join(folder, name))).map((name) => [
      name.replace(/\..*$/, ''),
      resolve(folder, name),
    ]),
  );

export async function runWhole(storeRoot: string, folder: string, record: RunRecord): Promise<RunWhole> {
  const store = new Store(storeRoot);
  const line = runLine(folder, record, await readTraits(folder), await runContext(storeRoot));
  const stages = [];
  for (const [id, { stage, key }] of Object.entries(record.artifacts)) {
    const at = store.folder(stage, key);
    const manifest = await readManifest(at);
    const bytes = manifest && Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0);
    const { seconds = null, peakBytes = null } = manifest ?? {};
    stages.push({ id, stage, key, folder: resolve(at), seconds, bytes, peakBytes });
  }
  const there = (id: string) => {
    const reference = record.artifacts[id];
    const at = reference && store.folder(reference.stage, reference.key);
    return at !== undefined && existsSync(join(at, 'manifest.json')) ? at : undefined;
  };
  const evaluated = there('evaluate');
  const metrics = evaluated === undefined ? null : await readMetrics(evaluated);
  const recipe = await recipeOf(folder);
  return {
    ...line,
    git: record.git,
    versions: record.versions,
    components: record.components,
    root: recipe.root,
    files: runFiles(folder),
    stages,
    budgets: await runBudgets(storeRoot, record),
    figures: (metrics?.models ?? []).flatMap(({ model, component, sides }) =>
      sides.flatMap(({ side, figures }) => figures.map((figure) => ({ model, component, side, ...figure }))),
    ),
    verdicts: verdicts(await readNetworks(there), recipe),
  };
}

/** `rsna`; of several places all of them. */
function sayRoots(root: unknown): string | null {
  const roots = (Array.isArray(root) ? root : [root]).filter((one) => typeof one === 'string' && one !== '');
  return roots.length === 0 ? null : roots.join(', ');
}

/** What is needed of a run's resolved recipe, which need not resolve any more. */
async function recipeOf(
  folder: string,
): Promise<{ root: string | null; sequence: 'none' | { type: string; [key: string]: unknown } }> {
  const text = await readFile(join(folder, 'recipe.resolved.yaml'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '';
  });
  const document = parseDocument(text);
  const recipe = document.errors.length > 0 ? null : document.toJS();
  const root: unknown = recipe?.data?.source?.root;
  return {
    root: sayRoots(root),
    sequence: typeof recipe?.sequence === 'object' && recipe.sequence !== null ? recipe.sequence : 'none',
  };
}
