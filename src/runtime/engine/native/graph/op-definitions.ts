import type { Status } from '../status.ts';
import type { Pointer, TensorFlow } from '../symbols.ts';

/** What of an op's definition (`tensorflow/core/framework/op_def.proto`) is needed to put it into a graph. */
export interface OpDefinition {
  /** For each argument: one tensor, or a list of them. */
  inputs: readonly ('one' | 'list')[];
  /** Attributes that follow from the lists that are given, such as N: not to be set. */
  implied: ReadonlySet<string>;
}

/** Definitions by name, asked of TensorFlow once each. */
export function opDefinitions(tensorflow: TensorFlow, status: Status, graph: () => Pointer) {
  const known = new Map<string, OpDefinition>();
  return (op: string): OpDefinition => {
    const found = known.get(op);
    if (found !== undefined) return found;
    const buffer = tensorflow.TF_NewBuffer();
    try {
      tensorflow.TF_GraphGetOpDef(graph(), op, buffer, status.pointer);
      status.check(() => op);
      const definition = parse(bytesOf(tensorflow, buffer));
      known.set(op, definition);
      return definition;
    } finally {
      tensorflow.TF_DeleteBuffer(buffer);
    }
  };
}

/** The bytes of a `TF_Buffer { const void* data; size_t length; … }`. */
function bytesOf(tensorflow: TensorFlow, buffer: Pointer): Uint8Array {
  const head = new BigUint64Array(2);
  tensorflow.memcpy(head, buffer, 16);
  const bytes = new Uint8Array(Number(head[1]));
  if (bytes.length > 0) tensorflow.memcpy(bytes, head[0] as bigint, bytes.length);
  return bytes;
}

/** `OpDef { input_arg = 2 }`, `ArgDef { number_attr = 5, type_list_attr = 6 }`. */
function parse(bytes: Uint8Array): OpDefinition {
  const inputs: ('one' | 'list')[] = [];
  const implied = new Set<string>();
  for (const { field, value } of fields(bytes)) {
    if (field !== 2 || typeof value === 'number') continue;
    const lists = fields(value).filter((each) => (each.field === 5 || each.field === 6) && sizeOf(each.value) > 0);
    inputs.push(lists.length > 0 ? 'list' : 'one');
    for (const { value: name } of lists) implied.add(Buffer.from(name as Uint8Array).toString());
  }
  return { inputs, implied };
}

const sizeOf = (value: Uint8Array | number): number => (typeof value === 'number' ? 0 : value.length);

/** The fields of a protocol buffer: bytes for what has a length, a number for a varint; fixed ones are passed over. */
function fields(bytes: Uint8Array): { field: number; value: Uint8Array | number }[] {
  const found: { field: number; value: Uint8Array | number }[] = [];
  let place = 0;
  const varint = (): number => {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = bytes[place++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  };
  while (place < bytes.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    switch (tag & 7) {
      case 0:
        found.push({ field, value: varint() });
        break;
      case 1:
        place += 8;
        break;
      case 2: {
        const length = varint();
        found.push({ field, value: bytes.subarray(place, place + length) });
        place += length;
        break;
      }
      case 5:
        place += 4;
        break;
      default:
        throw new Error(`An op's definition holds the wire type ${tag & 7}.`);
    }
  }
  return found;
}
