import { IchorError } from '../../errors.ts';
import { refuseFewPatients } from '../calibration/refuse-few-patients.ts';
import type { EngineKind, EngineMode } from '../engine/engine.ts';
import { type DescribedEngine, describeEngine } from '../engine/open.ts';
import { type Machine, machineOf, threadsOf } from '../machine.ts';
import { type OpenData, type OpenDataOptions, openData } from '../open-data.ts';
import type { KeyParts } from '../store/key.ts';
import type { Store } from '../store/store.ts';
import { backboneOf, parseInstance } from '../train/crossfit.ts';
import { assertFits } from '../train/fits.ts';
import { type FindRun, identifyWeights, type Pretrained } from '../weights/pretrained.ts';
import { keyExactly } from './exact.ts';
import { type KeyContext, type KeyedInstance, keyPlan } from './keys.ts';
import { stageModes } from './modes.ts';
import type { Plan } from './plan.ts';
import { assertPrecision, precisionOf } from './precision.ts';
import { type Decision, decide } from './states.ts';

/** What opening the data takes, and what is decided with them. */
export interface PrepareOptions extends OpenDataOptions {
  plan: Plan;
  store: Store;
  engine: 'auto' | EngineKind;
  /** For weights of another run. */
  findRun: FindRun;
  /** Threads that the native engine computes with; null or absent: as the recipe says, else all of the machine. */
  threads?: number | null;
  /** Compile no step. */
  eager?: boolean;
  /** Take only what was made with the same threads and instruction set. */
  exact?: boolean;
}

/** A plan with everything that keys need: what `plan` shows and `run` does. */
export interface PreparedPlan {
  decisions: readonly Decision[];
  /** Null where no stage runs a model. */
  engine: DescribedEngine | null;
  /** How the steps of each instance run that runs a model. */
  modes: ReadonlyMap<string, EngineMode>;
  /** What its stages would compute with; null where none runs a model. */
  machine: Machine | null;
  /** Null where the source generates, or its folder is not there. */
  data: OpenData | null;
  /** What backbones start from, by instance id; those that start at random are absent. */
  weights: ReadonlyMap<string, Pretrained>;
  /** What a run would end with before its first stage. */
  problems: readonly IchorError[];
}

/**
 * Opens the data, describes the engine, and decides for each stage. Writes nothing but what it found out about files.
 * @param assumed names a fingerprint to plan with where the data's folder is missing. Without it the first problem is
 * thrown: a run does not read a million headers before it says that the network is too large.
 */
export async function preparePlan(
  options: PrepareOptions,
  assumed?: (keyed: readonly KeyedInstance[]) => Promise<string>,
): Promise<PreparedPlan> {
  const { recipe, registry, plan, store, emit } = options;
  const problems: IchorError[] = [];
  const attempt = async <T>(what: () => T | Promise<T>): Promise<T | null> => {
    try {
      return await what();
    } catch (error) {
      if (!assumed || !(error instanceof IchorError)) throw error;
      problems.push(error);
      return null;
    }
  };
  const usesEngine = plan.instances.some(({ stage }) => stage.engine);
  const engine = usesEngine ? await describeEngine(options.engine) : null;
  if (engine !== null) {
    if (engine.note) emit({ type: 'note', level: 'warning', code: 'engine-fallback', message: engine.note });
    await attempt(() => assertFits(recipe, registry, engine));
  }
  const machine = machineFor(options, engine);
  const before = problems.length;
  // What judges predictions that are there reads none of the data.
  const reads = plan.instances.some(({ stage }) => stage.name === 'index' || stage.name === 'shards');
  const data = reads ? await attempt(() => openData(options)) : null;
  const missing = problems.length > before;
  const weights = await weightsOf(options, attempt);
  const identities = new Map([...weights].map(([id, { identity }]) => [id, identity]));
  const modes = await modesOf(options, engine, machine);
  const compiled = new Set([...modes].filter(([, mode]) => mode === 'graph').map(([id]) => id));
  if (engine !== null) await attempt(() => assertPrecision(plan.instances, recipe, engine, modes, emit));
  const precision = (id: string) => precisionOf(id, recipe);
  const context: KeyContext = { engine: engineKey(engine), weights: identities, compiled, precision };
  const fingerprint = missing ? await assumed?.(keyPlan(plan, context)) : data?.fingerprint;
  const full = { ...context, ...(fingerprint === undefined ? {} : { fingerprint }) };
  const { keyed, elsewhere } =
    options.exact && machine !== null
      ? await keyExactly(store, machine, (apart) => keyPlan(plan, { ...full, apart }))
      : { keyed: keyPlan(plan, full), elsewhere: undefined };
  const decisions = await decide(store, keyed, elsewhere);
  const there = new Map(decisions.map(({ instance, artifact }) => [instance.id, artifact ?? undefined]));
  await attempt(() => refuseFewPatients({ recipe, registry, ids: new Set(there.keys()) }, there));
  return { decisions, engine, machine, modes, data, weights, problems };
}

/** Each file is looked at once, however many folds start from it. */
async function weightsOf(
  { plan, recipe, registry, workspace, store, findRun }: PrepareOptions,
  attempt: <T>(what: () => Promise<T>) => Promise<T | null>,
): Promise<Map<string, Pretrained>> {
  const found = new Map<number, Pretrained | null>();
  const weights = new Map<string, Pretrained>();
  for (const { id, instance, weights: stated } of plan.instances) {
    if (stated === undefined) continue;
    const backbone = parseInstance(instance);
    const own = found.has(backbone.place)
      ? found.get(backbone.place)
      : await attempt(() => identifyWeights(backboneOf(recipe, backbone), { registry, workspace, store, findRun }));
    found.set(backbone.place, own ?? null);
    if (own) weights.set(id, own);
  }
  return weights;
}

function modesOf(
  { plan, recipe, registry, store, eager = false, emit }: PrepareOptions,
  engine: DescribedEngine | null,
  machine: Machine | null,
): Promise<ReadonlyMap<string, EngineMode>> {
  if (engine === null) return Promise.resolve(new Map());
  const open = async () => {
    const { openEngine } = await import('../engine/open.ts');
    return openEngine(engine.kind, undefined, machine?.threads, engine);
  };
  return stageModes({ plan, recipe, registry, engine, eager, storeRoot: store.root, open, emit });
}

/** WASM computes on one thread, whatever is asked for: whoever asks for more is told. */
function machineFor({ threads, recipe, emit }: PrepareOptions, engine: DescribedEngine | null): Machine | null {
  if (engine === null) return null;
  const asked = threads ?? recipe.engine.threads;
  if (engine.kind === 'wasm' && asked !== null && asked > 1) {
    const message = `The engine wasm computes on one thread; ${asked} threads were asked for.`;
    const hint = 'Threads are of the native engine: `ichor engine install`.';
    emit({ type: 'note', level: 'warning', code: 'threads-unused', message, hint });
  }
  return machineOf(engine.kind, threadsOf(engine.kind, asked));
}

function engineKey(engine: DescribedEngine | null): NonNullable<KeyParts['engine']> | null {
  return engine === null ? null : { kind: engine.kind, version: engine.version, precision: 'float32' };
}
