import type { Tensor } from '@tensorflow/tfjs';
import { IchorError } from '../../../../errors.ts';
import type { TF } from '../../../../registry/kinds/layers.ts';
import { batchText, type CompiledStep, type HostTensor, type HostTensors, type Step } from '../../engine.ts';
import { engineFailed } from '../../failure.ts';
import type { OpAttribute } from '../attributes.ts';
import { CONSTANTS } from '../constants.ts';
import type { GivenValues } from '../given-values.ts';
import type { NodeBackend } from '../kernels.ts';
import type { Output, Pointer } from '../symbols.ts';
import { type } from './graph.ts';
import { assertFitsMemory, leastBytes } from './memory.ts';
import type { Recorded } from './recorded.ts';
import { NotTraceable, Recorder } from './recorder.ts';
import { rewrite } from './rewrite.ts';
import type { GraphState } from './state.ts';
import { dtypeOf } from './tensors.ts';
import type { Variable } from './variables.ts';

/** What of the native engine steps are recorded with. */
export interface Recording {
  tf: TF;
  backend: NodeBackend;
  given: GivenValues;
  /** As in messages: `tensorflow 2.17.1`. */
  engine: string;
  activate(): void;
  /** A copy of an eager tensor's values. */
  eager: ConstructorParameters<typeof Recorder>[2];
  /** Whether TensorFlow computes with oneDNN here, whose operations a record may then name. Asked of TensorFlow the first time. */
  oneDnn(): boolean;
  /** The record that is being made, for operations that know variables; null between records. */
  current: CurrentRecord | null;
}

export interface CurrentRecord {
  recorder: Recorder;
  state: GraphState;
  /** Names of state that an operation of this record writes by itself. */
  written: Set<string>;
  writes: Write[];
}

/** An operation that writes state: put into the graph last, when all that reads the old values is known. */
export interface Write {
  op: string;
  inputs: readonly Output[];
  attributes: readonly OpAttribute[];
  /** By their names. */
  variables: ReadonlyMap<string, Variable>;
}

/** A step as a part of a graph, for batches of one form. */
interface StepRecord {
  generation: number;
  feeds: ReadonlyMap<string, Output>;
  outputs: readonly (readonly [name: string, output: Output])[];
  targets: readonly Pointer[];
}

/** As the step made it. */
interface NewRecord extends Omit<StepRecord, 'targets'> {
  operations: readonly Recorded[];
  writes: readonly Write[];
}

/** The compiled form of a step: recorded once for each form of batch, then run as one call of a session. */
export function compileGraph(recording: Recording, step: Step, state: GraphState): CompiledStep {
  const records = new Map<string, StepRecord>();
  let disposed = false;

  const recordFor = async (batch: HostTensors): Promise<StepRecord> => {
    await state.refresh();
    const form = formOf(batch);
    const known = records.get(form);
    if (known?.generation === state.generation) return known;
    await state.makeRoom();
    const record = finish(recording, state, recordStep(recording, step, state, batch));
    records.set(form, record);
    return record;
  };

  return {
    run(batch) {
      if (disposed) return Promise.reject(new Error('A step was used after it was disposed (run).'));
      return state.inTurn('run', async () => {
        try {
          const { feeds, outputs, targets } = await recordFor(batch);
          const given = new Map([...feeds].map(([name, output]) => [output, batch[name] as HostTensor]));
          const fetches = outputs.map(([, output]) => output);
          const values = await state.run(given, fetches, targets);
          return Object.fromEntries(outputs.map(([name], place) => [name, values[place] as HostTensor]));
        } catch (error) {
          if (error instanceof NotTraceable) throw notCompiled(error);
          throw engineFailed(recording.engine, `running a step on ${batchText(batch)}`, error);
        }
      });
    },
    trial(batch) {
      try {
        recordStep(recording, step, state, batch);
        return null;
      } catch (error) {
        // Whatever else is wrong with it is found, and said, where it runs.
        return error instanceof NotTraceable ? error.message : null;
      }
    },
    dispose() {
      disposed = true;
      records.clear();
    },
  };
}

/** What a trial would have said before: a component that is not always the same. */
const notCompiled = (error: NotTraceable): IchorError =>
  new IchorError('step-not-compiled', `A step cannot be compiled: ${error.message}.`, 'Run it with --eager.', 1, {
    cause: error,
  });

/** Batches of one form run the same graph. */
const formOf = (batch: HostTensors): string =>
  Object.entries(batch)
    .map(([name, tensor]) => `${name} ${dtypeOf(tensor)} [${tensor.shape.join(', ')}]`)
    .sort()
    .join('; ');

/** Runs the step over tensors that have a shape and no value, and ties what it gives to variables and outputs. */
function recordStep(recording: Recording, step: Step, state: GraphState, batch: HostTensors): NewRecord {
  const { tf, backend, activate } = recording;
  const { graph, variables } = state;
  activate();
  const recorder = new Recorder(graph, recording.given, recording.eager);
  const current: CurrentRecord = { recorder, state, written: new Set(), writes: [] };
  const tensorOf = (output: Output): Tensor => backend.createOutputTensor(recorder.adopt(output));
  const outputOf = (tensor: Tensor): Output => recorder.outputOf(backend.getInputTensorIds([tensor])[0] as number);
  const feeds = new Map<string, Output>();
  const outputs: [string, Output][] = [];

  const record = () => {
    const before = Object.fromEntries([...variables].map(([name, { value }]) => [name, tensorOf(value)]));
    const given: Record<string, Tensor> = {};
    for (const [name, value] of Object.entries(batch)) {
      const dtype = dtypeOf(value);
      const feed = graph.placeholder(dtype, value.shape, `batch/${name}`);
      feeds.set(name, feed);
      given[name] = tensorOf(dtype === CONSTANTS.TF_UINT8 ? recorder.widened(feed) : feed);
    }
    const result = step(before, given);
    for (const [name, tensor] of Object.entries(result.state)) {
      const variable = variables.get(name);
      if (!variable) throw new Error(`A step gave back the state ${name}, which it was not given.`);
      const value = outputOf(tensor);
      // Its own value, or one that an operation has put there.
      if (current.written.has(name) || value.oper === variable.value.oper) continue;
      current.writes.push({
        op: 'AssignVariableOp',
        inputs: [variable.handle, value],
        attributes: [type('dtype', variable.dtype)],
        variables: new Map([[name, variable]]),
      });
    }
    for (const [name, tensor] of Object.entries(result.outputs)) outputs.push([name, outputOf(tensor)]);
  };

  const { binding } = backend;
  const { random } = Math;
  backend.binding = recorder.binding(recording.engine);
  recording.current = current;
  Math.random = () => {
    throw new NotTraceable('draws random numbers in JavaScript, which would be the same in every step', null);
  };
  try {
    tf.tidy(record);
  } finally {
    Math.random = random;
    recording.current = null;
    backend.binding = binding;
  }
  const { writes } = current;
  return { generation: state.generation, feeds, outputs, writes, operations: recorder.operations };
}

/** A record rewritten, and with what it writes. */
function finish({ oneDnn }: Recording, state: GraphState, record: NewRecord): StepRecord {
  const { operations, writes, generation, feeds } = record;
  const { graph, derived } = state;
  const needed = [...record.outputs.map(([, output]) => output), ...writes.flatMap(({ inputs }) => inputs)];
  assertFitsMemory(leastBytes(graph, operations, needed));
  const { wanted, readersOf } = rewrite({
    graph,
    operations,
    wanted: needed,
    derived,
    // To bfloat16 TensorFlow rewrites the plain operations.
    fused: state.precision === 'float32' && oneDnn(),
    keep: (bytes) => state.keep(bytes),
  });
  const outputs = record.outputs.map(([name]) => [name, wanted.shift() as Output] as const);
  const targets = writes.map(({ op, inputs, attributes, variables }) =>
    graph.add({
      op,
      scope: `state/${[...variables.keys()][0]}`,
      inputs: inputs.map(() => wanted.shift() as Output),
      attributes,
      // Whoever reads the old values has done so: where one of them still held them, TensorFlow would write into a copy.
      after: [...variables.values()].flatMap(({ value }) => [value.oper, ...readersOf(value)]),
    }),
  );
  return { generation, feeds, outputs, targets };
}
