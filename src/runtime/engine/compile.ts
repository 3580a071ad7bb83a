import type { Tensor } from '@tensorflow/tfjs';
import type { TF } from '../../registry/kinds/layers.ts';
import {
  batchText,
  type CompiledStep,
  type EngineState,
  type HostTensor,
  type HostTensors,
  type Step,
  type Tensors,
} from './engine.ts';
import { engineFailed } from './failure.ts';

/** What eager steps are run with. */
export interface EagerParts {
  tf: TF;
  /** As in messages. */
  engine: string;
  /** Makes this engine's backend the current one. */
  activate(): void;
}

/** State as kept tensors of TensorFlow.js. */
export class EagerTensors implements EngineState {
  readonly #tensors = new Map<string, Tensor>();
  readonly #parts: EagerParts;
  #disposed = false;
  seconds = 0;

  constructor(parts: EagerParts, initial: HostTensors) {
    this.#parts = parts;
    this.#upload(initial);
  }

  /** As they are now: a step's next reads these. */
  get tensors(): ReadonlyMap<string, Tensor> {
    return this.#tensors;
  }

  /** Swaps in what a step made; tensors that it left as they were may be among them. */
  put(name: string, tensor: Tensor): void {
    const old = this.#tensors.get(name);
    if (old === tensor) return;
    old?.dispose();
    this.#tensors.set(name, this.#parts.tf.keep(tensor));
  }

  open(doing: string): void {
    if (this.#disposed) throw new Error(`A state was used after it was disposed (${doing}).`);
    this.#parts.activate();
  }

  write(values: HostTensors): void {
    this.open('write');
    for (const name of Object.keys(values)) {
      if (!this.#tensors.has(name)) throw new Error(`A state was given ${name}, which it does not have.`);
    }
    this.#upload(values);
  }

  async read(names: readonly string[] = [...this.#tensors.keys()]): Promise<HostTensors> {
    this.open('read');
    return download(Object.fromEntries(names.map((name) => [name, this.#tensors.get(name) as Tensor])));
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
  }

  #upload(values: HostTensors): void {
    this.#parts.activate();
    for (const [name, value] of Object.entries(values)) this.put(name, upload(this.#parts.tf, value));
  }
}

/** The eager form of a step: each run calls the function, swaps in what it hands back and frees everything else. */
export function compileEager({ tf, engine }: EagerParts, step: Step, state: EagerTensors): CompiledStep {
  let disposed = false;
  return {
    async run(batch) {
      if (disposed) throw new Error('A step was used after it was disposed (run).');
      state.open('run');
      let made: { state: Tensors; outputs: Tensors };
      const began = performance.now();
      try {
        made = tf.tidy(() => {
          const inputs = mapValues(batch, (value) => upload(tf, value));
          const result = step(Object.fromEntries(state.tensors), inputs);
          // One tensor may stand in several places, or be a part of the old state: each place gets one of its own.
          const held = new Set<number>([...state.tensors.values()].map(({ id }) => id));
          const own = (tensor: Tensor): Tensor => {
            const mine = held.has(tensor.id) ? tf.clone(tensor) : tensor;
            held.add(mine.id);
            return mine;
          };
          return { state: mapValues(result.state, own), outputs: mapValues(result.outputs, own) };
        });
      } catch (error) {
        throw engineFailed(engine, `running a step on ${batchText(batch)}`, error);
      }
      for (const [name, tensor] of Object.entries(made.state)) {
        if (!state.tensors.has(name)) throw new Error(`A step gave back the state ${name}, which it was not given.`);
        state.put(name, tensor);
      }
      const outputs = await download(made.outputs);
      for (const tensor of Object.values(made.outputs)) tensor.dispose();
      state.seconds += (performance.now() - began) / 1000;
      return outputs;
    },
    trial: () => null,
    dispose() {
      disposed = true;
    },
  };
}

function upload(tf: TF, { data, shape, dtype }: HostTensor): Tensor {
  // Bytes become int32 in one typed-array conversion; an array of the dtype is taken as it is.
  const values = dtype === 'int32' && data instanceof Uint8Array ? Int32Array.from(data) : data;
  return tf.tensor(values, [...shape], dtype);
}

async function download(tensors: Tensors): Promise<HostTensors> {
  const entries = Object.entries(tensors).map(async ([name, tensor]): Promise<[string, HostTensor]> => {
    const data = await tensor.data();
    const float = tensor.dtype === 'float32';
    return [
      name,
      {
        shape: [...tensor.shape],
        dtype: float ? 'float32' : 'int32',
        data: float ? Float32Array.from(data) : Int32Array.from(data),
      },
    ];
  });
  return Object.fromEntries(await Promise.all(entries));
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
