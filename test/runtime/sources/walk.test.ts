import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openImageFolder } from '../../../src/runtime/sources/folder.ts';
import { openKaggleFolder } from '../../../src/runtime/sources/kaggle.ts';
import { walkFiles } from '../../../src/runtime/sources/walk.ts';

const emptyFolder = () => mkdtemp(join(tmpdir(), 'ichor-walk-'));

/** Path -> bytes, or why it is not read. */
async function found(root: string): Promise<Record<string, number | string>> {
  const all: Record<string, number | string> = {};
  for await (const { path, bytes, problem } of walkFiles(root)) all[path] = problem?.reason ?? bytes;
  return all;
}

it('passes over a store that lies in the data, and keeps what lies beside it', async () => {
  const root = await emptyFolder();
  const files = ['a.dcm', 'heads/runs/1.dcm', 'heads/st/b.txt'];
  for (const one of ['heads/st', 'heads']) await mkdir(join(root, one, 'runs'), { recursive: true });
  for (const file of files) await writeFile(join(root, file), 'abc');
  expect(Object.keys(await found(root))).toEqual(['a.dcm', 'heads/runs/1.dcm', 'heads/st/b.txt']);
  for (const one of ['store', 'partial', 'locks']) await mkdir(join(root, 'heads/st', one));
  await writeFile(join(root, 'heads/st/runs/x.dcm'), 'abc');
  expect(Object.keys(await found(root))).toEqual(['a.dcm', 'heads/runs/1.dcm']);
  // The data folder itself, once it is a store too.
  for (const one of ['store', 'partial', 'locks', 'runs', 'tags']) {
    await mkdir(join(root, one));
    await writeFile(join(root, one, 'x.dcm'), 'abc');
  }
  expect(Object.keys(await found(root))).toEqual(['a.dcm', 'heads/runs/1.dcm']);
});

/** A user without rights: root may list everything. */
const asNobody = process.getuid?.() === 0;

describe.skipIf(process.platform === 'win32')('what is no file', () => {
  it('comes with a problem, and nothing waits for it', async () => {
    const root = await emptyFolder();
    execFileSync('mkfifo', [join(root, 'pipe.dcm')]);
    await symlink('pipe.dcm', join(root, 'link-to-pipe'));
    await symlink('/dev/zero', join(root, 'zero.dcm'));
    await symlink('nowhere', join(root, 'dangling.dcm'));
    await symlink('a.dcm/b', join(root, 'through-a-file'));
    await symlink('loop', join(root, 'loop'));
    await writeFile(join(root, 'a.dcm'), 'abc');
    await symlink('a.dcm', join(root, 'link-to-a'));
    const server = createServer().listen(join(root, 'socket'));
    await new Promise((resolve) => server.on('listening', resolve));
    expect(await found(root)).toEqual({
      'a.dcm': 3,
      'dangling.dcm': 'dangling-link',
      'link-to-a': 3,
      'link-to-pipe': 'not-a-file',
      loop: 'dangling-link',
      'pipe.dcm': 'not-a-file',
      socket: 'not-a-file',
      'through-a-file': 'dangling-link',
      'zero.dcm': 'not-a-file',
    });
    await new Promise((resolve) => server.close(resolve));
  });

  it('folders that link to each other are walked once', async () => {
    const root = await emptyFolder();
    await mkdir(join(root, 'a/b'), { recursive: true });
    await symlink(root, join(root, 'a/b/up'));
    await symlink('../..', join(root, 'a/b/up2'));
    await writeFile(join(root, 'a/b/x'), 'x');
    expect(await found(root)).toEqual({ 'a/b/x': 1 });
  });

  it('a link to a folder above is not followed: what lies there beside is other data', async () => {
    const above = await emptyFolder();
    const root = join(above, 'mine');
    await mkdir(join(root, 'a'), { recursive: true });
    await mkdir(join(above, 'mine-too'));
    await writeFile(join(above, 'mine-too', 'x'), 'xy');
    await symlink('../..', join(root, 'a', 'up'));
    await symlink('/', join(root, 'a', 'top'));
    // Beside it, and not above.
    await symlink('../mine-too', join(root, 'beside'));
    expect(await found(root)).toEqual({ 'a/top': 'link-above', 'a/up': 'link-above', 'beside/x': 2 });
  });

  it('a pipe that took the place of a file is not waited for', async () => {
    const root = await emptyFolder();
    execFileSync('mkfifo', [join(root, 'x')]);
    const source = await openImageFolder(root);
    await expect(source.read('x', 10)).rejects.toMatchObject({ code: 'NOT_A_FILE' });
    await expect(source.read('x')).rejects.toMatchObject({ code: 'NOT_A_FILE' });
    await expect(source.readRange?.('x', 5, 10)).rejects.toMatchObject({ code: 'NOT_A_FILE' });
    await mkdir(join(root, 'folder'));
    await expect(source.read('folder', 10)).rejects.toMatchObject({ code: 'EISDIR' });
  });
});

describe.skipIf(!asNobody)('a folder without rights (as another user, in a process of its own)', () => {
  const walked = (root: string): string =>
    execFileSync(
      process.execPath,
      [
        '--input-type=module',
        '--import',
        'tsx',
        '-e',
        `process.setgroups([]); process.setgid(12345);
         const { walkFiles } = await import(${JSON.stringify(join(import.meta.dirname, '../../../src/runtime/sources/walk.ts'))});
         process.setuid(12345);
         const all = {};
         try {
           for await (const { path, bytes, problem } of walkFiles(process.argv[1])) all[path] = problem ? problem.reason + ' ' + problem.message : bytes;
           console.log(JSON.stringify(all));
         } catch (error) { console.log(JSON.stringify([error.code, error.message, error.exit])); }`,
        root,
      ],
      { encoding: 'utf8', env: { ...process.env, TSX_DISABLE_CACHE: '1' } },
    );

  it('is left out aloud, the rest goes on; the root itself is an error that says so', async () => {
    const root = await emptyFolder();
    await chmod(root, 0o755);
    await writeFile(join(root, 'a'), 'a');
    await mkdir(join(root, 'lost+found'), { mode: 0o700 });
    await mkdir(join(root, 'listed/inner'), { recursive: true });
    await writeFile(join(root, 'listed/x'), 'x');
    await chmod(join(root, 'listed'), 0o744);
    await mkdir(join(root, 'z'));
    await writeFile(join(root, 'z/last'), 'last');
    await chmod(join(root, 'z'), 0o755);
    const message = 'cannot be listed (EACCES): what it holds is not read';
    expect(JSON.parse(walked(root))).toEqual({
      a: 1,
      // Listed, and not entered: reading the file says why.
      'listed/x': 0,
      'listed/inner': `unlistable-folder ${message}`,
      'lost+found': `unlistable-folder ${message}`,
      'z/last': 4,
    });
    expect(JSON.parse(walked(join(root, 'lost+found')))).toEqual([
      'source-unreadable',
      'The data folder cannot be listed (EACCES).',
      2,
    ]);
  }, 20_000);
});

describe.skipIf(process.platform !== 'linux')('names that are no UTF-8', () => {
  const bytes = (root: string, name: string) => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, 'latin1')]);

  it('are told apart, listed in an order that stays, and opened', async () => {
    const root = await emptyFolder();
    await mkdir(bytes(root, 'M\xfcller'));
    for (const name of ['M\xfcller/Sch\xe4del', 'M\xfcller/Sch\xe5del', '\xff\xfe', 'plain'])
      await writeFile(bytes(root, name), name);
    await writeFile(join(root, 'Schädel'), 'utf8');
    await writeFile(join(root, 'lost \ufffd'), 'mark');
    const files = await found(root);
    expect(Object.keys(files)).toEqual([
      'Schädel',
      'lost \ufffdEF\ufffdBF\ufffdBD',
      'plain',
      '\ufffdFF\ufffdFE',
      'M\ufffdFCller/Sch\ufffdE4del',
      'M\ufffdFCller/Sch\ufffdE5del',
    ]);
    const source = await openImageFolder(root);
    const contents = await Promise.all(Object.keys(files).map(async (path) => (await source.read(path)).toString()));
    expect(contents).toEqual(['utf8', 'mark', 'plain', '\xff\xfe', 'M\xfcller/Sch\xe4del', 'M\xfcller/Sch\xe5del']);
    // What stands in tables is UTF-8, and comes back.
    expect(Object.keys(files).map((path) => Buffer.from(path).toString())).toEqual(Object.keys(files));
  });

  it("of the root are refused with what to do, Kaggle's folder too", async () => {
    const error = { code: 'source-missing', exit: 2, hint: expect.stringContaining('ln -s') };
    await expect(openImageFolder('/nowhere/M\ufffdller')).rejects.toMatchObject(error);
    await expect(openKaggleFolder('/nowhere/M\ufffdller')).rejects.toMatchObject(error);
  });
});
