/** Files of weights made byte by byte: what no library would write. */
import { writeFile } from 'node:fs/promises';
import { temporaryFolder, zip } from '../engine/install/fakes.ts';

/** A file of this content in a folder of its own. */
export async function made(content: Buffer | string, name = 'weights'): Promise<string> {
  const path = `${await temporaryFolder()}/${name}`;
  await writeFile(path, content);
  return path;
}

/** @param header JSON, or a text that is none. @param length what the file says of the header's length */
export function safetensors(header: unknown, data: Buffer = Buffer.alloc(0), length?: bigint): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(length ?? BigInt(text.length));
  return Buffer.concat([head, text, data]);
}

const text = (value: string) => {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([Buffer.from('X'), length, bytes]);
};
const integer = (value: number) => {
  const bytes = Buffer.alloc(5);
  bytes.write('J');
  bytes.writeInt32LE(value, 1);
  return bytes;
};
const tuple = (...values: Buffer[]) => Buffer.concat([Buffer.from('('), ...values, Buffer.from('t')]);

export interface TorchTensor {
  size?: number[];
  stride?: number[];
  offset?: number;
  /** What the pickle says of the storage. */
  count?: number;
  key?: string;
}

/** `_rebuild_tensor_v2(('storage', torch.FloatStorage, '0', 'cpu', count), offset, size, stride, False, OrderedDict())` */
export function torchTensor({ size = [2], stride = [1], offset = 0, count = 2, key = '0' }: TorchTensor): Buffer {
  const storage = tuple(text('storage'), Buffer.from('ctorch\nFloatStorage\n'), text(key), text('cpu'), integer(count));
  return Buffer.concat([
    Buffer.from('ctorch._utils\n_rebuild_tensor_v2\n'),
    tuple(
      Buffer.concat([storage, Buffer.from('Q')]),
      integer(offset),
      tuple(...size.map(integer)),
      tuple(...stride.map(integer)),
      Buffer.from([0x89]),
      Buffer.from('ccollections\nOrderedDict\n)R'),
    ),
    Buffer.from('R'),
  ]);
}

/** `{'w': value}`, pickled. */
export const pickled = (value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0x80, 2]), Buffer.from('}'), text('w'), value, Buffer.from('s.')]);

/** A checkpoint with this pickle and one storage of these values. */
export const checkpoint = (pickle: Buffer, values: number[] = [1, 2]): Buffer =>
  zip([
    { name: 'archive/data.pkl', data: pickle, stored: true },
    { name: 'archive/data/0', data: Buffer.from(new Float32Array(values).buffer), stored: true },
  ]);

/** The header of a NumPy array, version 1, with this dict. */
export function npy(dict: string, data: Buffer): Buffer {
  const header = Buffer.from(dict);
  const head = Buffer.from('\x93NUMPY\x01\x00\x00\x00', 'latin1');
  head.writeUInt16LE(header.length, 8);
  return Buffer.concat([head, header, data]);
}
