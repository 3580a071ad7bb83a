import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { codeHash } from '../../../src/registry/plugins/code-hash.ts';
import { folderOf } from './workspace.ts';

/** Which of these files the hash of p.ts goes by. */
async function hashed(files: Record<string, string>): Promise<string[]> {
  const folder = await folderOf(files);
  const first = await codeHash(join(folder, 'p.ts'));
  const counted: string[] = [];
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), `${text} `);
    if ((await codeHash(join(folder, 'p.ts'))) !== first) counted.push(name);
    await writeFile(join(folder, name), text);
  }
  return counted;
}

it.each([
  ['.js', '.ts'],
  ['.js', '.tsx'],
  ['.mjs', '.mts'],
  ['.cjs', '.cts'],
])('of two files side by side that ./helper%s may mean, both count, and what they import', async (stated, written) => {
  const files = {
    'p.ts': `import { a } from './helper${stated}'; export { a };`,
    [`helper${stated}`]: 'export const a = 1;',
    [`helper${written}`]: "import './deeper.js'; export const b: number = 1;",
    'deeper.js': '',
    'other.js': '',
  };
  expect(await hashed(files)).toEqual(Object.keys(files).slice(0, 4));
});

it('what is required through createRequire counts, and tables that a URL names without ./', async () => {
  const files = {
    'p.ts': `import { createRequire } from 'node:module';
createRequire(import.meta.url)('./top.cjs');
const require = createRequire(import.meta.url);
require('./h5');
new URL('table.json', import.meta.url); new URL('./data/lut.bin?x', import.meta.url);`,
    'top.cjs': "require('./below.cjs');",
    'below.cjs': '',
    'h5.cjs': '',
    'table.json': '1',
    'data/lut.bin': '1',
    'other.cjs': '',
  };
  expect(await hashed(files)).toEqual(Object.keys(files).slice(0, 6));
});

it('a query is no part of a name, and a name may be encoded', async () => {
  const files = {
    'p.ts': "import './h8.js?x'; import './a%20b.js'; import './50%25.js';",
    'h8.js': '',
    'a b.js': '',
    '50%.js': '',
    'other.js': '',
  };
  expect(await hashed(files)).toEqual(Object.keys(files).slice(0, 4));
});

it.each([
  ['leads nowhere', "try { await import('./gone.js'); } catch {}"],
  ['leads nowhere in its package', "import '#gone';"],
  ['cannot be read', 'const = 1'],
])('where an import %s, the code of the whole folder counts, packages apart', async (_, text) => {
  const files = {
    'p.ts': text,
    'sub/other.js': '',
    'sub/run.json': '1',
    'sub/scan.dcm': '',
    'node_modules/a/index.js': '',
  };
  expect(await hashed(files)).toEqual(Object.keys(files).slice(0, 2));
});
