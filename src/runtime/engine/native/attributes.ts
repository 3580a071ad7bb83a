import { CONSTANTS } from './constants.ts';
import type { EagerContext } from './context.ts';
import type { Pointer } from './symbols.ts';

/** An attribute of an op as the kernels of tfjs-node write it. */
export interface OpAttribute {
  name: string;
  /** One of TF_ATTR_*. */
  type: number;
  /** By type; int, float, bool and type also take a list. */
  value: unknown;
}

/** @throws Error where a value does not fit its type. */
export function setAttribute(context: EagerContext, op: Pointer, { name, type, value }: OpAttribute): void {
  const { tensorflow, status } = context;
  switch (type) {
    case CONSTANTS.TF_ATTR_STRING: {
      const bytes = typeof value === 'string' ? Buffer.from(value) : value;
      if (!(bytes instanceof Uint8Array)) throw unfit(name, 'a string', value);
      tensorflow.TFE_OpSetAttrString(op, name, bytes, bytes.length);
      break;
    }
    case CONSTANTS.TF_ATTR_INT:
      if (isNumbers(value)) {
        tensorflow.TFE_OpSetAttrIntList(op, name, int64s(value), value.length);
      } else if (typeof value === 'number') {
        tensorflow.TFE_OpSetAttrInt(op, name, Math.trunc(value));
      } else {
        throw unfit(name, 'an integer or a list of integers', value);
      }
      break;
    case CONSTANTS.TF_ATTR_FLOAT:
      if (isNumbers(value)) {
        tensorflow.TFE_OpSetAttrFloatList(op, name, Float32Array.from(value), value.length);
      } else if (typeof value === 'number') {
        tensorflow.TFE_OpSetAttrFloat(op, name, value);
      } else {
        throw unfit(name, 'a number or a list of numbers', value);
      }
      break;
    case CONSTANTS.TF_ATTR_BOOL:
      if (Array.isArray(value)) {
        tensorflow.TFE_OpSetAttrBoolList(op, name, Uint8Array.from(value, Number), value.length);
      } else {
        tensorflow.TFE_OpSetAttrBool(op, name, value ? 1 : 0);
      }
      break;
    case CONSTANTS.TF_ATTR_TYPE:
      if (isNumbers(value)) {
        tensorflow.TFE_OpSetAttrTypeList(op, name, Int32Array.from(value), value.length);
      } else if (typeof value === 'number') {
        tensorflow.TFE_OpSetAttrType(op, name, value);
      } else {
        throw unfit(name, 'a type or a list of types', value);
      }
      break;
    case CONSTANTS.TF_ATTR_SHAPE:
      if (!isNumbers(value)) throw unfit(name, 'a shape', value);
      tensorflow.TFE_OpSetAttrShape(op, name, int64s(value), value.length, status.pointer);
      status.check(() => `Attribute ${name}`);
      break;
    default:
      throw new Error(`Attribute ${name} has the unknown type ${type}.`);
  }
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
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
