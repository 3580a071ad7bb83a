import type { Tensor } from '@tensorflow/tfjs';
import type { TF } from '../../registry/kinds/layers.ts';
import type { CompiledStep, HostTensor, HostTensors, Step, Tensors } from './engine.ts';
import { engineFailed } from './failure.ts';

/**
 * The eager form of a step: the state lives in the engine as kept tensors; each run calls the function, swaps in
 * what it hands back and frees everything else.
 * @param activate makes this engine's backend the current one.
 */
export function compileEager(
  tf: TF,
  engine: string,
  activate: () => void,
  step: Step,
  initial: HostTensors,
): CompiledStep {
  const state = new Map<string, Tensor>();
  let disposed = false;

  const open = (doing: string): void => {
    if (disposed) throw new Error(`A step was used after it was disposed (${doing}).`);
    activate();
  };
  const put = (name: string, tensor: Tensor): void => {
    const old = state.get(name);
    if (old === tensor) return;
    old?.dispose();
    state.set(name, tensor);
  };
  const write = (values: HostTensors): void => {
    open('write');
    for (const [name, value] of Object.entries(values)) put(name, tf.keep(upload(tf, value)));
  };

  write(initial);
  return {
    write,
    async run(batch) {
      open('run');
      let made: { state: Tensors; outputs: Tensors };
      try {
        made = tf.tidy(() => {
          const inputs = mapValues(batch, (value) => upload(tf, value));
          const result = step(Object.fromEntries(state), inputs);
          // One tensor may stand in several places, or be a part of the old state: each place gets one of its own.
          const held = new Set<number>([...state.values()].map(({ id }) => id));
          const own = (tensor: Tensor): Tensor => {
            const mine = held.has(tensor.id) ? tf.clone(tensor) : tensor;
            held.add(mine.id);
            return mine;
          };
          return { state: mapValues(result.state, own), outputs: mapValues(result.outputs, own) };
        });
      } catch (error) {
        throw engineFailed(engine, `running a step on ${shapes(batch)}`, error);
      }
      for (const [name, tensor] of Object.entries(made.state)) {
        if (!state.has(name)) throw new Error(`A step gave back the state ${name}, which it was not given.`);
        put(name, tf.keep(tensor));
      }
      const outputs = await download(made.outputs);
      for (const tensor of Object.values(made.outputs)) tensor.dispose();
      return outputs;
    },
    async read() {
      open('read');
      return download(Object.fromEntries(state));
    },
    dispose() {
      if (disposed) return;
      disposed = true;
      for (const tensor of state.values()) tensor.dispose();
      state.clear();
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

function shapes(batch: HostTensors): string {
  const parts = Object.entries(batch).map(([name, { shape, dtype }]) => `${name} ${dtype}[${shape.join(', ')}]`);
  return parts.join(', ') || 'no input';
}
