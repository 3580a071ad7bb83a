import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { folderOf, packageJson, type Resolved, recipe, resolveAll, windowCode } from './workspace.ts';

interface Case {
  title: string;
  plugins: string[];
  files: Record<string, string>;
  code: string;
  message: string;
  hint?: string;
  /** Place in the recipe; that of the first plugin where it is not said. */
  column?: number;
}

const component = (body: string) => `export default { kind: 'window', name: 'acme/a', version: 1, summary: 'A.',
  params: { type: 'object', properties: {} }, contract: () => ({}), scale: () => 0, ${body} };`;

const CASES: Case[] = [
  {
    title: 'a package that is not installed',
    plugins: ['acme-windows'],
    files: {},
    code: 'plugin-missing',
    message: 'The plugin acme-windows is not installed.',
    hint: 'npm i acme-windows',
  },
  {
    title: 'a scoped package that is not installed, the second of two',
    plugins: ['./a.ts', '@acme/windows'],
    files: { 'a.ts': windowCode('one/a', 'export default soft;') },
    code: 'plugin-missing',
    message: 'The plugin @acme/windows is not installed.',
    hint: 'npm i @acme/windows',
    column: 22,
  },
  {
    title: 'a file without the ./ before it',
    plugins: ['a.ts'],
    files: { 'a.ts': '' },
    code: 'plugin-missing',
    message: 'The plugin a.ts is not installed.',
    hint: 'A local file is written ./a.ts',
  },
  {
    title: 'a file of a folder without the ./ before it',
    plugins: ['plugins/a.ts'],
    files: {},
    code: 'plugin-form',
    message: '"plugins/a.ts" is neither the name of a package nor the path of a local plugin file.',
    hint: './plugins/a.ts',
  },
  {
    title: 'a file that is not there',
    plugins: ['./sfot.ts'],
    files: { 'soft.ts': '', 'other.ts': '' },
    code: 'plugin-missing',
    message: 'There is no plugin file ./sfot.ts.',
    hint: 'Did you mean ./soft.ts?',
  },
  {
    title: 'a file with another extension',
    plugins: ['./soft.js'],
    files: { 'soft.ts': '' },
    code: 'plugin-missing',
    message: 'There is no plugin file ./soft.js.',
    hint: 'Did you mean ./soft.ts?',
  },
  {
    title: 'a folder',
    plugins: ['./plugin'],
    files: { 'plugin/index.ts': '' },
    code: 'plugin-missing',
    message: 'There is no plugin file ./plugin.',
    hint: 'Did you mean ./plugin/index.ts?',
  },
  {
    title: 'a file that is no code',
    plugins: ['./soft.py'],
    files: { 'soft.py': '' },
    code: 'plugin-form',
    message: '"./soft.py" is neither the name of a package nor the path of a local plugin file.',
  },
  {
    title: 'a path that climbs out of the workspace',
    plugins: ['../../evil.ts'],
    files: {},
    code: 'plugin-outside',
    message: 'The plugin ../../evil.ts lies outside of the workspace, whose code alone is run.',
  },
  ...['/tmp/evil.ts', 'file:///tmp/evil.ts', 'https://example.org/evil.js', '~/evil.ts', 'C:\\evil.ts'].map((name) => ({
    title: `the absolute path ${name}`,
    plugins: [name],
    files: {},
    code: 'plugin-outside',
    message: `The plugin ${name} lies outside of the workspace, whose code alone is run.`,
  })),
  {
    title: 'a plugin that throws, in a file that it imports',
    plugins: ['./throws.ts'],
    files: {
      'throws.ts': "import { fail } from './parts/fail.ts';\nexport default fail(1);\n",
      'parts/fail.ts':
        'interface Told { n: number }\nexport function fail(n: number): never {\n  const told: Told = { n };\n  throw new RangeError("no luck " + told.n);\n}\n',
    },
    code: 'plugin-failed',
    message: 'The plugin ./throws.ts failed while it was loaded: RangeError: no luck 1 (at parts/fail.ts:4:9)',
  },
  {
    title: 'a plugin that throws no error',
    plugins: ['./throws.mjs'],
    files: { 'throws.mjs': "throw 'away';\n" },
    code: 'plugin-failed',
    message: 'The plugin ./throws.mjs failed while it was loaded: it threw away.',
  },
  {
    title: 'a CommonJS plugin that throws',
    plugins: ['./throws.cjs'],
    files: { 'throws.cjs': "'use strict';\nmodule.exports = null.x;\n" },
    code: 'plugin-failed',
    message:
      "The plugin ./throws.cjs failed while it was loaded: TypeError: Cannot read properties of null (reading 'x') (at throws.cjs:2:23)",
  },
  {
    title: 'a plugin that cannot be parsed',
    plugins: ['./broken.ts'],
    files: { 'broken.ts': 'export const a = 1;\nexport default {;\n' },
    code: 'plugin-failed',
    message:
      'The plugin ./broken.ts failed while it was loaded: Expected identifier but found ";". (at broken.ts:2:16)',
    hint: 'It cannot be read: mend the syntax.',
  },
  {
    title: 'a plugin that imports a package that is not there',
    plugins: ['./imports.ts'],
    files: { 'imports.ts': "import 'no-such-package';\nexport default 1;\n" },
    code: 'plugin-failed',
    message:
      'The plugin ./imports.ts failed while it was loaded: it imports no-such-package, which is not there; imported from imports.ts.',
    hint: 'npm i no-such-package',
  },
  {
    title: 'a plugin that imports a file that is not there',
    plugins: ['./imports.ts'],
    files: { 'imports.ts': "import './helper.ts';\nexport default 1;\n" },
    code: 'plugin-failed',
    message:
      'The plugin ./imports.ts failed while it was loaded: it imports helper.ts, which is not there; imported from imports.ts.',
  },
  {
    title: 'a plugin that imports what ichor does not export',
    plugins: ['./imports.mjs'],
    files: { 'imports.mjs': "import { defineWidnow } from 'ichor';\nexport default defineWidnow({});\n" },
    code: 'plugin-failed',
    message:
      "The plugin ./imports.mjs failed while it was loaded: SyntaxError: The requested module 'ichor' does not provide an export named 'defineWidnow'",
  },
  {
    title: 'a plugin that never finishes loading',
    plugins: ['./waits.mjs'],
    files: { 'waits.mjs': 'await new Promise(() => {});\nexport default 1;\n' },
    code: 'plugin-timeout',
    message: 'The plugin ./waits.mjs was still loading after 2 s: an await at its top level never ends.',
  },
  {
    title: 'a plugin that ends the process',
    plugins: ['./exits.mjs'],
    files: { 'exits.mjs': 'try { process.exit(0); } catch {}\nexport default 1;\n' },
    code: 'plugin-failed',
    message: 'The plugin ./exits.mjs failed while it was loaded: it called process.exit(0).',
  },
  {
    title: 'a plugin with an error in a timer',
    plugins: ['./timer.mjs'],
    files: {
      'timer.mjs':
        "setTimeout(() => { throw new Error('too late'); });\nawait new Promise((done) => setTimeout(done, 300));\nexport default 1;\n",
    },
    code: 'plugin-failed',
    message: 'The plugin ./timer.mjs failed while it was loaded: too late (at timer.mjs:1:26)',
  },
  {
    title: 'a plugin that pollutes prototypes',
    plugins: ['./pollutes.mjs'],
    files: { 'pollutes.mjs': `Object.prototype.polluted = 1;\nArray.prototype.last = 2;\n${component('')}` },
    code: 'plugin-failed',
    message:
      'The plugin ./pollutes.mjs failed while it was loaded: it adds Object.prototype.polluted, Array.prototype.last to what all objects share.',
  },
  {
    title: 'a plugin without a default export',
    plugins: ['./none.ts'],
    files: { 'none.ts': 'export const a = 1;\n' },
    code: 'plugin-invalid',
    message: 'The plugin ./none.ts cannot be used: it has no default export that is a plugin or a component.',
    hint: "export default definePlugin({ name: 'acme', api: 1, components: [ … ] })",
  },
  {
    title: 'a plugin whose default export throws when it is looked at',
    plugins: ['./getter.mjs'],
    files: { 'getter.mjs': "export default { get components() { throw new Error('no look'); } };\n" },
    code: 'plugin-invalid',
    message: 'The plugin ./getter.mjs cannot be used: reading its default export failed: no look',
  },
  {
    title: 'a component without a prefix',
    plugins: ['./bare.ts'],
    files: { 'bare.ts': windowCode('soft', 'export default soft;') },
    code: 'plugin-invalid',
    message: 'The plugin ./bare.ts cannot be used: the name of its window "soft" has no prefix.',
    hint: "name: 'acme/soft'",
  },
  {
    title: 'a component with another prefix than its plugin',
    plugins: ['./other.ts'],
    files: {
      'other.ts': windowCode(
        'other/soft',
        "import { definePlugin } from 'ichor';\nexport default definePlugin({ name: 'acme', api: 1, components: [soft] });",
      ),
    },
    code: 'plugin-invalid',
    message: 'The plugin ./other.ts cannot be used: the name of its window "other/soft" has not the prefix acme.',
    hint: "name: 'acme/soft'",
  },
  {
    title: 'a prefix that is reserved',
    plugins: ['./reserved.mjs'],
    files: { 'reserved.mjs': "export default { name: 'ichor', api: 1, components: [] };\n" },
    code: 'plugin-invalid',
    message: 'The plugin ./reserved.mjs cannot be used: its name "ichor" cannot be the prefix of components.',
  },
  {
    title: 'a component that is not of the form of its kind',
    plugins: ['./form.mjs'],
    files: { 'form.mjs': component('scale: 3') },
    code: 'plugin-invalid',
    message:
      'The plugin ./form.mjs cannot be used: its component 1 (window acme/a) does not register: scale() is missing.',
  },
  {
    title: 'parameters that are no schema',
    plugins: ['./params.mjs'],
    files: { 'params.mjs': component('params: { level: 40 }') },
    code: 'plugin-invalid',
    message:
      'The plugin ./params.mjs cannot be used: its component 1 (window acme/a) does not register: params must be a TypeBox object: Type.Object({ … }).',
  },
  {
    title: 'a plugin without components',
    plugins: ['./empty.mjs'],
    files: { 'empty.mjs': "export default { name: 'acme', api: 1, components: [] };\n" },
    code: 'plugin-invalid',
    message: 'The plugin ./empty.mjs cannot be used: it has no components.',
  },
  {
    title: 'a plugin for a later interface',
    plugins: ['acme-new'],
    files: {
      'node_modules/acme-new/package.json': packageJson('acme-new'),
      'node_modules/acme-new/index.js': "export default { name: 'acme', api: 2, components: [] };\n",
    },
    code: 'plugin-api',
    message: "The plugin acme-new was made for version 2 of ichor's plugin interface, and this ichor has version 1.",
    hint: 'Update ichor: npm i ichor@latest',
  },
  {
    title: 'a plugin that does not say for which interface',
    plugins: ['./silent.mjs'],
    files: { 'silent.mjs': "export default { name: 'acme', components: [] };\n" },
    code: 'plugin-invalid',
    message: 'The plugin ./silent.mjs cannot be used: it does not say for which version of the interface it was made.',
  },
  {
    title: 'two plugins that register one name',
    plugins: ['./a.ts', './b.ts'],
    files: {
      'a.ts': windowCode('acme/soft', 'export default soft;'),
      'b.ts': windowCode('acme/soft', 'export default [soft];'),
    },
    code: 'plugin-taken',
    message: 'The plugin ./b.ts registers the window acme/soft, which ./a.ts has registered already.',
    column: 22,
  },
  {
    title: 'a plugin that registers one name twice',
    plugins: ['./a.ts'],
    files: { 'a.ts': windowCode('acme/soft', 'export default [soft, soft];') },
    code: 'plugin-taken',
    message: 'The plugin ./a.ts registers the window acme/soft, which it has registered already.',
  },
  {
    title: 'a package that exports a component in the place of a plugin',
    plugins: ['acme'],
    files: {
      'node_modules/acme/package.json': packageJson('acme'),
      'node_modules/acme/index.js': windowCode('acme/soft', 'export default soft;'),
    },
    code: 'plugin-invalid',
    message: 'The plugin acme cannot be used: a package exports a plugin, and this one exports components.',
  },
  {
    title: 'a package whose module is not there',
    plugins: ['acme'],
    files: { 'node_modules/acme/package.json': packageJson('acme') },
    code: 'plugin-invalid',
    message: 'The plugin acme cannot be used: its package.json names ./index.js, and there is no such file.',
  },
  {
    title: 'a package whose module lies outside of it',
    plugins: ['acme'],
    files: {
      'node_modules/acme/package.json': packageJson('acme', { ichor: { plugin: '../evil/index.js' } }),
      'node_modules/evil/index.js': 'export default 1;\n',
    },
    code: 'plugin-invalid',
    message: 'The plugin acme cannot be used: ../evil/index.js in its package.json lies outside of the package.',
  },
  {
    title: 'a package with a broken package.json',
    plugins: ['acme'],
    files: { 'node_modules/acme/package.json': '{' },
    code: 'plugin-invalid',
    message: 'The plugin acme cannot be used: its package.json is no JSON object.',
  },
];

describe('each mistake of a plugin is a finding at the line of the recipe that names it', () => {
  const found = new Map<string, Resolved>();
  beforeAll(async () => {
    const files: string[] = [];
    for (const { plugins, files: own } of CASES) {
      const beside = Object.entries(own).map(([name, text]) => [`recipes/${name}`, text] as const);
      const top = { 'package.json': '{}', 'recipes/r.yaml': recipe(plugins) };
      files.push(join(await folderOf({ ...top, ...Object.fromEntries(beside) }), 'recipes/r.yaml'));
    }
    const results = await resolveAll(files, {}, { ICHOR_PLUGIN_SECONDS: '2' });
    CASES.forEach(({ title }, index) => void found.set(title, results[index] as Resolved));
  });

  it.each(CASES)('$title', ({ title, code, message, hint, column }) => {
    const { diagnostics, valid } = found.get(title)!;
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(valid).toBe(false);
    expect(errors.map((one) => one.message)).toEqual([message]);
    expect(errors[0]).toMatchObject({ code, line: 3, column: column ?? 12, ...(hint ? { hint } : {}) });
    expect(errors[0]?.path).toBe(column ? 'plugins[1]' : 'plugins[0]');
  });

  it('after what a plugin did to prototypes and to process.exit, both are as they were', async () => {
    const folder = await folderOf({
      'a/bad.mjs': 'Object.prototype.polluted = 1;\nprocess.exit(3);\n',
      'a/r.yaml': recipe(['./bad.mjs']),
      'b/good.ts': windowCode('acme/soft', 'export default soft;'),
      'b/r.yaml': recipe(['./good.ts'], '{ type: acme/soft }'),
    });
    const [, good] = await resolveAll([join(folder, 'a/r.yaml'), join(folder, 'b/r.yaml')]);
    expect(good?.valid).toBe(true);
    expect(good?.diagnostics.map(({ code }) => code)).toEqual(['plugin-code']);
  });
});

it('a plugin that fails hides no other mistake, and its own components are not called unknown', async () => {
  const folder = await folderOf({
    'r.yaml': recipe(['acme-missing'], '{ type: acme/soft, level: 3 }').replace('small-cnn', 'smal-cnn'),
  });
  const [result] = await resolveAll([join(folder, 'r.yaml')]);
  expect(result?.diagnostics.map(({ code }) => code)).toEqual(['plugin-missing', 'unknown-component']);
  expect(result?.diagnostics[1]?.hint).toBe('Did you mean small-cnn?');
});

it('the sound components of a plugin register beside a broken one', async () => {
  const code = `import { defineWindow, definePlugin, Type } from 'ichor';
const window = (name) => defineWindow({ name, version: 1, summary: 'A.', params: Type.Object({}), contract: () => ({}), scale: () => 0 });
export default definePlugin({ name: 'acme', api: 1, components: [window('acme/a'), window('wrong'), null, window('acme/b')] });`;
  const folder = await folderOf({ 'p.mjs': code, 'r.yaml': recipe(['./p.mjs']) });
  const [result] = await resolveAll([join(folder, 'r.yaml')]);
  expect(result?.own).toEqual(['window acme/a', 'window acme/b']);
  expect(result?.diagnostics.map(({ message }) => message)).toEqual([
    'The plugin ./p.mjs cannot be used: the name of its window "wrong" has not the prefix acme.',
    expect.stringContaining('its component 3 does not register'),
    expect.stringContaining('Code of a plugin was run'),
  ]);
});

it('a plugin that prints while it loads, or later, leaves standard output alone', async () => {
  const folder = await folderOf({
    'p.ts': `${windowCode('acme/soft', 'export default soft;')}
console.log('console'); process.stdout.write('stdout'); console.table([1]); setTimeout(() => console.log('later'), 1);`,
    'r.yaml': recipe(['./p.ts'], '{ type: acme/soft }'),
  });
  // resolveAll parses the whole of standard output.
  const [result] = await resolveAll([join(folder, 'r.yaml')]);
  expect(result?.valid).toBe(true);
});
