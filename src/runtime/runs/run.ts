import { basename, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isMap, parseDocument } from 'yaml';
import { IchorError } from '../../errors.ts';
import { rm } from '../../files/fs.ts';
import { explainSystemError } from '../../files/system-error.ts';
import { textIfThere } from '../../files/text.ts';
import { replaceFile, writeSynced } from '../../files/write.ts';
import type { Diagnostic } from '../../registry/diagnostics/diagnostic.ts';
import type { TrackParent } from '../../registry/kinds/tracker.ts';
import { stampsOf } from '../../registry/leak.ts';
import type { RecipeLabels, ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { readHistory } from '../artifacts/history.ts';
import { readLabelsTable } from '../artifacts/known-labels.ts';
import { unionOfMarks } from '../artifacts/marks.ts';
import { MODELS, readMetrics } from '../artifacts/metrics.ts';
import { refuseFewPatients } from '../calibration/refuse-few-patients.ts';
import type { Engine, EngineKind } from '../engine/engine.ts';
import { openEngine } from '../engine/open.ts';
import { allMarks } from '../evaluate/summary-table.ts';
import type { Emit, RunEvent } from '../events.ts';
import { ledgerOfError } from '../ledger.ts';
import type { Machine } from '../machine.ts';
import type { Notice, Warning } from '../notices/notice.ts';
import { keepLedger, noticesOfRun } from '../notices/of-run.ts';
import { labelsFileOf, type OpenData, sourceOf } from '../open-data.ts';
import { countsBeforeIndex } from '../plan/counts-before-index.ts';
import { type Counts, costText, countsOfIndex, isNoted, stageCost } from '../plan/estimate.ts';
import type { KeyedInstance } from '../plan/keys.ts';
import { pathsOf } from '../plan/part-differences.ts';
import { type Plan, planUntil } from '../plan/plan.ts';
import { precisionOf } from '../plan/precision.ts';
import { preparePlan } from '../plan/prepare.ts';
import { rangeInstance, rangeOf, wholeOf } from '../plan/range-instance.ts';
import { stageEstimate } from '../plan/stage-estimate.ts';
import { History } from '../plan/states.ts';
import type { Range } from '../range.ts';
import { withoutRoot } from '../report/recipe-section.ts';
import { HeaderCache } from '../sources/fingerprint.ts';
import type { StageContext } from '../stage.ts';
import { isTraining } from '../stage-names.ts';
import type { Artifact } from '../store/artifact.ts';
import { assertRoom, explainFailure } from '../store/disk.ts';
import { identityKey } from '../store/identity.ts';
import { fingerprintOf } from '../store/identity-key.ts';
import { rememberPlaces } from '../store/key-places.ts';
import { brokenText, waitingText } from '../store/lock.ts';
import { machinesLine, madeOnOf, runMachines } from '../store/machines.ts';
import { assertOwn, workOn } from '../store/made-on.ts';
import { assertSound } from '../store/sound.ts';
import { type Manifest, type ManifestDraft, Store } from '../store/store.ts';
import { marksOfModel, readNetworks } from '../train/network-marks.ts';
import { readyWeights } from '../weights/ready.ts';
import { defaultWorkers } from '../workers.ts';
import { clockBehind } from './clock-behind.ts';
import { findNamed, findRun } from './find-run.ts';
import { gitState } from './git-state.ts';
import { clearRanges, costOfRange, joinedRanges, otherMachines, withRanges } from './join-ranges.ts';
import { samplePeakMemory } from './memory.ts';
import { markRecalled } from './recalled.ts';
import { recipeHash } from './recipe-hash.ts';
import { refuseMeaningless, refuseWithoutLabels } from './refuse-meaningless.ts';
import { resumedNote } from './resumed.ts';
import { listRuns, RunFolder, type RunRecord, readRun, stateOf, type TestSide } from './run-folder.ts';
import { isEditedRecipe, RUN_RECIPE, recipeFileHash } from './run-recipe.ts';
import { traitsOf } from './run-traits.ts';
import { NOT_SEEN, type Seen, seenInTraining } from './seen-in-training.ts';
import { moveAside, restoreFiles, showFiles } from './shown-files.ts';
import { type FollowOptions, followAgain, followRun } from './track/follow.ts';
import { runFiles } from './track/run-files.ts';
import type { Tracking } from './track/tracking.ts';
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
  /** Threads of the native engine, over what the recipe says. */
  threads?: number;
  /** Compile no step. */
  eager?: boolean;
  /** Take only artifacts that were made with the same threads and instruction set. */
  exact?: boolean;
  until?: string;
  /** Make this range of the instance that `until` names, and of that one nothing more. It leaves no run: whoever joins it does. */
  range?: Range;
  /** Look for ranges of what is to be made, so many of each, which other processes have made. */
  ranges?: number;
  shipped?: ResolvedRecipe | null;
  /** Name the files of slices in `flagged.csv` of the run. */
  paths?: boolean;
  predictsWith?: string;
  /** Labels to judge predictions by. */
  evaluation?: { labels: RecipeLabels; path: string; hash: string };
  /** The test side that is opened, and the trained run's data, which are not looked at again. */
  testSide?: TestSide & { data: RunRecord['data'] };
  /** What was found in the recipe, and said: its warnings stand on what comes of it. */
  findings?: readonly Diagnostic[];
  emit: Emit;
  signal: AbortSignal;
  /** Where the key of private names is looked for. Default: the process's. */
  env?: NodeJS.ProcessEnv;
  workers?: number;
  /** Data that were opened before, for the points of a sweep. */
  opened?: Map<string, OpenData>;
  /** A file of the same size is taken to be the same: for drives without times. */
  trustSizes?: boolean;
  /** Folders of artifacts that were found complete before, for the points of a sweep. */
  found?: Set<string>;
  /** The run that stood for this one before: looked at first, so that recalling many does not read all runs for each. */
  before?: string | null;
  /** The sweep or the table that this run is of: for trackers. */
  parent?: TrackParent;
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
  /** What was left out, repaired, guessed or is doubtful, by this run or by the artifacts that it recalled. */
  notices: readonly Notice[];
}

/** Runs the stages that are missing, one after the other, and leaves a run folder that refers to all of them. */
export async function runPlan(options: RunOptions): Promise<RunResult> {
  try {
    return await runStages(options);
  } catch (error) {
    throw explainSystemError(error);
  }
}

async function runStages(options: RunOptions): Promise<RunResult> {
  const { recipe, registry, signal } = options;
  const warnings: Warning[] = (options.findings ?? []).filter(({ severity }) => severity === 'warning').map(warningOf);
  const tell: Emit = (event) => {
    // What is a note of a ledger as well is read there.
    if (event.type === 'note' && event.level === 'warning' && !event.inLedger) warnings.push(event);
    options.emit(event);
  };
  const store = new Store(options.storeRoot, options.found, tell);
  await store.prepare();
  const plan = options.until === undefined ? options.plan : planUntil(options.plan, options.until);
  const source = sourceOf(recipe, registry);
  const contract = source.contract(recipe.data.source);
  const hash = recipeHash(recipe);
  // Nothing else asks for it: a store may be shared with somebody who cannot read the key.
  const { env = process.env } = options;
  const own = contract.identities === 'private' ? await identityKey(options.storeRoot, { emit: tell, env }) : null;
  const identity = own?.key ?? Buffer.alloc(0);
  const headers = new HeaderCache();
  const memory = { storeRoot: options.storeRoot, writes: true };
  const prepared = await preparePlan({
    ...options,
    emit: tell,
    plan,
    store,
    findRun,
    identity,
    cache: headers,
    memory,
    tells: true,
  });
  const { data, engine: described, machine, modes, decisions, weights } = prepared;
  if (own !== null && data !== null)
    await rememberPlaces(own, data.roots, tell, env, contract.gives === 'pictures' ? recipe.data.source : null);
  const history = new History(store, registry);
  const keyed = decisions.map(({ instance, artifact }) =>
    options.range !== undefined && instance.id === options.until && artifact === null
      ? rangeInstance(instance, options.range)
      : instance,
  );
  const ids = new Set(keyed.map(({ id }) => id));
  const workers = options.workers ?? defaultWorkers();

  const artifacts = new Map<string, Artifact>(plan.given);
  for (const { instance, artifact } of decisions) if (artifact !== null) artifacts.set(instance.id, artifact);
  if (artifacts.has('index')) headers.clear();
  const guess = countsBeforeIndex(data, recipe, registry);
  const missing = decisions.filter(({ artifact }) => artifact === null);
  const trains = keyed.filter(({ stage }) => isTraining(stage.name));
  if (trains.some(({ id }) => !artifacts.has(id))) refuseWithoutLabels(recipe, registry, data);
  const repeated = missing.length === 0 ? await findSameRun(options, keyed) : null;
  for (const { instance, artifact } of decisions) if (artifact !== null) await store.clearLock(instance.key);
  const follows = (marks: readonly string[]): FollowOptions => ({
    recipe: trains.length === 0 || options.predictsWith !== undefined ? { ...recipe, tracking: [] } : recipe,
    registry,
    isPrivate: contract.identities === 'private',
    storeRoot: options.storeRoot,
    workspace: options.workspace,
    parent: options.parent ?? null,
    keys: Object.fromEntries(trains.map(({ id, key }) => [id, key])),
    marks,
    tell: options.emit,
  });
  if (repeated !== null) {
    await restoreRecipe(repeated, { ...options, emit: tell });
    const { doubts } = await tellSeen(store, options, artifacts, identity, tell);
    await restoreFiles(repeated.folder, artifacts, tell, { paths: options.paths ?? false, doubts });
    for (const { id, key } of keyed) tell({ type: 'stage-cached', stage: id, key });
    if (trains.length > 0) for (const artifact of artifacts.values()) await refuseMeaningless(recipe, artifact);
    const notices = await noticesOfRun(artifacts, warnings);
    await markRecalled(repeated.folder);
    const { name, marks = [] } = repeated.record;
    await followAgain(repeated, follows(marks), async (tracking) => {
      for (const [id, artifact] of artifacts) await trackArtifact(tracking, id, artifact);
      tracking.artifacts(runFiles(repeated.folder, contract.identities === 'private'));
      await tracking.end({ state: stateOf(repeated.record) === 'partial' ? 'partial' : 'done', error: null, marks });
    });
    tell({ type: 'notices', run: name, failed: false, notices });
    return { folder: repeated.folder, name, repeated: true, artifacts, ran: [], notices };
  }

  const behind = options.predictsWith === undefined ? await clockBehind(options.storeRoot, recipe.name) : null;
  if (behind !== null) tell({ type: 'note', level: 'warning', ...behind });
  const runVersions = await versions();
  const recipeText = shownRecipe(options);
  const stamps = stampsOf(recipe, registry);
  const about = {
    smoke: recipe.smoke,
    synthetic: source.generate !== undefined || (data?.source.synthetic ?? false),
    ...(stamps.length > 0 ? { stamps } : {}),
  };
  const marked = await marksOfRun(about, artifacts, recipe);
  const aboutData = { source: source.name, rootSet: traitsOf(options.recipeText).rootSet };
  const run = await RunFolder.create(
    options.storeRoot,
    {
      recipe: recipe.name,
      recipeHash: hash,
      ...about,
      ...marked,
      until: options.until ?? null,
      predictsWith: options.predictsWith ?? null,
      engine: described === null ? null : { kind: described.kind, version: described.version },
      versions: runVersions,
      components: Object.fromEntries(keyed.flatMap(({ components }) => Object.entries(components))),
      ...(options.testSide === undefined ? {} : { testSide: sideOf(options.testSide) }),
      data: options.testSide
        ? options.testSide.data
        : data === null
          ? { fingerprint: keyed.find(({ id }) => id === 'source')?.key ?? '', files: null, ...aboutData }
          : { fingerprint: data.fingerprint, files: data.headers.length, ...aboutData },
      git: await gitState(options.workspace, options.storeRoot),
    },
    recipeText,
  );
  // What was said while it was planned.
  for (const warning of warnings) run.log(warning as RunEvent);
  const tracking = await followRun(run, {
    ...follows(marked.marks ?? []),
    // Of whoever looks at it, and of no result: it stands on no page.
    tell(note) {
      run.log(note);
      options.emit(note);
    },
  });
  const emit: Emit = (event: RunEvent) => {
    if (event.type !== 'progress') run.log(event);
    if (event.type === 'epoch') {
      run.history.add(event.stage, event, event.speed);
      tracking?.epoch(event.stage, event, event);
    }
    tell(event);
    tracking?.tellFailures();
  };
  let engine: Promise<Engine> | null = null;
  const open = () =>
    (engine ??= openEngine(described?.kind ?? 'auto', undefined, machine?.threads, described ?? undefined));
  const ran: string[] = [];
  let seen = NOT_SEEN;
  try {
    for (const [id, artifact] of artifacts) run.record.artifacts[id] = { stage: artifact.stage, key: artifact.key };
    // Before the first stage, which may take hours: garbage collection keeps what a run refers to.
    await run.save();
    const modelled = missing.some(({ instance }) => instance.stage.engine);
    if (described !== null && modelled) {
      const { kind, version } = described;
      emit({ type: 'engine', kind, version, eager: kind === 'native' && options.eager === true });
    }
    // Hours of shards are worth nothing if the weights then cannot be had, or are another network's.
    await readyWeights(missing, weights, { recipe, registry, emit, signal });
    for (const instance of keyed) {
      const { id, stage, key } = instance;
      signal.throwIfAborted();
      const before = artifacts.get(id);
      if (before !== undefined) {
        emit({ type: 'stage-cached', stage: id, key });
        await addHistory(run, id, before);
        if (tracking !== null) await trackArtifact(tracking, id, before);
        if (trains.length > 0) await refuseMeaningless(recipe, before);
        if (id === 'shards') seen = await tellSeen(store, options, artifacts, identity, emit);
        continue;
      }
      const inputs = new Map(instance.reads.map((read) => [read, artifacts.get(read) as Artifact]));
      const of = wholeOf(instance).id;
      const artifact = await makeArtifact({ store, history }, instance, guess, {
        recipe,
        registry,
        instance: instance.instance,
        inputs,
        sourceRoot:
          data?.roots ?? (id === 'source' ? store.partialFolder(key) : (artifacts.get('source')?.folder ?? [])),
        ...(options.evaluation === undefined ? {} : { evaluation: options.evaluation }),
        labelsFile: labelsFileOf(recipe, options.workspace),
        identityKey: identity,
        headers,
        engine: async () => (await open()).as(modes.get(of) ?? 'eager', precisionOf(of, recipe)),
        ...(data === null ? {} : { look: data.look }),
        weights,
        emit,
        signal,
        workers,
        machine,
        exact: options.exact ?? false,
        ranges: options.ranges ?? 1,
        page: {
          recipeText,
          recipeHash: hash,
          shipped: options.shipped ?? null,
          versions: runVersions,
          engine: run.record.engine,
          predictsWith: options.predictsWith ?? null,
          ...(options.testSide === undefined ? {} : { testSideOpened: options.testSide.opened }),
          warnings,
        },
      });
      artifacts.set(id, artifact.artifact);
      run.record.artifacts[id] = { stage: stage.name, key };
      if (artifact.made) ran.push(id);
      await addHistory(run, id, artifact.artifact);
      if (tracking !== null) await trackArtifact(tracking, id, artifact.artifact);
      await run.save();
      if (trains.length > 0) await refuseMeaningless(recipe, artifact.artifact);
      if (stage.name === 'split') await refuseFewPatients({ recipe, registry, ids }, artifacts);
      if (id === 'shards') seen = await tellSeen(store, options, artifacts, identity, emit);
    }
    Object.assign(run.record, await marksOfRun(about, artifacts, recipe));
    const judgedBy = artifacts.get('labels');
    if (judgedBy !== undefined && options.evaluation !== undefined) {
      const name = contract.identities === 'private' ? null : basename(options.evaluation.path);
      const table = await readLabelsTable(judgedBy.folder);
      if (table !== null) run.record.judgedBy = { file: name, ...table };
    }
    if (options.range !== undefined) {
      await rm(run.folder, { recursive: true, force: true });
      return { folder: run.folder, name: run.record.name, repeated: false, artifacts, ran, notices: [] };
    }
    await showFiles(run.folder, artifacts, { paths: options.paths ?? false, doubts: seen.doubts });
    const made = await madeOnOf(artifacts);
    run.record.machines = runMachines(made);
    const different = machinesLine(made);
    if (different !== null) emit({ type: 'note', level: 'info', code: 'made-differently', message: different });
    run.record.notices = await noticesOfRun(artifacts, warnings);
    await run.end('done');
    tracking?.artifacts(runFiles(run.folder, contract.identities === 'private'));
    const state = stateOf(run.record) === 'partial' ? 'partial' : 'done';
    await tracking?.end({ state, error: null, marks: run.record.marks ?? [] });
    emit({ type: 'notices', run: run.record.name, failed: false, notices: run.record.notices });
  } catch (error) {
    const cause = explainFailure(error, ran.at(-1) ?? 'run', options.storeRoot);
    const interrupted = signal.aborted;
    run.log({ type: 'error', message: (cause as Error)?.message, stack: (cause as Error)?.stack });
    if (!interrupted) await tellOfFailure(run, artifacts, { error, warnings, emit, store, keyed });
    await run.end(interrupted ? 'interrupted' : 'failed', (cause as Error)?.message ?? String(cause)).catch(() => {
      // The disk may be the very thing that failed: the error itself matters more than its record.
    });
    await tracking?.end({
      state: interrupted ? 'interrupted' : 'failed',
      error: interrupted ? null : toldError(cause, contract.identities === 'private'),
      marks: run.record.marks ?? [],
    });
    throw cause;
  }
  const { name, notices = [] } = run.record;
  return { folder: run.folder, name, repeated: false, artifacts, ran, notices };
}

const sideOf = ({ of, opened }: TestSide): TestSide => ({ of, opened });

/** Of a prediction: whether its pictures, or its patients, are those that the networks learned from. No artifact holds it: the trained run is in no key. The tables of the run's folder do (`showFiles`). */
async function tellSeen(
  store: Store,
  { predictsWith, storeRoot }: Pick<RunOptions, 'predictsWith' | 'storeRoot'>,
  artifacts: ReadonlyMap<string, Artifact>,
  identityKey: Buffer,
  emit: Emit,
): Promise<Seen> {
  const [index, shards] = [artifacts.get('index'), artifacts.get('shards')];
  if (predictsWith === undefined || index === undefined || shards === undefined) return NOT_SEEN;
  const trained = await findNamed(storeRoot, predictsWith);
  if (trained === null) return NOT_SEEN;
  const seen = await seenInTraining(store, trained.record, { index, shards, identityKey });
  for (const warning of seen.warnings) emit({ type: 'note', level: 'warning', ...warning });
  return seen;
}

/** A run that failed says what it knows by then, and keeps the ledger of the stage that failed, where that gave one. */
async function tellOfFailure(
  run: RunFolder,
  artifacts: ReadonlyMap<string, Artifact>,
  {
    error,
    warnings,
    emit,
    store,
    keyed,
  }: { error: unknown; warnings: readonly Warning[]; emit: Emit; store: Store; keyed: readonly KeyedInstance[] },
): Promise<void> {
  const part = ledgerOfError(error);
  try {
    const failed = keyed.find(({ id }) => !artifacts.has(id));
    if (part !== null && failed !== undefined) await keepLedger(run.folder, part, store.partialFolder(failed.key));
    run.record.notices = await noticesOfRun(artifacts, warnings, part);
    // What a stage left out before it failed stands in its own message.
    if (part === null) emit({ type: 'notices', run: run.record.name, failed: true, notices: run.record.notices });
  } catch {
    // The disk may be the very thing that failed: the first error matters more than what was left out before it.
  }
}

/** Epochs of a training that was found done, or that another run did; those that were told stand there already. */
async function addHistory(run: RunFolder, id: string, { stage, folder }: Artifact): Promise<void> {
  if (!isTraining(stage)) return;
  for (const row of (await readHistory(folder)) ?? []) run.history.add(id, row);
}

/** Curves and figures of what is done, for those who follow the run; what was told as it went is not told twice. */
async function trackArtifact(tracking: Tracking, id: string, { stage, folder }: Artifact): Promise<void> {
  if (isTraining(stage)) for (const row of (await readHistory(folder)) ?? []) tracking.epoch(id, row);
  else if (stage === 'evaluate') tracking.figures(await readMetrics(folder));
}

/** What a run failed of, as trackers learn it. What is said of a private source may name one of its files, if only by a hash. */
function toldError(cause: unknown, isPrivate: boolean): string {
  const code = cause instanceof IchorError ? cause.code : 'unexpected';
  if (isPrivate) return `${code} (its words stand in the run: the source's identities are private)`;
  return cause instanceof Error ? cause.message : String(cause);
}

/** What stands on a run: of its data, and of the networks that it has so far. */
async function marksOfRun(
  about: Pick<RunRecord, 'smoke' | 'synthetic' | 'stamps'>,
  artifacts: ReadonlyMap<string, Artifact>,
  recipe: ResolvedRecipe,
): Promise<Pick<RunRecord, 'marks'>> {
  const networks = await readNetworks((id) => artifacts.get(id)?.folder);
  const final = MODELS.filter((model) => networks.has(model)).at(-1);
  const marks = unionOfMarks(allMarks(about), final === undefined ? [] : marksOfModel(final, networks, recipe));
  return marks.length > 0 ? { marks } : {};
}

const warningOf = (finding: Diagnostic): Warning & { type: 'note'; level: 'warning' } => ({
  type: 'note',
  level: 'warning',
  code: finding.code,
  message: finding.message,
  ...(finding.hint === undefined ? {} : { hint: finding.hint }),
});

type PreparedContext = Omit<StageContext, 'folder' | 'progress'> & {
  machine: Machine | null;
  exact: boolean;
  ranges: number;
};

/** Makes one artifact under its lock, or takes the one that another run finished meanwhile. */
async function makeArtifact(
  { store, history }: { store: Store; history: History },
  instance: KeyedInstance,
  guess: Counts | null,
  prepared: PreparedContext,
): Promise<{ artifact: Artifact; made: boolean }> {
  const { id, stage, key } = instance;
  const { emit, signal, exact } = prepared;
  const machine = stage.engine ? prepared.machine : null;
  const lock = await store.lock(key, {
    signal,
    waiting: (lock) =>
      emit({
        type: 'note',
        stage: id,
        level: 'info',
        message: `${id} is being made by another run ${waitingText(lock)}`,
      }),
    broken: (lock) =>
      emit({ type: 'note', stage: id, level: 'warning', code: 'lock-broken', message: brokenText(lock) }),
  });
  try {
    // Since it was planned another machine, which shares this store, may have begun or made it.
    if (exact && machine !== null) await assertOwn(store, instance, machine);
    const found = await store.findNow(stage.name, key);
    if (found !== null) {
      emit({ type: 'stage-cached', stage: id, key });
      return { artifact: found, made: false };
    }
    const estimate = costOfRange(
      stageCost(wholeOf(instance).id, {
        ...prepared,
        counts: (await countsFor(prepared.inputs.get('index'))) ?? guess,
        engineKind: prepared.page.engine?.kind ?? null,
      }),
      rangeOf(instance),
    );
    if (estimate !== null) await assertRoom(store.root, id, estimate.bytes);
    const { folder, fresh } = await store.begin(key);
    const before = machine === null ? [] : await workOn(folder, fresh, machine);
    // The figure that `plan` gives. What is over in a moment is not looked up among all earlier artifacts.
    const expected =
      estimate !== null && isNoted(estimate)
        ? await stageEstimate(instance, estimate, history, fresh ? null : folder)
        : null;
    const note = expected && costText(expected);
    emit({ type: 'stage-start', stage: id, key, fresh, ...(note === null ? {} : { note }) });
    for (const input of prepared.inputs.values()) await assertSound(input, signal);
    const started = performance.now();
    const memory = samplePeakMemory();
    let last = 0;
    const resumed = machine !== null && before.length > 0 ? [resumedNote(id, before, machine)] : [];
    for (const { message } of resumed) emit({ type: 'note', stage: id, level: 'info', message });
    const told = new Set<string>();
    const context: StageContext = {
      ...prepared,
      emit(event) {
        if (event.type === 'note' && event.code !== undefined) told.add(event.code);
        emit(event);
      },
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
    };
    const ranges = await joinedRanges(store, instance, context, prepared);
    const others = machine === null ? [] : otherMachines(ranges, machine, before);
    if (machine !== null && others.length > 0) resumed.push(resumedNote(id, others, machine));
    const part = await stage.run(context);
    const ledger = { ...part, notes: [...part.notes, ...resumed] };
    // Of sides and networks there are a few notes, and they are worth more before the next stage than at the end.
    for (const { what, kind, reason, message, hint } of ledger.notes) {
      if (kind !== 'warning' || (what !== 'side' && what !== 'network') || told.has(reason)) continue;
      emit({
        type: 'note',
        stage: id,
        level: 'warning',
        code: reason,
        message,
        ...(hint === undefined ? {} : { hint }),
        inLedger: true,
      });
    }
    await writeSynced(join(folder, 'ledger.json'), `${JSON.stringify(ledger, null, 2)}\n`);
    const seconds = (performance.now() - started) / 1000;
    const draft: ManifestDraft = {
      key,
      stage: stage.name,
      instance: instance.instance,
      parts: instance.parts,
      paths: pathsOf(instance),
      inputs: { ...instance.parts.inputs },
      components: { ...instance.components },
      engine: stage.engine ? manifestEngine(await prepared.engine()) : null,
      ...(machine === null ? {} : { machine }),
      ...(before.length + others.length > 0 ? { machinesBefore: [...before, ...others] } : {}),
      ...(id === 'index' && prepared.identityKey.length > 0
        ? { identityKey: fingerprintOf(prepared.identityKey) }
        : {}),
      finished: new Date().toISOString(),
      estimate,
      ...withRanges(ranges, { seconds, resumed: !fresh, peakBytes: memory.stop() }),
    };
    await lock.assertHeld();
    const artifact = await store.finish(
      draft,
      ranges.map(({ artifact: { folder: made }, manifest }) => ({ folder: made, manifest })),
    );
    await clearRanges(store, ranges, emit);
    emit({ type: 'stage-done', stage: id, key, seconds });
    return { artifact, made: true };
  } catch (error) {
    throw explainFailure(error, id, store.root);
  } finally {
    await lock.release();
  }
}

function manifestEngine({ kind, version, precision }: Engine): Manifest['engine'] {
  return { kind, version, precision };
}

/** Each index is counted once in a process: with a million slices that takes seconds, and every stage asks. */
const counted = new Map<string, Promise<Counts>>();

async function countsFor(index: Artifact | undefined): Promise<Counts | null> {
  if (index === undefined) return null;
  const counts = counted.get(index.folder) ?? countsOfIndex(index.folder);
  counted.set(index.folder, counts);
  return counts;
}

interface SameRun {
  folder: string;
  record: RunRecord;
}

async function findSameRun(
  { storeRoot, recipe, before, emit, until }: RunOptions,
  keyed: readonly KeyedInstance[],
): Promise<SameRun | null> {
  // Its first stages are those of many recipes: what follows them, and what a run says of itself, is not.
  const hash = recipeHash(recipe);
  const isSame = (record: RunRecord): boolean =>
    record.recipe === recipe.name &&
    (until === undefined || record.recipeHash === hash) &&
    record.status === 'done' &&
    keyed.every(({ id, key }) => record.artifacts[id]?.key === key);
  if (before) {
    const folder = join(storeRoot, 'runs', before);
    // One that is damaged is told of below.
    const record = await readRun(folder).catch(unlessDamaged);
    if (record !== null && isSame(record)) return { folder, record };
  }
  const damaged: IchorError[] = [];
  for (const { folder, record } of (await listRuns(storeRoot, (_, error) => damaged.push(error))).reverse()) {
    if (isSame(record)) return { folder, record };
  }
  for (const { code, message, hint } of damaged)
    emit({ type: 'note', level: 'warning', code, message, ...(hint === undefined ? {} : { hint }) });
  return null;
}

function unlessDamaged(error: unknown): null {
  if (error instanceof IchorError) return null;
  throw error;
}

/** A run without its recipe, or with another one, predicts nothing and is compared with nothing: what stands for this run gets it back. */
async function restoreRecipe({ folder, record }: SameRun, options: RunOptions): Promise<void> {
  const file = join(folder, RUN_RECIPE);
  const text = shownRecipe(options);
  const there = await textIfThere(file);
  const edited = isEditedRecipe(there, record);
  if (!edited && saysAsMuch(there ?? '', text)) return;
  // Half a file is nobody's work.
  const kept = edited && saysAsMuch(there ?? '', text) ? await moveAside(file) : null;
  await writeSynced(file, text);
  const was = kept === null ? 'was missing or damaged' : `was not what the run was made from (it is ${kept} now)`;
  await replaceFile(
    join(folder, 'run.json'),
    `${JSON.stringify({ ...record, recipeFileHash: recipeFileHash(text) }, null, 2)}\n`,
  );
  options.emit({
    type: 'note',
    level: 'warning',
    code: 'run-recipe-restored',
    message: `${file} ${was}: it was written again.`,
  });
}

/** Whether a text is YAML with all the keys of another: half of a file is not. */
function saysAsMuch(text: string, wanted: string): boolean {
  const keys = (yaml: string): string[] => {
    const document = parseDocument(yaml);
    return document.errors.length > 0 || !isMap(document.contents)
      ? []
      : document.contents.items.map(({ key }) => String(key));
  };
  const found = keys(text);
  return keys(wanted).every((key) => found.includes(key));
}

/** The recipe as it may stand in a run: a private folder does not. */
function shownRecipe({ recipe, recipeText, registry }: RunOptions): string {
  const privateRoot = sourceOf(recipe, registry).contract(recipe.data.source).identities === 'private';
  return privateRoot ? `${withoutRoot(recipeText)}\n` : recipeText;
}
