import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readSafetensors } from '../../src/runtime/artifacts/safetensors.ts';
import { command, INSTALL, installIchor, linkTools, run } from '../scripts/packed.ts';
import { keptFolder, plainEnvironment, ROOT } from '../scripts/scripts.ts';

const runIn =
  (cwd: string) =>
  (program: string, ...args: string[]): Promise<string> =>
    command(cwd, program, ...args);
const lastLine = (output: string) => output.trim().split('\n').at(-1) as string;

/** The package where its author works on it, and a project that only uses it; both outside of the checkout. */
let author = '';
let project = '';

beforeAll(async () => {
  const folder = await keptFolder();
  [author, project] = [join(folder, 'author'), join(folder, 'project')];
  const example = join(ROOT, 'examples/plugin-sigmoid');
  await cp(example, author, { recursive: true, filter: (path) => !/\/(node_modules|dist)$/.test(path) });
  // What `npm install` gives its author (docs/authoring.md is followed with it): ichor from its tarball, and what the package is developed with.
  const manifest = JSON.parse(await readFile(join(author, 'package.json'), 'utf8'));
  expect(Object.keys(manifest.devDependencies).sort()).toEqual(['@types/node', 'ichor', 'tsx', 'typescript']);
  expect(manifest.devDependencies.ichor).toBe('file:../..');
  await installIchor(author, {});
  await writeFile(join(author, 'package.json'), JSON.stringify(manifest, null, 2));
  await linkTools(author, 'typescript', '@types/node', 'undici-types');
  const packed = lastLine(await runIn(author)('npm', 'pack', '--ignore-scripts=false', '--loglevel=error'));

  await installIchor(project, { name: 'user', private: true, type: 'module' });
  await runIn(project)('npm', 'install', join(author, packed), ...INSTALL);
  await cp(join(project, 'node_modules/ichor-plugin-example/recipe.yaml'), join(project, 'recipe.yaml'));
}, 600_000);

test("the author's own tests and types pass against the packed ichor", async () => {
  const said = await runIn(author)('npm', 'test');
  for (const component of ['sigmoid', 'mottle']) expect(said).toMatch(new RegExp(`example/${component} keeps what`));
  await runIn(author)('npm', 'run', 'typecheck');
}, 300_000);

test('the tarball holds what is built and published, and no source', async () => {
  const installed = join(project, 'node_modules/ichor-plugin-example');
  expect((await readdir(installed)).sort()).toEqual([
    'README.md',
    'dist',
    'ichor.schema.json',
    'package.json',
    'recipe.yaml',
  ]);
  const { plugin, components } = JSON.parse(await readFile(join(installed, 'ichor.schema.json'), 'utf8'));
  expect(plugin).toBe('example');
  expect(components.map(({ kind, name }: { kind: string; name: string }) => `${kind} ${name}`)).toEqual([
    'window example/sigmoid',
    'augmentation example/mottle',
  ]);
});

test('a recipe that uses both is checked with and without running the code', async () => {
  const ichor = runIn(project);
  await ichor('npx', 'ichor', 'check', 'recipe.yaml');
  await ichor('npx', 'ichor', 'check', '--no-plugin-code', 'recipe.yaml');
  const wrong = await run('npx', ['ichor', 'check', 'recipe.yaml', '--set', 'windows.learned.lowest=5'], {
    cwd: project,
    env: plainEnvironment(),
    hidden: true,
  });
  expect(wrong.status).toBe(2);
  expect(wrong.output).toMatch(/windows\.learned\.lowest/);
}, 120_000);

test('and run: the window learns, and lies in the backbone’s artifact', async () => {
  await runIn(project)('npx', 'ichor', 'run', 'recipe.yaml', '--smoke', '--engine', 'wasm');
  const store = join(project, '.ichor/store/backbone');
  const [key = ''] = await readdir(store);
  const { tensors } = await readSafetensors(join(store, key, 'weights.safetensors'));
  for (const name of ['window_0/sigmoid/shift', 'window_0/sigmoid/stretch']) {
    expect(tensors[name]?.shape).toEqual([1]);
    expect(Math.abs(tensors[name]?.data[0] as number)).toBeGreaterThan(1e-5);
  }
  // The second channel's window learns nothing.
  expect(Object.keys(tensors).filter((name) => name.startsWith('window_'))).toHaveLength(2);
}, 600_000);
