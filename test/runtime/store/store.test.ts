import { mkdir, mkdtemp, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Store } from '../../../src/runtime/store/store.ts';
import { draft } from '../draft.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ichor-store-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('the store', () => {
  it('shows an artifact only once it is finished, with the hash of each file', async () => {
    const store = new Store(root);
    await store.prepare();
    const { folder, fresh } = await store.begin('k1');
    expect(fresh).toBe(true);
    await writeFile(join(folder, 'a.txt'), 'abc');
    expect(await store.find('index', 'k1')).toBeNull();
    await store.finish(draft('k1'));
    expect((await store.find('index', 'k1'))?.folder).toBe(join(root, 'store', 'index', 'k1'));
    const [artifact] = await store.artifacts();
    // sha256sum of "abc", FIPS 180-2 appendix B.1
    expect(artifact?.manifest?.files['a.txt']).toEqual({
      bytes: 3,
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    });
    expect(await readdir(join(root, 'partial'))).toEqual([]);
  });

  it('keeps what an interrupted attempt left', async () => {
    const store = new Store(root);
    await store.prepare();
    await writeFile(join((await store.begin('k2')).folder, 'part'), '1');
    expect((await store.begin('k2')).fresh).toBe(false);
  });

  it('refuses an artifact whose file was cut off', async () => {
    const store = new Store(root);
    await store.prepare();
    await writeFile(join((await store.begin('k3')).folder, 'a'), 'abcdef');
    const { folder } = await store.finish(draft('k3'));
    await truncate(join(folder, 'a'), 2);
    await expect(store.find('index', 'k3')).rejects.toMatchObject({ code: 'artifact-damaged' });
  });

  it('takes no artifact for another one: folders that were exchanged', async () => {
    const store = new Store(root);
    await store.prepare();
    const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
    for (const key of [a, b]) {
      await writeFile(join((await store.begin(key)).folder, 'file'), key);
      await store.finish(draft(key));
    }
    const [first, second, aside] = [store.folder('index', a), store.folder('index', b), join(root, 'aside')];
    await rename(first, aside);
    await rename(second, first);
    await rename(aside, second);
    await expect(new Store(root).find('index', a)).rejects.toMatchObject({
      code: 'artifact-damaged',
      message: expect.stringContaining('it is that of another artifact (index bbbbbbbbbbbb…)'),
    });
  });

  it('says what to do where a file stands in the folder’s place', async () => {
    const file = join(root, 'in-the-way');
    await writeFile(file, '');
    await expect(new Store(file).prepare()).rejects.toMatchObject({ code: 'store-not-writable', exit: 2 });
  });

  it('replaces a folder without a manifest: it never was an artifact', async () => {
    const store = new Store(root);
    await store.prepare();
    await mkdir(join(root, 'store', 'index', 'k4'), { recursive: true });
    await writeFile(join(root, 'store', 'index', 'k4', 'old'), '');
    await writeFile(join((await store.begin('k4')).folder, 'new'), '');
    const { folder } = await store.finish(draft('k4'));
    expect((await stat(join(folder, 'new'))).isFile()).toBe(true);
    expect(await readdir(folder)).not.toContain('old');
  });
});
