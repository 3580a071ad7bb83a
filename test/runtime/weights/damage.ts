import { readFileSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { openWeightFile } from '../../../src/runtime/weights/weight-file.ts';
import { temporaryFolder } from '../engine/install/fakes.ts';
import { weightFixture } from './fixture.ts';

/** One of each form: what is damaged, what is opened, and what lies beside it. */
export const FORMS: readonly { damaged: string; opened: string; beside: readonly string[] }[] = [
  ...[
    'keras3.h5',
    'keras2.h5',
    'packed.h5',
    'keras3.weights.h5',
    'keras3.keras',
    'keras3-packed.keras',
    'half.weights.h5',
  ],
  ...['state.pth', 'packed.pth', 'types.safetensors'],
].map((name) => ({ damaged: name, opened: name, beside: [] }));

const ARRAYS = ['arrays-kernel.npy', 'arrays-bias.npy', 'arrays-depth.npy', 'arrays-int8.npy', 'arrays-scale.npy'];
export const LOOSE = ['arrays.json', ...ARRAYS].map((damaged) => ({ damaged, opened: 'arrays.json', beside: ARRAYS }));

export type Damage = (bytes: Buffer) => Buffer;

/** A place in the file. Without bias: the ends of a range would be the file's signature every other time. */
const share = fc.noBias(fc.nat(999_999)).map((part) => part / 1_000_000);

/** A byte here and there, a hole, a stretch of another place, a number as large as there is. */
export const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc
    .array(fc.tuple(share, fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 8,
    })
    .map((flips) => (bytes: Buffer) => {
      for (const [where, mask] of flips) {
        const at = Math.min(bytes.length - 1, Math.floor(where * bytes.length));
        bytes[at] = (bytes[at] as number) ^ mask;
      }
      return bytes;
    }),
  // What says how things lie stands at the beginning, most often.
  fc
    .array(fc.tuple(fc.noBias(fc.nat(2047)), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 })
    .map((changes) => (bytes: Buffer) => {
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      return bytes;
    }),
  fc
    .tuple(share, fc.integer({ min: 1, max: 64 }), fc.constantFrom(0, 255))
    .map(([where, length, value]) => (bytes: Buffer) => {
      const at = Math.floor(where * bytes.length);
      return bytes.fill(value, at, Math.min(bytes.length, at + length));
    }),
  fc.tuple(share, share, fc.integer({ min: 4, max: 256 })).map(([from, to, length]) => (bytes: Buffer) => {
    bytes.copy(
      bytes,
      Math.floor(to * bytes.length),
      Math.floor(from * bytes.length),
      Math.floor(from * bytes.length) + length,
    );
    return bytes;
  }),
);

const whole = new Map<string, Buffer>();

/** What becomes of a damaged file: `read`, or the code of the refusal. Anything else is thrown. */
export async function fate(form: (typeof FORMS)[number], change: Damage, patienceMs: number): Promise<string> {
  const known = whole.get(form.damaged) ?? readFileSync(weightFixture(form.damaged));
  whole.set(form.damaged, known);
  const folder = await temporaryFolder();
  for (const name of new Set([form.opened, ...form.beside])) await copyFile(weightFixture(name), `${folder}/${name}`);
  await writeFile(`${folder}/${form.damaged}`, change(Buffer.from(known)));
  try {
    const file = await openWeightFile(`${folder}/${form.opened}`, patienceMs);
    try {
      for (const tensor of file.tensors) await tensor.read();
    } finally {
      await file.close();
    }
    return 'read';
  } catch (error) {
    const { name, code, message, hint } = error as { name: string; code: string; message: string; hint: string };
    if (name !== 'IchorError' || !/^weights-/.test(code) || !message || !hint) throw error;
    return code;
  }
}
