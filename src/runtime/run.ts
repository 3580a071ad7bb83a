import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { IchorError } from '../errors.ts';
import type { OpenSource, Source } from '../registry/kinds.ts';
import { stampsOf } from '../registry/leak.ts';
import type { ResolvedRecipe } from '../registry/recipe.ts';
import type { Registry } from '../registry/registry.ts';
import { assertRoom, explainDiskError } from './disk.ts';
import type { Engine, EngineKind } from './engine/engine.ts';
import { describeEngine, openEngine } from './engine/open.ts';
import { estimateStage } from './estimate.ts';
import type { Emit, RunEvent } from './events.ts';
import { identityKey } from './identity.ts';
import { hashOf, stageKey } from './key.ts';
import { samplePeakMemory } from './memory.ts';
import { type Instance, type Plan, planUntil } from './plan.ts';
import { withoutRoot as withoutRootText } from './report/recipe-section.ts';
import { listRuns, RunFolder } from './runs.ts';
import { HeaderCache, sourceFingerprint } from './sources/fingerprint.ts';
import type { Artifact, StageContext } from './stage.ts';
import { type Manifest, type ManifestDraft, Store, writeSynced } from './store.ts';
import { assertFits } from './train/fits.ts';
import { versions } from './versions.ts';

export interface RunOptions {
  recipe: ResolvedRecipe;
  /** The resolved recipe as YAML. */
  recipeText: string;
  registry: Registry;
  plan: Plan;
  /** `.ichor`, or what --store names. */
  storeRoot: string;
  /** Relative data paths start here. */
  workspace: string;
  engine: 'auto' | EngineKind;
  until?: string;
  shipped?: ResolvedRecipe | null;
  predictsWith?: string;
  emit: Emit;
  signal: AbortSignal;
  workers?: number;
}

export interface RunResult {
  /** The run's folder. */
  folder: string;
  name: string;
  /** True where nothing was left to do and an earlier run of the same artifacts stands for this one. */
  repeated: boolean;
  artifacts: ReadonlyMap<string, Artifact>;
  /** Ids of the stages that ran. */
  ran: readonly string[];
}

interface KeyedInstance extends Instance {
  key: string;
}

/** Runs the stages that are missing, one after the other, and leaves a run folder that refers to all of them. */
export async function runPlan(options: RunOptions): Promise<RunResult> {
  const { recipe, registry, signal } = options;
  const store = new Store(options.storeRoot);
  await store.prepare();
  const plan = options.until === undefined ? options.plan : planUntil(options.plan, options.until);
  const source = registry.get('source', recipe.data.source.type);
  if (source === undefined) throw new TypeError(`source ${recipe.data.source.type} is not registered`);
  const contract = source.contract(recipe.data.source);
  const recipeHash = hashOf(withoutRoot(recipe));

  const usesEngine = plan.instances.some(({ stage }) => stage.engine);
  const described = usesEngine ? await describeEngine(options.engine) : null;
  if (described !== null) {
    if (described.note) options.emit({ type: 'note', level: 'warning', message: described.note });
    assertFits(recipe, registry, described);
  }
  const engineKey =
    described === null ? null : { kind: described.kind, version: described.version, precision: 'float32' };

  const identity = await identityKey(options.storeRoot);
  const given = plan.given;
  const headers = new HeaderCache();
  const root = source.generate ? null : resolveRoot(source, recipe, options.workspace);
  const opened = root === null ? null : await source.open(recipe.data.source, root);
  const fingerprint =
    opened === null ? undefined : await fingerprintOf(opened, contract.identities, identity, options, headers);

  const keyed: KeyedInstance[] = [];
  const keyOf = new Map<string, string>([...given].map(([id, artifact]) => [id, artifact.key]));
  for (const instance of plan.instances) {
    const key = stageKey({
      stage: instance.stage.name,
      version: instance.stage.version,
      slice: instance.slice,
      inputs: Object.fromEntries(instance.reads.map((id) => [id, keyOf.get(id) as string])),
      ...(instance.seed === undefined ? {} : { seed: instance.seed }),
      ...(instance.id === 'index' && fingerprint !== undefined ? { fingerprint } : {}),
      ...(instance.stage.engine && engineKey !== null ? { engine: engineKey } : {}),
    });
    keyOf.set(instance.id, key);
    keyed.push({ ...instance, key });
  }

  const artifacts = new Map<string, Artifact>(given);
  for (const { id, stage, key } of keyed) {
    const found = await store.find(stage.name, key);
    if (found !== null) artifacts.set(id, found);
  }
  if (artifacts.has('index')) headers.clear();
  const missing = keyed.filter(({ id }) => !artifacts.has(id));
  const repeated = missing.length === 0 ? await findSameRun(options.storeRoot, recipe.name, keyed) : null;
  if (repeated !== null) {
    for (const { id, key } of keyed) options.emit({ type: 'stage-cached', stage: id, key });
    return { folder: repeated.folder, name: repeated.name, repeated: true, artifacts, ran: [] };
  }

  const runVersions = await versions();
  const privateRoot = contract.identities === 'private';
  const recipeText = privateRoot ? `${withoutRootText(options.recipeText)}\n` : options.recipeText;
  const stamps = stampsOf(recipe, registry);
  const run = await RunFolder.create(
    options.storeRoot,
    {
      recipe: recipe.name,
      recipeHash,
      smoke: recipe.smoke,
      synthetic: source.generate !== undefined || (opened?.synthetic ?? false),
      ...(stamps.length > 0 ? { stamps } : {}),
      until: options.until ?? null,
      predictsWith: options.predictsWith ?? null,
      engine: described === null ? null : { kind: described.kind, version: described.version },
      versions: runVersions,
    },
    recipeText,
  );
  const emit: Emit = (event: RunEvent) => {
    if (event.type !== 'progress') run.log(event);
    options.emit(event);
  };
  let engine: Promise<Engine> | null = null;
  const ran: string[] = [];
  try {
    for (const [id, artifact] of artifacts) run.record.artifacts[id] = { stage: artifact.stage, key: artifact.key };
    // Before the first stage, which may take hours: garbage collection keeps what a run refers to.
    await run.save();
    for (const instance of keyed) {
      const { id, stage, key } = instance;
      signal.throwIfAborted();
      if (artifacts.has(id)) {
        emit({ type: 'stage-cached', stage: id, key });
        continue;
      }
      const inputs = new Map(instance.reads.map((read) => [read, artifacts.get(read) as Artifact]));
      const artifact = await makeArtifact(store, instance, {
        recipe,
        registry,
        instance: instance.instance,
        inputs,
        sourceRoot: root ?? (id === 'source' ? store.partialFolder(key) : (artifacts.get('source') as Artifact).folder),
        identityKey: identity,
        headers,
        engine: () => (engine ??= openEngine(described?.kind ?? 'auto')),
        emit,
        signal,
        workers: options.workers ?? Math.max(1, Math.min(8, availableParallelism())),
        page: {
          recipeText,
          recipeHash,
          shipped: options.shipped ?? null,
          versions: runVersions,
          engine: run.record.engine,
          predictsWith: options.predictsWith ?? null,
        },
      });
      artifacts.set(id, artifact.artifact);
      run.record.artifacts[id] = { stage: stage.name, key };
      if (artifact.made) ran.push(id);
      await run.save();
    }
    await showFiles(run, artifacts);
    await run.end('done');
  } catch (error) {
    const cause = explainDiskError(error, ran.at(-1) ?? 'run', options.storeRoot);
    const interrupted = signal.aborted;
    run.log({ type: 'error', message: (cause as Error)?.message, stack: (cause as Error)?.stack });
    await run.end(interrupted ? 'interrupted' : 'failed', (cause as Error)?.message ?? String(cause)).catch(() => {
      // The disk may be the very thing that failed: the error itself matters more than its record.
    });
    throw cause;
  }
  return { folder: run.folder, name: run.record.name, repeated: false, artifacts, ran };
}

type PreparedContext = Omit<StageContext, 'folder' | 'progress'>;

/** Makes one artifact under its lock, or takes the one that another run finished meanwhile. */
async function makeArtifact(
  store: Store,
  instance: KeyedInstance,
  prepared: PreparedContext,
): Promise<{ artifact: Artifact; made: boolean }> {
  const { id, stage, key } = instance;
  const { emit, signal } = prepared;
  const lock = await store.lock(key, {
    signal,
    waiting: (holder) =>
      emit({
        type: 'note',
        stage: id,
        level: 'info',
        message: `${id} is being made by another run (process ${holder.pid} on ${holder.host}): waiting for it.`,
      }),
  });
  try {
    const found = await store.find(stage.name, key);
    if (found !== null) {
      emit({ type: 'stage-cached', stage: id, key });
      return { artifact: found, made: false };
    }
    const estimate = await estimateStage(id, { ...prepared, engineKind: prepared.page.engine?.kind ?? null });
    if (estimate !== null) await assertRoom(store.root, id, estimate.bytes);
    const { folder, fresh } = await store.begin(key);
    emit({ type: 'stage-start', stage: id, key, fresh, ...(estimate?.text ? { note: estimate.text } : {}) });
    const started = performance.now();
    const memory = samplePeakMemory();
    let last = 0;
    const ledger = await stage.run({
      ...prepared,
      folder,
      async progress(done, total, unit, note) {
        const now = performance.now();
        if (now - last > 80 || done === total) {
          last = now;
          emit({ type: 'progress', stage: id, done, total, unit, ...(note === undefined ? {} : { note }) });
        }
        await nextTurn();
        signal.throwIfAborted();
      },
    });
    await writeSynced(join(folder, 'ledger.json'), `${JSON.stringify(ledger, null, 2)}\n`);
    const seconds = (performance.now() - started) / 1000;
    const draft: ManifestDraft = {
      key,
      stage: stage.name,
      instance: instance.instance,
      inputs: Object.fromEntries([...prepared.inputs].map(([read, artifact]) => [read, artifact.key])),
      components: componentsOf(instance.slice),
      engine: stage.engine ? manifestEngine(await prepared.engine()) : null,
      seconds: Math.round(seconds * 1000) / 1000,
      resumed: !fresh,
      peakBytes: memory.stop(),
    };
    const artifact = await store.finish(draft);
    emit({ type: 'stage-done', stage: id, key, seconds });
    return { artifact, made: true };
  } catch (error) {
    throw explainDiskError(error, id, store.root);
  } finally {
    await lock.release();
  }
}

function manifestEngine({ kind, version, precision }: Engine): Manifest['engine'] {
  return { kind, version, precision };
}

/** Every `{ kind?, name, version, params }` in a slice. */
function componentsOf(slice: unknown): Record<string, number> {
  const found: Record<string, number> = {};
  const visit = (value: unknown) => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    else if (value !== null && typeof value === 'object') {
      const { name, version, params } = value as { name?: unknown; version?: unknown; params?: unknown };
      if (typeof name === 'string' && typeof version === 'number' && params !== undefined) found[name] = version;
      for (const item of Object.values(value)) visit(item);
    }
  };
  visit(slice);
  return found;
}

function resolveRoot(source: Source, recipe: ResolvedRecipe, workspace: string): string {
  const stated = recipe.data.source.root;
  if (typeof stated !== 'string' || stated === '') {
    throw new IchorError(
      'source-missing',
      `The recipe names no folder for its source \`${source.name}\`.`,
      'Say where the data are: --set data.source.root=FOLDER',
      2,
    );
  }
  return isAbsolute(stated) ? stated : resolve(workspace, stated);
}

/** Identities that are private are HMACs under a local key, so the key is a part of what index makes. */
async function fingerprintOf(
  opened: OpenSource,
  identities: 'public' | 'private',
  identity: Buffer,
  options: RunOptions,
  cache: HeaderCache,
): Promise<string> {
  const { hash } = await sourceFingerprint(opened, {
    cache,
    signal: options.signal,
    progress: async (done, total, unit) => {
      options.emit({ type: 'progress', stage: 'source', done, total, unit, note: 'reading headers' });
      await nextTurn();
      options.signal.throwIfAborted();
    },
  });
  return identities === 'public' ? hash : hashOf([hash, hashOf(identity.toString('hex'))]);
}

function withoutRoot(recipe: ResolvedRecipe): unknown {
  const { root: _, ...source } = recipe.data.source;
  return { ...recipe, data: { ...recipe.data, source } };
}

async function findSameRun(
  storeRoot: string,
  recipe: string,
  keyed: readonly KeyedInstance[],
): Promise<{ folder: string; name: string } | null> {
  for (const { folder, record } of (await listRuns(storeRoot)).reverse()) {
    const same = record.recipe === recipe && record.status === 'done';
    if (same && keyed.every(({ id, key }) => record.artifacts[id]?.key === key)) return { folder, name: record.name };
  }
  return null;
}

/** What a user looks for first stands in the run's folder itself. */
async function showFiles(run: RunFolder, artifacts: ReadonlyMap<string, Artifact>): Promise<void> {
  const shown: [string, string][] = [
    ['report', 'report.html'],
    ['evaluate', 'metrics.json'],
    ['evaluate', 'patients.csv'],
    ['evaluate', 'submission.csv'],
    [artifacts.has('predict:sequence') ? 'predict:sequence' : 'predict:backbone', 'predictions.csv'],
  ];
  for (const [id, name] of shown) {
    const folder = artifacts.get(id)?.folder;
    if (folder !== undefined && existsSync(join(folder, name))) await run.show(join(folder, name), name);
  }
}
