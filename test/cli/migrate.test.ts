import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ichor } from '../cli.ts';

/** A local plugin whose window called its level `middle` before. */
const PLUGIN = `
import { defineWindow, Type } from 'ichor';
export default defineWindow({
  name: 'acme/soft', version: 2, summary: 'Soft.',
  params: Type.Object({ level: Type.Number({ default: 40, description: 'Middle.' }) }),
  migrations: [{ to: 2, summary: 'As every window calls it.', rename: { middle: 'level' } }],
  contract: () => ({}), scale: () => 0.5,
});
`;
const RECIPE = `recipe: 1
plugins: [./soft.mjs]
data: { source: { type: phantom } }
windows: { soft: { type: acme/soft, middle: 30 } } # mine
channels: [soft]
backbone: small-cnn
`;

let folder = '';
const call = (...args: string[]) => ichor(args, { cwd: folder });
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-migrate-'));
  await writeFile(join(folder, 'package.json'), '{}');
  await writeFile(join(folder, 'soft.mjs'), PLUGIN);
  await writeFile(join(folder, 'mine.yaml'), RECIPE);
  await writeFile(join(folder, 'broken.yaml'), 'recipe: [1\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('check names the command; it shows what it would do, does it, and then nothing more', async () => {
  const check = await call('check', 'mine.yaml');
  expect(check.status).toBe(2);
  expect(check.err).toContain('error outdated-key');
  expect(check.err).toContain('ichor migrate mine.yaml');

  const dry = await call('migrate', 'mine.yaml', '--dry-run');
  expect(dry).toMatchObject({ status: 0, err: '' });
  expect(dry.out).toContain(
    '-windows: { soft: { type: acme/soft, middle: 30 } } # mine\n+windows: { soft: { type: acme/soft, level: 30 } } # mine',
  );
  expect(await readFile(join(folder, 'mine.yaml'), 'utf8')).toBe(RECIPE);

  const done = await call('migrate', 'mine.yaml');
  expect(done.out).toBe('changed mine.yaml\n  windows.soft.middle became level. As every window calls it.\n');
  expect(await readFile(join(folder, 'mine.yaml'), 'utf8')).toBe(RECIPE.replace('middle', 'level'));
  expect((await call('check', 'mine.yaml')).status).toBe(0);
  expect((await call('migrate', 'mine.yaml')).out).toBe('mine.yaml is up to date\n');
});

test('a file that is no YAML is told, and left as it is', async () => {
  const { status, err } = await call('migrate', 'broken.yaml', 'mine.yaml');
  expect(status).toBe(2);
  expect(err).toContain('error yaml-syntax');
  expect(await readFile(join(folder, 'broken.yaml'), 'utf8')).toBe('recipe: [1\n');
});

test('a file keeps its mode, a link stays a link, and nothing is left beside it', async () => {
  const file = join(folder, 'mode.yaml');
  await writeFile(file, RECIPE);
  await chmod(file, 0o640);
  await symlink('mode.yaml', join(folder, 'link.yaml'));
  expect(await call('migrate', 'link.yaml')).toMatchObject({ status: 0, err: '' });
  expect(await readFile(file, 'utf8')).toBe(RECIPE.replace('middle', 'level'));
  expect((await stat(file)).mode & 0o777).toBe(0o640);
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('a file that may not be written is told, and the next one is migrated all the same', async () => {
  await writeFile(join(folder, 'closed.yaml'), RECIPE);
  await chmod(join(folder, 'closed.yaml'), 0o444);
  await writeFile(join(folder, 'open.yaml'), RECIPE);
  const { status, out, err } = await call('migrate', 'closed.yaml', 'open.yaml');
  expect(status).toBe(2);
  expect(err).toContain('error[file-not-writable]: closed.yaml cannot be written: it is marked as read-only.');
  expect(out).toContain('changed open.yaml');
  expect(await readFile(join(folder, 'closed.yaml'), 'utf8')).toBe(RECIPE);
});

test('of a file that check finds errors in it does not say only that it is up to date', async () => {
  await writeFile(join(folder, 'my invalid.yaml'), RECIPE.replace('middle: 30', 'levle: 30'));
  const { status, out } = await call('migrate', 'my invalid.yaml');
  expect(status).toBe(0);
  expect(out).toBe(
    "my invalid.yaml has nothing to migrate, but it is not valid: ichor check 'my invalid.yaml' says why\n",
  );
});
