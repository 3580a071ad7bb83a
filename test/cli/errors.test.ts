import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunFolder } from '../../src/runtime/runs/run-folder.ts';
import { Store } from '../../src/runtime/store/store.ts';
import { ichor, top } from '../cli.ts';
import { draft } from '../runtime/draft.ts';

const main = join(top, 'dist', 'src', 'cli', 'main.js');
let folder: string;
let store: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-errors-'));
  store = join(folder, 'store');
  const made = new Store(store);
  await made.prepare();
  await writeFile(join((await made.begin('k')).folder, 'a'), 'abc');
  await made.finish(draft('k'));
  const about = { recipe: 'sound', recipeHash: 'h', smoke: false, synthetic: false, until: null, predictsWith: null };
  const data = { fingerprint: '', files: null };
  const run = await RunFolder.create(
    store,
    { ...about, engine: null, versions: {}, components: {}, data, git: null },
    '',
  );
  await run.end('done');
  await cp(run.folder, join(store, 'runs', 'broken-1'), { recursive: true });
  await writeFile(join(store, 'runs', 'broken-1', 'run.json'), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** As a shell would: `I` stands for the command. */
function shell(script: string, cwd = folder): { status: number | null; out: string; err: string } {
  const text = `I() { "${process.execPath}" "${main}" "$@"; }; ${script}`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', text], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, out: stdout, err: stderr };
}

describe.runIf(process.platform === 'linux')('standard output and error that end early', () => {
  it('a reader that stops is no error, and the status stays what it is', () => {
    expect(shell('I list | head -1; echo "${PIPESTATUS[0]}"').out).toMatch(/^\w+\n0\n$/);
    expect(shell('I describe backbone nothing 2>&1 | head -0; echo "${PIPESTATUS[0]}"').out).toBe('2\n');
    expect(shell('I list 2>&1 >&-; echo "$?"').out).toBe('0\n');
  });

  it('what is written at the pace of its reader is dropped once that has had enough', () => {
    const module = JSON.stringify(join(dirname(main), 'streams.js'));
    const script = `import { guardStreams, writeOut } from ${module}; guardStreams(); for (let i = 0; i < 100; i++) await writeOut("x".repeat(65536)); process.stderr.write("through");`;
    const { out, err } = shell(
      `"${process.execPath}" --input-type=module -e '${script}' | head -c 1; echo " \${PIPESTATUS[0]}"`,
    );
    expect([out, err]).toEqual(['x 0\n', 'through']);
  });

  it('output that a full disk does not take is told, and is a failure', () => {
    const { status, err } = shell('I list > /dev/full');
    expect(status).toBe(1);
    expect(err).toContain('error[output-lost]: Standard output could not be written: the disk is full (ENOSPC)');
  });

  it('messages that cannot be written change nothing', () => {
    const check = 'I runs list --store store';
    for (const to of ['/dev/full', '&-']) {
      const { status, out } = shell(`${check} 2>${to}`);
      expect([status, out.includes('sound-1')], to).toEqual([0, true]);
    }
    expect(shell('I describe backbone nothing 2> /dev/full').status).toBe(2);
  });
});

describe('a store with damage', () => {
  it('lists the runs that can be read, and names the one that cannot', async () => {
    const { status, out, err } = await ichor(['runs', 'list', '--store', store]);
    expect(status).toBe(0);
    expect(out).toContain('sound-1');
    expect(err).toContain(
      `warning[run-damaged]: ${join(store, 'runs', 'broken-1', 'run.json')} is damaged: it is empty`,
    );
  });

  it('shows, predicts and collects nothing of what it cannot know, without a stack', async () => {
    for (const command of [
      ['runs', 'show', 'broken-1'],
      ['runs', 'show', 'broken'],
      ['predict', 'broken-1', folder],
      ['ensemble', 'broken-1', 'sound-1'],
      ['diff', 'broken-1', 'sound-1'],
      ['store', 'gc'],
    ]) {
      const { status, err } = await ichor([...command, '--store', store]);
      expect(err, command.join(' ')).toContain('error[run-damaged]');
      expect(err).not.toMatch(/unexpected|\n +at /);
      expect(status).not.toBe(0);
    }
  }, 60_000);
});

describe.runIf(process.platform === 'linux')('places where nothing can be written', () => {
  it('below /proc every command ends', () => {
    const recipe = join(top, 'recipes', 'quickstart.yaml');
    for (const [command, code] of [
      [`run ${recipe} --store /proc/x/y`, 'store-not-writable'],
      [`figure architecture ${recipe} --out /proc/x/y/z.svg`, 'file-not-writable'],
      ['init quickstart --out /proc/x/y', 'file-not-writable'],
      ['data phantom /proc/x/y', 'folder-not-writable'],
    ]) {
      const { status, err } = shell(`timeout 30 "${process.execPath}" "${main}" ${command}`);
      expect(err, command).toContain(`error[${code}]`);
      expect(err).toContain('it does not exist (ENOENT)');
      expect(status).toBe(2);
    }
  }, 60_000);

  it('a folder for temporary files that is not there is named', () => {
    const recipe = join(top, 'recipes', 'quickstart.yaml');
    const { status, err } = shell(`export TMPDIR=/proc/none; I figure windows ${recipe}`);
    expect(err).toContain('error[temporary-folder-unusable]');
    expect(status).toBe(2);
  });

  it('a working directory that was removed is named', async () => {
    const gone = join(folder, 'gone');
    await mkdir(gone);
    const { status, err } = shell('rmdir "$PWD"; I runs list', gone);
    expect(err).toContain('error[working-directory-missing]');
    expect(status).toBe(2);
  });
});

describe.runIf(process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/setpriv'))(
  'a user without a home folder',
  () => {
    it('is told where engines could be kept, and that WASM stands in', () => {
      const as = `setpriv --reuid 12345 --regid 12345 --clear-groups env -u HOME -u XDG_CACHE_HOME -u ICHOR_CACHE`;
      const { err } = shell(`${as} "${process.execPath}" "${main}" engine install --quiet`, '/');
      expect(err).toContain('error[cache-unwritable]');
      expect(err).toContain('ICHOR_CACHE');
      const info = shell(`${as} "${process.execPath}" "${main}" engine info`, '/');
      expect([info.status, info.err]).toEqual([0, '']);
    }, 60_000);
  },
);
