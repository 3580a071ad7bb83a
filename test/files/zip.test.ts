import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { open } from '../../src/files/fs.ts';
import { dataOffset, listMembers, readMember } from '../../src/files/zip.ts';
import { temporaryFolder, zip } from '../runtime/engine/install/fakes.ts';

const DATA = Buffer.from('0123456789abcdef'.repeat(1000));

async function opened(archive: Buffer) {
  const path = `${await temporaryFolder()}/a.zip`;
  await writeFile(path, archive);
  return open(path, 'r');
}

/** The same archive with sizes and places in zip64 fields, as a writer that does not know them beforehand makes it. */
function zip64(name: string): Buffer {
  const plain = zip([{ name, data: DATA, stored: true }]);
  const at = plain.lastIndexOf('PK\x01\x02', undefined, 'latin1');
  const central = plain.subarray(at, at + 46 + Buffer.byteLength(name));
  for (const place of [20, 24, 42]) central.writeUInt32LE(0xffffffff, place);
  central.writeUInt16LE(28 + 6, 30);
  const extra = Buffer.alloc(34);
  // Another field stands before: 2 bytes.
  extra.writeUInt16LE(0xcafe, 0);
  extra.writeUInt16LE(2, 2);
  extra.writeUInt16LE(1, 6);
  extra.writeUInt16LE(24, 8);
  extra.writeBigUInt64LE(BigInt(DATA.length), 10);
  extra.writeBigUInt64LE(BigInt(DATA.length), 18);
  extra.writeBigUInt64LE(0n, 26);
  const directory = Buffer.concat([central, extra]);
  const end64 = Buffer.alloc(56);
  end64.write('PK\x06\x06', 'latin1');
  end64.writeBigUInt64LE(44n, 4);
  end64.writeBigUInt64LE(1n, 24);
  end64.writeBigUInt64LE(1n, 32);
  end64.writeBigUInt64LE(BigInt(directory.length), 40);
  end64.writeBigUInt64LE(BigInt(at), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(BigInt(at + directory.length), 8);
  const end = Buffer.alloc(22, 0xff);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(0, 20);
  return Buffer.concat([plain.subarray(0, at), directory, end64, locator, end]);
}

test('a zip64 file is read: sizes and places of its directory and of its members', async () => {
  const file = await opened(zip64('data/ä'));
  const [member] = await listMembers(file);
  expect(member).toEqual({ name: 'data/ä', method: 0, compressedBytes: DATA.length, bytes: DATA.length, offset: 0 });
  if (member === undefined) return;
  expect((await readMember(file, member)).equals(DATA)).toBe(true);
  // Behind the local header's own extra field, which the directory does not have.
  expect(await dataOffset(file, member)).toBe(30 + 7 + 6);
  await file.close();
});

test('a member is never unpacked beyond the size that its directory says', async () => {
  const archive = zip([{ name: 'a', data: DATA }]);
  archive.writeUInt32LE(10, archive.lastIndexOf('PK\x01\x02', undefined, 'latin1') + 24);
  const file = await opened(archive);
  const [member] = await listMembers(file);
  if (member === undefined) throw new Error('none');
  await expect(readMember(file, member)).rejects.toThrow('a in it cannot be unpacked');
  await file.close();
});

test.each([
  [
    'a directory that claims more than the file',
    (archive: Buffer) => archive.writeUInt32LE(9999, archive.length - 10),
    'cut off',
  ],
  [
    'more entries than fit',
    (archive: Buffer) => archive.writeUInt16LE(500, archive.length - 12),
    'directory is damaged',
  ],
  [
    'an entry that is none',
    (archive: Buffer) => archive.write('XX', archive.lastIndexOf('PK\x01\x02', undefined, 'latin1')),
    'directory is damaged',
  ],
])('%s', async (_name, change, words) => {
  const archive = zip([{ name: 'a', data: DATA }]);
  change(archive);
  const file = await opened(archive);
  await expect(listMembers(file)).rejects.toThrow(words);
  await file.close();
});
