import { eagerSetters, type OpAttribute, setAttribute } from './attributes.ts';
import { CONSTANTS, dtypeName } from './constants.ts';
import type { EagerContext } from './context.ts';
import { type Given, GivenValues } from './given-values.ts';
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

/** With the constants that kernels read from it. */
export type NodeBinding = Binding & typeof CONSTANTS & { TF_Version: string };

/** The eager one. */
export interface EagerBinding extends NodeBinding {
  /** A copy of what stands under an id. */
  valuesOf(id: number): Given;
}

/** @param given values of tensors that were made while a step was recorded, and outlived it. */
export function makeBinding(context: EagerContext, given: GivenValues = new GivenValues()): EagerBinding {
  const { tensorflow, status } = context;
  const handles = new Map<number, Pointer>();
  let next = 0;
  const count = new Int32Array(1);
  const setters = eagerSetters(tensorflow, status);

  const insert = (handle: Pointer): number => {
    handles.set(next, handle);
    return next++;
  };
  const handleOf = (id: number): Pointer => {
    const handle = handles.get(id);
    if (handle !== undefined) return handle;
    const recorded = given.get(id);
    if (recorded !== undefined) {
      const made = tensorFrom(context, recorded.shape, recorded.dtype, recorded.values);
      handles.set(id, made);
      return made;
    }
    throw new Error(`There is no tensor of id ${id} (it was disposed, or never made).`);
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
      // A recorded tensor is real only where it was used after its record.
      if (given.forget(id) && !handles.has(id)) return;
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
        for (const attribute of attributes) setAttribute(setters, op, attribute);
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
    valuesOf(id) {
      const handle = handleOf(id);
      const values = valuesOf(context, handle);
      if (values instanceof BigInt64Array) throw new Error('A tensor of int64 cannot be read into a record.');
      return { shape: shapeOf(handle), dtype: tensorflow.TFE_TensorHandleDataType(handle), values };
    },
    isUsingGpuDevice: () => context.gpu !== null,
    getNumOfTensors: () => handles.size,
  };
}
