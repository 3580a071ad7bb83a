import { join, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { IchorError } from '../../errors.ts';
import { explainSystemError } from '../../files/system-error.ts';
import { textIfThere } from '../../files/text.ts';
import { writeSynced } from '../../files/write.ts';
import { NAME_PATTERN } from '../../registry/language/language.ts';
import { stampsOf } from '../../registry/leak.ts';
import type { ComponentValue, ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { readLedger } from '../artifacts/ledger.ts';
import { unionOfMarks } from '../artifacts/marks.ts';
import type { MemberMetrics, ModelName } from '../artifacts/metrics.ts';
import { marksOfRows, writeLogits, writePredictions } from '../artifacts/predictions.ts';
import { allMarks } from '../evaluate/summary-table.ts';
import type { Emit } from '../events.ts';
import type { LedgerNote, LedgerPart } from '../ledger.ts';
import type { Warning } from '../notices/notice.ts';
import { type MemberNotices, withMembers } from '../notices/of-members.ts';
import { noticesOfRun } from '../notices/of-run.ts';
import { sliceOf } from '../plan/recipe-slice.ts';
import { samplePeakMemory } from '../runs/memory.ts';
import { recipeHash } from '../runs/recipe-hash.ts';
import type { RunResult } from '../runs/run.ts';
import { listRuns, RunFolder, type RunRecord } from '../runs/run-folder.ts';
import { restoreFiles, showFiles } from '../runs/shown-files.ts';
import { versions } from '../runs/versions.ts';
import type { StageContext } from '../stage.ts';
import { evaluateStage } from '../stages/evaluate.ts';
import { reportStage } from '../stages/report.ts';
import type { Artifact } from '../store/artifact.ts';
import { hashOf, type Json, type KeyParts, stageKey } from '../store/key.ts';
import { brokenText, waitingText } from '../store/lock.ts';
import { type MadeOn, machinesLine, madeOnIn, runMachines } from '../store/machines.ts';
import { assertSound } from '../store/sound.ts';
import { Store } from '../store/store.ts';
import { assertTogether } from './assert-together.ts';
import { average, type EnsembleMean } from './average.ts';
import { calibratedInPart } from './calibrated-in-part.ts';
import { evaluatedOtherwise } from './evaluated-otherwise.ts';
import { judgedTogether } from './judged-together.ts';
import { type Member, openMember } from './member.ts';
import { memberMetrics } from './member-metrics.ts';
import { memberNotices } from './member-notices.ts';
import { otherData } from './other-data.ts';

export interface EnsembleOptions {
  storeRoot: string;
  /** Runs by name, recipe or folder: two at least. */
  runs: readonly string[];
  /** What the ensemble is called; its run is `<name>-<n>`. */
  name: string;
  mean: EnsembleMean;
  /** The built-in components. */
  registry: Registry;
  emit: Emit;
  signal: AbortSignal;
}

export interface EnsembleResult {
  result: RunResult;
  recipe: ResolvedRecipe;
  registry: Registry;
}

/**
 * Averages what runs predict for the same slices, and evaluates the average as a run of its own: predictions, metrics,
 * calls, submission and a page. Nothing is trained. Metrics, patient rule and intervals are those of
 * the first run (of the first leaky one, where there is one).
 */
export async function runEnsemble(options: EnsembleOptions): Promise<EnsembleResult> {
  const { name, mean, emit, signal } = options;
  if (!new RegExp(NAME_PATTERN).test(name))
    throw new IchorError(
      'ensemble-name',
      `${name} is no name of a run.`,
      'Letters, digits, dots and hyphens: --name folds.',
      2,
    );
  const members: Member[] = [];
  for (const run of options.runs) members.push(await openMember(options.storeRoot, run, options.registry, emit));
  assertTogether(members);
  const base = baseOf(members);
  // It refers to the index of that run, and has to lie where that lies.
  const { storeRoot } = base;
  if (resolve(storeRoot) !== resolve(options.storeRoot)) {
    const message = `The run ${base.name} lies in the store ${storeRoot}: the ensemble goes there too.`;
    emit({ type: 'note', level: 'info', message });
  }
  const store = new Store(storeRoot, undefined, emit);
  await store.prepare();
  const { by, said: apart } = judgedTogether(members, base);
  const maker = new EnsembleMaker(store, members, base, { name, mean, emit, signal, by });
  // Of predictions that nothing judges there are no figures to be told apart.
  const figures = by !== null || base.index.some(({ labels }) => labels !== null);
  const otherwise = figures ? evaluatedOtherwise(members, maker.base) : null;
  if (apart !== null) {
    const { code = '', message, hint } = apart;
    emit({ type: 'note', level: 'warning', code, message, ...(hint ? { hint } : {}) });
  }
  if (otherwise !== null) emit({ type: 'note', level: 'warning', code: 'evaluated-otherwise', message: otherwise });
  const calibrated = calibratedInPart(members);
  if (calibrated !== null)
    emit({ type: 'note', level: 'warning', code: 'ensemble-part-calibrated', message: calibrated });
  const other = await otherData(members);
  for (const { message, hint } of other)
    emit({ type: 'note', level: 'warning', code: 'ensemble-other-data', message, ...(hint ? { hint } : {}) });
  const different = machinesLine(maker.madeOn());
  if (different !== null) emit({ type: 'note', level: 'info', code: 'made-differently', message: different });
  const warnings: Warning[] = [
    ...(apart === null ? [] : [apart]),
    ...(otherwise === null ? [] : [{ code: 'evaluated-otherwise', message: otherwise }]),
    ...(calibrated === null ? [] : [{ code: 'ensemble-part-calibrated', message: calibrated }]),
    ...other,
  ];
  const predict = await maker.predict();
  const told = new Set<string>((await readLedger(predict.folder)).notes.map(({ reason }) => reason));
  const said = await memberNotices(members, told);
  const evaluate = await maker.evaluate(predict);
  const artifacts = maker.inputs(predict);
  artifacts.set('evaluate', evaluate);
  const { recipe, registry } = maker;
  const before = await sameRun(storeRoot, name, artifacts);
  if (before !== null) {
    const tell: Emit = (event) => {
      if (event.type === 'note' && event.level === 'warning') warnings.push(event);
      emit(event);
    };
    await restoreFiles(before.folder, artifacts, tell);
    const notices = withMembers(await noticesOfRun(artifacts, warnings), said);
    return { result: { ...before, repeated: true, artifacts, ran: [], notices }, recipe, registry };
  }
  const run = await RunFolder.create(storeRoot, await maker.record(), await maker.recipeText());
  for (const [id, { stage, key }] of artifacts) run.record.artifacts[id] = { stage, key };
  await run.save();
  try {
    const report = await maker.report(artifacts, warnings, said);
    artifacts.set('report', report);
    run.record.artifacts.report = { stage: 'report', key: report.key };
    await showFiles(run.folder, artifacts);
    run.record.notices = withMembers(await noticesOfRun(artifacts, warnings), said);
    await run.end('done');
  } catch (error) {
    const cause = explainSystemError(error);
    await run.end(signal.aborted ? 'interrupted' : 'failed', (cause as Error).message).catch(() => {
      // The disk may be the very thing that failed: the error itself matters more than its record.
    });
    throw cause;
  }
  const { notices = [] } = run.record;
  return {
    result: { folder: run.folder, name: run.record.name, repeated: false, artifacts, ran: maker.ran, notices },
    recipe,
    registry,
  };
}

/** The member that lends index, shards, split and the recipe's words: a leaky one's say so wherever its figures stand. */
const baseOf = (members: readonly Member[]): Member =>
  members.find(({ recipe, registry }) => stampsOf(recipe, registry).length > 0) ?? (members[0] as Member);

async function sameRun(storeRoot: string, name: string, artifacts: ReadonlyMap<string, Artifact>) {
  for (const { folder, record } of (await listRuns(storeRoot)).reverse()) {
    if (record.recipe !== name || record.status !== 'done' || record.ensemble === undefined) continue;
    if ([...artifacts].every(([id, { key }]) => record.artifacts[id]?.key === key))
      return { folder, name: record.name };
  }
  return null;
}

/** What the predictions of its members say of slices (interpolated): of the average it is as true. Each once. */
async function memberNotes(members: readonly Member[]): Promise<LedgerNote[]> {
  const notes = new Map<string, LedgerNote>();
  for (const { predict } of members)
    for (const note of (await readLedger(predict.folder)).notes) notes.set(`${note.reason} ${note.item}`, note);
  return [...notes.values()];
}

/** Makes the artifacts of an ensemble, each under a key of what it read. */
class EnsembleMaker {
  readonly ran: string[] = [];
  readonly recipe: ResolvedRecipe;
  readonly registry: Registry;
  private readonly model: ModelName;
  private readonly mean: EnsembleMean;
  /** The labels that it is judged by; null: what is in the index. */
  private readonly by: Member['judgedBy'];
  private readonly emit: Emit;
  private readonly signal: AbortSignal;

  constructor(
    private readonly store: Store,
    private readonly members: readonly Member[],
    readonly base: Member,
    {
      name,
      mean,
      emit,
      signal,
      by,
    }: Pick<EnsembleOptions, 'name' | 'mean' | 'emit' | 'signal'> & { by: Member['judgedBy'] },
  ) {
    this.by = by;
    this.mean = mean;
    this.emit = emit;
    this.signal = signal;
    this.model = members.some(({ model }) => model === 'sequence') ? 'sequence' : 'backbone';
    this.registry = this.base.registry;
    const component = { type: `mean-of-${members.length}-runs` };
    const block = (value: 'none' | ComponentValue) => ({ ...(value === 'none' ? {} : value), ...component });
    this.recipe = {
      ...this.base.recipe,
      name,
      smoke: members.some(({ record }) => record.smoke),
      paper: null,
      contrast: null,
      // Its members are; a mean of calibrated scores is none itself.
      calibration: 'none',
      ...(this.model === 'sequence'
        ? { sequence: block(this.base.recipe.sequence) }
        : { backbone: block(this.base.recipe.backbone), sequence: 'none' as const }),
    };
  }

  inputs(predict: Artifact): Map<string, Artifact> {
    const shared = ['index', 'shards', 'split'].flatMap((id): [string, Artifact][] => {
      const artifact = this.base.artifacts.get(id);
      return artifact === undefined ? [] : [[id, artifact]];
    });
    const labels: [string, Artifact][] = this.by === null ? [] : [['labels', this.by.artifact]];
    return new Map([...shared, ...labels, [`predict:${this.model}`, predict]]);
  }

  predict(): Promise<Artifact> {
    const read = new Map(this.members.map((member, i): [string, Artifact] => [`predict:${i}`, member.averaged]));
    return this.make('predict', 2, { ensemble: this.mean }, read, async (folder) => {
      const { rows, logits } = average(this.members, this.mean);
      await writePredictions(folder, rows);
      await writeLogits(folder, logits);
      return { stage: `predict:${this.model}`, leftOut: [], notes: await memberNotes(this.members) };
    });
  }

  evaluate(predict: Artifact): Promise<Artifact> {
    const inputs = this.inputs(predict);
    const { evaluation } = this.recipe;
    const words = sliceOf(this.recipe, this.registry, [
      { slice: ['metrics'], recipe: ['evaluation', 'metrics'] },
      { slice: ['patient'], recipe: ['evaluation', 'patient'] },
    ]);
    const { bootstrap } = evaluation;
    const stamps = this.stamps();
    const slice = { ensemble: this.members.length, words: words.slice, bootstrap, stamps, smoke: this.recipe.smoke };
    return this.make('evaluate', evaluateStage.version, slice, inputs, (folder, progress) =>
      evaluateStage.run({ ...this.context(inputs), folder, progress }),
    );
  }

  async report(
    artifacts: ReadonlyMap<string, Artifact>,
    warnings: readonly Warning[],
    said: readonly MemberNotices[],
  ): Promise<Artifact> {
    // What its members said stands on the page, and may be another thing where one of them ran again.
    const slice = {
      ensemble: this.provenance(),
      recipe: recipeHash(this.recipe),
      notices: hashOf([said, warnings]),
    };
    const recipeText = await this.recipeText();
    const page = { ...this.context(artifacts).page, recipeText, versions: await versions(), warnings, said };
    return this.make('report', reportStage.version, slice, artifacts, async (folder, progress) => {
      const members: MemberMetrics[] = [];
      for (const member of this.members) {
        await progress(members.length, this.members.length, 'members', member.name);
        members.push(await memberMetrics(member, this.recipe, this.registry, this.by));
      }
      return reportStage.run({ ...this.context(artifacts), page: { ...page, members }, folder, progress });
    });
  }

  /** Which runs, with what each of them is. */
  provenance(): NonNullable<RunRecord['ensemble']> {
    const runs = this.members.map(({ name, record, model, predict }) => ({
      run: name,
      recipe: record.recipe,
      recipeHash: record.recipeHash,
      model,
      predictions: predict.key,
    }));
    return { mean: this.mean, runs };
  }

  async record() {
    const stamps = this.stamps();
    const { record } = this.base;
    const marks = unionOfMarks(
      ...this.members.map(({ rows, record: own }) => [...allMarks(own), ...marksOfRows(rows)]),
    );
    return {
      recipe: this.recipe.name,
      recipeHash: hashOf({ ensemble: this.mean, recipes: this.members.map((member) => member.record.recipeHash) }),
      smoke: this.recipe.smoke,
      synthetic: this.members.some((member) => member.record.synthetic),
      ...(stamps.length > 0 ? { stamps } : {}),
      ...(marks.length > 0 ? { marks } : {}),
      until: null,
      predictsWith: null,
      ensemble: this.provenance(),
      ...(this.by !== null && record.judgedBy ? { judgedBy: record.judgedBy } : {}),
      engine: null,
      machines: runMachines(this.madeOn()),
      versions: await versions(),
      components: Object.assign(
        {},
        ...this.members.map((member) => member.record.components),
      ) as RunRecord['components'],
      data: record.data,
      git: record.git,
    };
  }

  /** What each member's artifacts were made on. */
  madeOn(): MadeOn[] {
    return this.members.flatMap(({ name, record }) => madeOnIn(record.machines ?? [], name));
  }

  /** The first run's recipe under the ensemble's name, and how it came about. */
  async recipeText(): Promise<string> {
    const text = await textIfThere(join(this.base.folder, 'recipe.resolved.yaml'));
    if (text === null)
      throw new IchorError(
        'run-unreadable',
        `Run ${this.base.name} has lost its recipe.resolved.yaml.`,
        'Run its recipe again: the file is written again, and everything else recalled.',
        2,
      );
    const runs = this.members.map(({ name }) => name).join(', ');
    const named = text.replace(/^name: .*$/m, `name: ${this.recipe.name}`);
    return `# The mean of the ${this.mean} of ${runs}; what follows is the recipe of ${this.base.name}.\n${named}`;
  }

  /** Of any of them: one leaky member makes the average leaky. */
  private stamps() {
    return [...new Set(this.members.flatMap(({ recipe, registry }) => stampsOf(recipe, registry)))];
  }

  private context(inputs: ReadonlyMap<string, Artifact>): Omit<StageContext, 'folder' | 'progress'> {
    return {
      recipe: this.recipe,
      registry: this.registry,
      instance: '',
      inputs,
      sourceRoot: '',
      identityKey: Buffer.alloc(0),
      engine: () => Promise.reject(new TypeError('an ensemble runs no model')),
      emit: this.emit,
      signal: this.signal,
      workers: 1,
      page: {
        recipeText: '',
        recipeHash: recipeHash(this.recipe),
        shipped: null,
        versions: {},
        engine: null,
        predictsWith: null,
      },
    };
  }

  private async make(
    stage: Artifact['stage'],
    version: number,
    slice: unknown,
    read: ReadonlyMap<string, Artifact>,
    work: (folder: string, progress: StageContext['progress']) => Promise<LedgerPart>,
  ): Promise<Artifact> {
    const inputs = Object.fromEntries([...read].map(([id, { key }]) => [id, key]));
    const parts: KeyParts = { stage, version, slice: slice as Json, inputs };
    const key = stageKey(parts);
    const id = stage === 'predict' ? `predict:${this.model}` : stage;
    const lock = await this.store.lock(key, {
      signal: this.signal,
      waiting: (held) =>
        this.emit({ type: 'note', level: 'info', message: `${id} is being made by another run ${waitingText(held)}` }),
      broken: (held) => this.emit({ type: 'note', level: 'warning', code: 'lock-broken', message: brokenText(held) }),
    });
    try {
      const found = await this.store.find(stage, key);
      if (found !== null) {
        this.emit({ type: 'stage-cached', stage: id, key });
        return found;
      }
      const { folder, fresh } = await this.store.begin(key);
      this.emit({ type: 'stage-start', stage: id, key, fresh });
      for (const artifact of read.values()) await assertSound(artifact, this.signal);
      const started = performance.now();
      const memory = samplePeakMemory();
      const ledger = await work(folder, async (done, total, unit, note) => {
        this.emit({ type: 'progress', stage: id, done, total, unit, ...(note === undefined ? {} : { note }) });
        await nextTurn();
        this.signal.throwIfAborted();
      });
      await writeSynced(join(folder, 'ledger.json'), `${JSON.stringify(ledger, null, 2)}\n`);
      const seconds = (performance.now() - started) / 1000;
      await lock.assertHeld();
      const artifact = await this.store.finish({
        key,
        stage,
        instance: stage === 'predict' ? this.model : '',
        parts,
        paths: {},
        inputs,
        components: {},
        engine: null,
        finished: new Date().toISOString(),
        estimate: null,
        seconds: Math.round(seconds * 1000) / 1000,
        resumed: !fresh,
        peakBytes: memory.stop(),
      });
      this.emit({ type: 'stage-done', stage: id, key, seconds });
      this.ran.push(id);
      return artifact;
    } finally {
      await lock.release();
    }
  }
}
