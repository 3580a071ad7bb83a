import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

/** A folder of these files. */
export async function folderOf(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'ichor-pictures-'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

export const SIDE = 16;
const PIXELS = SIDE * SIDE;

/** Grey values of 8 bits as a PNG, `[side, side]`. */
export const png8 = (of: (i: number) => number, side = SIDE): Promise<Buffer> =>
  raw(
    Uint8Array.from({ length: side * side }, (_, i) => of(i)),
    side,
    1,
  )
    .toColourspace('b-w')
    .png()
    .toBuffer();

const words = (of: (i: number) => number) =>
  sharp(
    Uint16Array.from({ length: PIXELS }, (_, i) => of(i)),
    { raw: { width: SIDE, height: SIDE, channels: 1 } },
  ).toColourspace('grey16');
export const png16 = (of: (i: number) => number): Promise<Buffer> => words(of).png().toBuffer();
export const tiff16 = (of: (i: number) => number): Promise<Buffer> =>
  words(of).tiff({ compression: 'none' }).toBuffer();

/** A TIFF of numbers with a point, which sharp does not write: entries of its directory are tag, type (3: 2, 4: 4 bytes), value. */
export function floatTiff(of: (i: number) => number): Buffer {
  const pixels = Float32Array.from({ length: PIXELS }, (_, i) => of(i));
  const entries = [
    [256, 3, SIDE],
    [257, 3, SIDE],
    [258, 3, 32],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 8],
    [277, 3, 1],
    [278, 3, SIDE],
    [279, 4, pixels.byteLength],
    [339, 3, 3],
  ] as const;
  const head = Buffer.from('II*\0\0\0\0\0', 'latin1');
  head.writeUInt32LE(8 + pixels.byteLength, 4);
  const directory = Buffer.alloc(2 + 12 * entries.length + 4);
  directory.writeUInt16LE(entries.length, 0);
  entries.forEach(([tag, type, value], i) => {
    const at = 2 + 12 * i;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(1, at + 4);
    directory.writeUInt32LE(value, at + 8);
  });
  return Buffer.concat([head, Buffer.from(pixels.buffer), directory]);
}

/** Interleaved values of several channels. */
export const raw = (values: Uint8Array, side: number, channels: 1 | 2 | 3 | 4) =>
  sharp(values, { raw: { width: side, height: side, channels } });

/** A grey ramp in three channels, `differ` added to the blue one. */
export const rgb = (differ = 0): Uint8Array =>
  Uint8Array.from({ length: 3 * PIXELS }, (_, i) => (Math.floor(i / 3) % 200) + (i % 3 === 2 ? differ : 0));

export const TABLE = 'patient,slice,EDH,IPH,IVH,SAH,SDH,healthy';
export const row = (patient: number, slice: number, any = 0): string => `${patient},${slice},0,0,0,0,${any},${1 - any}`;

/** As a recipe states it. */
export const PICTURES = {
  table: 'table.csv',
  pictures: {
    brain: { path: '{patient:3}/brain/{slice}.png', window: { level: 40, width: 120 } },
    bone: '{patient:3}/bone/{slice}.png',
  },
  slice: null,
  patient: 'patient',
  study: null,
  series: null,
  number: 'slice',
  positionMm: null,
  runs: 'upwards',
  labels: {
    epidural: 'EDH',
    intraparenchymal: 'IPH',
    intraventricular: 'IVH',
    subarachnoid: 'SAH',
    subdural: 'SDH',
    any: { not: 'healthy' },
  },
  showIds: true,
  showPictures: false,
};
