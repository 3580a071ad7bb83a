import { join } from 'node:path';
import { existsSync } from '../../files/fs.ts';
import type { Source } from '../../registry/kinds/source.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Node } from '../../registry/values/value.ts';
import { fileRows } from '../artifacts/files.ts';
import type { EngineKind } from '../engine/engine.ts';
import type { Emit } from '../events.ts';
import type { LookCounts } from '../look/look-text.ts';
import { type Machine, machineText, sameMachine } from '../machine.ts';
import { type OpenData, sourceOf } from '../open-data.ts';
import { identitiesOf } from '../sources/identities.ts';
import { readIdentityKey } from '../store/identity.ts';
import type { MadeOn } from '../store/machines.ts';
import { readMachines } from '../store/made-on.ts';
import { readManifest, Store } from '../store/store.ts';
import type { FindRun } from '../weights/pretrained.ts';
import { defaultWorkers } from '../workers.ts';
import { countsBeforeIndex } from './counts-before-index.ts';
import { type Counts, countsOfIndex, stageCost } from './estimate.ts';
import type { KeyedInstance } from './keys.ts';
import type { Measured } from './measure-networks.ts';
import { type Plan, planUntil } from './plan.ts';
import { type PlanWarning, planWarnings } from './plan-warnings.ts';
import { type PlannedWeights, plannedWeights } from './planned-weights.ts';
import { type PreparedPlan, preparePlan } from './prepare.ts';
import type { Reason } from './reasons.ts';
import { type StageEstimate, stageEstimate } from './stage-estimate.ts';
import { type Decision, explain, History, type StageStatus } from './states.ts';

export interface PlanReportOptions {
  recipe: ResolvedRecipe;
  /** Every value with its origin (Resolution.tree): reasons name lines. */
  tree: Node | null;
  registry: Registry;
  plan: Plan;
  storeRoot: string;
  workspace: string;
  engine: 'auto' | EngineKind;
  threads?: number;
  /** Compile no step. */
  eager?: boolean;
  exact?: boolean;
  until?: string;
  workers?: number;
  emit: Emit;
  signal: AbortSignal;
  /** Where the key of private names is looked for. Default: the process's. */
  env?: NodeJS.ProcessEnv;
  /** Data that were opened before, for the rows of a table. */
  opened?: Map<string, OpenData>;
  /** Earlier artifacts that were read before, for the points of a sweep. */
  history?: History;
  /** For weights of another run. */
  findRun: FindRun;
  /** A file of the same size is taken to be the same: for drives without times. */
  trustSizes?: boolean;
  /** Times those of the two networks that a run would train or embed with. Asked once what is there is known. */
  measure?(networks: ReadonlySet<'backbone' | 'sequence'>): Promise<Measured>;
}

export interface PlannedStage extends StageStatus {
  /** Null where it is cached, and where nothing can be said until index has run. */
  estimate: StageEstimate | null;
  /** What it was made on, or will be; null where it runs no model, and where that is not recorded. */
  machine: Machine | null;
}

export interface PlanReport {
  stages: readonly PlannedStage[];
  engine: { kind: EngineKind; version: string } | null;
  /** What the stages that run a model would compute with; null where none does. */
  machine: Machine | null;
  /** The public set that is not here, whole: what the estimates are reckoned for. */
  reckonedFor: { source: string; published: NonNullable<Source['published']> } | null;
  /** Null where nothing was measured. */
  measured: Measured | null;
  /** Null where the source generates, or its folder is not there. */
  looked: LookCounts | null;
  /** What backbones that have to be trained start from; empty where all start at random. */
  weights: readonly PlannedWeights[];
  /** What `run` would refuse to begin with. */
  problems: PreparedPlan['problems'];
  /** What `run` would warn of. */
  warnings: readonly PlanWarning[];
}

/** What a run would do, and why: for each stage its state, the reasons, and what it will take. Writes nothing into the store; beside one, what the files hold. */
export async function reportPlan(options: PlanReportOptions): Promise<PlanReport> {
  const { recipe, registry, tree, emit, signal, workspace } = options;
  const store = new Store(options.storeRoot, undefined, emit);
  const plan = options.until === undefined ? options.plan : planUntil(options.plan, options.until);
  // Without a key nothing private has been indexed here: any key will do, none is written.
  const { identities: kind } = sourceOf(recipe, registry).contract(recipe.data.source);
  // Public ones need none.
  const ownKey =
    kind === 'private' ? await readIdentityKey(options.storeRoot, options.env ? { env: options.env } : {}) : null;
  const identity = ownKey?.key ?? Buffer.alloc(32);
  const memory = { storeRoot: options.storeRoot, writes: existsSync(join(options.storeRoot, 'store')) };
  const history = options.history ?? new History(store, registry);
  const prepared = await preparePlan(
    {
      recipe,
      registry,
      plan,
      store,
      workspace,
      findRun: options.findRun,
      engine: options.engine,
      ...(options.threads === undefined ? {} : { threads: options.threads }),
      ...(options.eager ? { eager: true } : {}),
      ...(options.exact === undefined ? {} : { exact: options.exact }),
      identity,
      emit,
      signal,
      ...(options.opened ? { opened: options.opened } : {}),
      ...(options.trustSizes ? { trustSizes: true } : {}),
      memory: kind === 'private' && ownKey === null ? null : memory,
    },
    (keyed) => assumedFingerprint(history, keyed),
  );
  const { data, engine, machine, decisions, problems } = prepared;
  const identities = identitiesOf(kind, identity);
  const files = data === null ? null : await fileRows(data.source, data.headers, identities, data.look.changed);
  const statuses = await explain(decisions, { history, tree, files, key: ownKey });
  const counts = await countsOf(decisions, prepared, recipe, registry);
  const workers = options.workers ?? defaultWorkers();
  const measured = await measuredFor(options, prepared);
  const input = { recipe, registry, counts, engineKind: engine?.kind ?? null, workers, ...(measured && { measured }) };
  const missing = problems.find(({ code }) => code.startsWith('source-'));
  const stages: PlannedStage[] = [];
  for (const status of statuses) {
    const { instance } = status;
    const cost = stageCost(instance.id, input);
    const partial = status.partial ? store.partialFolder(instance.key) : null;
    const estimate = status.state === 'cached' ? null : await stageEstimate(instance, cost, history, partial);
    const absent = missing !== undefined && instance.id === 'index';
    const reasons: Reason[] = absent
      ? [{ reason: 'data-missing', assumed: status.nearest !== null || status.artifact !== null }]
      : [];
    const made = await machineOfStage(status, store, machine);
    const own = await withBegun(status, store, machine);
    stages.push({ ...status, estimate, machine: made, reasons: [...reasons, ...own] });
  }
  const { name, published } = sourceOf(recipe, registry);
  // Under a limit (as --smoke has one) a part of it is reckoned with.
  const limited = recipe.data.limit != null;
  const whole = published !== undefined && data === null && !limited && !decisions.some(isFinishedIndex);
  return {
    stages,
    measured,
    looked: data?.look.counts ?? null,
    weights: await plannedWeights(decisions, prepared.weights),
    reckonedFor: whole ? { source: name, published } : null,
    problems,
    warnings: problems.some(({ code }) => code === 'network-too-large')
      ? []
      : await planWarnings(decisions, { recipe, registry, counts }),
    engine: engine && { kind: engine.kind, version: engine.version },
    machine,
  };
}

async function machineOfStage({ instance, artifact }: StageStatus, store: Store, here: Machine | null) {
  if (!instance.stage.engine) return null;
  if (artifact === null) return here;
  return (await readManifest(store.folder(artifact.stage, artifact.key)))?.machine ?? null;
}

/** A training that goes on with other threads, or on another instruction set, is neither's alone. */
async function withBegun({ instance, partial, reasons }: StageStatus, store: Store, here: Machine | null) {
  if (!partial || here === null || !instance.stage.engine) return reasons;
  const known = (await readMachines(store.partialFolder(instance.key))) ?? [];
  const others = known.filter((one) => !sameMachine(one, here)).map(machineText);
  if (others.length === 0) return reasons;
  const begun = others.join(', then ');
  return reasons.map((one): Reason => (one.reason === 'unfinished' ? { ...one, begun } : one));
}

/** The stages that run a model, for the line that says where they differ. */
export const plannedMachines = (stages: readonly PlannedStage[]): MadeOn[] =>
  stages.flatMap(({ instance, machine }) => (machine === null ? [] : [{ what: instance.id, machine }]));

/** Networks of stages that a run would make; one that the engine refuses is not tried. */
async function measuredFor(
  { measure }: PlanReportOptions,
  { decisions, problems }: PreparedPlan,
): Promise<Measured | null> {
  if (!measure || problems.some(({ code }) => code === 'network-too-large')) return null;
  const left = decisions.filter(({ artifact }) => artifact === null).map(({ instance }) => instance.stage.name);
  const networks = new Set<'backbone' | 'sequence'>();
  if (left.some((stage) => stage === 'backbone' || stage === 'embed' || stage === 'end-to-end'))
    networks.add('backbone');
  if (left.includes('sequence')) networks.add('sequence');
  return networks.size > 0 ? measure(networks) : null;
}

/** Where the folder is not there, the data are taken to be what they were for the index that is nearest. */
async function assumedFingerprint(history: History, keyed: readonly KeyedInstance[]): Promise<string> {
  const index = keyed.find(({ id }) => id === 'index');
  const nearest = index && (await history.nearest(index));
  return nearest?.artifact.manifest.parts.fingerprint ?? 'unknown';
}

const isFinishedIndex = ({ instance, artifact }: Decision) => instance.id === 'index' && artifact !== null;

async function countsOf(
  decisions: readonly Decision[],
  { data }: PreparedPlan,
  recipe: ResolvedRecipe,
  registry: Registry,
): Promise<Counts | null> {
  const index = decisions.find(({ instance }) => instance.id === 'index')?.artifact;
  if (index) return countsOfIndex(index.folder);
  return countsBeforeIndex(data, recipe, registry);
}
