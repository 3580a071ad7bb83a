import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadScript, plainEnvironment, ROOT, temporaryFolder } from './scripts.ts';

interface Result {
  status: number | null;
  output: string;
}
type Run = (command: string, args: string[], options: object) => Promise<Result>;
const { run } = await loadScript<{ run: Run }>('script.mjs');
const env = plainEnvironment();

/** What a fresh clone has that the command looks at: nothing installed, nothing built. */
async function clone(): Promise<string> {
  const root = await temporaryFolder();
  for (const name of ['bin', 'package.json', 'scripts/start.mjs']) {
    await cp(join(ROOT, name), join(root, name), { recursive: true });
  }
  return root;
}
const command = (root: string, ...args: string[]) =>
  run(join(root, 'bin/ichor.mjs'), args, { cwd: root, env, hidden: true });

async function built(root: string, main: string): Promise<void> {
  await mkdir(join(root, 'dist/src/cli'), { recursive: true });
  await writeFile(join(root, 'dist/src/cli/main.js'), main);
}

test('the command is a checked-in file: npm links it before anything is built, and it then runs what was built', async () => {
  const { bin, files } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    bin: Record<string, string>;
    files: string[];
  };
  expect(bin).toEqual({ ichor: 'bin/ichor.mjs' });
  expect(files).toContain('bin');
  expect((await stat(join(ROOT, 'bin/ichor.mjs'))).mode & 0o111).toBe(0o111);

  const root = await clone();
  // As npx does it: it links first, and keeps that link.
  await writeFile(
    join(root, 'package.json'),
    JSON.stringify({
      ...JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')),
      dependencies: {},
      devDependencies: {},
    }),
  );
  const npx = () =>
    run('npx', ['--yes', '--offline', 'ichor', 'one', 'two'], {
      cwd: root,
      env: { ...env, npm_config_cache: join(root, 'npm') },
      hidden: true,
    });
  const before = await npx();
  expect(before.output).toContain('error[not-built]: ichor is not built yet in ');
  expect(before.status).toBe(2);
  await built(root, "process.stdout.write(process.argv.slice(2).join('+')); process.exitCode = 3;");
  expect(await npx()).toMatchObject({ status: 3, output: expect.stringContaining('one+two') });
}, 60_000);

test('before the build it says what to do, in a clone and where it was installed', async () => {
  const root = await clone();
  const inClone = await command(root, '--help');
  expect(inClone).toMatchObject({
    status: 2,
    output: expect.stringContaining('hint: `npm start` there installs, builds'),
  });
  expect(inClone.output.trim().split('\n')).toHaveLength(2);

  const installed = await temporaryFolder();
  for (const name of ['bin', 'package.json']) await cp(join(ROOT, name), join(installed, name), { recursive: true });
  const elsewhere = await command(installed);
  expect(elsewhere).toMatchObject({ status: 2, output: expect.stringContaining('hint: Install the tarball') });
  expect(elsewhere.output).not.toContain('npm start');
});

test('where its packages are gone it says so, and any other fault of loading is not hidden', async () => {
  const root = await clone();
  await built(root, "import 'no-such-package';");
  const { status, output } = await command(root);
  expect(output).toContain(
    "error[not-installed]: Something that ichor needs is not there: Cannot find package 'no-such-package'",
  );
  expect(output).toContain('npm start');
  expect(status).toBe(2);

  await built(root, "throw new TypeError('of its own');");
  const own = await command(root);
  expect(own.output).toContain('TypeError: of its own');
  expect(own.status).toBe(1);
});

test('a Node that is too old is told so, before anything is loaded', async () => {
  const root = await clone();
  await writeFile(join(root, 'old.mjs'), "Object.defineProperty(process, 'versions', { value: { node: '18.3.0' } });");
  const args = ['--import', './old.mjs', join(root, 'bin/ichor.mjs')];
  const { status, output } = await run(process.execPath, args, { cwd: root, env, hidden: true });
  expect(output).toContain('ichor needs Node 20.12 or newer; this is Node 18.3.0.');
  expect(output).not.toContain('not-built');
  expect(status).toBe(1);
});

test('a signal reaches the command itself: it is no process beside this one', async () => {
  const root = await clone();
  await built(
    root,
    "process.on('SIGTERM', () => process.exit(143)); setInterval(() => {}, 1000); console.log('ready');",
  );
  const child = spawn(join(root, 'bin/ichor.mjs'), { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.on('close', (status, signal) => resolve({ status, signal })));
  child.stdout.once('data', () => child.kill('SIGTERM'));
  expect(await ended).toEqual({ status: 143, signal: null });
});

test('a file of ichor that the system does not give is no stack', async () => {
  const root = await clone();
  await built(root, "throw Object.assign(new Error('EMFILE: too many open files, open x'), { code: 'EMFILE' });");
  const many = await command(root, 'run');
  expect(many.output).toContain('error[too-many-open-files]: ichor cannot be loaded');
  expect(many.output).toContain('ulimit -n 4096');
  expect(many.output).not.toMatch(/\n +at /);
  expect(many.status).toBe(1);
  await built(root, "throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', path: '/ichor/x.js' });");
  const failing = await command(root, 'run');
  expect(failing.output).toContain('error[not-installed]: A file of ichor cannot be read: /ichor/x.js (EIO).');
  expect(failing.output).not.toMatch(/\n +at /);
});

test.skipIf(process.platform === 'win32')('a signal before a command listens for itself ends with a word', async () => {
  const root = await clone();
  await built(root, "process.stdout.write('loading'); setInterval(() => {}, 1000);");
  const interrupted = (word: string, signal: NodeJS.Signals) =>
    new Promise<[number | null, string]>((done) => {
      const child = spawn(process.execPath, [join(root, 'bin/ichor.mjs'), word], { env, stdio: 'pipe' });
      let err = '';
      child.stdout.once('data', () => child.kill(signal));
      child.stderr.on('data', (chunk) => {
        err += chunk;
      });
      child.on('close', (status) => done([status, err]));
    });
  expect(await interrupted('run', 'SIGINT')).toEqual([130, '\nInterrupted. Nothing was begun.\n']);
  expect(await interrupted('store', 'SIGTERM')).toEqual([143, '\nInterrupted.\n']);
});
