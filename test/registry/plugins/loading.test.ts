import { cp, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderOf, packageJson, pluginCode, recipe, resolveAll, windowCode } from './workspace.ts';

const soft = windowCode('acme/soft', 'export default soft;');
const codes = ({ diagnostics }: { diagnostics: { code: string }[] }) => diagnostics.map(({ code }) => code);

describe('where a plugin is found', () => {
  it('a local file from the recipe that states it; a package in node_modules there or above, else of the working directory', async () => {
    const near = await folderOf({
      'package.json': '{}',
      'recipes/base/base.yaml': `recipe: 1\nplugins: [./soft.ts]\n`,
      'recipes/base/soft.ts': soft,
      'recipes/r.yaml': recipe(['acme-near', 'acme-here'], '{ type: near/soft }'),
      'recipes/extends.yaml': recipe([], '{ type: acme/soft }')
        .replace('plugins: [  ]\n', '')
        .replace('name: with-plugins', 'extends: base/base.yaml'),
      'node_modules/acme-near/package.json': packageJson('acme-near'),
      'node_modules/acme-near/index.js': pluginCode('near'),
    });
    const here = await folderOf({
      'package.json': '{}',
      'node_modules/acme-here/package.json': packageJson('acme-here'),
      'node_modules/acme-here/index.js': pluginCode('here'),
    });
    const files = [join(near, 'recipes/r.yaml'), join(near, 'recipes/extends.yaml')];
    const [packages, extended] = await resolveAll(files, { cwd: here });
    expect(packages?.own).toEqual(['window near/soft', 'window here/soft']);
    expect(packages?.plugins[0]).toMatchObject({
      name: 'acme-near',
      prefix: 'near',
      kind: 'package',
      version: '1.2.3',
      file: join(near, 'node_modules/acme-near/index.js'),
      codeRan: true,
      code: null,
    });
    expect(extended).toMatchObject({ valid: true, plugins: [{ kind: 'file', version: null, prefix: 'acme' }] });
    expect(extended?.plugins[0]?.components[0]?.code).toMatch(/^[0-9a-f]{64}$/);
    expect(extended?.plugins[0]?.code).toBe(extended?.plugins[0]?.components[0]?.code);
  });

  it('a package without an ichor field by its main export', async () => {
    const manifests: Record<string, object> = {
      main: { main: './lib/main.js' },
      bare: { main: './lib' },
      exports: { exports: { '.': { require: './lib/other.cjs', import: { default: './lib/main.js' } } } },
    };
    const files: Record<string, string> = {};
    for (const [name, manifest] of Object.entries(manifests)) {
      files[`node_modules/${name}/package.json`] = packageJson(name, { ichor: undefined, ...manifest });
      files[`node_modules/${name}/lib/${name === 'bare' ? 'index' : 'main'}.js`] = pluginCode(name);
    }
    const folder = await folderOf({ ...files, 'r.yaml': recipe(Object.keys(manifests)) });
    const [result] = await resolveAll([join(folder, 'r.yaml')]);
    expect(result?.own).toEqual(['window main/soft', 'window bare/soft', 'window exports/soft']);
  });

  it('a plugin that is named twice is loaded once', async () => {
    const folder = await folderOf({ 'soft.ts': soft, 'r.yaml': recipe(['./soft.ts', './a/../soft.ts']) });
    const [result] = await resolveAll([join(folder, 'r.yaml')]);
    expect(result?.plugins).toHaveLength(1);
    expect(codes(result!)).toEqual(['plugin-code']);
  });
});

describe('what a plugin may be written as', () => {
  const esm = windowCode('NAME/soft', 'export default soft;');
  const cjs = esm
    .replace(/import (.*) from 'ichor'/, "const $1 = require('ichor')")
    .replace('export const', 'const')
    .replace('export default soft', 'module.exports = soft');
  const forms: Record<string, string> = {
    'a.ts': `interface Unused { a: number }\nenum Side { Left }\n${esm}export const side: Side = Side.Left;`,
    'b.js': esm,
    'c.mts': `${esm}export type Also = string;`,
    'd.mjs': `await Promise.resolve();\n${esm}`,
    'e.cts': `const n: number = 1; void n;\n${cjs}`,
    'f.cjs': cjs,
    'g.js': cjs,
    'typed/h.ts': `await Promise.resolve();\n${esm}`,
  };

  it('TypeScript and JavaScript, ES modules and CommonJS, in a folder without package.json or node_modules', async () => {
    const files = Object.entries(forms).map(([name, text], i) => [name, text.replaceAll('NAME', `p${i}`)] as const);
    const folder = await folderOf({
      ...Object.fromEntries(files),
      'typed/package.json': '{ "type": "module" }',
      'r.yaml': recipe(Object.keys(forms).map((name) => `./${name}`)),
    });
    const [result] = await resolveAll([join(folder, 'r.yaml')]);
    expect(codes(result!)).toEqual(['plugin-code']);
    expect(result?.own).toEqual(Object.keys(forms).map((_, i) => `window p${i}/soft`));
  });
});

it('ichor, TypeBox and tfjs are ours, whatever a plugin brings, by import and by require', async () => {
  const foreign = (name: string) =>
    `export const Type = '${name}'; export const tensor = '${name}'; export const IchorError = '${name}';`;
  const packages = ['ichor', 'typebox', '@tensorflow/tfjs', '@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'];
  const brought: Record<string, string> = {};
  for (const where of ['node_modules/acme/', '']) {
    for (const name of packages) {
      brought[`${where}node_modules/${name}/package.json`] = JSON.stringify({
        name,
        version: '0.0.1',
        type: 'module',
        main: 'i.js',
      });
      brought[`${where}node_modules/${name}/i.js`] = foreign(name);
    }
  }
  const tell = `
const told = { error: IchorError, object: Type.Object, tensor: tf.tensor, core: core.tensor, layers: layers.layers };
globalThis.told = [...(globalThis.told ?? []), told];
const form = Object.entries(told).map(([key, value]) => key + ':' + typeof value).join(' ');
// Each must be the very object that the first plugin was given.
const same = globalThis.told.every((other) => Object.keys(told).every((key) => other[key] === told[key]));`;
  const names =
    "import { IchorError, defineWindow } from 'ichor'; import { Type } from 'typebox'; import * as tf from '@tensorflow/tfjs'; import * as core from '@tensorflow/tfjs-core'; import * as layers from '@tensorflow/tfjs-layers';";
  const required = names.replace(/import (?:\* as )?(.+?) from ('[^']+')/g, 'const $1 = require($2)');
  const component = (prefix: string) =>
    `defineWindow({ name: '${prefix}/a', version: 1, summary: form + ' same:' + same, params: Type.Object({}), contract: () => ({}), scale: () => 0 })`;
  const folder = await folderOf({
    ...brought,
    'node_modules/acme/package.json': packageJson('acme'),
    'node_modules/acme/index.js': `${names}${tell}\nexport default { name: 'acme', api: 1, components: [${component('acme')}] };`,
    'node_modules/other/package.json': packageJson('other', { ichor: { plugin: './index.cjs' } }),
    'node_modules/other/index.cjs': `${required}${tell}\nmodule.exports = { name: 'other', api: 1, components: [${component('other')}] };`,
    'local.ts': `${names}${tell}\nexport default ${component('local')};`,
    'local.cts': `${required}${tell}\nmodule.exports = ${component('common')};`,
    'r.yaml': recipe(['acme', 'other', './local.ts', './local.cts']),
  });
  const [result] = await resolveAll([join(folder, 'r.yaml')]);
  expect(codes(result!)).toEqual(['plugin-code']);
  const expected = 'error:function object:function tensor:function core:function layers:object same:true';
  expect(result?.plugins.map(({ components }) => components[0]?.summary)).toEqual(Array(4).fill(expected));
});

describe('the hash of local code', () => {
  const files = {
    'p/soft.ts': `import { half } from './parts/half.js';\nimport table from '../tables/t.json' with { type: 'json' };\nexport const file = new URL('./data/lut.bin', import.meta.url);\n${soft}export { half, table };`,
    'p/parts/half.ts': "import './deep/deeper.ts';\nexport const half = 0.5;",
    'p/parts/deep/deeper.ts': 'export {};',
    'p/data/lut.bin': 'abc',
    'p/other.ts': 'export {};',
    'tables/t.json': '[1]',
    'package.json': '{ "type": "module" }',
    'r.yaml': recipe(['./p/soft.ts'], '{ type: acme/soft }'),
  };
  const hashIn = async (folder: string) => {
    const [result] = await resolveAll([join(folder, 'r.yaml')]);
    expect(codes(result!)).toEqual(['plugin-code']);
    return result?.plugins[0]?.code;
  };

  it('changes with every file that the plugin imports or reads beside itself, with no other, and not with its place', async () => {
    const folder = await folderOf(files);
    const first = await hashIn(folder);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    const moved = await folderOf({});
    await cp(folder, join(moved, 'elsewhere'), { recursive: true });
    expect(await hashIn(join(moved, 'elsewhere'))).toBe(first);
    await writeFile(join(folder, 'p/other.ts'), 'export const changed = 1;');
    expect(await hashIn(folder)).toBe(first);
    const seen = new Set([first]);
    for (const name of ['p/parts/deep/deeper.ts', 'p/data/lut.bin', 'tables/t.json', 'p/soft.ts'] as const) {
      await writeFile(join(folder, name), `${files[name]} `);
      seen.add(await hashIn(folder));
    }
    expect(seen.size).toBe(5);
  });

  it('a linked package has one, an installed one has none', async () => {
    const source = await folderOf({ 'package.json': packageJson('acme'), 'index.js': pluginCode('acme') });
    const folder = await folderOf({ 'r.yaml': recipe(['acme']) });
    await mkdir(join(folder, 'node_modules'));
    await symlink(source, join(folder, 'node_modules/acme'));
    const [linked] = await resolveAll([join(folder, 'r.yaml')]);
    expect(linked?.plugins[0]).toMatchObject({ kind: 'package', code: expect.stringMatching(/^[0-9a-f]{64}$/) });
    await rm(join(folder, 'node_modules/acme'));
    await rename(source, join(folder, 'node_modules/acme'));
    const [installed] = await resolveAll([join(folder, 'r.yaml')]);
    expect(installed?.plugins[0]).toMatchObject({ kind: 'package', code: null });
  });
});

describe('without running code of plugins', () => {
  const params = {
    type: 'object',
    properties: { level: { type: 'number', default: 40, minimum: 0, description: 'Its middle.' } },
    required: ['level'],
  };
  const described = { kind: 'window', name: 'acme/soft', version: 1, summary: 'Soft.', params };
  const schema = { plugin: 'acme', api: 1, components: [described] };
  const evil = "throw new Error('code ran');";
  const withSchema = (text: string): Record<string, string> => ({
    'node_modules/acme/package.json': packageJson('acme', {
      ichor: { plugin: './index.js', schema: './ichor.schema.json' },
    }),
    'node_modules/acme/index.js': evil,
    'node_modules/acme/ichor.schema.json': text,
  });
  const check = async (files: Record<string, string>) => {
    const folder = await folderOf(files);
    const [result] = await resolveAll([join(folder, 'r.yaml')], { pluginCode: false });
    return result!;
  };

  it('a published schema is checked against, and says so', async () => {
    const result = await check({
      ...withSchema(JSON.stringify(schema)),
      'r.yaml': recipe(['acme'], '{ type: acme/soft, level: -1, widht: 3 }'),
    });
    expect(result.plugins[0]).toMatchObject({ codeRan: false, prefix: 'acme', components: [{ schemaOnly: true }] });
    expect(result.diagnostics.map(({ severity, code, line }) => `${severity} ${code} ${line}`)).toEqual([
      'error out-of-range 5',
      'error unknown-key 5',
      'note plugin-schema-only 3',
    ]);
    const valid = await check({
      ...withSchema(JSON.stringify(schema)),
      'r.yaml': recipe(['acme'], '{ type: acme/soft }'),
    });
    expect(valid).toMatchObject({ valid: true });
    const unknown = await check({
      ...withSchema(JSON.stringify(schema)),
      'r.yaml': recipe(['acme'], '{ type: acme/sotf }'),
    });
    expect(unknown.diagnostics[0]).toMatchObject({ code: 'unknown-component', hint: 'Did you mean acme/soft?' });
  });

  it.each([
    ['no JSON', '{', 'plugin-unchecked'],
    ['no components', '{ "plugin": "acme", "api": 1 }', 'plugin-unchecked'],
    ['another interface', JSON.stringify({ ...schema, api: 7 }), 'plugin-api'],
    ['a foreign name', JSON.stringify({ ...schema, components: [{ ...described, name: 'linear' }] }), 'plugin-invalid'],
    [
      'no schema of parameters',
      JSON.stringify({ ...schema, components: [{ ...described, params: 3 }] }),
      'plugin-invalid',
    ],
    ...[{ $ref: '#/nope' }, { type: 'string', pattern: '(' }].map((level) => {
      const broken = { ...described, params: { ...params, properties: { level } } };
      return [
        'parameters that are no valid schema',
        JSON.stringify({ ...schema, components: [broken] }),
        'plugin-invalid',
      ];
    }),
  ])('a published schema with %s', async (_, text, code) => {
    const result = await check({ ...withSchema(text), 'r.yaml': recipe(['acme'], '{ type: acme/soft }') });
    expect(codes(result)).toEqual([code]);
  });

  it('what publishes none is not checked, and says so; other names are', async () => {
    const result = await check({
      'soft.ts': evil,
      'node_modules/acme/package.json': packageJson('acme'),
      'node_modules/acme/index.js': evil,
      'r.yaml': recipe(['./soft.ts', 'acme'], '{ type: own/thing, any: [1] }').replace('small-cnn', 'smal-cnn'),
    });
    expect(result.diagnostics.map(({ message }) => message)).toEqual([
      'There is no backbone named smal-cnn.',
      'No code of ./soft.ts was run, and a file publishes no schema: its blocks are not checked.',
      'No code of acme was run, and it publishes no schema: its blocks are not checked.',
    ]);
  });

  it('a published schema that is not what the code says is a warning', async () => {
    const folder = await folderOf({
      ...withSchema(JSON.stringify(schema)),
      'node_modules/acme/index.js': pluginCode('acme'),
      'r.yaml': recipe(['acme'], '{ type: acme/soft }'),
    });
    const [result] = await resolveAll([join(folder, 'r.yaml')]);
    expect(result?.diagnostics[0]).toMatchObject({
      severity: 'warning',
      code: 'plugin-schema-differs',
      message: 'The published schema of acme is not what its code registers: window acme/soft is another there.',
    });
  });
});
