import { mkdtemp, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { crc32, ownCrc32 } from '../../../../src/files/crc32.ts';
import { openTree } from '../../../../src/runtime/sources/open-tree.ts';
import type { FileTree } from '../../../../src/runtime/sources/tree.ts';
import { type Written, zipOf } from '../../../zip-writer.ts';

async function fileOf(archive: Buffer): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'ichor-zip-')), 'archive.zip');
  await writeFile(file, archive);
  return file;
}

const opened = async (members: readonly Written[], options = {}): Promise<FileTree> =>
  (await openTree(await fileOf(zipOf(members, options)), 'of the test', 'hint')).tree;

async function listed(tree: FileTree, folder = ''): Promise<[string, number, string | null][]> {
  const files: [string, number, string | null][] = [];
  for await (const { path, bytes, problem } of tree.walk(folder)) files.push([path, bytes, problem?.reason ?? null]);
  return files;
}

const random = (length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let i = 0; i < length; i++) {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    bytes[i] = state >> 16;
  }
  return bytes;
};

describe('a zip as a tree', () => {
  it('lists files before folders by name, as a folder is walked; of hidden folders their names', async () => {
    const tree = await opened([
      { name: 'b/2', data: 'two' },
      { name: 'b/a/3', data: '3' },
      { name: 'z.dcm', data: 'zz' },
      { name: 'b/', data: '' },
      { name: 'a/1', data: '1' },
      { name: '.git/x', data: 'x' },
      { name: '.scan/y', data: 'y' },
      { name: './c//4', data: '4' },
    ]);
    expect(await listed(tree)).toEqual([
      ['.scan', 0, 'hidden-folder'],
      ['z.dcm', 2, null],
      ['a/1', 1, null],
      ['b/2', 3, null],
      ['b/a/3', 1, null],
      ['c/4', 1, null],
    ]);
    expect(await listed(tree, 'b')).toEqual([
      ['2', 3, null],
      ['a/3', 1, null],
    ]);
    expect([await tree.isFolder('b'), await tree.isFolder('z.dcm'), await tree.isFile('z.dcm')]).toEqual([
      true,
      false,
      true,
    ]);
    expect(await tree.names('')).toEqual(['.git', '.scan', 'a', 'b', 'c', 'z.dcm']);
  });

  it.each([0, 8])('gives starts, ranges and lines of a member, method %i', async (method) => {
    const data = Buffer.concat([random(300_000), Buffer.alloc(200_000)]);
    const tree = await opened([
      { name: 'm', data, method },
      { name: 't.csv', data: 'a,b\r\n1,2\n', method },
    ]);
    expect((await tree.read('m')).equals(data)).toBe(true);
    expect((await tree.read('m', 1000)).equals(data.subarray(0, 1000))).toBe(true);
    expect((await tree.readRange('m', 299_990, 100)).equals(data.subarray(299_990, 300_090))).toBe(true);
    expect((await tree.readRange('m', 499_999, 100)).length).toBe(1);
    expect((await tree.readRange('m', 600_000, 100)).length).toBe(0);
    const lines: string[] = [];
    for await (const some of tree.lines('t.csv')) lines.push(...some.map(({ text }) => text));
    expect(lines).toEqual(['a,b', '1,2']);
    await expect(tree.read('gone')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('reads a large member in order and backwards, from its own pieces', async () => {
    const block = random(1 << 20);
    const data = Buffer.concat(Array.from({ length: 40 }, (_, i) => Buffer.concat([Buffer.from([i]), block])));
    const tree = await opened([{ name: 'large', data }]);
    for (const [offset, length] of [
      [20_000_000, 1000],
      [20_001_000, 5_000_000],
      [3_000_000, 100],
      [data.length - 10, 100],
    ] as const)
      expect((await tree.readRange('large', offset, length)).equals(data.subarray(offset, offset + length))).toBe(true);
  });

  it('reads zip64, and an archive behind a program', async () => {
    const members = [{ name: 'a', data: 'one' }];
    for (const options of [{ zip64: true }, { before: Buffer.from('#!/bin/sh\n') }]) {
      const tree = await opened(members, options);
      expect((await tree.read('a')).toString()).toBe('one');
    }
  });

  it('reads names in UTF-8, in UTF-8 without a word, in code page 437, by Info-ZIP, and of Windows', async () => {
    const extra = (name: string, of: Buffer) => {
      const text = Buffer.from(name);
      const field = Buffer.alloc(9);
      field.writeUInt16LE(0x7075, 0);
      field.writeUInt16LE(5 + text.length, 2);
      field[4] = 1;
      field.writeUInt32LE(crc32(of), 5);
      return Buffer.concat([field, text]);
    };
    const tree = await opened([
      { name: 'Müller/1', data: '1' },
      { name: 'Meyër/1', data: '1', flags: 0 },
      { name: Buffer.from([0x4d, 0x81, 0x2f, 0x31]), data: '1', flags: 0 },
      { name: 'X_X/1', data: '1', flags: 0, extra: extra('Ægir/1', Buffer.from('X_X/1')) },
      { name: 'Y_Y/1', data: '1', flags: 0, extra: extra('other/1', Buffer.from('Z_Z/1')) },
      { name: 'win\\1', data: '1', host: 0, flags: 0 },
    ]);
    expect((await listed(tree)).map(([path]) => path)).toEqual([
      'Meyër/1',
      'Mü/1',
      'Müller/1',
      'Y_Y/1',
      'win/1',
      'Ægir/1',
    ]);
    expect((await tree.read('Mü/1')).toString()).toBe('1');
  });

  it('gives each member that is not read its reason', async () => {
    const bomb = deflateRawSync(Buffer.alloc(1_000_000));
    const tree = await opened([
      { name: 'good', data: 'good' },
      { name: '../out', data: 'x' },
      { name: '/etc/passwd', data: 'x' },
      { name: 'c:\\win', data: 'x' },
      { name: 'link', data: '/etc/passwd', mode: 0o120777 },
      { name: 'pipe', data: '', mode: 0o010644 },
      { name: 'secret', data: 'x', flags: 0x801 },
      { name: 'lzma', data: 'x', method: 14 },
      { name: 'claims', packed: bomb, bytes: 4_000_000_000 },
      { name: 'two-sizes', data: 'x', method: 0, bytes: 9 },
      { name: 'over', data: 'good', offset: 0, method: 0 },
    ]);
    expect(Object.fromEntries((await listed(tree)).map(([path, , reason]) => [path, reason]))).toEqual({
      good: 'zip-bomb',
      over: 'zip-bomb',
      claims: 'zip-bomb',
      link: 'link-in-zip',
      pipe: 'not-a-file',
      secret: 'encrypted',
      lzma: 'packed-otherwise',
      'two-sizes': 'damaged-member',
      '../out': 'unsafe-name',
      '/etc/passwd': 'unsafe-name',
      'c:\\win': 'unsafe-name',
    });
    await expect(tree.read('secret')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('of two members of one name reads the first where they are equal, and none where they differ', async () => {
    const tree = await opened([
      { name: 'same', data: 'x' },
      { name: 'same', data: 'x' },
      { name: 'other.dcm', data: 'x' },
      { name: 'other.dcm', data: 'y' },
      { name: 'other (2).dcm', data: 'z' },
    ]);
    expect(await listed(tree)).toEqual([
      ['other (2).dcm', 1, null],
      ['other (3).dcm', 1, 'member-twice'],
      ['other.dcm', 1, 'member-twice'],
      ['same', 1, null],
      ['same (2)', 1, 'member-twice'],
    ]);
  });

  it('compares the CRC-32 and the local header where a member is read', async () => {
    const text = 'a text that is long enough to be packed, a text that is long enough to be packed';
    const broken = deflateRawSync(Buffer.from(text));
    broken.fill(0xff, 4, 12);
    const tree = await opened([
      { name: 'crc', data: text, crc: 1 },
      { name: 'stored', data: text, method: 0, crc: 1 },
      { name: 'broken', packed: broken, bytes: text.length },
      { name: 'renamed', data: text, localName: 'another' },
      { name: 'short', data: text, bytes: 200, crc: crc32(Buffer.from(text)) },
      { name: 'more', data: text, bytes: 10, crc: crc32(Buffer.from(text)) },
    ]);
    for (const [name, reason] of [
      ['crc', 'damaged-member'],
      ['stored', 'damaged-member'],
      ['broken', 'damaged-member'],
      ['renamed', 'damaged-member'],
      ['short', 'damaged-member'],
      ['more', 'zip-bomb'],
    ])
      await expect(tree.read(name as string), name).rejects.toMatchObject({ reason, code: 'EBADMSG' });
  });

  it('refuses what is cut off, split, damaged or no zip, in words without its path', async () => {
    const whole = zipOf([{ name: 'a', data: random(5000) }]);
    const cut = await fileOf(whole);
    await truncate(cut, whole.length - 60);
    await expect(openTree(cut, 'of the test', 'hint')).rejects.toMatchObject({
      code: 'source-zip-damaged',
      exit: 2,
      message: 'The zip of the test has no end: what a zip holds is listed there.',
    });
    const split = Buffer.from(whole);
    split.writeUInt16LE(2, whole.length - 18);
    await expect(openTree(await fileOf(split), 'of the test', 'hint')).rejects.toMatchObject({
      code: 'source-zip-parts',
    });
    const counted = Buffer.from(whole);
    counted.writeUInt16LE(7, whole.length - 12);
    await expect(openTree(await fileOf(counted), 'of the test', 'hint')).rejects.toMatchObject({
      code: 'source-zip-damaged',
    });
    await expect(openTree(await fileOf(Buffer.from('no zip')), 'of the test', 'hint')).rejects.toMatchObject({
      code: 'source-zip-damaged',
    });
  });

  it('refuses two archives in one file, of which every program sees the last alone; a program in front is none', async () => {
    const [one, two] = [zipOf([{ name: 'a', data: random(500) }]), zipOf([{ name: 'b', data: random(500) }])];
    await expect(openTree(await fileOf(Buffer.concat([one, two])), 'of the test', 'hint')).rejects.toMatchObject({
      code: 'source-zip-joined',
      exit: 2,
    });
    const unpacksItself = await fileOf(Buffer.concat([Buffer.from('#!/bin/sh\n'), two]));
    expect((await openTree(unpacksItself, 'of the test', 'hint')).tree).toBeDefined();
  });

  it('ends where the archive is written to while it is read; a touch is a new look', async () => {
    const file = await fileOf(zipOf([{ name: 'a', data: 'one' }]));
    const { tree } = await openTree(file, 'of the test', 'hint');
    await utimes(file, 1, 1);
    await expect(tree.read('a')).rejects.toMatchObject({ code: 'source-changed' });
    const again = await openTree(file, 'of the test', 'hint');
    expect((await again.tree.read('a')).toString()).toBe('one');
  });

  it('lets times of the archive and the CRC-32 of the member stand for times', async () => {
    const tree = await opened([
      { name: 'a', data: 'one' },
      { name: 'b', data: 'two' },
    ]);
    const times = [];
    for await (const file of tree.walk('')) times.push(file.times);
    expect(times[0]?.modifiedNs).toBe(times[1]?.modifiedNs);
    expect(times[0]?.inode).not.toBe(times[1]?.inode);
  });

  it('has a CRC-32 of its own for Node before 20.15', () => {
    // The check value of CRC-32/ISO-HDLC.
    expect(ownCrc32(Buffer.from('123456789'))).toBe(0xcbf43926);
    expect(ownCrc32(Buffer.from('6789'), ownCrc32(Buffer.from('12345')))).toBe(0xcbf43926);
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  });
});
