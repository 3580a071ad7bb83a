import type { EngineState, HostTensor, HostTensors, Precision } from '../../engine.ts';
import type { Output, Pointer, TensorFlow } from '../symbols.ts';
import { Derived } from './derived.ts';
import { Graph } from './graph.ts';
import { Session } from './session.ts';
import { dtypeOf, hostTensor, tensorOf } from './tensors.ts';
import { makeVariable, type Variable } from './variables.ts';

/** What a state's session is opened with. */
export interface StateOptions {
  threads: number;
  /** `inference`: no step writes it. Then Grappler rewrites what runs over it, which pays there alone (facts-engine 2.7). */
  use: 'training' | 'inference';
  precision: Precision;
}

/**
 * A graph holds at most so many recorded steps. One more, and graph and session are made anew around the same values:
 * nothing can be taken out of a graph.
 */
const MOST_RECORDS = 16;

/**
 * Kernels of convolutions that records may keep once more, in the form that oneDNN computes with: kernels of further records are
 * brought into it in each run. It takes as long as one run's reordering, so that it pays from the second run on.
 */
const KEPT_BYTES = 512e6;

/**
 * State in a session of its own: resource variables that every step over it reads and writes. Values enter and leave
 * when they are asked for; a step moves none of them.
 */
export class GraphState implements EngineState {
  /** Other records than those of this number are gone. */
  generation = 0;
  #graph: Graph;
  #session: Session;
  #variables = new Map<string, Variable>();
  #byValue = new Map<bigint, { name: string; variable: Variable }>();
  #derived: Derived | null = null;
  /** How many of the derived variables hold what follows from the state. */
  #derivedDone = 0;
  #records = 0;
  #kept = 0;
  /** Values that the session does not have yet. */
  #pending: Record<string, HostTensor>;
  /** One run at a time: each step goes on from what the one before left. */
  #queue: Promise<unknown> = Promise.resolve();
  #disposed = false;
  #secondsBefore = 0;

  constructor(
    private readonly tensorflow: TensorFlow,
    private readonly options: StateOptions,
    initial: HostTensors,
  ) {
    this.#pending = { ...initial };
    [this.#graph, this.#session] = this.#open(initial);
  }

  get graph(): Graph {
    return this.#graph;
  }

  get variables(): ReadonlyMap<string, Variable> {
    return this.#variables;
  }

  /** The variable that an output of the graph is the value of. */
  variableOf({ oper }: Output): { name: string; variable: Variable } | null {
    return this.#byValue.get(BigInt(oper)) ?? null;
  }

  /** What follows from the state alone; null where steps write it. */
  get derived(): Derived | null {
    return this.#derived;
  }

  get precision(): Precision {
    return this.options.precision;
  }

  /** Whether a record may keep kernels of so many bytes. */
  keep(bytes: number): boolean {
    if (this.#kept + bytes > KEPT_BYTES) return false;
    this.#kept += bytes;
    return true;
  }

  /** Wall time inside of sessions, seconds. */
  get seconds(): number {
    return this.#secondsBefore + this.#session.seconds;
  }

  #open(values: HostTensors): [Graph, Session] {
    const graph = new Graph(this.tensorflow);
    this.#variables = new Map(Object.entries(values).map(([name, value]) => [name, makeVariable(graph, name, value)]));
    this.#byValue = new Map(
      [...this.#variables].map(([name, variable]) => [BigInt(variable.value.oper), { name, variable }]),
    );
    const { threads, use, precision } = this.options;
    this.#derived = use === 'inference' ? new Derived(graph, this.#variables.values()) : null;
    this.#derivedDone = 0;
    return [graph, new Session(graph, { threads, rewrite: use === 'inference', bfloat16: precision === 'bfloat16' })];
  }

  /** Runs `work` after all that was asked for before it. */
  inTurn<T>(doing: string, work: () => Promise<T>): Promise<T> {
    if (this.#disposed) return Promise.reject(usedAfter(doing));
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => {});
    return result;
  }

  /** Makes room for one more record, in a graph of its own where this one is full. Only in turn. */
  async makeRoom(): Promise<void> {
    if (this.#records === MOST_RECORDS) await this.#renew();
    this.#records += 1;
  }

  /** Before a record is used: what records have kept of a state that was written since is not its any more. Only in turn. */
  async refresh(): Promise<void> {
    if (this.#kept > 0 && Object.keys(this.#pending).length > 0) await this.#renew();
  }

  async #renew(): Promise<void> {
    const values = await this.#values();
    this.#secondsBefore += this.#session.seconds;
    this.#close();
    this.#pending = { ...values };
    [this.#graph, this.#session] = this.#open(values);
    this.generation += 1;
    this.#records = 0;
    this.#kept = 0;
  }

  /** Only in turn. @throws TensorFlowError */
  async run(feeds: ReadonlyMap<Output, HostTensor>, fetches: readonly Output[], targets: readonly Pointer[]) {
    await this.#settle();
    await this.#derive();
    return this.#call(feeds, fetches, targets);
  }

  write(values: HostTensors): void {
    if (this.#disposed) throw usedAfter('write');
    for (const name of Object.keys(values)) {
      if (!this.#variables.has(name)) throw new Error(`A state was given ${name}, which it does not have.`);
    }
    // What runs already goes on with what it has.
    this.#queue = this.#queue.then(() => void Object.assign(this.#pending, values));
  }

  read(names?: readonly string[]): Promise<HostTensors> {
    return this.inTurn('read', () => this.#values(names));
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#queue = this.#queue.then(() => this.#close());
  }

  async #values(names: readonly string[] = [...this.#variables.keys()]): Promise<HostTensors> {
    await this.#settle();
    const fetches = names.map((name) => (this.#variables.get(name) as Variable).value);
    const values = await this.#call(new Map(), fetches, []);
    return Object.fromEntries(names.map((name, place) => [name, values[place] as HostTensor]));
  }

  /** Hands pending values to the session. */
  async #settle(): Promise<void> {
    const pending = Object.entries(this.#pending);
    if (pending.length === 0) return;
    this.#pending = {};
    const feeds = new Map<Output, HostTensor>();
    const targets: Pointer[] = [];
    for (const [name, value] of pending) {
      const variable = this.#variables.get(name) as Variable;
      if (dtypeOf(value) !== variable.dtype || String(value.shape) !== String(variable.shape)) {
        throw new Error(
          `The state ${name} is ${value.dtype}[${value.shape.join(', ')}] now: it was [${variable.shape.join(', ')}].`,
        );
      }
      feeds.set(variable.initial, value);
      targets.push(variable.assign);
    }
    await this.#call(feeds, [], targets);
    this.#derivedDone = 0;
  }

  /** Computes what follows from the state, where it is new or the state is. */
  async #derive(): Promise<void> {
    const targets = this.#derived?.targets.slice(this.#derivedDone) ?? [];
    if (targets.length === 0) return;
    await this.#call(new Map(), [], targets);
    this.#derivedDone += targets.length;
  }

  async #call(feeds: ReadonlyMap<Output, HostTensor>, fetches: readonly Output[], targets: readonly Pointer[]) {
    const { tensorflow } = this;
    const given = [...feeds].map(
      ([output, value]) => [output, tensorOf(tensorflow, dtypeOf(value), value.shape, value.data)] as const,
    );
    try {
      const results = await this.#session.run({ feeds: given, fetches, targets });
      try {
        return results.map((tensor) => hostTensor(tensorflow, tensor));
      } finally {
        for (const tensor of results) tensorflow.TF_DeleteTensor(tensor);
      }
    } finally {
      for (const [, tensor] of given) tensorflow.TF_DeleteTensor(tensor);
    }
  }

  #close(): void {
    this.#session.delete();
    this.#graph.delete();
  }
}

const usedAfter = (doing: string): Error => new Error(`A state was used after it was disposed (${doing}).`);
