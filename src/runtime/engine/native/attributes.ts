import { CONSTANTS } from './constants.ts';
import type { Status } from './status.ts';
import type { Memory, Pointer, TensorFlow } from './symbols.ts';

/** An attribute of an op as the kernels of tfjs-node write it. */
export interface OpAttribute {
  name: string;
  /** One of TF_ATTR_*. */
  type: number;
  /** By type; int, float, bool and type also take a list, and in a graph string does. */
  value: unknown;
}

/** The functions that set an attribute: of an eager op, or of an operation of a graph. */
export interface AttributeSetters {
  string(op: Pointer, name: string, bytes: Memory, count: number): void;
  /** Null: no op that runs eagerly here has such a list. */
  strings: ((op: Pointer, name: string, values: readonly string[]) => void) | null;
  int(op: Pointer, name: string, value: number): void;
  ints(op: Pointer, name: string, values: Memory, count: number): void;
  float(op: Pointer, name: string, value: number): void;
  floats(op: Pointer, name: string, values: Memory, count: number): void;
  bool(op: Pointer, name: string, value: number): void;
  bools(op: Pointer, name: string, values: Memory, count: number): void;
  type(op: Pointer, name: string, value: number): void;
  types(op: Pointer, name: string, values: Memory, count: number): void;
  /** @throws TensorFlowError */
  shape(op: Pointer, name: string, sides: Memory, count: number): void;
}

export const eagerSetters = (tensorflow: TensorFlow, status: Status): AttributeSetters => ({
  string: tensorflow.TFE_OpSetAttrString,
  strings: null,
  int: tensorflow.TFE_OpSetAttrInt,
  ints: tensorflow.TFE_OpSetAttrIntList,
  float: tensorflow.TFE_OpSetAttrFloat,
  floats: tensorflow.TFE_OpSetAttrFloatList,
  bool: tensorflow.TFE_OpSetAttrBool,
  bools: tensorflow.TFE_OpSetAttrBoolList,
  type: tensorflow.TFE_OpSetAttrType,
  types: tensorflow.TFE_OpSetAttrTypeList,
  shape(op, name, sides, count) {
    tensorflow.TFE_OpSetAttrShape(op, name, sides, count, status.pointer);
    status.check(() => `Attribute ${name}`);
  },
});

export const graphSetters = (tensorflow: TensorFlow): AttributeSetters => ({
  string: tensorflow.TF_SetAttrString,
  strings: (op, name, values) =>
    tensorflow.TF_SetAttrStringList(
      op,
      name,
      values,
      int64s(values.map((value) => Buffer.byteLength(value))),
      values.length,
    ),
  int: tensorflow.TF_SetAttrInt,
  ints: tensorflow.TF_SetAttrIntList,
  float: tensorflow.TF_SetAttrFloat,
  floats: tensorflow.TF_SetAttrFloatList,
  bool: tensorflow.TF_SetAttrBool,
  bools: tensorflow.TF_SetAttrBoolList,
  type: tensorflow.TF_SetAttrType,
  types: tensorflow.TF_SetAttrTypeList,
  shape: tensorflow.TF_SetAttrShape,
});

/** @throws Error where a value does not fit its type. */
export function setAttribute(set: AttributeSetters, op: Pointer, { name, type, value }: OpAttribute): void {
  switch (type) {
    case CONSTANTS.TF_ATTR_STRING: {
      if (set.strings !== null && isStrings(value)) {
        set.strings(op, name, value);
        break;
      }
      const bytes = typeof value === 'string' ? Buffer.from(value) : value;
      if (!(bytes instanceof Uint8Array)) throw unfit(name, 'a string', value);
      set.string(op, name, bytes, bytes.length);
      break;
    }
    case CONSTANTS.TF_ATTR_INT:
      if (isNumbers(value)) {
        set.ints(op, name, int64s(value), value.length);
      } else if (typeof value === 'number') {
        set.int(op, name, Math.trunc(value));
      } else {
        throw unfit(name, 'an integer or a list of integers', value);
      }
      break;
    case CONSTANTS.TF_ATTR_FLOAT:
      if (isNumbers(value)) {
        set.floats(op, name, Float32Array.from(value), value.length);
      } else if (typeof value === 'number') {
        set.float(op, name, value);
      } else {
        throw unfit(name, 'a number or a list of numbers', value);
      }
      break;
    case CONSTANTS.TF_ATTR_BOOL:
      if (Array.isArray(value)) {
        set.bools(op, name, Uint8Array.from(value, Number), value.length);
      } else {
        set.bool(op, name, value ? 1 : 0);
      }
      break;
    case CONSTANTS.TF_ATTR_TYPE:
      if (isNumbers(value)) {
        set.types(op, name, Int32Array.from(value), value.length);
      } else if (typeof value === 'number') {
        set.type(op, name, value);
      } else {
        throw unfit(name, 'a type or a list of types', value);
      }
      break;
    case CONSTANTS.TF_ATTR_SHAPE:
      if (!isNumbers(value)) throw unfit(name, 'a shape', value);
      set.shape(op, name, int64s(value), value.length);
      break;
    default:
      throw new Error(`Attribute ${name} has the unknown type ${type}.`);
  }
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** C's int64_t. An empty array still needs an address. */
export function int64s(values: readonly number[]): BigInt64Array {
  const result = new BigInt64Array(Math.max(1, values.length));
  for (let i = 0; i < values.length; i++) result[i] = BigInt(values[i] ?? 0);
  return result;
}

function unfit(name: string, wanted: string, value: unknown): Error {
  return new Error(`Attribute ${name} must be ${wanted}, not ${JSON.stringify(value) ?? String(value)}.`);
}
