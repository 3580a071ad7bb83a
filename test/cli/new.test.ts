import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { KINDS } from '../../src/registry/kinds/kind.ts';
import { ichor, top } from '../cli.ts';
import { folderOf } from '../registry/plugins/workspace.ts';
import { plainEnvironment } from '../scripts/scripts.ts';

/** A project in which ichor is installed (as a link), with what npm would put beside it. */
async function project(): Promise<string> {
  const folder = await folderOf({ 'package.json': '{ "type": "module" }' });
  await mkdir(join(folder, 'node_modules/@types'), { recursive: true });
  await symlink(top, join(folder, 'node_modules/ichor'));
  for (const name of ['tsx', 'typescript', '@types/node'])
    await symlink(join(top, 'node_modules', name), join(folder, 'node_modules', name));
  return folder;
}

const node = (cwd: string, ...args: string[]) =>
  new Promise<{ status: number; out: string }>((done) => {
    const child = execFile(process.execPath, args, { cwd, env: plainEnvironment() }, (_, out, err) =>
      done({ status: child.exitCode ?? 1, out: `${out}${err}` }),
    );
  });
const testRun = (cwd: string, ...files: string[]) => node(cwd, '--import', 'tsx', '--test', ...files);
const tsc = (cwd: string, ...args: string[]) => node(cwd, join(top, 'node_modules/typescript/bin/tsc'), ...args);

const STRICT = `{
  "compilerOptions": {
    "target": "ES2022", "module": "nodenext", "strict": true, "noUncheckedIndexedAccess": true, "noImplicitOverride": true,
    "exactOptionalPropertyTypes": true, "verbatimModuleSyntax": true, "skipLibCheck": true, "noEmit": true,
    "allowImportingTsExtensions": true, "types": ["node"]
  },
  "include": ["*.ts"]
}`;

describe('ichor new component', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await project();
    for (const kind of KINDS) {
      const { status, out, err } = await ichor(['new', 'component', kind, `acme/my-${kind}`], { cwd: folder });
      expect(`${status} ${err}`).toBe('0 ');
      expect(out).toContain(`wrote my-${kind}.ts\nwrote my-${kind}.test.ts\n`);
    }
  });

  it('each passes its own test as it is written', async () => {
    // All of them in one process: the kit is loaded once.
    await writeFile(join(folder, 'all.test.ts'), KINDS.map((kind) => `import './my-${kind}.test.ts';\n`).join(''));
    const { status, out } = await testRun(folder, 'all.test.ts');
    await rm(join(folder, 'all.test.ts'));
    expect(`${status}\n${status === 0 ? '' : out}`).toBe('0\n');
    expect(out).toMatch(new RegExp(`^# pass ${KINDS.length}$`, 'm'));
    for (const kind of KINDS) expect(out).toMatch(new RegExp(`^ *ok \\d+ - ${kind} acme/my-${kind} keeps`, 'm'));
  });

  it('the tests can fail: a window that leaves 0..1 does not pass', async () => {
    const file = join(folder, 'my-window.ts');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('1 / (1 +', '2 / (1 +'));
    const { status, out } = await testRun(folder, 'my-window.test.ts');
    await writeFile(file, text);
    expect(status).toBe(1);
    expect(out).toContain('contract-broken');
  });

  it('every kind has the types of the public API, under the strictest settings', async () => {
    await writeFile(join(folder, 'tsconfig.json'), STRICT);
    expect(await tsc(folder)).toEqual({ status: 0, out: '' });
  }, 300_000);

  it('all of them can be named in a recipe, from the files', async () => {
    const plugins = KINDS.map((kind) => `./my-${kind}.ts`).join(', ');
    await writeFile(
      join(folder, 'all.yaml'),
      `recipe: 1
plugins: [${plugins}]
data:
  source: { type: acme/my-source, root: data }
  split: { type: acme/my-split }
windows: { soft: { type: acme/my-window } }
channels: [soft]
augment: [{ type: acme/my-augmentation, probability: 0.5 }]
backbone: { type: acme/my-backbone, filters: 8 }
sequence: acme/my-sequence
train:
  backbone: { loss: acme/my-loss, optimizer: { type: acme/my-optimizer, learningRate: 1e-3 } }
evaluation: { metrics: [mean-log-loss, acme/my-metric] }
tracking: [acme/my-tracker]
`,
    );
    const { status, err } = await ichor(['check', 'all.yaml'], { cwd: folder });
    expect(`${status}\n${status === 0 ? '' : err}`).toBe('0\n');
  });

  it('overwrites nothing, and writes nothing where one of its files is there', async () => {
    const files = await readdir(folder);
    await writeFile(join(folder, 'other.test.ts'), 'mine');
    const { status, err } = await ichor(['new', 'component', 'window', 'acme/other'], { cwd: folder });
    expect(status).toBe(2);
    expect(err).toContain('error[file-exists]: other.test.ts is there already.');
    expect(await readFile(join(folder, 'other.test.ts'), 'utf8')).toBe('mine');
    expect((await readdir(folder)).sort()).toEqual([...files, 'other.test.ts'].sort());
  });

  it.each([
    [['window', 'Acme/Soft'], 'name-invalid'],
    [['window', 'acme/a/b'], 'name-invalid'],
    [['window', '../escape'], 'name-invalid'],
    [['window', 'ichor/soft'], 'name-invalid'],
    [['windw', 'acme/soft'], 'unknown-kind'],
  ])('%j is refused', async (args, code) => {
    const { status, err } = await ichor(['new', 'component', ...args], { cwd: folder });
    expect(status).toBe(2);
    expect(err).toContain(`error[${code}]`);
  });
});

describe('ichor new plugin', () => {
  it('a package that tests, builds, publishes its schema and works from its own recipe and as a dependency', {
    timeout: 300_000,
  }, async () => {
    const folder = await project();
    const made = await ichor(['new', 'plugin', 'ichor-plugin-acme'], { cwd: folder });
    expect(made).toMatchObject({ status: 0, err: '' });
    const own = join(folder, 'ichor-plugin-acme');
    const component = await ichor(['new', 'component', 'augmentation', 'shade'], { cwd: own });
    expect(component.out).toContain('wrote src/shade.ts\nwrote test/shade.test.ts\n');
    const index = join(own, 'src/index.ts');
    const text = await readFile(index, 'utf8');
    await writeFile(index, `import shade from './shade.ts';\n${text.replace('[soft]', '[soft, shade]')}`);

    const tests = await testRun(own, 'test/soft.test.ts', 'test/shade.test.ts');
    expect(tests.out).toMatch(/^# pass 2$/m);
    expect(await tsc(own)).toEqual({ status: 0, out: '' });
    expect((await ichor(['check', 'recipe.yaml'], { cwd: own })).status).toBe(0);

    expect(await tsc(own, '-p', 'tsconfig.build.json')).toEqual({ status: 0, out: '' });
    const published = await ichor(['schema', '--plugin-of', '.', '--out', 'ichor.schema.json'], { cwd: own });
    expect(published.status).toBe(0);
    const schema = JSON.parse(await readFile(join(own, 'ichor.schema.json'), 'utf8'));
    expect(schema).toMatchObject({
      plugin: 'acme',
      api: 1,
      components: [{ name: 'acme/soft' }, { name: 'acme/shade' }],
    });

    await symlink(own, join(folder, 'node_modules/ichor-plugin-acme'));
    await writeFile(
      join(folder, 'package.json'),
      '{ "dependencies": { "ichor-plugin-acme": "file:ichor-plugin-acme" } }',
    );
    const recipe = (await readFile(join(own, 'recipe.yaml'), 'utf8')).replace('./src/index.ts', 'ichor-plugin-acme');
    await writeFile(join(folder, 'r.yaml'), recipe);
    const checked = await ichor(['check', 'r.yaml', '--no-plugin-code'], { cwd: folder });
    expect(checked.err).toContain('plugin-schema-only');
    expect(checked.status).toBe(0);
    await writeFile(join(folder, 'r.yaml'), recipe.replace('level:', 'lvel:'));
    const wrong = await ichor(['check', 'r.yaml', '--no-plugin-code'], { cwd: folder });
    expect(wrong.status).toBe(2);
    expect(wrong.err).toContain('Did you mean level?');

    const editor = await ichor(['schema'], { cwd: folder });
    expect(editor.status).toBe(0);
    expect(editor.out).toContain('acme/shade');
    const listed = await ichor(['list', 'window', '--plugin', 'ichor-plugin-acme'], { cwd: folder });
    expect(listed.out).toMatch(/linear[\s\S]*acme\/soft/);
    const described = await ichor(['describe', 'window', 'acme/soft', '--plugin', 'ichor-plugin-acme'], {
      cwd: folder,
    });
    expect(described.out).toContain('Becomes mid-grey.');
  });

  it.each([['ichor'], ['Acme'], ['@acme/plugin/x'], ['../acme'], ['none']])('%s is no name for one', async (name) => {
    const folder = await folderOf({});
    const { status, err } = await ichor(['new', 'plugin', name], { cwd: folder });
    expect(status).toBe(2);
    expect(err).toContain('error[name-invalid]');
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['acme-ct', 'acme-ct', 'acme-ct'],
    ['@acme/windows', 'windows', 'windows'],
    ['@acme/ichor-plugin', 'acme-ichor-plugin', 'acme'],
  ])('%s lies in %s, its components are %s/…', async (name, directory, prefix) => {
    const folder = await folderOf({});
    expect((await ichor(['new', 'plugin', name], { cwd: folder })).status).toBe(0);
    expect(await readFile(join(folder, directory, 'src/index.ts'), 'utf8')).toContain(`name: '${prefix}'`);
  });
});
