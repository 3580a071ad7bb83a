// Made-up files in Kaggle's layout: headers as RSNA's, pictures of 16 pixels, 35 slices a series, six label rows a slice.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const SLICES = 35;

function element(group, number, vr, value) {
  const text = typeof value === 'string' ? Buffer.from(value.length % 2 === 0 ? value : `${value} `) : value;
  const head = Buffer.alloc(vr === 'OW' ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, 'latin1');
  if (vr === 'OW') head.writeUInt32LE(text.length, 8);
  else head.writeUInt16LE(text.length, 6);
  return Buffer.concat([head, text]);
}

const short = (value) => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
};

function dicom(i) {
  const series = Math.floor(i / SLICES);
  const meta = element(2, 0x10, 'UI', '1.2.840.10008.1.2.1');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element(2, 0, 'UL', length),
    meta,
    element(8, 0x16, 'UI', '1.2.840.10008.5.1.4.1.1.2'),
    element(8, 0x18, 'UI', idOf(i)),
    element(8, 0x60, 'CS', 'CT'),
    element(0x10, 0x20, 'LO', `P_${series}`),
    element(0x20, 0xd, 'UI', `S_${series}`),
    element(0x20, 0xe, 'UI', `R_${series}`),
    element(0x20, 0x32, 'DS', `-125\\-125\\${(i % SLICES) * 5}`),
    element(0x20, 0x37, 'DS', '1\\0\\0\\0\\1\\0'),
    element(0x28, 2, 'US', short(1)),
    element(0x28, 4, 'CS', 'MONOCHROME2'),
    element(0x28, 0x10, 'US', short(4)),
    element(0x28, 0x11, 'US', short(4)),
    element(0x28, 0x30, 'DS', '0.488\\0.488'),
    element(0x28, 0x100, 'US', short(16)),
    element(0x28, 0x101, 'US', short(16)),
    element(0x28, 0x102, 'US', short(15)),
    element(0x28, 0x103, 'US', short(1)),
    element(0x28, 0x1052, 'DS', '-1024'),
    element(0x28, 0x1053, 'DS', '1'),
    element(0x7fe0, 0x10, 'OW', Buffer.alloc(32, i & 0xff)),
  ]);
}

const LABELS = ['epidural', 'intraparenchymal', 'intraventricular', 'subarachnoid', 'subdural', 'any'];
const idOf = (i) => `ID_${String(i).padStart(9, '0')}`;

/** Kaggle's layout, with six label rows a slice. */
export async function makeFiles(root, count) {
  const folder = join(root, 'stage_2_train');
  await mkdir(folder, { recursive: true });
  const rows = ['ID,Label'];
  for (let from = 0; from < count; from += 500) {
    const files = Array.from({ length: Math.min(500, count - from) }, (_, i) => from + i);
    await Promise.all(files.map((i) => writeFile(join(folder, `${idOf(i)}.dcm`), dicom(i))));
    for (const i of files)
      for (const label of LABELS)
        rows.push(`${idOf(i)}_${label},${i % 7 === 0 && (label === 'any' || label === LABELS[i % 5]) ? 1 : 0}`);
  }
  await writeFile(join(root, 'stage_2_train.csv'), `${rows.join('\n')}\n`);
}
