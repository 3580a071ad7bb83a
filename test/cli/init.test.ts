import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isMap, isScalar, parseDocument, visit } from 'yaml';
import { builtIn } from '../../plugins/index.ts';
import { asCalled } from '../../src/cli/called.ts';
import { initCommand } from '../../src/cli/init.ts';
import { check } from '../../src/library/index.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import { resolveRecipe } from '../../src/registry/resolve/resolve.ts';
import { top } from '../cli.ts';

const registry = createRegistry(builtIn);
const shipped = (await readdir(join(top, 'recipes')))
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replace('.yaml', ''));
const resolved = async (file: string) => {
  const { recipe, diagnostics } = await resolveRecipe(file, { registry, cwd: '/' });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return recipe;
};

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-init-'));
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

/** The comments of a text, each with single spaces; those that say where the schema lies are left out. */
const commentsOf = (text: string): string =>
  text
    .split('\n')
    .map((line) => /(?:^|\s)#(.*)$/.exec(line)?.[1]?.trim() ?? '')
    .filter((line) => !line.startsWith('yaml-language-server'))
    .join(' ')
    .toLowerCase()
    .replaceAll(/[.;:]/g, '')
    .replaceAll(/\s+/g, ' ');

describe.each(shipped)('%s', (name) => {
  test('the copy resolves to the same recipe, but for its name and what it claims about others', async () => {
    await initCommand(name, { out: folder });
    const own = await resolved(join(top, 'recipes', `${name}.yaml`));
    const copy = await resolved(join(folder, `${name}.yaml`));
    expect(copy).toEqual({ ...own, name, paper: null, contrast: null });
  });

  test('each file names a schema that is there, keeps its comments, and explains each field once', async () => {
    await initCommand(name, { out: folder });
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.yaml'));
    for (const file of files) {
      const text = await readFile(join(folder, file), 'utf8');
      const schema = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)?.[1];
      expect(existsSync(resolve(dirname(join(folder, file)), schema ?? 'none')), file).toBe(true);
      // Calls of the command work where it was written.
      expect(asCalled(text)).toBe(text);
      expect(text).not.toMatch(/npx(?! ichor|\.)/);
      expect(text.split('\n').filter((line) => line.length > 120 && !line.startsWith('#'))).toEqual([]);

      const before = await readFile(join(top, 'recipes', file), 'utf8');
      const said = commentsOf(text);
      for (const line of before.split('\n')) {
        const comment = /(?:^|\s)#(.*)$/.exec(line)?.[1];
        const dropped = /^\s*(contrast|paper)/.test(line) || line.includes('yaml-language-server');
        // Commands name the file where it is now.
        if (!comment || dropped || line.includes('recipes/')) continue;
        expect(said, line).toContain(commentsOf(`#${comment}`));
      }

      const seen = new Set<string>();
      visit(parseDocument(text), {
        Pair(_, { key, value }) {
          const field = isScalar(key) ? String(key.value) : '';
          const line = text.slice(0, (isScalar(key) && key.range?.[0]) || 0).split('\n').length;
          const first = !seen.has(field);
          seen.add(field);
          const comment = text.split('\n')[line - 1]?.includes(' # ') || (isMap(value) && value.flow === true);
          if (first && !comment) throw new Error(`${file}:${line}: ${field} is not explained`);
          // A profile sets the recipe's fields again, under names of the author's own, and may bring another component.
          return field === 'profiles' ? visit.SKIP : undefined;
        },
      });
    }
  });
});

test('a base comes along, and serves a second recipe', async () => {
  await initCommand('inception-1w', { out: folder });
  await initCommand('resnet50-1w', { out: folder });
  expect((await readdir(folder, { recursive: true })).sort()).toEqual([
    'base',
    'base/paper.yaml',
    'inception-1w.yaml',
    'recipe.schema.json',
    'resnet50-1w.yaml',
  ]);
});

test('a file of another name is named after it', async () => {
  const file = join(folder, 'deep', 'my heads.yaml');
  await initCommand('quickstart', { out: file });
  expect(await readFile(file, 'utf8')).toContain('name: null');
  expect((await resolved(file))?.name).toBe('my-heads');
  await initCommand('quickstart', { out: join(folder, 'mine.yaml') });
  expect((await resolved(join(folder, 'mine.yaml')))?.name).toBe('mine');
});

test.each(['true', 'null', 'yes', '12'])('a file that is called %s.yaml gets a name that is a text', async (name) => {
  const file = join(folder, `${name}.yaml`);
  await initCommand('quickstart', { out: file });
  expect((await resolved(file))?.name).toBe(name);
});

test('the commands to go on with can be copied where the path has spaces', async () => {
  await initCommand('quickstart', { out: join(folder, 'my heads.yaml') });
  const said = vi.mocked(process.stdout.write).mock.calls.map(([text]) => String(text));
  expect(said.at(-1)).toMatch(/npx ichor check '.*my heads\.yaml'\n {2}npx ichor run '.*my heads\.yaml'\n$/);
});

test('a recipe that reads a folder is run with the folder of whoever has it', async () => {
  await initCommand('rsna-sample', { out: join(folder, 'rsna.yaml') });
  const said = vi.mocked(process.stdout.write).mock.calls.map(([text]) => String(text));
  expect(said.at(-1)).toMatch(/npx ichor run .*rsna\.yaml --set data\.source\.root=FOLDER\n$/);
});

test('a file is no folder to write into', async () => {
  await writeFile(join(folder, 'package.json'), '{}');
  for (const out of ['package.json', join('package.json', 'deep', 'mine.yaml')]) {
    await expect(initCommand('quickstart', { out: join(folder, out) })).rejects.toMatchObject({
      code: 'file-exists',
      exit: 2,
      message: expect.stringMatching(/package\.json is there already, and nothing is overwritten\.$/) as string,
    });
  }
  expect(await readdir(folder)).toEqual(['package.json']);
  expect(await readFile(join(folder, 'package.json'), 'utf8')).toBe('{}');
});

test('inside of a project with ichor in it the schema is that of the package', async () => {
  const inside = await mkdtemp(join(top, 'node_modules', '.init-test-'));
  try {
    await initCommand('quickstart', { out: inside });
    expect(await readdir(inside)).toEqual(['quickstart.yaml']);
    const text = await readFile(join(inside, 'quickstart.yaml'), 'utf8');
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../../schema/recipe.schema.json');
  } finally {
    await rm(inside, { recursive: true });
  }
});

test('nothing is overwritten, and then nothing is written at all', async () => {
  await writeFile(join(folder, 'inception-1w.yaml'), 'mine');
  await expect(initCommand('inception-1w', { out: folder })).rejects.toMatchObject({ code: 'file-exists', exit: 2 });
  expect(await readdir(folder)).toEqual(['inception-1w.yaml']);
  await mkdir(join(folder, 'base'));
  await writeFile(join(folder, 'base', 'paper.yaml'), 'mine as well');
  await expect(initCommand('resnet50-1w', { out: folder })).rejects.toMatchObject({ code: 'file-exists' });
  expect(await readFile(join(folder, 'base', 'paper.yaml'), 'utf8')).toBe('mine as well');
  expect(existsSync(join(folder, 'resnet50-1w.yaml'))).toBe(false);
});

test('an unknown name gets the nearest', async () => {
  await expect(initCommand('quikstart', { out: folder })).rejects.toMatchObject({
    code: 'unknown-recipe',
    exit: 2,
    hint: expect.stringContaining('Did you mean quickstart?') as string,
  });
});

const folders = ['controls', 'ablations', 'as-released', 'tables'];
const below = (
  await Promise.all(
    folders.map(async (one) =>
      (await readdir(join(top, 'recipes', one))).map((name) => `${one}/${name.replace('.yaml', '')}`),
    ),
  )
).flat();

test.each(below)('%s comes with all that it extends or names, and is valid as it stands', async (name) => {
  await initCommand(name, { out: folder });
  const checked = await check(join(folder, `${name}.yaml`), { cwd: folder });
  expect(checked.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(checked.valid).toBe(true);
});

test('a control in a file of its own place would be torn from what it extends, and a name without its folder is found', async () => {
  await expect(initCommand('controls/crossfit', { out: join(folder, 'x.yaml') })).rejects.toThrow(
    /folder above its own/,
  );
  await expect(initCommand('crossfit', { out: folder })).rejects.toMatchObject({
    hint: expect.stringContaining('Did you mean controls/crossfit?'),
  });
});
