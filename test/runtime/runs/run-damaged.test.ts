import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findRun } from '../../../src/runtime/runs/find-run.ts';
import { listRuns, RunFolder, readRun } from '../../../src/runtime/runs/run-folder.ts';
import { refuseEditedRecipe } from '../../../src/runtime/runs/run-recipe.ts';
import { readTraits } from '../../../src/runtime/runs/run-traits.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ichor-runs-'));
  await mkdir(join(root, 'runs'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const make = async (recipe: string) => {
  const about = { recipe, recipeHash: 'h', smoke: false, synthetic: false, until: null, predictsWith: null };
  const more = { engine: null, versions: {}, components: {}, data: { fingerprint: '', files: null }, git: null };
  const run = await RunFolder.create(root, { ...about, ...more }, 'seed: 3\n');
  await run.end('done');
  return run;
};

describe('a run.json', () => {
  it.each([
    ['empty', ''],
    ['cut off', '{"name": "a-'],
    ['zeros', '\0'.repeat(64)],
    ['another program’s', '{"runs": []}'],
    ['of no form', '7'],
  ])('that is %s names its run, and the others are listed', async (_, text) => {
    const [a, b] = [await make('a'), await make('b')];
    await writeFile(join(a.folder, 'run.json'), text);
    const damaged: string[] = [];
    const runs = await listRuns(root, (folder, error) => damaged.push(`${folder} ${error.code} ${error.message}`));
    expect(runs.map(({ record }) => record.name)).toEqual(['b-1']);
    expect(damaged).toHaveLength(1);
    expect(damaged[0]).toContain(`${a.folder} run-damaged ${join(a.folder, 'run.json')}`);
    await expect(readRun(a.folder)).rejects.toMatchObject({ code: 'run-damaged', exit: 2 });
    await expect(findRun(root, 'a-1')).rejects.toMatchObject({ code: 'run-damaged' });
    expect((await findRun(root, 'b')).folder).toBe(b.folder);
  });

  it('that is damaged lets no older run pass for the newest of its recipe', async () => {
    await make('a');
    const newer = await make('a');
    await writeFile(join(newer.folder, 'run.json'), '');
    await expect(findRun(root, 'a')).rejects.toMatchObject({ code: 'run-damaged' });
  });

  it('may be a folder; other things among the runs are none', async () => {
    await make('a');
    await mkdir(join(root, 'runs', 'b-1', 'run.json'), { recursive: true });
    await mkdir(join(root, 'runs', 'lost+found'));
    await mkdir(join(root, 'runs', 'empty'));
    await writeFile(join(root, 'runs', '.DS_Store'), '');
    await writeFile(join(root, 'runs', 'notes.txt'), '');
    const damaged: string[] = [];
    const runs = await listRuns(root, (_, error) => damaged.push(error.message));
    expect(runs.map(({ record }) => record.name)).toEqual(['a-1']);
    expect(damaged).toEqual([expect.stringContaining('it is a folder')]);
  });

  it('is replaced in one step, and nothing stays beside it', async () => {
    const { folder } = await make('a');
    expect(JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')).status).toBe('done');
    await expect(readFile(join(folder, 'run.json.tmp'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

it('a resolved recipe that is missing, empty or a folder leaves a run without traits', async () => {
  const { folder } = await make('a');
  expect(await readTraits(folder)).toMatchObject({ seed: 3 });
  const file = join(folder, 'recipe.resolved.yaml');
  for (const change of [() => writeFile(file, ''), () => rm(file), () => mkdir(file)]) {
    await change();
    expect(await readTraits(folder)).toMatchObject({ seed: null, profile: [], set: [] });
  }
});

it('a resolved recipe that was edited is refused by what reads it; one of before 0.2, of which nothing is known, is not', async () => {
  const { folder, record } = await make('a');
  await refuseEditedRecipe(folder, record);
  await writeFile(join(folder, 'recipe.resolved.yaml'), 'seed: 4\n');
  const { recipeFileHash: _, ...earlier } = record;
  await refuseEditedRecipe(folder, earlier);
  const read = (await readRun(folder)) ?? expect.fail('no run');
  await expect(refuseEditedRecipe(folder, read)).rejects.toMatchObject({ code: 'run-recipe-edited', exit: 2 });
  // A missing one is told by whoever opens it.
  await rm(join(folder, 'recipe.resolved.yaml'));
  await refuseEditedRecipe(folder, read);
});
