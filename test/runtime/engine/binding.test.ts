import { describe, expect, it } from 'vitest';
import type { Binding } from '../../../src/runtime/engine/native/binding.ts';
import { CONSTANTS } from '../../../src/runtime/engine/native/constants.ts';
import { engineOf, type TestEngine } from '../../engine.ts';

const native = await engineOf('native');
const { TF_FLOAT, TF_INT32, TF_INT64, TF_UINT8, TF_BOOL, TF_STRING, TF_ATTR_TYPE, TF_ATTR_INT } = CONSTANTS;

describe.runIf(native)('the binding over koffi', () => {
  const binding = () => {
    native?.engine.tf.setBackend('tensorflow');
    return ((native as TestEngine).engine.tf.backend() as unknown as { binding: Binding }).binding;
  };
  const type = (name: string, value: number) => ({ name, type: TF_ATTR_TYPE, value });

  it('gives back the values of every dtype', () => {
    const b = binding();
    const cases: [number, readonly number[], Parameters<Binding['createTensor']>[2]][] = [
      [TF_FLOAT, [2, 2], Float32Array.of(1.5, -2, 3e38, 0)],
      [TF_INT32, [3], Int32Array.of(-2147483648, 0, 2147483647)],
      [TF_UINT8, [2], Uint8Array.of(0, 255)],
      [TF_BOOL, [], Uint8Array.of(1)],
      [TF_FLOAT, [0, 3], new Float32Array(0)],
    ];
    for (const [dtype, shape, values] of cases) {
      const id = b.createTensor(shape, dtype, values);
      expect(b.tensorDataSync(id)).toEqual(values);
      b.deleteTensor(id);
    }
  });

  it('takes int64 as pairs of int32 and gives BigInt', () => {
    const b = binding();
    const id = b.createTensor([2], TF_INT64, Int32Array.of(7, 0, -1, -1));
    expect(b.tensorDataSync(id)).toEqual(BigInt64Array.of(7n, -1n));
    b.deleteTensor(id);
  });

  it('keeps strings of any length, and bytes that are no text', () => {
    const b = binding();
    const strings = [Buffer.from(''), Buffer.from('short'), Buffer.alloc(5000, 200), Buffer.from([0, 1, 0])].map(
      (bytes) => Uint8Array.from(bytes),
    );
    const id = b.createTensor([2, 2], TF_STRING, strings);
    expect(b.tensorDataSync(id)).toEqual(strings);
    const [joined] = b.executeOp('ReduceJoin', [], [id, b.createTensor([2], TF_INT32, Int32Array.of(0, 1))], 1);
    expect((b.tensorDataSync(joined?.id ?? -1) as Uint8Array[])[0]?.length).toBe(5008);
  });

  it('copies: an array that changes afterwards changes nothing', () => {
    const b = binding();
    const values = new Float32Array(1024).fill(1);
    const id = b.createTensor([1024], TF_FLOAT, values);
    values.fill(2);
    expect((b.tensorDataSync(id) as Float32Array).every((value) => value === 1)).toBe(true);
    b.deleteTensor(id);
  });

  it('refuses values that do not fit dtype or shape', () => {
    const b = binding();
    expect(() => b.createTensor([3], TF_FLOAT, Float32Array.of(1, 2))).toThrow('[3] of float needs 3 values, not 2');
    expect(() => b.createTensor([1], TF_FLOAT, Int32Array.of(1))).toThrow('Int32Array is no tensor of float');
  });

  it('says which op failed, on what, and why in the words of TensorFlow', () => {
    const b = binding();
    const a = b.createTensor([2, 3], TF_FLOAT, new Float32Array(6));
    const attributes = [type('T', TF_FLOAT)];
    expect(() => b.executeOp('MatMul', attributes, [a, a], 1)).toThrow(
      /^MatMul\(float\[2,3\], float\[2,3\]\): .*Matrix size-incompatible.*\(INVALID_ARGUMENT\)$/s,
    );
    expect(() => b.executeOp('NoSuchOp', [], [], 1)).toThrow(
      /^NoSuchOp: .*neither a type of a primitive operation.*NOT_FOUND/s,
    );
    expect(() => b.executeOp('Range', [{ name: 'x', type: TF_ATTR_INT, value: 'y' }], [], 1)).toThrow(
      'Attribute x must be an integer or a list of integers, not "y".',
    );
    b.deleteTensor(a);
  });

  it('knows no tensor that was deleted', () => {
    const b = binding();
    const before = b.getNumOfTensors();
    const id = b.createTensor([], TF_FLOAT, Float32Array.of(1));
    expect(b.getNumOfTensors()).toBe(before + 1);
    b.deleteTensor(id);
    expect(b.getNumOfTensors()).toBe(before);
    expect(() => b.tensorDataSync(id)).toThrow(`no tensor of id ${id}`);
    expect(() => b.deleteTensor(id)).toThrow(`no tensor of id ${id}`);
  });
});
