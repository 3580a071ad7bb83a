import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ichor } from '../cli.ts';

let store: string;
beforeAll(async () => {
  store = await mkdtemp(join(tmpdir(), 'ichor-runs-'));
  await run('heads-1', { recipe: 'heads', started: '2026-01-01T00:00:00Z' }, 'seed: 0\n');
  await run(
    'heads-2',
    { recipe: 'heads', started: '2026-01-02T00:00:00Z' },
    'seed: 7\ndata:\n  seed: 2\nresolved:\n  profile: [ ci ]\n  set: [ seed=7, sequence.layers=4 ]\n  components: {}\n',
  );
  const members = ['heads-1', 'heads-2'].map((name) => ({ run: name }));
  await run(
    'heads-3',
    { recipe: 'heads', started: '2026-01-03T00:00:00Z', ensemble: { mean: 'logits', runs: members } },
    'seed: 0\n',
  );
});
afterAll(() => rm(store, { recursive: true, force: true }));

async function run(name: string, more: object, recipe: string, root = store): Promise<void> {
  const folder = join(root, 'runs', name);
  await mkdir(folder, { recursive: true });
  const record = { name, status: 'done', smoke: false, synthetic: false, predictsWith: null, artifacts: {} };
  const rest = { recipeHash: `${name}abcdef`, engine: null, versions: {}, components: {}, data: {}, git: null };
  await writeFile(join(folder, 'run.json'), JSON.stringify({ ...record, ...rest, ...more }));
  await writeFile(join(folder, 'recipe.resolved.yaml'), `recipe: 1\nname: heads\n${recipe}`);
}

it('runs list says what tells runs of one recipe apart', async () => {
  const { out, status } = await ichor(['runs', 'list', '--store', store]);
  expect(status).toBe(0);
  const cells = out
    .trim()
    .split('\n')
    .map((line) => line.split(/ {2,}/));
  expect(cells).toEqual([
    ['run', 'state', 'started (UTC)', 'engine', 'seed', 'profile', 'recipe', 'data'],
    ['heads-1', 'done', '2026-01-01 00:00:00', '0', 'heads-1a'],
    ['heads-2', 'done', '2026-01-02 00:00:00', '7', 'ci', 'heads-2a', 'data.seed=2 · sequence.layers=4'],
    ['heads-3', 'done', '2026-01-03 00:00:00', 'heads-3a', 'mean of heads-1, heads-2'],
  ]);
});

it('predict by a recipe’s name says which run that is, of how many, and passes over ensembles', async () => {
  const { err } = await ichor(['predict', 'heads', store, '--store', store]);
  expect(err).toContain(
    `heads: run heads-1 (seed 0, no profile), the newest finished one without --set or profile (heads-2 is newer, but something was set for it) of 2 runs; \`npx ichor runs list --store ${store}\` shows the others.`,
  );
  // These runs trained nothing: predict ends with the one that it named.
  expect(err).toContain('Run heads-1 trained no network');
  expect((await ichor(['predict', 'heads-1', store, '--store', store])).err).not.toContain('newest');
});

it('where something was set for every run of a recipe the newest is taken, and what was set is said', async () => {
  const other = await mkdtemp(join(tmpdir(), 'ichor-runs-'));
  for (const n of [1, 2]) {
    const set = `seed: 0\nresolved:\n  set: [ train.backbone.optimizer.learningRate=${n} ]\n  components: {}\n`;
    await run(`tried-${n}`, { recipe: 'tried', started: `2026-01-0${n}T00:00:00Z` }, set, other);
  }
  const { err } = await ichor(['predict', 'tried', other, '--store', other]);
  expect(err).toContain(
    'tried: run tried-2 (seed 0, no profile, train.backbone.optimizer.learningRate=2), the newest finished one of 2 runs;',
  );
  for (let n = 1; n <= 9; n++)
    await run(`many-${n}`, { recipe: 'many', started: `2026-02-0${n}T00:00:00Z` }, '', other);
  const nobody = await ichor(['runs', 'show', 'nobody', '--store', other]);
  expect(nobody.err).toContain('There are many-2, ');
  expect(nobody.err).toContain(`many-9 and 3 more: \`npx ichor runs list --store ${other}\`.`);
  await rm(other, { recursive: true, force: true });
});

it('runs show says which run a recipe’s name stood for', async () => {
  const said = 'heads: run heads-1 (seed 0, no profile), the newest finished one without --set or profile';
  expect((await ichor(['runs', 'show', 'heads', '--store', store])).out).toContain(said);
  expect((await ichor(['runs', 'show', 'heads-1', '--store', store])).out).not.toContain('newest');
});

it.each(['run', 'plan'])('%s refuses the resolved recipe of an ensemble, and names its members', async (command) => {
  const file = join(store, 'runs', 'heads-3', 'recipe.resolved.yaml');
  const { status, err } = await ichor([command, file, '--store', store]);
  expect(status).toBe(2);
  expect(err).toContain('error[ensemble-recipe]');
  expect(err).toContain(`ichor ensemble --store ${store} heads-1 heads-2`);
});
