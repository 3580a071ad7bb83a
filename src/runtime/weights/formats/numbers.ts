import { notFinite } from './errors.ts';

/** How a number is stored, in safetensors' words. */
export type NumberType =
  | 'F64'
  | 'F32'
  | 'F16'
  | 'BF16'
  | 'I64'
  | 'U64'
  | 'I32'
  | 'U32'
  | 'I16'
  | 'U16'
  | 'I8'
  | 'U8'
  | 'BOOL';

export const NUMBER_BYTES: Readonly<Record<NumberType, number>> = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

export const isNumberType = (name: string): name is NumberType => Object.hasOwn(NUMBER_BYTES, name);

/** Number of values in a shape. Infinity or an unsafe number where the sides are absurd: compare it with what is there. */
export const cellsOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

export const isShape = (shape: readonly unknown[]): shape is readonly number[] =>
  shape.every((side) => Number.isSafeInteger(side) && (side as number) >= 0);

/** Stored bytes as float32. 64-bit numbers are rounded to the nearest float32. Takes `bytes` over: it may be returned. */
export function toFloat32(bytes: Uint8Array, type: NumberType, bigEndian = false): Float32Array {
  const width = NUMBER_BYTES[type];
  if (bigEndian && width > 1) swap(bytes, width);
  const count = bytes.length / width;
  // A view needs its bytes at a multiple of their width.
  const own = bytes.byteOffset % width === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset } = own;
  switch (type) {
    case 'F32':
      return new Float32Array(buffer, byteOffset, count);
    case 'F64':
      return new Float32Array(new Float64Array(buffer, byteOffset, count));
    case 'F16':
      return halves(new Uint16Array(buffer, byteOffset, count));
    case 'BF16':
      return brainFloats(new Uint16Array(buffer, byteOffset, count));
    case 'I64':
      return Float32Array.from(new BigInt64Array(buffer, byteOffset, count), Number);
    case 'U64':
      return Float32Array.from(new BigUint64Array(buffer, byteOffset, count), Number);
    case 'I32':
      return new Float32Array(new Int32Array(buffer, byteOffset, count));
    case 'U32':
      return new Float32Array(new Uint32Array(buffer, byteOffset, count));
    case 'I16':
      return new Float32Array(new Int16Array(buffer, byteOffset, count));
    case 'U16':
      return new Float32Array(new Uint16Array(buffer, byteOffset, count));
    case 'I8':
      return new Float32Array(new Int8Array(buffer, byteOffset, count));
    case 'U8':
    case 'BOOL':
      return new Float32Array(new Uint8Array(buffer, byteOffset, count));
  }
}

function swap(bytes: Uint8Array, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else buffer.swap64();
}

/** The upper half of a float32. */
function brainFloats(from: Uint16Array): Float32Array {
  const bits = new Uint32Array(from.length);
  for (let i = 0; i < from.length; i++) bits[i] = (from[i] as number) << 16;
  return new Float32Array(bits.buffer);
}

let table: Float32Array | null = null;

/** IEEE 754 binary16. There are 65,536 of them. */
function halves(from: Uint16Array): Float32Array {
  table ??= Float32Array.from({ length: 65_536 }, (_, bits) => half(bits));
  const known = table;
  const values = new Float32Array(from.length);
  for (let i = 0; i < from.length; i++) values[i] = known[from[i] as number] as number;
  return values;
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The same values. Throws IchorError `weights-not-finite`. */
export function finite(path: string, name: string, values: Float32Array): Float32Array {
  let bad = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) bad += 1;
  if (bad > 0) throw notFinite(path, name, bad, values.length);
  return values;
}
