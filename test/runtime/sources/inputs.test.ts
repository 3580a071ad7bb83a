import { copyFile, mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSlices } from '../../../src/runtime/artifacts/slices.ts';
import { sourceFingerprint } from '../../../src/runtime/sources/fingerprint.ts';
import { openImageFolder } from '../../../src/runtime/sources/folder.ts';
import { mountNames } from '../../../src/runtime/sources/joined-tree.ts';
import { openKaggleFolder } from '../../../src/runtime/sources/kaggle.ts';
import { indexStage } from '../../../src/runtime/stages/index-stage.ts';
import { shardsStage } from '../../../src/runtime/stages/shards.ts';
import { type Written, zipOf } from '../../zip-writer.ts';
import { DataStages } from '../stages/context.ts';
import { kaggleFolder, series } from '../stages/kaggle-folder.ts';

const fresh = () => mkdtemp(join(tmpdir(), 'ichor-inputs-'));
let folder: string;
beforeAll(async () => {
  folder = await kaggleFolder([...series('a', 4), ...series('b', 3, { set: 'test', positive: null })]);
});

/** A folder as the members of a zip, below a name. */
async function members(root: string, below = ''): Promise<Written[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file) => ({ name: below + file.slice(root.length + 1), data: await readFile(file) })),
  );
}

async function zipped(written: readonly Written[]): Promise<string> {
  const file = join(await fresh(), 'data.zip');
  await writeFile(file, zipOf(written));
  return file;
}

/** Paths of its files; of those that are not read their reason. */
async function paths(open: Awaited<ReturnType<typeof openImageFolder>>): Promise<string[]> {
  const list: string[] = [];
  for await (const { path, problem } of open.files()) list.push(problem ? `${problem.reason}: ${path}` : path);
  return list;
}

describe("Kaggle's layout in a zip", () => {
  it('has the fingerprint of the folder, at the top and in a folder of any name', async () => {
    const { hash } = await sourceFingerprint(await openKaggleFolder(folder));
    for (const below of ['', 'rsna-intracranial-hemorrhage-detection/']) {
      const open = await openKaggleFolder(await zipped(await members(folder, below)));
      expect((await sourceFingerprint(open)).hash).toBe(hash);
      const rows = [];
      for await (const row of open.labels?.rows() ?? []) rows.push(row);
      expect(rows).toHaveLength(24);
    }
  });

  it('gives index and shards of the same bytes', async () => {
    const root = await zipped(await members(folder));
    const [here, there] = [await DataStages.of(folder), await DataStages.of(root)];
    for (const stage of [indexStage, shardsStage]) {
      const [a, b] = [await here.run(stage), await there.run(stage)];
      const names = (await readdir(a)).sort();
      expect((await readdir(b)).sort()).toEqual(names);
      for (const name of names)
        expect((await readFile(join(b, name))).equals(await readFile(join(a, name))), name).toBe(true);
    }
  });

  // Of a large member only the start is read for its header: its CRC-32 is compared where its pixels are read.
  it.each([
    [4, 'damaged-member: stage_2_train/ID_a1.dcm', 0],
    [128, 'unreadable-pixels: stage_2_train/ID_a1.dcm', 1],
  ])('leaves a damaged slice out and says so, of %i rows', async (rows, fate, read) => {
    // Values without a pattern, so that they do not shrink to less than a header's first bytes.
    const mixed = (value: number) => {
      const once = Math.imul(value ^ (value >>> 15), 0x85ebca6b);
      return (once ^ (once >>> 13)) >>> 0;
    };
    const words = (i: number) => Array.from({ length: rows * rows }, (_, k) => 1000 + (mixed(k * 4 + i + 1) % 1024));
    const slices = series('a', 4, { rows, columns: rows }).map((slice, i) => ({ ...slice, words: words(i) }));
    const root = await kaggleFolder(slices);
    const written = await members(root);
    for (const member of written) if (String(member.name).endsWith('ID_a1.dcm')) member.crc = 7;
    const stages = await DataStages.of(await zipped(written));
    const index = await stages.run(indexStage);
    await stages.run(shardsStage);
    const leftOut = ['index', 'shards'].flatMap((stage) => stages.ledgers.get(stage)?.leftOut ?? []);
    expect(leftOut.filter(({ what }) => what === 'file').map(({ item, reason }) => `${reason}: ${item}`)).toEqual([
      fate,
    ]);
    expect(await readSlices(index)).toHaveLength(3 + read);
  });

  it('is ambiguous in two folders of one zip, and unknown in a single file', async () => {
    const two = [...(await members(folder, 'a/')), ...(await members(folder, 'b/'))];
    await expect(openKaggleFolder(await zipped(two))).rejects.toMatchObject({ code: 'source-ambiguous' });
    const file = join(folder, 'stage_2_train', 'ID_a0.dcm');
    await expect(openKaggleFolder(file)).rejects.toMatchObject({ code: 'source-missing', exit: 2 });
  });

  it('may lie in several places, each with a part of it', async () => {
    const [train, rest] = [await fresh(), await fresh()];
    await symlink(join(folder, 'stage_2_train'), join(train, 'stage_2_train'));
    await symlink(join(folder, 'stage_2_test'), join(rest, 'stage_2_test'));
    await copyFile(join(folder, 'stage_2_train.csv'), join(rest, 'stage_2_train.csv'));
    const { hash } = await sourceFingerprint(await openKaggleFolder(folder));
    expect((await sourceFingerprint(await openKaggleFolder(train, [train, rest]))).hash).toBe(hash);
    await expect(openKaggleFolder(folder, [folder, rest])).rejects.toMatchObject({
      code: 'source-ambiguous',
      message: expect.stringContaining('stage_2_test lies in'),
    });
  });
});

describe('files of any place', () => {
  it('are those of a folder, a zip, a file, and several of them under their names, whatever their order', async () => {
    const [one, two] = [await fresh(), await fresh()];
    for (const root of [one, two]) {
      await mkdir(join(root, 'scan', 'deep'), { recursive: true });
      await writeFile(join(root, 'scan', 'deep', '1'), '1');
      await writeFile(join(root, 'scan', 'a.dcm'), 'a');
    }
    const zip = await zipped([{ name: 'x/1', data: '1' }]);
    const [scan, file] = [join(one, 'scan'), join(two, 'scan', 'a.dcm')];
    expect(await paths(await openImageFolder(scan))).toEqual(['a.dcm', 'deep/1']);
    expect(await paths(await openImageFolder(zip))).toEqual(['x/1']);
    expect(await paths(await openImageFolder(file))).toEqual(['a.dcm']);
    const all = ['a.dcm', 'data.zip/x/1', 'scan/a.dcm', 'scan/deep/1'];
    for (const roots of [
      [scan, zip, file],
      [file, scan, zip],
    ]) {
      const open = await openImageFolder(roots[0] as string, roots);
      expect(await paths(open)).toEqual(all);
      expect((await open.read('data.zip/x/1')).toString()).toBe('1');
      expect((await open.read('scan/deep/1')).toString()).toBe('1');
      expect((await open.readRange?.('a.dcm', 0, 5))?.toString()).toBe('a');
      await expect(open.read('gone/1')).rejects.toMatchObject({ code: 'ENOENT' });
    }
    const alike = await openImageFolder(scan, [scan, join(two, 'scan')]);
    expect((await paths(alike)).map((path) => path.replace(/^[^/]+/, '…'))).toEqual([
      '…/scan/a.dcm',
      '…/scan/deep/1',
      '…/scan/a.dcm',
      '…/scan/deep/1',
    ]);
  });

  it('count once where a place is named twice or lies in another; a hidden folder counts for itself', async () => {
    const root = await fresh();
    await mkdir(join(root, 'in'));
    await mkdir(join(root, '.scan'));
    for (const path of ['in/1', '.scan/2', '3']) await writeFile(join(root, path), path);
    await symlink(root, join(await fresh(), 'link'));
    const open = (...roots: string[]) => openImageFolder(roots[0] as string, roots);
    expect(await paths(await open(root, `${root}/`, join(root, 'in'), join(root, '3')))).toEqual([
      'hidden-folder: .scan',
      '3',
      'in/1',
    ]);
    expect((await paths(await open(root, join(root, '.scan')))).filter((path) => path.endsWith('2'))).toEqual([
      '.scan/2',
    ]);
  });

  it('a missing one is told by its number, as its name may be private', async () => {
    const root = await fresh();
    await expect(openImageFolder(root, [root, join(root, 'Miller')])).rejects.toMatchObject({
      code: 'source-missing',
      message: 'The data folder number 2 of those to be predicted does not exist or cannot be opened.',
    });
  });

  it('are told apart by as little of their paths as does', () => {
    expect(mountNames(['/a/x', '/a/y'])).toEqual(['x', 'y']);
    expect(mountNames(['/a/x/s', '/b/x/s', '/b/t'])).toEqual(['a/x/s', 'b/x/s', 't']);
    expect(mountNames(['/s', '/a/s'])).toEqual(['s', 'a/s']);
  });
});

/** An element in explicit VR little endian. */
function element(group: number, number: number, vr: string, value: Buffer | string): Buffer {
  const text = typeof value === 'string' ? Buffer.from(value.length % 2 === 0 ? value : `${value} `) : value;
  const long = ['OB', 'SQ', 'UN'].includes(vr);
  const head = Buffer.alloc(long ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, 'latin1');
  if (long) head.writeUInt32LE(text.length, 8);
  else head.writeUInt16LE(text.length, 6);
  return Buffer.concat([head, text]);
}

function dicomdir(ids: readonly string[]): Buffer {
  const meta = Buffer.concat([
    element(2, 2, 'UI', '1.2.840.10008.1.3.10\0'.slice(0, 20)),
    element(2, 0x10, 'UI', '1.2.840.10008.1.2.1\0'),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length, 0);
  const items = ids.map((id) => {
    const record = Buffer.concat([element(4, 0x1430, 'CS', 'IMAGE'), element(4, 0x1500, 'CS', id)]);
    const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
    head.writeUInt32LE(record.length, 4);
    return Buffer.concat([head, record]);
  });
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element(2, 0, 'UL', length),
    meta,
    element(4, 0x1220, 'SQ', Buffer.concat(items)),
  ]);
}

describe('a DICOMDIR', () => {
  it('stands for the files that it names, each once, whatever the case of their names; missing ones are told', async () => {
    const root = await fresh();
    await mkdir(join(root, 'dicom'));
    for (const name of ['im0001', 'IM0002', 'beside']) await writeFile(join(root, 'dicom', name), name);
    const ids = ['DICOM\\IM0001', 'DICOM\\IM0002', 'DICOM\\IM0001', 'DICOM\\IM0003', '..\\secret', 'DICOM'];
    await writeFile(join(root, 'DICOMDIR'), dicomdir(ids));
    const open = await openImageFolder(join(root, 'DICOMDIR'));
    expect(await paths(open)).toEqual([
      'dicom/im0001',
      'dicom/IM0002',
      'not-there: DICOM/IM0003',
      'unsafe-name: ../secret',
      'not-a-file: dicom',
    ]);
    expect((await open.read('dicom/im0001')).toString()).toBe('im0001');
  });

  it('without records is refused', async () => {
    const file = join(await fresh(), 'DICOMDIR');
    await writeFile(file, dicomdir([]).subarray(0, -12));
    await expect(openImageFolder(file)).rejects.toMatchObject({ code: 'source-unreadable', exit: 2 });
  });
});
