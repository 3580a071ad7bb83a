import { type OpAttribute, setAttribute } from './attributes.ts';
import { CONSTANTS, dtypeName } from './constants.ts';
import type { EagerContext } from './context.ts';
import type { Pointer } from './symbols.ts';
import { tensorFrom, type Values, valuesOf } from './tensors.ts';

/** What an op gives back, as the kernels of tfjs-node take it. */
export interface OutputInfo {
  id: number;
  shape: number[];
  dtype: number;
}

/**
 * The object that tfjs-node's C++ addon would be, over koffi: all that `NodeJSKernelBackend` and its kernels call
 * (tfjs-node-gpu 4.22, `binding/tfjs_backend.cc`). Tensors are known by ids, which are never used twice.
 * Saved models and `tf.node.*` are left out.
 */
export interface Binding {
  createTensor(shape: readonly number[], dtype: number, values: Exclude<Values, BigInt64Array>): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Values;
  executeOp(name: string, attributes: readonly OpAttribute[], inputs: readonly number[], outputs: number): OutputInfo[];
  isUsingGpuDevice(): boolean;
  getNumOfTensors(): number;
}

export function makeBinding(context: EagerContext): Binding & typeof CONSTANTS & { TF_Version: string } {
  const { tensorflow, status } = context;
  const handles = new Map<number, Pointer>();
  let next = 0;
  const count = new Int32Array(1);

  const insert = (handle: Pointer): number => {
    handles.set(next, handle);
    return next++;
  };
  const handleOf = (id: number): Pointer => {
    const handle = handles.get(id);
    if (handle === undefined) throw new Error(`There is no tensor of id ${id} (it was disposed, or never made).`);
    return handle;
  };
  const shapeOf = (handle: Pointer): number[] => {
    const rank = tensorflow.TFE_TensorHandleNumDims(handle, status.pointer);
    const shape = new Array<number>(Math.max(0, rank));
    for (let i = 0; i < rank; i++) shape[i] = Number(tensorflow.TFE_TensorHandleDim(handle, i, status.pointer));
    return shape;
  };
  /** For messages only. */
  const describe = (id: number): string => {
    const handle = handleOf(id);
    return `${dtypeName(tensorflow.TFE_TensorHandleDataType(handle))}[${shapeOf(handle)}]`;
  };

  return {
    ...CONSTANTS,
    TF_Version: tensorflow.TF_Version(),
    createTensor: (shape, dtype, values) => insert(tensorFrom(context, shape, dtype, values)),
    deleteTensor(id) {
      tensorflow.TFE_DeleteTensorHandle(handleOf(id));
      handles.delete(id);
    },
    tensorDataSync: (id) => valuesOf(context, handleOf(id)),
    executeOp(name, attributes, inputs, outputs) {
      const op = tensorflow.TFE_NewOp(context.pointer, name, status.pointer);
      status.check(() => name);
      const what = () => `${name}(${inputs.map(describe).join(', ')})`;
      try {
        for (const input of inputs) {
          tensorflow.TFE_OpAddInput(op, handleOf(input), status.pointer);
          status.check(what);
        }
        for (const attribute of attributes) setAttribute(context, op, attribute);
        const made = new BigInt64Array(Math.max(1, outputs));
        count[0] = outputs;
        tensorflow.TFE_Execute(op, made, count, status.pointer);
        if (tensorflow.TF_GetCode(status.pointer) !== 0) status.check(what);
        return Array.from({ length: outputs }, (_, index) => {
          const handle = made[index] ?? 0n;
          return {
            id: insert(handle),
            shape: shapeOf(handle),
            dtype: tensorflow.TFE_TensorHandleDataType(handle),
          };
        });
      } finally {
        tensorflow.TFE_DeleteOp(op);
      }
    },
    isUsingGpuDevice: () => context.gpu !== null,
    getNumOfTensors: () => handles.size,
  };
}
