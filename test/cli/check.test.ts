import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ichor, top } from '../cli.ts';

const SMALL = `recipe: 1
data: { source: { type: rsna, root: data/rsna } }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
backbone: small-cnn
`;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-check-'));
  await mkdir(join(folder, 'recipes', 'base'), { recursive: true });
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'recipes', 'good.yaml'), SMALL);
  await writeFile(join(folder, 'recipes', 'bad.yaml'), SMALL.replace('backbone:', 'bakbone:'));
  await writeFile(join(folder, 'recipes', 'base', 'part.yaml'), 'epochs: 3\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const check = (...args: string[]) => ichor(['check', ...args], { cwd: folder });
const KEYS = ['code', 'severity', 'file', 'line', 'column', 'path', 'message', 'hint'];

describe('--format json', () => {
  it('is one array on standard output, and nothing else anywhere', async () => {
    const { status, out, err } = await check('recipes/bad.yaml', '--format', 'json');
    expect(status).toBe(2);
    expect(err).toBe('');
    const found = JSON.parse(out);
    expect(found).toEqual([
      {
        code: 'unknown-key',
        severity: 'error',
        file: 'recipes/bad.yaml',
        line: 5,
        column: 1,
        path: 'bakbone',
        message: 'bakbone is no key of a recipe.',
        hint: 'Did you mean backbone?',
      },
    ]);
    expect(Object.keys(found[0])).toEqual(KEYS);
  });

  it('is an empty array where nothing was found', async () => {
    expect(await check('recipes/good.yaml', '--format', 'json')).toMatchObject({ status: 0, out: '[]\n', err: '' });
  });

  it('names --set for the command line, counts from 0 what has no line, and says null for no hint', async () => {
    const { status, out } = await check(
      'recipes/good.yaml',
      'gone.yaml',
      '--set',
      'backbone.width=99',
      '--format',
      'json',
    );
    expect(status).toBe(2);
    const found = JSON.parse(out);
    expect(found).toMatchObject([
      { code: 'out-of-range', file: '--set', line: 1, column: 16 },
      { code: 'recipe-missing', file: 'gone.yaml', line: 0, column: 0, hint: null },
    ]);
  });

  it('is an array for what is no recipe at all: a folder, a picture, 10,000 levels', async () => {
    await writeFile(
      join(folder, 'picture.yaml'),
      Uint8Array.from({ length: 500 }, (_, i) => (i * 37) % 256),
    );
    await writeFile(join(folder, 'deep.yaml'), '['.repeat(10_000));
    for (const [file, code] of [
      ['empty', 'recipe-missing'],
      ['picture.yaml', 'not-utf8'],
      ['deep.yaml', 'too-deep'],
    ] as const) {
      const { status, out, err } = await check(file, '--format', 'json');
      expect(JSON.parse(out), err).toMatchObject([{ code }]);
      expect(status).toBe(2);
    }
  });
});

describe('--format github', () => {
  it('is an annotation a finding, and nothing where there is none', async () => {
    const { status, out, err } = await check('recipes/bad.yaml', '--format', 'github');
    expect(status).toBe(2);
    expect(err).toBe('');
    expect(out).toBe(
      '::error file=recipes/bad.yaml,line=5,col=1,title=unknown-key::bakbone is no key of a recipe.%0Ahint: Did you mean backbone?\n',
    );
    expect(await check('recipes/good.yaml', '--format', 'github')).toMatchObject({ status: 0, out: '', err: '' });
  });
});

describe('several recipes', () => {
  it('are checked one after the other; one that is not valid decides', async () => {
    const { status, out, err } = await check('recipes/good.yaml', 'recipes/bad.yaml');
    expect(status).toBe(2);
    expect(out).toBe('valid: recipes/good.yaml\n');
    expect(err).toMatch(
      /^\nrecipes\/bad\.yaml:5:1 {2}error unknown-key\n[\s\S]*\ninvalid: recipes\/bad\.yaml \(1 error\)\n$/,
    );
  });

  it('a folder stands for the recipes in it, and not for the parts in the folders below', async () => {
    const { status, out, err } = await check('recipes');
    expect(status).toBe(2);
    expect([out, err].join('')).toMatch(/valid: recipes\/good\.yaml/);
    expect(err).toContain('invalid: recipes/bad.yaml');
    expect(`${out}${err}`).not.toContain('part.yaml');
  });

  it('every shipped recipe is valid', async () => {
    const { status, out } = await ichor(['check', 'recipes', '--format', 'json'], { cwd: top });
    expect(status).toBe(0);
    // What ails a base is told once, however many recipes extend it.
    const texts = JSON.parse(out).map((one: object) => JSON.stringify(one));
    expect(new Set(texts).size).toBe(texts.length);
  });
});

it('no recipe, another format: exit 2 and what can be said', async () => {
  expect(await check()).toMatchObject({ status: 2, out: '' });
  const { status, err } = await check('recipes/good.yaml', '--format', 'xml');
  expect(status).toBe(2);
  expect(err).toContain('text, json, github');
});
