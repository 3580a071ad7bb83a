import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { leavesOf, program } from '../../src/cli/program/program.ts';
import { ichor, top } from '../cli.ts';
import { tiny } from './tiny.ts';

let work = '';
/** A run of the first two stages: what lists and ledgers are about. */
const RUN = ['run', join(top, 'recipes/quickstart.yaml'), ...tiny, '--set', 'data.seed=1', '--until', 'index'];
let version = '';
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'ichor-json-'));
  await writeFile(join(work, 'package.json'), '{}');
  ({ version } = JSON.parse(await readFile(join(top, 'package.json'), 'utf8')));
  const { status, err } = await ichor([...RUN, '--json'], { cwd: work });
  expect(status, err).toBe(0);
}, 60_000);
afterAll(() => rm(work, { recursive: true, force: true }));

/** What a command answers with, and nothing else on standard output. */
async function answer(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { status, out, err } = await ichor([...args, '--json'], { cwd: work, env });
  expect(out, `${args.join(' ')}\n${err}`).toMatch(/^\{[\s\S]*\}\n$/);
  const said = JSON.parse(out) as Record<string, unknown>;
  expect(Object.keys(said).slice(0, 3), args.join(' ')).toEqual(['ichor', 'command', 'ok']);
  expect([said.ichor, said.ok], args.join(' ')).toEqual([version, status === 0]);
  return { said, status, err };
}

test('every command takes --json, but the one whose output is a JSON file', () => {
  const leaves = leavesOf(program());
  const without = leaves.filter(({ command }) => !command.options.some(({ long }) => long === '--json'));
  expect(without.map(({ words }) => words)).toEqual(['schema']);
});

// Calls with what they answer: of every command but those that fetch, train or read a private key.
const CALLS: readonly (readonly [args: string, facts: object])[] = [
  ['check QUICK', { recipes: [{ valid: true, name: 'quickstart' }], diagnostics: [] }],
  ['explain QUICK sequence.dropout', { path: 'sequence.dropout', origins: [{ layer: expect.any(String) }] }],
  [
    'explain QUICK',
    {
      name: 'quickstart',
      values: { recipe: 1 },
      origins: { seed: { layer: 'recipe', place: { line: expect.any(Number) } } },
    },
  ],
  ['diff QUICK QUICK', { a: { what: 'recipe' }, values: [] }],
  ['plan QUICK', { recipe: 'quickstart', stages: expect.arrayContaining([expect.objectContaining({ id: 'index' })]) }],
  [
    'list window',
    { components: expect.arrayContaining([expect.objectContaining({ kind: 'window', name: 'linear' })]) },
  ],
  ['describe window linear', { kind: 'window', name: 'linear', parameters: expect.any(Array) }],
  ['describe code source-missing', { code: 'source-missing', text: expect.stringContaining('folder') }],
  ['engine info', { engines: expect.any(Array), cpu: expect.any(Object) }],
  ['runs list', { runs: [{ run: 'quickstart-1', state: 'partial' }], unreadable: [] }],
  ['runs show quickstart', { run: 'quickstart-1', stages: expect.any(Array) }],
  ['runs ledger', { run: 'quickstart-1', failed: null, items: expect.any(Array) }],
  ['runs tag quickstart-1 first', { run: 'quickstart-1', tag: 'first' }],
  ['runs untag first', { tag: 'first' }],
  ['track sync', { runs: [] }],
  [
    'store list',
    { artifacts: expect.arrayContaining([expect.objectContaining({ stage: 'index', runs: ['quickstart-1'] })]) },
  ],
  ['store gc --dry-run', { removed: false, garbage: [], bytes: 0 }],
  ['table TABLES/table-2.yaml --profile ci --plan', { tables: [{ table: 'table-2', rows: expect.any(Array) }] }],
  ['weights list', { weights: expect.any(Array) }],
  ['weights where', { offline: expect.any(Boolean) }],
  ['weights verify', { files: [] }],
  ['init quickstart --out study', { wrote: expect.arrayContaining([expect.stringMatching(/quickstart\.yaml$/)]) }],
  ['migrate study/quickstart.yaml', { files: [{ state: 'up-to-date', changes: [] }], dryRun: false }],
  ['figure architecture QUICK', { file: expect.stringMatching(/quickstart-architecture\.svg$/) }],
  ['new component window acme/soft', { kind: 'window', name: 'acme/soft', wrote: expect.any(Array) }],
  ['new plugin acme', { prefix: 'acme' }],
  ['data phantom heads --set studies=2 --set size=64', { folder: expect.stringMatching(/heads$/), seed: 0 }],
  ['data inspect heads --show-ids', { source: 'rsna', ids: 'clear' }],
  ['runs rm quickstart-1', { removed: ['quickstart-1'] }],
  ['jobs list', { jobs: [] }],
  ['jobs cancel', { cancelled: [] }],
];

test('each answers with one object that says which command it is of, and what it found', async () => {
  const env = { ICHOR_WEIGHTS_DIR: join(work, 'weights'), XDG_CACHE_HOME: join(work, 'cache') };
  const called = new Set<string>();
  for (const [line, facts] of CALLS) {
    const args = line
      .replaceAll('QUICK', join(top, 'recipes/quickstart.yaml'))
      .replaceAll('TABLES', join(top, 'recipes/tables'))
      .split(' ');
    const { said, status, err } = await answer(args, env);
    expect(status, `${line}\n${err}`).toBe(0);
    expect(said, line).toMatchObject(facts);
    expect(line.startsWith(String(said.command)), `${line}: ${said.command}`).toBe(true);
    called.add(String(said.command));
  }
  const all = leavesOf(program()).map(({ words }) => words);
  expect(all.filter((words) => !called.has(words)).sort()).toEqual(
    [
      'data whois',
      'engine install',
      'ensemble',
      'evaluate',
      'export',
      'figure windows',
      'figure augmentations',
      'jobs logs',
      'predict',
      'run',
      'runs compare',
      'runs pack',
      'schema',
      'submission check',
      'sweep',
      'watch',
      'weights add',
      'weights get',
    ].sort(),
  );
}, 120_000);

test.each<[string, number, object]>([
  [
    'run nowhere.yaml',
    2,
    { command: 'run', failure: { code: 'recipe-invalid' }, diagnostics: [{ code: 'recipe-missing' }] },
  ],
  ['plan nowhere.yaml', 2, { command: 'plan', failure: { code: 'recipe-invalid' } }],
  [
    'check nowhere.yaml',
    2,
    { command: 'check', recipes: [{ valid: false }], diagnostics: [{ code: 'recipe-missing' }] },
  ],
  ['explain nowhere.yaml', 2, { diagnostics: [{ code: 'recipe-missing' }] }],
  ['runs show nowhere', 2, { command: 'runs show', failure: { code: 'unknown-run', hint: expect.any(String) } }],
  ['predict nowhere .', 2, { command: 'predict', failure: { code: 'unknown-run' } }],
  ['ensemble a b', 2, { command: 'ensemble', failure: { code: 'unknown-run' } }],
  ['weights get no-such', 2, { failure: { code: 'weights-name' } }],
  ['submission check package.json', 2, {}],
  ['diff nowhere.yaml nowhere.yaml', 2, {}],
  ['run', 2, { failure: { code: 'wrong-call' } }],
  ['run x.yaml --no-such', 2, { failure: { code: 'unknown-option' } }],
])('an error of `ichor %s` is an answer too, and stands in words on standard error', async (line, status, facts) => {
  const { said, status: ended, err } = await answer(line.split(' '));
  expect(ended).toBe(status);
  expect(said).toMatchObject(facts);
  // What is wrong with what was to be looked at is the answer itself.
  expect(err !== '').toBe('failure' in said || line.startsWith('explain') || line.startsWith('diff'));
});

test('the version is one as well', async () => {
  const { out } = await ichor(['--version', '--json'], { cwd: work });
  expect(JSON.parse(out)).toMatchObject({ ichor: version, version, ok: true, node: process.version });
});
