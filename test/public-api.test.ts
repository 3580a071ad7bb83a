import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Component } from '../src/registry/kinds/component.ts';
import { KINDS } from '../src/registry/kinds/kind.ts';
import { testComponent } from '../src/testing/index.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const at = (path: string) => join(ROOT, path);

/** Every fenced example in the docstrings of a file, under the name of what is exported after it. */
function examplesIn(source: string): { name: string; code: string }[] {
  const found = source.matchAll(
    /\/\*\*((?:(?!\*\/)[\s\S])*?```ts\n[\s\S]*?)\*\/\s*export (?:async )?(?:const|function) (\w+)/g,
  );
  return [...found].map(([, comment = '', name = '']) => {
    const lines = comment.slice(comment.indexOf('```ts\n') + 6).split('\n');
    const end = lines.findIndex((line) => /^\s*\* ```/.test(line));
    const code = lines.slice(0, end).map((line) => line.replace(/^\s*\* ?/, ''));
    return { name, code: code.join('\n') };
  });
}

const files = [...KINDS, 'plugin'].map((kind) => at(`src/registry/kinds/${kind}.ts`));
const definers = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).flatMap(examplesIn);
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-examples-'));
  const own = (code: string) => code.replaceAll("from 'ichor'", `from '${at('src/index.ts')}'`);
  await Promise.all(definers.map(({ name, code }) => writeFile(join(folder, `${name}.ts`), own(code))));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the examples in the docstrings', () => {
  it('stand at each definer', () => {
    const capital = (word: string) => `${word[0]?.toUpperCase()}${word.slice(1)}`;
    const wanted = KINDS.map((kind) => `define${kind.split('-').map(capital).join('')}`);
    expect(definers.map(({ name }) => name)).toEqual([...wanted, 'definePlugin']);
  });

  it('compile as they stand, under the strictest options', () => {
    const program = ts.createProgram(
      definers.map(({ name }) => join(folder, `${name}.ts`)),
      {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.NodeNext,
        moduleResolution: ts.ModuleResolutionKind.NodeNext,
        strict: true,
        noUncheckedIndexedAccess: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: true,
        noEmit: true,
        allowImportingTsExtensions: true,
        types: ['node'],
        typeRoots: [at('node_modules/@types')],
      },
    );
    const wrong = ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
      const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
      return `${file?.fileName ?? ''}:${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
    expect(wrong).toEqual([]);
  });

  it.each(definers.map(({ name }) => name).filter((name) => name !== 'definePlugin'))(
    'run, and keep the contract of their kind: %s',
    async (name) => {
      const { default: component } = (await import(join(folder, `${name}.ts`))) as { default: Component };
      const { checked } = await testComponent(component);
      expect(checked.length).toBeGreaterThan(5);
    },
  );

  it('make a plugin', async () => {
    const { default: plugin } = await import(join(folder, 'definePlugin.ts'));
    expect(plugin).toMatchObject({ name: 'acme', api: 1, components: [{ kind: 'window', name: 'acme/inverse' }] });
    await testComponent(plugin.components[0]);
  });
});
