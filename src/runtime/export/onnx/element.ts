/** Types of a tensor's numbers that are written, by the names that ONNX's operators have for them. */
export const ELEMENTS = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  text: 8,
  bool: 9,
  float64: 11,
} as const;

export type Element = keyof typeof ELEMENTS;

/** Numbers as the schema stores them, little endian. Integers of 64 bits and truths are stated as plain numbers. */
export function rawBytes(element: Exclude<Element, 'text'>, values: ArrayLike<number>): Uint8Array {
  switch (element) {
    case 'float32':
      return bytesOf(values instanceof Float32Array ? values : Float32Array.from(values));
    case 'float64':
      return bytesOf(Float64Array.from(values));
    case 'int32':
      return bytesOf(Int32Array.from(values));
    case 'int64':
      return bytesOf(BigInt64Array.from(values as ArrayLike<never>, (value: number) => BigInt(value)));
    case 'uint8':
    case 'bool':
      return Uint8Array.from(values);
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
