import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as library from '../../src/library/index.ts';
import { top } from '../cli.ts';

let folder = '';
let page = '';
let files: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-docs-library-'));
  page = await readFile(join(top, 'docs/library.md'), 'utf8');
  const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
  files = blocks.map((_, i) => join(folder, `example-${i}.mts`));
  await Promise.all(files.map((file, i) => writeFile(file, blocks[i] as string)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the examples of docs/library.md compile as they stand, against what is built', () => {
  expect(files.length).toBeGreaterThanOrEqual(4);
  const program = ts.createProgram([...files, join(top, 'examples/library/run.ts')], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    noEmit: true,
    paths: { 'ichor/run': [join(top, 'dist/src/library/index.d.ts')] },
    types: ['node'],
    typeRoots: [join(top, 'node_modules/@types')],
  });
  const faults = ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line + 1;
    return `${file?.fileName}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
  expect(faults).toEqual([]);
});

test('it names every function that there is', () => {
  for (const [name, value] of Object.entries(library))
    if (typeof value === 'function') expect(page, name).toContain(name);
});
