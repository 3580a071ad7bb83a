import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findGarbage, removeGarbage } from '../../../src/runtime/runs/garbage.ts';
import { RunFolder } from '../../../src/runtime/runs/run-folder.ts';
import { Store } from '../../../src/runtime/store/store.ts';
import { draft } from '../draft.ts';

it('removes what no run refers to and nobody works on, whatever lies among the locks', async () => {
  const root = await mkdtemp(join(tmpdir(), 'ichor-gc-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const store = new Store(root);
  await store.prepare();
  for (const key of ['used', 'unused']) {
    await writeFile(join((await store.begin(key)).folder, 'a'), 'abc');
    await store.finish(draft(key));
  }
  await writeFile(join((await store.begin('left')).folder, 'part'), '12345');
  await store.begin('held');
  const lock = await store.lock('held', {});
  await writeFile(join(root, 'locks', 'damaged'), 'no JSON');
  const about = { recipe: 'r', recipeHash: '', smoke: false, synthetic: false, until: null, predictsWith: null };
  const data = { fingerprint: '', files: null };
  const nothing = { engine: null, versions: {}, components: {}, data, git: null };
  const run = await RunFolder.create(root, { ...about, ...nothing }, '');
  run.record.artifacts.index = { stage: 'index', key: 'used' };
  await run.save();

  const garbage = await findGarbage(store);
  expect(garbage.map(({ name, bytes }) => [name, bytes])).toEqual([
    ['index/unused', 3],
    ['left', 5],
  ]);
  await removeGarbage(garbage);
  expect(await store.find('index', 'used')).not.toBeNull();
  expect(await store.find('index', 'unused')).toBeNull();
  expect((await store.partials()).map(({ key }) => key)).toEqual(['held']);
  await lock.release();
});
