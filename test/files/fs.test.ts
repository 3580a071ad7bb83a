import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createReadStream, mkdir, open, patiently, readFile } from '../../src/files/fs.ts';
import { hasForm, isNumber, NotJson, readJson } from '../../src/files/json.ts';
import { foldersIn, isStray, namesIn } from '../../src/files/list.ts';
import { createWhole, putCopy, replaceFile } from '../../src/files/write.ts';

const links = vi.hoisted(() => ({ forbidden: false }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const link: typeof real.link = async (from, to) => {
    if (!links.forbidden) return real.link(from, to);
    throw Object.assign(new Error('EPERM'), { code: 'EPERM', errno: -1, syscall: 'link' });
  };
  return { ...real, link };
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-files-'));
});
afterEach(async () => {
  links.forbidden = false;
  await rm(folder, { recursive: true, force: true });
});

describe('where too many files are open', () => {
  it('a call waits for one to be closed, and gives up in the end', async () => {
    let calls = 0;
    const full = Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
    const later = () => (++calls < 3 ? Promise.reject(full) : Promise.resolve('read'));
    expect(await patiently(later)).toBe('read');
    expect(calls).toBe(3);
    await expect(patiently(() => Promise.reject(full), 20)).rejects.toBe(full);
  });

  it('any other error is at once what it is', async () => {
    let calls = 0;
    const other = Object.assign(new Error('EIO'), { code: 'EIO' });
    const failing = () => {
      calls++;
      return Promise.reject(other);
    };
    await expect(patiently(failing)).rejects.toBe(other);
    expect(calls).toBe(1);
  });
});

describe('errors that Node leaves without a path', () => {
  it.runIf(existsSync('/dev/full'))('name the file: a handle’s write to a full disk', async () => {
    const handle = await open('/dev/full', 'w');
    await expect(handle.write('x')).rejects.toMatchObject({ code: 'ENOSPC', path: '/dev/full' });
    await handle.close();
  });

  it('name the file: a folder that is read as one, by call and by stream', async () => {
    await expect(readFile(folder)).rejects.toMatchObject({ code: 'EISDIR', path: folder });
    const reading = async () => {
      for await (const _ of createReadStream(folder));
    };
    await expect(reading()).rejects.toMatchObject({ code: 'EISDIR', path: folder });
  });
});

describe('folders', () => {
  it('are made with those above them, and may be there', async () => {
    const deep = join(folder, 'a', 'b', 'c');
    await mkdir(deep, { recursive: true });
    await mkdir(deep, { recursive: true });
    expect(statSync(deep).isDirectory()).toBe(true);
    writeFileSync(join(folder, 'file'), '');
    await expect(mkdir(join(folder, 'file'), { recursive: true })).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(mkdir(join(folder, 'file', 'x'), { recursive: true })).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  // Node's own recursion does not end here.
  it.runIf(process.platform === 'linux')(
    'below /proc fail',
    async () => {
      await expect(mkdir('/proc/ichor/a/b', { recursive: true })).rejects.toMatchObject({ code: 'ENOENT' });
    },
    5000,
  );

  it('are listed without what systems and editors leave in them', async () => {
    for (const name of ['.DS_Store', 'Thumbs.db', 'a~', '._b', '.nfs0001', 'kept'])
      writeFileSync(join(folder, name), '');
    for (const name of ['lost+found', '.Trash', 'real']) mkdirSync(join(folder, name));
    symlinkSync(join(folder, 'real'), join(folder, 'linked'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling'));
    expect(await namesIn(folder)).toEqual(['dangling', 'kept', 'linked', 'real']);
    expect(await foldersIn(folder)).toEqual(['linked', 'real']);
    expect(await foldersIn(join(folder, 'none'))).toEqual([]);
    expect(isStray('manifest.json')).toBe(false);
  });
});

describe('a file that is made whole or not at all', () => {
  for (const forbidden of [false, true])
    it(`is made once, ${forbidden ? 'without' : 'with'} hard links, and nothing else stays`, async () => {
      links.forbidden = forbidden;
      const file = join(folder, 'key');
      const made = await Promise.all(Array.from({ length: 5 }, (_, i) => createWhole(file, `by ${i}`, 0o600)));
      expect(made.filter(Boolean)).toHaveLength(1);
      expect(readFileSync(file, 'utf8')).toBe(`by ${made.indexOf(true)}`);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(await readdir(folder)).toEqual(['key']);
    });

  it('is copied whole, with its times, over what was there', async () => {
    const [file, second] = [join(folder, 'a'), join(folder, 'b')];
    writeFileSync(file, 'text');
    utimesSync(file, 1e9, 1e9);
    writeFileSync(second, 'other');
    await putCopy(file, second);
    expect(readFileSync(second, 'utf8')).toBe('text');
    expect(statSync(second).mtimeMs).toBe(1e12);
    expect(statSync(second).ino).not.toBe(statSync(file).ino);
    await expect(putCopy(join(folder, 'none'), second)).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await readdir(folder)).sort()).toEqual(['a', 'b']);
  });

  it('replaces another one', async () => {
    const file = join(folder, 'a');
    await replaceFile(file, 'old');
    await replaceFile(file, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(await readdir(folder)).toEqual(['a']);
  });
});

describe('a JSON file that is not what was written', () => {
  it.each([
    ['', 'it is empty'],
    [' \n', 'it is empty'],
    ['\0\0\0\0', 'it holds zeros'],
    ['{"a": 1', 'it is no JSON'],
    ['null', 'another form'],
    ['[]', 'another form'],
    ['{"a": "1"}', 'another form'],
  ])('%j: %s', async (text, why) => {
    const file = join(folder, 'x.json');
    writeFileSync(file, text);
    const reading = readJson(file, hasForm({ a: isNumber }));
    await expect(reading).rejects.toThrow(NotJson);
    await expect(reading).rejects.toThrow(why);
  });

  it('may be a folder; one that is missing or closed is an error of the system', async () => {
    await expect(readJson(folder, () => true)).rejects.toThrow('it is a folder');
    await expect(readJson(join(folder, 'none'), () => true)).rejects.toMatchObject({ code: 'ENOENT' });
    if (process.getuid?.() === 0) return;
    const closed = join(folder, 'closed');
    writeFileSync(closed, '{}');
    chmodSync(closed, 0);
    await expect(readJson(closed, () => true)).rejects.toMatchObject({ code: 'EACCES' });
  });
});
