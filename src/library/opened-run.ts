import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { IchorError } from '../errors.ts';
import { existsSync } from '../files/fs.ts';
import { textIfThere } from '../files/text.ts';
import type { ResolvedRecipe } from '../registry/recipe.ts';
import type { Registry } from '../registry/registry.ts';
import { resolveRecipe } from '../registry/resolve/resolve.ts';
import { sourceContract } from '../registry/source-contract.ts';
import { unionOfMarks } from '../runtime/artifacts/marks.ts';
import { MODELS, type ModelName, readMetrics } from '../runtime/artifacts/metrics.ts';
import { readPatients } from '../runtime/artifacts/patients.ts';
import { predictionRows, predictionsId } from '../runtime/artifacts/predictions.ts';
import { comparability } from '../runtime/evaluate/comparable.ts';
import { hasOwnSplit } from '../runtime/evaluate/own-split.ts';
import { allMarks, summaryTable } from '../runtime/evaluate/summary-table.ts';
import { type RunRecord, readRun, stateOf } from '../runtime/runs/run-folder.ts';
import { runFiles, runWhole } from '../runtime/runs/run-json.ts';
import { itemsOf, readRunLedger } from '../runtime/runs/run-ledger.ts';
import { RUN_RECIPE, refuseEditedRecipe } from '../runtime/runs/run-recipe.ts';
import { traitsOf } from '../runtime/runs/run-traits.ts';
import { unreadableRecipe } from '../runtime/runs/unreadable-recipe.ts';
import { assertSum } from '../runtime/store/file-sum.ts';
import { filesOf } from '../runtime/store/sound.ts';
import { Store } from '../runtime/store/store.ts';
import { marksOfModel, readNetworks, trainedOnText, verdicts } from '../runtime/train/network-marks.ts';
import { byLabel } from './by-label.ts';
import { flaggedOf } from './flagged-rows.ts';
import { historyOf } from './history-rows.ts';
import { metricsOf } from './metrics-of.ts';
import { openRegistry } from './registry.ts';
import type { Run } from './run-types.ts';
import { shippedRecipe } from './shipped.ts';

/** What is at hand of a run that ended just now. */
export interface Known {
  recipe: ResolvedRecipe;
  registry: Registry;
  /** What it is compared with before a figure of the paper may stand beside it. */
  shipped: ResolvedRecipe | null;
}

/** The run in a folder. Throws IchorError `unknown-run`, `run-damaged` (exit 2). */
export async function openedRun(folder: string, storeRoot: string, known?: Known): Promise<Run> {
  const record = await readRun(folder);
  if (record === null)
    throw new IchorError('unknown-run', `There is no run in ${folder}.`, 'See what there is: `ichor runs list`.', 2);
  const store = new Store(resolve(storeRoot));
  const text = await textIfThere(join(folder, RUN_RECIPE));
  const parts = partsOf(record, store);
  const resolved = async () => known ?? resolvedRecipe(folder, record);
  return {
    ...recordOf(record, resolve(folder), store),
    recipe: { name: record.recipe, hash: record.recipeHash, text, values: valuesOf(text) },
    traits: traitsOf(text ?? ''),

    metrics: async () => metricsOf(await readMetrics(await parts.holding('evaluate', 'metrics.json', 'metrics'))),

    async *predictions(model?: ModelName) {
      const id = predictionsId(
        model ?? parts.final() ?? 'backbone',
        (one: string) => record.artifacts[one] !== undefined,
      );
      for await (const { probabilities, marks = [], doubts = [], ...row } of predictionRows(
        await parts.holding(id, 'predictions.csv', 'predictions'),
      ))
        yield { ...row, probabilities: byLabel(probabilities), marks, doubts };
    },

    async *flagged() {
      const original = await parts.holding('evaluate', 'flagged.csv', 'flagged slices');
      // The run's own may name paths.
      const own = existsSync(join(folder, 'flagged.csv')) ? folder : original;
      yield* flaggedOf(own);
    },

    patients: async () => readPatients(await parts.holding('evaluate', 'patients.csv', 'calls')),
    history: () => historyOf(folder),

    async ledger() {
      const ledger = await readRunLedger(store, record, folder);
      const { stages, members, failed, gone, fates } = ledger;
      return {
        fates,
        failed: failed?.id ?? null,
        removed: gone,
        async *items() {
          for (const stage of [...stages, ...members, ...(failed === null ? [] : [failed])])
            for await (const item of itemsOf(stage)) yield { stage: stage.id, ...item };
        },
      };
    },

    async networks() {
      const { recipe } = await resolved();
      const networks = await readNetworks((id) => parts.folderIfThere(id));
      const marks = [...networks.keys()].flatMap((model) => marksOfModel(model, networks, recipe));
      return { marks: unionOfMarks(marks), sentences: [...verdicts(networks, recipe), ...trainedOnText(marks)] };
    },

    async summary() {
      const metrics = await readMetrics(await parts.holding('evaluate', 'metrics.json', 'metrics'));
      const known = await resolved().catch((error: unknown) => unresolved(error, text));
      const comparable =
        'why' in known
          ? { comparable: false, reasons: [known.why], paper: null }
          : comparability(known.recipe, known.shipped, metrics, known.registry);
      return summaryTable(metrics, comparable, { labels: 'any', ownSplit: hasOwnSplit(known.recipe) });
    },

    async identities() {
      const { recipe, registry } = await resolved();
      return sourceContract(recipe, registry).identities;
    },

    facts: () => runWhole(store.root, folder, record),
  };
}

/** What the record says. */
function recordOf(record: RunRecord, folder: string, store: Store) {
  return {
    name: record.name,
    folder,
    store: store.root,
    state: stateOf(record),
    error: record.error ?? null,
    started: record.started,
    finished: record.finished ?? null,
    marks: allMarks(record),
    until: record.until ?? null,
    engine: record.engine,
    data: record.data,
    versions: record.versions,
    components: record.components,
    predictsWith: record.predictsWith,
    members: (record.ensemble?.runs ?? []).map(({ run }) => run),
    notices: record.notices ?? [],
    artifacts: Object.fromEntries(
      Object.entries(record.artifacts).map(([id, { stage, key }]) => {
        const at = store.folder(stage, key);
        return [id, { stage, key, folder: at, there: existsSync(join(at, 'manifest.json')) }];
      }),
    ),
    files: runFiles(folder),
  };
}

/** The artifacts of a run, as they are asked for. */
function partsOf({ name, artifacts, ...record }: RunRecord, store: Store) {
  const folderIfThere = (id: string) => {
    const reference = artifacts[id];
    const at = reference && store.folder(reference.stage, reference.key);
    return at !== undefined && existsSync(join(at, 'manifest.json')) ? at : undefined;
  };
  return {
    folderIfThere,
    /** The last model that predicted. */
    final: () => MODELS.filter((model) => artifacts[`predict:${model}`] !== undefined).at(-1),
    /** The folder of an artifact, once one file of it is found to be what was written. */
    async holding(id: string, file: string, what: string): Promise<string> {
      const reference = artifacts[id];
      if (reference === undefined)
        throw new IchorError(
          'run-not-evaluated',
          `Run ${name} has no ${what}: it is ${stateOf({ name, artifacts, ...record })}, and its stage ${id} has not run.`,
          'Finish it by running its recipe again, to its end: what is done is recalled.',
          2,
        );
      const artifact = await store.find(reference.stage, reference.key);
      if (artifact === null)
        throw new IchorError(
          'artifact-missing',
          `What run ${name} made in ${id} is no longer in the store.`,
          'Run its recipe again: only what is missing is made.',
          2,
        );
      const written = (await filesOf(artifact.folder))[file];
      if (written === undefined)
        throw new IchorError(
          'run-not-evaluated',
          `Run ${name} has no ${what}: an earlier version of ichor made its stage ${id}, without ${file}.`,
          'Run its recipe again with this version.',
          2,
        );
      await assertSum(join(artifact.folder, file), written, artifact.folder);
      return artifact.folder;
    },
  };
}

/** As its folder says it, with its plugins. Throws `run-unreadable`, `run-recipe-edited` (exit 2). */
async function resolvedRecipe(folder: string, record: RunRecord): Promise<Known> {
  await refuseEditedRecipe(folder, record);
  const resolution = await resolveRecipe(join(folder, RUN_RECIPE), {
    registry: openRegistry(),
    set: [],
    // To be read, not to be trained: one of private data keeps neither folder nor table of labels.
    training: false,
    cwd: folder,
  });
  const { recipe, registry } = resolution;
  if (recipe === null) throw unreadableRecipe(record.name, resolution);
  // What predicts, and an ensemble, is no row of the paper's, whatever it is called.
  const own = record.ensemble === undefined && record.predictsWith === null;
  return { recipe, registry, shipped: own ? await shippedRecipe(record.recipe, registry) : null };
}

/** What a run's figures need of a recipe stands in its text, even where a plugin of it is gone. Throws what it was given, else. */
function unresolved(error: unknown, text: string | null): { recipe: ResolvedRecipe; why: string } {
  const recipe = valuesOf(text);
  if (recipe === null || !(error instanceof IchorError) || error.code !== 'run-unreadable') throw error;
  return { recipe, why: error.message.replace(/^T/, 't').replace(/\.$/, '') };
}

function valuesOf(text: string | null): ResolvedRecipe | null {
  if (text === null) return null;
  try {
    const { resolved: _, ...values } = parse(text) as ResolvedRecipe & { resolved?: unknown };
    return values;
  } catch {
    // Somebody wrote into it; what the run is stays to be read.
    return null;
  }
}

/** The components that the recipe of a run may name, with those of its plugins. */
export async function openedRegistry(folder: string): Promise<Registry> {
  const { registry } = await resolveRecipe(join(folder, RUN_RECIPE), {
    registry: openRegistry(),
    training: false,
    cwd: folder,
  });
  return registry;
}
