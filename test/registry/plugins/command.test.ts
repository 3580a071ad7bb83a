import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ichor, start } from '../../cli.ts';
import { folderOf, packageJson, recipe, windowCode } from './workspace.ts';

const noisy = `${windowCode('acme/soft', 'export default soft;')}
console.log('from the plugin'); process.stdout.write('from the plugin'); process.exitCode = 7;`;

it('ichor check --format json prints one array and nothing else, whatever a plugin prints; the status is its own', async () => {
  const folder = await folderOf({ 'p.ts': noisy, 'r.yaml': recipe(['./p.ts'], '{ type: acme/soft }') });
  const { status, out, err } = await ichor(['check', 'r.yaml', '--format', 'json'], { cwd: folder });
  expect(JSON.parse(out)).toMatchObject([{ code: 'plugin-code', severity: 'note', file: 'r.yaml', line: 3 }]);
  expect(err.match(/from the plugin/g)).toHaveLength(2);
  expect(status).toBe(0);
});

it('a plugin that holds its thread for ever is told in its time, and ends at a signal before', async () => {
  const folder = await folderOf({ 'p.ts': 'while (true) {}', 'r.yaml': recipe(['./p.ts']) });
  const { status, err } = await ichor(['check', 'r.yaml'], { cwd: folder, env: { ICHOR_PLUGIN_SECONDS: '1' } });
  expect(status).toBe(2);
  expect(err).toContain(
    'error[plugin-timeout]: The plugin ./p.ts was still loading after 1 s: a loop at its top level',
  );
  expect(err).toMatch(/r\.yaml:3$/m);
  await writeFile(join(folder, 'p.ts'), "console.error('begun'); while (true) {}");
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const { child, ended } = start(['list', 'window', '--plugin', './p.ts'], { cwd: folder });
    child.stderr?.on('data', (text) => String(text).includes('begun') && child.kill(signal));
    expect(await ended).toMatchObject({ signal });
  }
}, 60_000);

it('a plugin that fails gives the recipe’s line and no stack trace', async () => {
  const folder = await folderOf({ 'p.ts': "throw new Error('no luck');", 'r.yaml': recipe(['./p.ts']) });
  const { status, out, err } = await ichor(['check', 'r.yaml'], { cwd: folder });
  expect(status).toBe(2);
  expect(out).toBe('');
  expect(err).toContain('r.yaml:3:12  error plugin-failed');
  expect(err).toContain('The plugin ./p.ts failed while it was loaded: no luck (at p.ts:1:7)');
  expect(err).not.toMatch(/^\s+at /m);
});

it('ichor check --no-plugin-code runs none; ichor list and describe say what is wrong with --plugin', async () => {
  const folder = await folderOf({
    'p.ts': "throw new Error('ran');",
    'r.yaml': recipe(['./p.ts'], '{ type: acme/soft, any: 1 }'),
  });
  const checked = await ichor(['check', 'r.yaml', '--no-plugin-code'], { cwd: folder });
  expect(checked.status).toBe(0);
  expect(checked.err).toContain('note plugin-unchecked');
  for (const args of [
    ['list', 'window', '--plugin', './q.ts'],
    ['describe', 'window', 'acme/soft', '--plugin', './q.ts'],
    ['schema', '--plugin', './q.ts', '--out', 'never.json'],
  ]) {
    const { status, out, err } = await ichor(args, { cwd: folder });
    expect(`${status} ${out}`).toBe('2 ');
    expect(err).toContain('There is no plugin file ./q.ts.');
  }
  const unwritable = await ichor(['schema', '--out', join('no', 'such', 'folder.json')], { cwd: folder });
  expect(unwritable.status).toBe(2);
  expect(unwritable.err).toContain('error[file-not-writable]');
  const none = await ichor(['schema', '--plugin-of', 'nowhere'], { cwd: folder });
  expect(none.status).toBe(2);
});

it('a published schema that is none is told at the line of the plugins, in JSON as well', async () => {
  const params = { type: 'object', properties: { level: { $ref: '#/nope' } } };
  const components = [{ kind: 'window', name: 'acme/soft', version: 1, summary: 'Soft.', params }];
  const folder = await folderOf({
    'node_modules/acme/package.json': packageJson('acme', { ichor: { plugin: './i.js', schema: './s.json' } }),
    'node_modules/acme/i.js': '',
    'node_modules/acme/s.json': JSON.stringify({ plugin: 'acme', api: 1, components }),
    'r.yaml': recipe(['acme'], '{ type: acme/soft }'),
  });
  const args = ['check', 'r.yaml', '--no-plugin-code', '--format', 'json'];
  const { status, out } = await ichor(args, { cwd: folder });
  expect(status).toBe(2);
  expect(JSON.parse(out)).toMatchObject([{ code: 'plugin-invalid', line: 3, severity: 'error' }]);
});

const late = (contract: string, more = '') =>
  windowCode('acme/soft', `${more}\nexport default soft;`).replace('contract: () => ({})', `contract: ${contract}`);

it.each([
  ['prints', late("() => { process.stdout.write('X'); return {}; }"), [], 0, 'X'],
  ['ends the process', late('() => process.exit(0)'), ['component-failed'], 2, ''],
  ['throws what has no text', late('() => { throw Object.create(null); }'), ['component-failed'], 2, ''],
  ['rejects later', late("() => { Promise.reject(new Error('too late')); return {}; }"), [], 2, 'error[late-failure]'],
  ['throws later', late("() => { setTimeout(() => { throw new Error('x'); }); return {}; }"), [], 2, 'late-failure'],
  ['ends the process later', late('() => { setTimeout(() => process.exit(0)); return {}; }'), [], 2, 'late-failure'],
  ['throws what has no text as it loads', 'throw Object.create(null);', ['plugin-failed', 'plugin-code'], 2, ''],
])('a plugin that %s leaves check its output and its status', async (_, code, found, expected, told) => {
  const recipeOf = recipe(['./p.ts'], '{ type: acme/soft }');
  const folder = await folderOf({ 'p.ts': code, 'r.yaml': recipeOf });
  const { status, out, err } = await ichor(['check', 'r.yaml', '--format', 'json'], { cwd: folder });
  const codes = (JSON.parse(out) as { code: string }[]).map((one) => one.code);
  expect(codes.filter((one) => one !== 'plugin-code')).toEqual(found.filter((one) => one !== 'plugin-code'));
  expect(status).toBe(expected);
  expect(err).toContain(told);
  expect(err).not.toMatch(/^\s+at |unexpected/m);
  const github = await ichor(['check', 'r.yaml', '--format', 'github'], { cwd: folder });
  expect(github.status).toBe(expected);
  expect(github.out).toMatch(/^(::.*\n)*$/);
});

it('ichor list and describe name the installed plugin that has a component, and how to ask for it', async () => {
  const folder = await folderOf({
    'package.json': JSON.stringify({ dependencies: { 'ichor-plugin-acme': '1' } }),
    'node_modules/ichor-plugin-acme/package.json': packageJson('ichor-plugin-acme', {
      ichor: { plugin: './index.js', schema: './schema.json' },
    }),
    'node_modules/ichor-plugin-acme/index.js': "throw new Error('its code was run');",
    'node_modules/ichor-plugin-acme/schema.json': JSON.stringify({
      plugin: 'acme',
      api: 1,
      components: [
        { kind: 'window', name: 'acme/soft', version: 1, summary: 'Soft.', params: { type: 'object', properties: {} } },
      ],
    }),
  });
  const listed = await ichor(['list', 'window'], { cwd: folder });
  expect(listed.status).toBe(0);
  expect(listed.err).toContain('`npx ichor list window --plugin ichor-plugin-acme`');
  expect(listed.out).not.toContain('acme');
  const described = await ichor(['describe', 'window', 'acme/soft', '--no-plugin-code'], { cwd: folder });
  expect(described.status).toBe(2);
  expect(described.err).toContain('the installed plugin ichor-plugin-acme has it');
  expect(described.err).toContain('`npx ichor describe window acme/soft --plugin ichor-plugin-acme`');
  const other = await ichor(['describe', 'window', 'acme/sofd', '--no-plugin-code'], { cwd: folder });
  expect(other.err).toContain('There is no window `acme/sofd`.');
});

it('a component that ends the process is told, with a status that is no success', async () => {
  const code = windowCode('acme/soft', 'export default soft;').replace(/scale: .*/, 'scale: () => process.exit(0),');
  expect(code).toContain('process.exit(0)');
  const text = recipe(['./p.ts'], '{ type: acme/soft }').replace(
    /source: \{[^}]*\}/,
    'source: { type: phantom, studies: 4 }',
  );
  const folder = await folderOf({ 'p.ts': code, 'r.yaml': text });
  for (const command of [['plan'], ['run', '--until', 'shards', '--store', join(folder, 'store')]]) {
    const { status, err } = await ichor([...command, 'r.yaml'], { cwd: folder });
    expect(status, err).not.toBe(0);
    expect(err).toContain('process.exit(0)');
  }
});

it('a component whose function never returns is told in its time, with the file', async () => {
  const code = windowCode('acme/soft', 'export default soft;').replace(/scale: .*/, 'scale: () => { for (;;); },');
  const folder = await folderOf({ 'p.ts': code, 'r.yaml': recipe(['./p.ts'], '{ type: acme/soft }') });
  const { status, err } = await ichor(['plan', 'r.yaml'], { cwd: folder, env: { ICHOR_PLUGIN_SECONDS: '1' } });
  expect(status).toBe(2);
  expect(err).toContain('error[component-holds]: The window acme/soft has been in one call of scale() for 1 s');
  expect(err).toContain('Look at p.ts.');
});
