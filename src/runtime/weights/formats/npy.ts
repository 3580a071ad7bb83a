import { type FileHandle, open } from '../../../files/fs.ts';
import { readExactly } from './bytes.ts';
import { cutOff, unreadableWeights, unsafeWeights, unsupportedWeights } from './errors.ts';
import { cellsOf, finite, isShape, NUMBER_BYTES, type NumberType, toFloat32 } from './numbers.ts';
import { rowMajor } from './strides.ts';

const MAGIC = '\x93NUMPY';
const HEADER_LIMIT = 1 << 20;
/** NumPy's letters with the bytes of one value. */
const TYPES: Readonly<Record<string, NumberType>> = {
  f8: 'F64',
  f4: 'F32',
  f2: 'F16',
  i8: 'I64',
  u8: 'U64',
  i4: 'I32',
  u4: 'U32',
  i2: 'I16',
  u2: 'U16',
  i1: 'I8',
  u1: 'U8',
  b1: 'BOOL',
};

export interface NpyArray {
  shape: readonly number[];
  type: NumberType;
  /** float32, row-major whatever the file's order. */
  read(): Promise<Float32Array>;
}

export const isNpy = (head: Uint8Array): boolean => Buffer.from(head.subarray(0, 6)).toString('latin1') === MAGIC;

/** The header of a NumPy array (NEP 1, versions 1 to 3), held against the file. */
export async function openNpy(path: string): Promise<NpyArray> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const header = await headerOf(path, handle, size);
    const { shape, type, bigEndian, fortran, start } = header;
    const bytes = NUMBER_BYTES[type] * cellsOf(shape);
    if (start + bytes > size)
      throw cutOff(path, `its array [${shape}] ends at byte ${start + bytes}, and it has ${size}`);
    if (start + bytes < size) throw unreadableWeights(path, `it has ${size - start - bytes} bytes behind its array`);
    const read = async () => {
      const again = await open(path, 'r');
      try {
        const values = toFloat32(await readExactly(path, again, start, bytes), type, bigEndian);
        return finite(path, 'its array', fortran ? rowMajor(values, shape, fortranStrides(shape), 0) : values);
      } finally {
        await again.close();
      }
    };
    return { shape, type, read };
  } finally {
    await handle.close();
  }
}

async function headerOf(path: string, handle: FileHandle, size: number) {
  const head = Buffer.from(await readExactly(path, handle, 0, Math.min(size, 12)));
  if (!isNpy(head)) throw unreadableWeights(path, 'it does not begin as a NumPy array does');
  if (head.length < 12) throw cutOff(path, 'it is shorter than a header');
  const version = head[6] ?? 0;
  if (version < 1 || version > 3) throw unreadableWeights(path, `it is a NumPy array of version ${version}`);
  const length = version === 1 ? head.readUInt16LE(8) : head.readUInt32LE(8);
  const textAt = version === 1 ? 10 : 12;
  if (length > HEADER_LIMIT) throw unsafeWeights(path, `its header claims ${length} bytes`);
  if (textAt + length > size) throw cutOff(path, 'it is shorter than its header');
  const text = Buffer.from(await readExactly(path, handle, textAt, length)).toString('latin1');
  const descr = /'descr': *'([<>|=])([a-zA-Z])(\d*)'/.exec(text);
  const order = /'fortran_order': *(True|False)/.exec(text)?.[1];
  const sides = /'shape': *\(([\d, ]*)\)/.exec(text)?.[1];
  if (descr?.[2] === 'O')
    throw unsafeWeights(
      path,
      'it is an array of Python objects, which are programs',
      'Save it as an array of numbers.',
    );
  const type = descr === null ? undefined : TYPES[`${descr[2]}${descr[3]}`];
  if (type === undefined)
    throw unsupportedWeights(
      path,
      `its array is of a type that is no plain number (${/'descr': *(.{1,40}?), *'fortran/.exec(text)?.[1] ?? 'none'})`,
      'Save it as float32: numpy.save("out.npy", array.astype("float32")).',
    );
  if (order === undefined || sides === undefined)
    throw unreadableWeights(path, 'its header gives no order or no shape');
  const shape = sides
    .split(',')
    .map((side) => side.trim())
    .filter((side) => side !== '')
    .map(Number);
  if (!isShape(shape) || !Number.isSafeInteger(8 * cellsOf(shape)))
    throw unsafeWeights(path, `its header claims the shape (${sides})`);
  return { shape, type, bigEndian: descr?.[1] === '>', fortran: order === 'True', start: textAt + length };
}

/** The first axis is the one that moves fastest. */
function fortranStrides(shape: readonly number[]): number[] {
  let stride = 1;
  return shape.map((side) => {
    const own = stride;
    stride *= side;
    return own;
  });
}
