import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadScript, ROOT } from './scripts.ts';

const { bundleCommand } = await loadScript<{ bundleCommand(dist: string): Promise<void> }>('build-bundle.mjs');

const TREE: Record<string, string> = {
  'src/cli/main.js': `#!/usr/bin/env node
import canonicalize from 'canonicalize';
import { Known } from '../known.js';
const { late } = await import('./late.js');
const api = await import(process.argv[2]);
console.log(JSON.stringify([canonicalize({ b: 1, a: 2 }), late(), api.Known === Known]));
`,
  'src/cli/late.js': `export const late = () => import.meta.url.split('/').slice(-3).join('/');\n`,
  'src/known.js': 'export class Known {}\n',
  'src/index.js': `export { Known } from './known.js';\n`,
  'src/library/index.js': `export { Known } from '../known.js';\n`,
  'src/testing/index.js': `import koffi from 'koffi';\nexport { Known } from '../known.js';\nexport const load = () => koffi;\n`,
};

let dist = '';
beforeAll(async () => {
  const root = await mkdtemp(join(tmpdir(), 'ichor-bundle-'));
  dist = join(root, 'dist');
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  await writeFile(join(root, 'package.json'), '{ "type": "module" }');
  for (const [name, text] of Object.entries(TREE)) {
    await mkdir(dirname(join(dist, name)), { recursive: true });
    await writeFile(join(dist, name), text);
  }
  await bundleCommand(dist);
});
afterAll(() => rm(dirname(dist), { recursive: true }));

test('the entries lead to one copy of what they share, and modules know where they were', () => {
  const main = join(dist, 'src/cli/main.js');
  const api = pathToFileURL(join(dist, 'src/index.js')).href;
  const said = execFileSync(process.execPath, [main, api], { encoding: 'utf8' });
  expect(JSON.parse(said)).toEqual(['{"a":2,"b":1}', 'src/cli/late.js', true]);
});

test('an entry is one line, and what is loaded when it is needed a file of its own', async () => {
  expect(await readFile(join(dist, 'src/index.js'), 'utf8')).toBe("export * from '../bundle/index.js';\n");
  expect(await readFile(join(dist, 'src/cli/main.js'), 'utf8')).toMatch(/^#!.*\nimport '.*';\n$/);
  expect(await readFile(join(dist, 'bundle/main.js'), 'utf8')).toMatch(/import\("\.\/late-\w+\.js"\)/);
});

test('packages of JavaScript alone come along with their licences, others are found where npm puts them', async () => {
  const notice = await readFile(join(dist, 'bundle/NOTICE'), 'utf8');
  expect(notice).toMatch(/^--- canonicalize \S+ \(Apache-2\.0\)/m);
  expect(notice).toContain('Apache License');
  expect(notice).not.toContain('koffi');
  expect(await readFile(join(dist, 'bundle/testing.js'), 'utf8')).toMatch(/from "koffi"/);
});

test('a tree that lacks an entry stays as it is', async () => {
  const other = await mkdtemp(join(tmpdir(), 'ichor-bundle-'));
  await bundleCommand(other);
  expect(existsSync(join(other, 'bundle'))).toBe(false);
  await rm(other, { recursive: true });
});
