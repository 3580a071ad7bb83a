import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/runtime/events.ts';
import { findGarbage } from '../../../src/runtime/runs/garbage.ts';
import { RunFolder } from '../../../src/runtime/runs/run-folder.ts';
import { Store } from '../../../src/runtime/store/store.ts';
import { draft } from '../draft.ts';

const KEY = 'a'.repeat(64);
let root: string;
let store: Store;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ichor-damaged-'));
  store = new Store(root);
  await store.prepare();
  await writeFile(join((await store.begin(KEY)).folder, 'a'), 'abc');
  await store.finish(draft(KEY));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const manifest = () => join(store.folder('index', KEY), 'manifest.json');

describe('a manifest', () => {
  it.each([
    ['empty', '', 'it is empty'],
    ['cut off', '{"key": "a', 'it is no JSON'],
    ['zeros', '\0'.repeat(100), 'it holds zeros'],
    ['another program’s', '{"name": "x"}', 'it is JSON of another form'],
    ['null', 'null', 'it is JSON of another form'],
    ['without its files', JSON.stringify({ ...draft(KEY), files: null }), 'it is JSON of another form'],
  ])('that is %s: its artifact is made again and said to be, or named', async (_, text, why) => {
    await writeFile(manifest(), text);
    const events: RunEvent[] = [];
    const telling = new Store(root, undefined, (event) => events.push(event));
    expect(await telling.find('index', KEY)).toBeNull();
    expect(await telling.find('index', KEY)).toBeNull();
    expect(events).toMatchObject([{ type: 'note', level: 'warning', code: 'artifact-damaged' }]);
    expect((events[0] as { message: string }).message).toContain(`${manifest()} is damaged: ${why}`);
    // Who makes nothing again is not told that there is nothing.
    await expect(store.find('index', KEY)).rejects.toMatchObject({ code: 'artifact-damaged' });
    expect(await store.artifacts()).toMatchObject([{ key: KEY, manifest: null, damage: expect.stringContaining(why) }]);
    expect(await findGarbage(store)).toMatchObject([{ name: `index/${KEY}`, bytes: expect.any(Number) }]);
    // Making it again replaces it.
    await writeFile(join((await store.begin(KEY)).folder, 'a'), 'abc');
    await store.finish(draft(KEY));
    expect(await store.find('index', KEY)).not.toBeNull();
  });

  it('may be a folder', async () => {
    await rm(manifest());
    await mkdir(manifest());
    expect(await store.artifacts()).toMatchObject([{ damage: 'it is a folder' }]);
  });
});

it('strange files and folders in a store are passed over, and never removed', async () => {
  const strange = ['', 'store', 'store/index', 'partial', 'locks', 'runs', `store/index/${KEY}`];
  for (const folder of strange) {
    await writeFile(join(root, folder, '.DS_Store'), 'x');
    await writeFile(join(root, folder, 'notes.txt~'), 'x');
    await mkdir(join(root, folder, 'lost+found'));
  }
  await mkdir(join(root, 'store', 'backup', 'of-mine'), { recursive: true });
  await mkdir(join(root, 'store', 'index', 'mine'));
  await writeFile(join(root, 'store', 'index', 'readme.txt'), 'x');
  await writeFile(join(root, 'store', 'readme.txt'), 'x');
  await writeFile(join(root, 'partial', 'readme.txt'), 'x');
  expect(await store.find('index', KEY)).not.toBeNull();
  expect((await store.artifacts()).filter((each) => each.manifest !== null)).toHaveLength(1);
  expect(await store.partials()).toEqual([]);
  expect((await findGarbage(store)).map(({ name }) => name)).toEqual([`index/${KEY}`]);
});

it('what a system leaves in an unfinished artifact is no part of the finished one', async () => {
  const { folder } = await store.begin('b');
  await writeFile(join(folder, '.DS_Store'), 'x');
  expect((await store.begin('b')).fresh).toBe(true);
  expect(await store.hasPartial('b')).toBe(false);
  await writeFile(join(folder, 'a'), 'abc');
  await store.finish(draft('b'));
  await rm(join(store.folder('index', 'b'), '.DS_Store'));
  expect(await store.find('index', 'b')).not.toBeNull();
});

it('nothing is collected while a run does not say what it keeps', async () => {
  const about = { recipe: 'r', recipeHash: '', smoke: false, synthetic: false, until: null, predictsWith: null };
  const data = { fingerprint: '', files: null };
  const run = await RunFolder.create(
    root,
    { ...about, engine: null, versions: {}, components: {}, data, git: null },
    '',
  );
  await writeFile(join(run.folder, 'run.json'), '');
  await expect(findGarbage(store)).rejects.toMatchObject({ code: 'run-damaged' });
  await expect(findGarbage(store)).rejects.toThrow(join(run.folder, 'run.json'));
});
