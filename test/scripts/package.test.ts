import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { findEngine } from '../../src/runtime/engine/install/find.ts';
import { command as commandIn, installIchor, linkTools, packedIchor, run } from './packed.ts';
import { keptFolder, plainEnvironment, ROOT } from './scripts.ts';

/** An empty project with the packed tarball in it: made once for all tests. */
let folder = '';
let tarball = '';

const command = (program: string, ...args: string[]) => commandIn(folder, program, ...args);
/** A tool of the repository. */
const tool = (path: string, ...args: string[]) => command(process.execPath, join(ROOT, 'node_modules', path), ...args);

/** A program with what it wrote, on either stream. Node 20.12 cannot require an ES module; newer ones are told not to. */
const called = (cwd: string, ...args: string[]) =>
  new Promise<{ status: number | null; out: string; err: string }>((done) => {
    const old = process.allowedNodeEnvironmentFlags.has('--experimental-require-module')
      ? ['--no-experimental-require-module']
      : [];
    execFile(process.execPath, [...old, ...args], { cwd, env: plainEnvironment() }, (error, out, err) =>
      done({ status: error === null ? 0 : Number(error.code), out, err }),
    );
  });

beforeAll(async () => {
  folder = await keptFolder();
  tarball = await packedIchor();
  await installIchor(folder, { name: 'empty', private: true });
}, 600_000);

test('the packed tarball, installed in an empty project, runs a recipe with a working engine', async () => {
  // What only develops ichor is not there: the kernels come with the tarball.
  expect(existsSync(join(folder, 'node_modules/@tensorflow/tfjs-node-gpu'))).toBe(false);
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  expect(await command('npx', 'ichor', '--version')).toContain(version);

  const engine = (await findEngine()) === null ? 'wasm' : 'native';
  const recipe = 'node_modules/ichor/recipes/quickstart.yaml';
  await command('npx', 'ichor', 'run', recipe, '--smoke', '--engine', engine);
  expect(existsSync(join(folder, '.ichor/runs'))).toBe(true);
}, 600_000);

test('the examples of the library compile against it and run: an ES module in TypeScript, and CommonJS', async () => {
  const place = join(folder, 'library');
  await cp(join(ROOT, 'examples/library'), place, { recursive: true });
  await linkTools(folder, '@types/node', 'undici-types');
  const options = ['--module', 'nodenext', '--target', 'es2022', '--strict', '--skipLibCheck', '--types', 'node'];
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  await commandIn(place, process.execPath, tsc, 'run.ts', ...options, '--pretty', 'false');
  // As the command ran it above: all of it is recalled.
  const recipe = '../node_modules/ichor/recipes/quickstart.yaml';
  const ran = await called(place, 'run.js', recipe, '--smoke');
  expect(ran.err).toBe('');
  expect(ran.out).toMatch(/^quickstart-1: mean-log-loss [\d.]+ of \d+ slices \[SYNTHETIC, SMOKE/m);
  expect(ran.out).toMatch(/^highest: slice ID_\w+ of patient ID_\w+, any 0\.\d+$/m);
  const wrong = await called(place, 'run.js', 'nowhere.yaml');
  expect([wrong.status, wrong.err]).toEqual([2, expect.stringContaining('nowhere.yaml:0: This recipe cannot be read')]);
  const read = await called(place, 'read.cjs', 'quickstart');
  expect(read.err).toBe('');
  expect(read.out).toMatch(/^quickstart-1 \(done\), seed 0, stages source, index, /);
  expect(read.out).toMatch(/^sequence \(bi-lstm\), validation: [\d.]+ of \d+ slices$/m);
  const none = await called(place, 'read.cjs', 'nowhere');
  expect([none.status, none.err]).toEqual([2, expect.stringContaining('unknown-run: There is no run `nowhere`')]);
}, 300_000);

test("the ecosystem's tools find nothing wrong with its exports and types", async () => {
  expect(await tool('publint/src/cli.js', 'run', tarball, '--strict')).toContain('All good!');
  // node16: what Node 12.7 and TypeScript 4.7 and newer read. Older ones know no `exports`, and no Node that we run on.
  const said = await tool('@arethetypeswrong/cli/dist/index.js', tarball, '--profile', 'node16', '--no-color');
  const { exports } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { exports: object };
  for (const name of Object.keys(exports)) expect(said).toContain(`"${name.replace(/^\./, 'ichor')}"`);
}, 120_000);

const COMPONENT = `
export const soft = defineWindow({
  name: 'acme/soft',
  version: 1,
  summary: 'A soft window.',
  params: Type.Object({ level: Type.Number({ default: 40, minimum: -1000, maximum: 3000, unit: 'HU', description: 'Middle.' }) }),
  contract: () => ({}),
  scale: (hu, { level }) => {
    const middle: number = level;
    return 1 / (1 + Math.exp(middle - hu));
  },
});
// @ts-expect-error a window has no network
defineWindow({ name: 'acme/no', version: 1, summary: '.', params: Type.Object({}), contract: () => ({}), network: () => 1 });
const window: Window = soft as Window;
/** What the kit says of a component of this form, and whether its error of a wrong one is known on both sides. */
async function tested(): Promise<boolean> {
  const report: TestReport = await testComponent(soft);
  const wrong = defineWindow({ ...soft, scale: () => 7 });
  const problem: unknown = await testComponent(wrong).catch((thrown: unknown) => thrown);
  return report.checked.length > 0 && problem instanceof ContractError && problem instanceof IchorError;
}
const error = new IchorError('acme-code', 'What happened.', 'What to do.');
`;
const IMPORTS = `import { defineWindow, IchorError, LABELS, openImageFolder, Type, type Window } from 'ichor';
import { ContractError, testComponent, type TestReport } from 'ichor/testing';`;

const CONSUMERS = {
  'esm.mts': `${IMPORTS}
import { createRequire } from 'node:module';
${COMPONENT}
const other = createRequire(import.meta.url)('ichor') as typeof import('ichor');
console.log(JSON.stringify([window.scale(40, { level: 40 }), LABELS.length, error instanceof other.IchorError, await tested()]));
`,
  // An error of the library's own: of the one form, caught with the class of the other.
  'cjs.cts': `${IMPORTS}
${COMPONENT}
async function main(): Promise<void> {
  const other = await import('ichor');
  const thrown: unknown = await openImageFolder('/no/such/folder').catch((problem: unknown) => problem);
  const both = thrown instanceof IchorError && thrown instanceof other.IchorError;
  console.log(JSON.stringify([window.scale(40, { level: 40 }), LABELS.length, error instanceof other.IchorError && both, await tested()]));
}
void main();
`,
} as const;

test('an ES module and a CommonJS module compile against it under both resolutions, and run', async () => {
  for (const [name, text] of Object.entries(CONSUMERS)) await writeFile(join(folder, name), text);
  await linkTools(folder, '@types/node', 'undici-types');
  const compile = async (module: string, moduleResolution: string, skipLibCheck: boolean) => {
    const options = {
      module,
      moduleResolution,
      target: 'es2022',
      strict: true,
      types: 'node',
      skipLibCheck,
      outDir: `out-${module}`,
    };
    const flags = Object.entries(options).flatMap(([key, value]) => [`--${key}`, String(value)]);
    const args = [
      join(ROOT, 'node_modules/typescript/bin/tsc'),
      ...Object.keys(CONSUMERS),
      ...flags,
      '--pretty',
      'false',
    ];
    const { output } = await run(process.execPath, args, { cwd: folder, env: plainEnvironment(), hidden: true });
    // Those of tfjs' own declaration files.
    const faults = output.split('\n').filter((line) => /^\S.*error TS/.test(line));
    expect(faults.filter((line) => !line.startsWith('node_modules/@tensorflow/'))).toEqual([]);
    // Nothing is proved where the compiler did not come so far.
    expect(existsSync(join(folder, `out-${module}`, 'cjs.cjs')), output).toBe(true);
  };
  // Our declaration files are checked once, by themselves: it takes its time.
  await Promise.all([compile('nodenext', 'nodenext', false), compile('preserve', 'bundler', true)]);
  // Node 20.12 cannot require an ES module; newer ones are told not to.
  const old = process.allowedNodeEnvironmentFlags.has('--experimental-require-module')
    ? ['--no-experimental-require-module']
    : [];
  for (const file of ['esm.mjs', 'cjs.cjs']) {
    expect(await command(process.execPath, ...old, `out-nodenext/${file}`)).toBe('[0.5,6,true,true]\n');
  }
}, 300_000);
