import type { HostTensor } from '../../engine.ts';
import { int64s } from '../attributes.ts';
import { CONSTANTS } from '../constants.ts';
import type { Pointer, TensorFlow } from '../symbols.ts';

/** The dtype that memory goes into a graph as: bytes go as bytes, a quarter of what they are as int32. */
export const dtypeOf = ({ data }: Pick<HostTensor, 'data'>): number =>
  data instanceof Float32Array
    ? CONSTANTS.TF_FLOAT
    : data instanceof Int32Array
      ? CONSTANTS.TF_INT32
      : CONSTANTS.TF_UINT8;

/** A `TF_Tensor` with a copy of these values, which the caller deletes. */
export function tensorOf(
  tensorflow: TensorFlow,
  dtype: number,
  shape: readonly number[],
  values: Float32Array | Int32Array | Uint8Array,
): Pointer {
  const tensor = tensorflow.TF_AllocateTensor(dtype, int64s(shape), shape.length, values.byteLength);
  if (values.byteLength > 0) tensorflow.memcpy(tensorflow.TF_TensorData(tensor), values, values.byteLength);
  return tensor;
}

/** A copy of a `TF_Tensor` of float32, int32 or bool. */
export function hostTensor(tensorflow: TensorFlow, tensor: Pointer): HostTensor {
  const dtype = tensorflow.TF_TensorType(tensor);
  const rank = tensorflow.TF_NumDims(tensor);
  const shape = Array.from({ length: rank }, (_, axis) => Number(tensorflow.TF_Dim(tensor, axis)));
  const bytes = Number(tensorflow.TF_TensorByteSize(tensor));
  const from = tensorflow.TF_TensorData(tensor);
  const copy = <A extends Float32Array | Int32Array | Uint8Array>(to: A): A => {
    if (bytes > 0) tensorflow.memcpy(to, from, bytes);
    return to;
  };
  if (dtype === CONSTANTS.TF_FLOAT) return { shape, dtype: 'float32', data: copy(new Float32Array(bytes / 4)) };
  if (dtype === CONSTANTS.TF_INT32) return { shape, dtype: 'int32', data: copy(new Int32Array(bytes / 4)) };
  if (dtype === CONSTANTS.TF_BOOL) return { shape, dtype: 'int32', data: Int32Array.from(copy(new Uint8Array(bytes))) };
  throw new Error(`A step gives back a tensor of the dtype ${dtype}, which is none of float32, int32 and bool.`);
}
