import { int64s } from './attributes.ts';
import { CONSTANTS, dtypeName } from './constants.ts';
import type { EagerContext } from './context.ts';
import type { Pointer } from './symbols.ts';

/** What the kernels hand in and read back: numbers, or a list of byte strings. */
export type Values = Float32Array | Int32Array | Uint8Array | BigInt64Array | Uint8Array[];

/** sizeof(TF_TString) on 64-bit machines (`tensorflow/core/platform/ctstring_internal.h`). */
const STRING_BYTES = 24;

/**
 * A handle on a copy of `values`. int64 comes as pairs of int32, low word first, as tfjs-node writes it.
 * @throws Error where array and dtype or shape do not fit; TensorFlowError
 */
export function tensorFrom(
  context: EagerContext,
  shape: readonly number[],
  dtype: number,
  values: Exclude<Values, BigInt64Array>,
): Pointer {
  const { tensorflow, status } = context;
  const count = shape.reduce((product, size) => product * size, 1);
  if (Array.isArray(values)) return stringsFrom(context, shape, count, values);
  const perItem = itemsPerElement(dtype, values);
  if (values.length !== count * perItem) {
    throw new Error(
      `A tensor [${shape}] of ${dtypeName(dtype)} needs ${count * perItem} values, not ${values.length}.`,
    );
  }
  const tensor = tensorflow.TF_AllocateTensor(dtype, int64s(shape), shape.length, values.byteLength);
  if (values.byteLength > 0) tensorflow.memcpy(tensorflow.TF_TensorData(tensor), values, values.byteLength);
  const handle = tensorflow.TFE_NewTensorHandle(tensor, status.pointer);
  tensorflow.TF_DeleteTensor(tensor);
  status.check(() => `Making a tensor [${shape}] of ${dtypeName(dtype)}`);
  // Most GPU kernels want int32 in the memory of the host.
  return context.gpu === null || dtype === CONSTANTS.TF_INT32 ? handle : toDevice(context, handle, context.gpu);
}

/** @throws Error where the array's type is not that of the dtype. */
function itemsPerElement(dtype: number, values: Float32Array | Int32Array | Uint8Array): number {
  const fits =
    (values instanceof Float32Array && (dtype === CONSTANTS.TF_FLOAT || dtype === CONSTANTS.TF_COMPLEX64)) ||
    (values instanceof Int32Array && (dtype === CONSTANTS.TF_INT32 || dtype === CONSTANTS.TF_INT64)) ||
    (values instanceof Uint8Array && (dtype === CONSTANTS.TF_BOOL || dtype === CONSTANTS.TF_UINT8));
  if (!fits) throw new Error(`A ${values.constructor.name} is no tensor of ${dtypeName(dtype)}.`);
  return dtype === CONSTANTS.TF_INT64 || dtype === CONSTANTS.TF_COMPLEX64 ? 2 : 1;
}

function toDevice({ tensorflow, status, pointer }: EagerContext, handle: Pointer, device: string): Pointer {
  const moved = tensorflow.TFE_TensorHandleCopyToDevice(handle, pointer, device, status.pointer);
  tensorflow.TFE_DeleteTensorHandle(handle);
  status.check(() => `Copying a tensor to ${device}`);
  return moved;
}

/**
 * TensorFlow frees a tensor of ours without the long strings in it, so it gets a deep copy, whose strings are its own.
 */
function stringsFrom(
  { tensorflow, status, pointer }: EagerContext,
  shape: readonly number[],
  count: number,
  values: readonly Uint8Array[],
): Pointer {
  if (values.length !== count) throw new Error(`A tensor [${shape}] needs ${count} strings, not ${values.length}.`);
  const tensor = tensorflow.TF_AllocateTensor(CONSTANTS.TF_STRING, int64s(shape), shape.length, count * STRING_BYTES);
  const data = tensorflow.TF_TensorData(tensor);
  const at = (index: number) => data + BigInt(index * STRING_BYTES);
  values.forEach((bytes, index) => {
    tensorflow.TF_StringInit(at(index));
    if (bytes.length > 0) tensorflow.TF_StringCopy(at(index), bytes, bytes.length);
  });
  const ours = tensorflow.TFE_NewTensorHandle(tensor, status.pointer);
  const op = tensorflow.TFE_NewOp(pointer, 'DeepCopy', status.pointer);
  tensorflow.TFE_OpAddInput(op, ours, status.pointer);
  const output = new BigInt64Array(1);
  tensorflow.TFE_Execute(op, output, Int32Array.of(1), status.pointer);
  try {
    status.check(() => `Making a tensor [${shape}] of strings`);
  } finally {
    tensorflow.TFE_DeleteOp(op);
    values.forEach((_, index) => {
      tensorflow.TF_StringDealloc(at(index));
    });
    tensorflow.TFE_DeleteTensorHandle(ours);
    tensorflow.TF_DeleteTensor(tensor);
  }
  return output[0] ?? 0n;
}

/** A copy of a tensor's values: strings as bytes, int64 as BigInt64Array, a resource handle as its bytes. */
export function valuesOf({ tensorflow, status }: EagerContext, handle: Pointer): Values {
  const dtype = tensorflow.TFE_TensorHandleDataType(handle);
  const tensor = tensorflow.TFE_TensorHandleResolve(handle, status.pointer);
  status.check(() => `Reading a tensor of ${dtypeName(dtype)}`);
  try {
    const bytes = Number(tensorflow.TF_TensorByteSize(tensor));
    const data = tensorflow.TF_TensorData(tensor);
    if (dtype === CONSTANTS.TF_STRING) {
      return Array.from({ length: bytes / STRING_BYTES }, (_, index) => {
        const string = data + BigInt(index * STRING_BYTES);
        const size = Number(tensorflow.TF_StringGetSize(string));
        const copy = new Uint8Array(size);
        if (size > 0) tensorflow.memcpy(copy, tensorflow.TF_StringGetDataPointer(string), size);
        return copy;
      });
    }
    const result = emptyOf(dtype, bytes);
    if (bytes > 0) tensorflow.memcpy(result, data, bytes);
    return result;
  } finally {
    tensorflow.TF_DeleteTensor(tensor);
  }
}

function emptyOf(dtype: number, bytes: number): Exclude<Values, Uint8Array[]> {
  switch (dtype) {
    case CONSTANTS.TF_FLOAT:
    case CONSTANTS.TF_COMPLEX64:
      return new Float32Array(bytes / 4);
    case CONSTANTS.TF_INT32:
      return new Int32Array(bytes / 4);
    case CONSTANTS.TF_INT64:
      return new BigInt64Array(bytes / 8);
    case CONSTANTS.TF_BOOL:
    case CONSTANTS.TF_UINT8:
    case CONSTANTS.TF_RESOURCE:
      return new Uint8Array(bytes);
    default:
      throw new Error(`A tensor of ${dtypeName(dtype)} cannot be read into JavaScript.`);
  }
}
