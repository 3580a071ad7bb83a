import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { IchorError } from '../../../src/errors.ts';
import { clockBehind } from '../../../src/runtime/runs/clock-behind.ts';
import { findRun } from '../../../src/runtime/runs/find-run.ts';
import { refuseWithoutNetworks, trainedNetworks } from '../../../src/runtime/runs/predict-run.ts';
import { removeRuns } from '../../../src/runtime/runs/remove-runs.ts';
import { type RunRecord, stateOf } from '../../../src/runtime/runs/run-folder.ts';
import { removeTag, tagRun } from '../../../src/runtime/runs/tags.ts';
import { takenText } from '../../../src/runtime/runs/taken-run.ts';
import type { Artifact } from '../../../src/runtime/store/artifact.ts';
import { registry, toyRecipe } from '../stages/toy-plan.ts';

type Made = Partial<Omit<RunRecord, 'data'>> & { set?: string[]; data?: Partial<RunRecord['data']> };

const WHOLE = { report: { stage: 'report', key: 'r' } } as const;

/** A store with these runs of the recipe `heads`, oldest first: `heads-1` and so on. */
async function storeOf(...runs: Made[]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'ichor-find-'));
  for (const [i, { set = [], ...more }] of runs.entries()) {
    const name = more.name ?? `heads-${i + 1}`;
    const folder = join(root, 'runs', name);
    await mkdir(folder, { recursive: true });
    const record = {
      name,
      recipe: 'heads',
      recipeHash: 'ab',
      status: 'done',
      smoke: false,
      synthetic: false,
      until: null,
      predictsWith: null,
      engine: null,
      versions: {},
      components: {},
      git: null,
      started: `2026-01-0${i + 1}T00:00:00Z`,
      finished: null,
      error: null,
      artifacts: WHOLE,
      process: { pid: 1, host: 'elsewhere', started: '' },
      ...more,
      data: { fingerprint: 'aaaaaaaaaa', files: 3, source: 'rsna', ...more.data },
    };
    await writeFile(join(folder, 'run.json'), JSON.stringify(record));
    const said = set.map((one) => `    - ${one}\n`).join('');
    await writeFile(
      join(folder, 'recipe.resolved.yaml'),
      `recipe: 1\nname: heads\nseed: 0\nresolved:\n  set:\n${said}  components: {}\n`,
    );
  }
  return root;
}

it('a run by its folder lies in the store of that folder, whichever was asked; a name that is nearly one is named', async () => {
  const [here, there] = [await storeOf({}), await storeOf({}, {})];
  expect(await findRun(here, join(there, 'runs', 'heads-2'))).toMatchObject({ storeRoot: there });
  expect(await findRun(here, 'heads')).toMatchObject({ storeRoot: here });
  const alone = join(await mkdtemp(join(tmpdir(), 'ichor-find-')), 'copy');
  await cp(join(there, 'runs', 'heads-1'), alone, { recursive: true });
  expect(await findRun(here, alone)).toMatchObject({ storeRoot: here });
  for (const [name, near] of [
    ['haeds', 'heads'],
    ['heads-11', 'heads-1'],
  ] as const)
    await expect(findRun(here, name)).rejects.toMatchObject({
      hint: expect.stringMatching(`^Did you mean \`${near}\`\\?`),
    });
});

const OTHER = { set: ['data.source.root=other'], data: { fingerprint: 'bbbbbbbbbb' } };
const PARTIAL = { until: 'index', artifacts: { index: { stage: 'index', key: 'i' } } } as const;

describe('a recipe’s name stands for its newest whole run as it stands', () => {
  it.each<[string, Made[], string, RegExp | null]>([
    [
      'the newest of several',
      [{}, {}],
      'heads-2',
      /heads: run heads-2 \(seed 0, no profile\), the newest finished one of 2 runs/,
    ],
    [
      'not one that --until stopped',
      [{}, PARTIAL],
      'heads-1',
      /that is whole \(heads-2 is newer, but partial: --until index\)/,
    ],
    ['not a smoke run', [{}, { smoke: true }], 'heads-1', /without --smoke \(heads-2 is newer, but a smoke run\)/],
    [
      'not one on other data',
      [{}, OTHER],
      'heads-1',
      /on other data: rsna bbbbbbbb \(3 files\), not rsna aaaaaaaa \(3 files\)/,
    ],
    ['not one with --set', [{}, { set: ['sequence.layers=4'] }], 'heads-1', /without --set or profile/],
    ['smoke runs among each other', [{ smoke: true }, { smoke: true, ...PARTIAL }], 'heads-1', /partial/],
    ['a whole one on other data gives way to the recipe’s own', [OTHER, {}], 'heads-2', null],
    [
      'one with --set on the own data, before one on other data',
      [{ set: ['seed=1', 'a.b=2'] }, OTHER],
      'heads-1',
      null,
    ],
    [
      'where each was given a folder, the first data have the name',
      [{ set: ['data.source.root=one'] }, OTHER, { set: ['data.source.root=elsewhere'] }, OTHER],
      'heads-3',
      /heads-4 is newer, but on other data/,
    ],
    ['the folder grew: the newest is the data as they stand', [{}, { data: { fingerprint: 'cc' } }], 'heads-2', null],
    ['nothing whole: what there is, and it says so', [PARTIAL], 'heads-1', /partial: --until index\), its only run/],
    ['not one that failed', [{}, { status: 'failed' }], 'heads-1', null],
  ])('%s', async (_, runs, taken, said) => {
    const found = await findRun(await storeOf(...runs), 'heads');
    expect(found.record.name).toBe(taken);
    if (said) expect(await takenText('heads', found)).toMatch(said);
  });

  it('says so where a run started in the future: a clock was wrong, and it would stay the newest', async () => {
    const found = await findRun(await storeOf({}, {}), 'heads');
    const day = (days: number) => new Date(Date.parse(found.record.started) + days * 86_400_000);
    expect(await takenText('heads', found, day(0.1))).not.toContain('future');
    expect(await takenText('heads', found, day(-0.5))).not.toContain('future');
    expect(await takenText('heads', found, day(-2))).toContain(`${found.record.name} started in the future`);
  });

  it('warns a run that starts, by its clock, before one that is there: it will not be the newest', async () => {
    const root = await storeOf({}, {}, { recipe: 'others' }, { predictsWith: 'heads-2' });
    const at = (text: string) => clockBehind(root, 'heads', new Date(text));
    expect(await at('2026-01-02T00:00:30Z')).toBeNull();
    expect(await at('2026-01-01T23:59:30Z')).toBeNull();
    expect((await at('2026-01-01T12:00:00Z'))?.message).toMatch(
      /heads-2 started at 2026-01-02.*`heads` goes on standing for heads-2/,
    );
    expect(await clockBehind(root, 'new', new Date(0))).toBeNull();
  });

  it('knows other data of a private source, whose recipe is kept without its folder', async () => {
    const root = await storeOf({}, { data: { fingerprint: 'bb', rootSet: true } });
    expect((await findRun(root, 'heads')).record.name).toBe('heads-1');
  });
});

it('says of a partial run what it lacks, and how to get it', async () => {
  const { record } = await findRun(await storeOf({ ...PARTIAL, artifacts: {} }), 'heads-1');
  expect(stateOf(record)).toBe('partial');
  expect(stateOf({ ...record, until: 'report', artifacts: WHOLE })).toBe('done');
  await expect(trainedNetworks('nowhere', record)).rejects.toMatchObject({
    code: 'run-not-trained',
    message: expect.stringContaining('stopped after index, as --until said'),
    hint: expect.stringContaining('without --until'),
  });
});

it('refuses to predict with the backbone alone where the recipe has a sequence model', async () => {
  const { record } = await findRun(await storeOf({ ...PARTIAL, until: 'backbone' }), 'heads-1');
  const artifact: Artifact = { stage: 'backbone', key: 'b', folder: '' };
  const refused = async (sets: string[], ...networks: string[]) => {
    const recipe = await toyRecipe(...sets);
    try {
      refuseWithoutNetworks(record, recipe, registry, new Map(networks.map((id) => [id, artifact])));
    } catch (error) {
      return error as IchorError;
    }
    return null;
  };
  expect(await refused([], 'backbone')).toMatchObject({
    code: 'run-not-trained',
    exit: 2,
    message: expect.stringMatching(/^Run heads-1 stopped after backbone, as --until said: .*\(sequence\)/),
    hint: expect.stringMatching(/without --until.*--set sequence=none/),
  });
  expect(await refused([], 'backbone', 'sequence')).toBeNull();
  expect(await refused(['sequence=none'], 'backbone')).toBeNull();
  // Embeddings of several backbones, of which one is there.
  const folds = await refused(['train.sequence.embeddings={ crossfit: 2 }'], 'backbone', 'sequence');
  expect(folds?.message).toContain('(backbone:fold-1, backbone:fold-2)');
});

describe('tags', () => {
  it('stand for their run wherever a run is named, move only by force, and go with it', async () => {
    const root = await storeOf({}, {});
    await tagRun(root, 'heads-1', 'best', { move: false });
    const found = await findRun(root, 'best');
    expect(found.record.name).toBe('heads-1');
    expect(await takenText('best', found)).toBe('best: the tag of run heads-1 (seed 0, no profile).');
    await expect(tagRun(root, 'heads-2', 'best', { move: false })).rejects.toMatchObject({ code: 'tag-taken' });
    await tagRun(root, 'heads-2', 'best', { move: true });
    expect((await findRun(root, 'best')).record.name).toBe('heads-2');
    await removeRuns(root, ['best'], { force: false });
    await expect(findRun(root, 'best')).rejects.toMatchObject({ code: 'unknown-run' });
    await expect(removeTag(root, 'best')).rejects.toMatchObject({ code: 'tag-unknown' });
  });

  it.each(['heads', 'other-3', '../x', ''])('are not called %j', async (tag) => {
    const root = await storeOf({});
    await expect(tagRun(root, 'heads-1', tag, { move: false })).rejects.toMatchObject({ code: 'tag-invalid', exit: 2 });
  });
});

describe('runs rm', () => {
  const referred = () =>
    storeOf({}, { name: 'heads-predict-1', recipe: 'heads-predict', predictsWith: 'heads-1' }, { status: 'running' });

  it('refuses what others refer to, unless they go too or it is forced', async () => {
    const root = await referred();
    await expect(removeRuns(root, ['heads-1'], { force: false })).rejects.toMatchObject({
      code: 'run-referred',
      message: 'Run heads-predict-1 predicts with the networks of heads-1.',
    });
    expect((await findRun(root, 'heads-1')).record.name).toBe('heads-1');
    expect(await removeRuns(root, ['heads-1', 'heads-predict-1'], { force: false })).toEqual([
      'heads-1',
      'heads-predict-1',
    ]);
    const forced = await referred();
    expect(await removeRuns(forced, ['heads-1'], { force: true })).toEqual(['heads-1']);
    await expect(findRun(forced, 'heads-1')).rejects.toMatchObject({ code: 'unknown-run' });
  });

  it('refuses what a table’s ledger names', async () => {
    const root = await storeOf({});
    const folder = join(root, 'tables', 'paper');
    await mkdir(folder, { recursive: true });
    const point = { name: 'bi-lstm.seed-0', values: {}, recipe: 'ab', status: 'done', run: 'heads-1' };
    await writeFile(
      join(folder, 'ledger.json'),
      JSON.stringify({ format: 1, name: 'paper', base: null, points: [point] }),
    );
    await expect(removeRuns(root, ['heads-1'], { force: false })).rejects.toThrow(
      'heads-1 is a run of the table paper (bi-lstm.seed-0).',
    );
  });

  it('refuses a running one, forced or not, and a recipe’s name; then nothing is removed', async () => {
    const root = await referred();
    await expect(removeRuns(root, ['heads-predict-1', 'heads-3'], { force: true })).rejects.toMatchObject({
      code: 'run-running',
    });
    await expect(removeRuns(root, ['heads-predict-1', 'heads'], { force: true })).rejects.toMatchObject({
      code: 'unknown-run',
      hint: expect.stringContaining('name its runs one by one (heads-1, heads-3)'),
    });
    expect((await findRun(root, 'heads-predict-1')).record.name).toBe('heads-predict-1');
  });
});
