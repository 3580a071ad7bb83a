import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { extract, listZip } from '../../../../src/runtime/engine/install/unzip.ts';
import { sha256, temporaryFolder, zip } from './fakes.ts';

const DATA = Buffer.from('0123456789abcdef'.repeat(50_000));

async function unpack(archive: Buffer, name: string) {
  const folder = await temporaryFolder();
  const path = join(folder, 'a.zip');
  await writeFile(path, archive);
  const member = (await listZip(path)).find((entry) => entry.name === name);
  if (!member) throw new Error(`no ${name}`);
  let bytes = 0;
  const result = await extract(path, member, join(folder, 'out'), (more) => {
    bytes += more;
  });
  return { result, told: bytes, data: await readFile(join(folder, 'out')) };
}

test.each([
  ['deflated', false],
  ['stored', true],
])('a %s member is found behind others, and comes out whole with its hash', async (_name, stored) => {
  const archive = zip(
    [
      { name: 'first', data: Buffer.from('1') },
      { name: 'dir/ä.bin', data: DATA, stored },
    ],
    'a comment',
  );
  const { result, told, data } = await unpack(archive, 'dir/ä.bin');
  expect(data.equals(DATA)).toBe(true);
  expect(result).toEqual({ bytes: DATA.length, sha256: sha256(DATA) });
  expect(told).toBe(DATA.length);
});

test('a zip that another program has written is read', async (context) => {
  const folder = await temporaryFolder();
  const path = join(folder, 'p.zip');
  const script = `import zipfile,sys
z=zipfile.ZipFile(sys.argv[1],'w',zipfile.ZIP_DEFLATED)
z.writestr('tensorflow/','')
z.writestr('tensorflow/lib.so', b'0123456789abcdef'*50000)
z.close()`;
  try {
    execFileSync('python3', ['-c', script, path], { stdio: 'ignore' });
  } catch {
    context.skip('there is no python3');
  }
  const { data } = await unpack(await readFile(path), 'tensorflow/lib.so');
  expect(data.equals(DATA)).toBe(true);
});

test('a zip that is cut off or damaged is refused, never unpacked in part', async () => {
  const whole = zip([{ name: 'x', data: DATA }]);
  await expect(unpack(whole.subarray(0, whole.length - 30), 'x')).rejects.toThrow('no zip file, or it is cut off');
  await expect(unpack(Buffer.from('<html>not found</html>'), 'x')).rejects.toThrow('no zip file, or it is cut off');
  const damaged = Buffer.from(whole);
  damaged.fill(0xff, 45, 80);
  await expect(unpack(damaged, 'x')).rejects.toThrow('x cannot be unpacked');
});
