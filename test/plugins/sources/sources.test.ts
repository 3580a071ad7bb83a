import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import folder from '../../../plugins/sources/folder.ts';
import rsna from '../../../plugins/sources/rsna.ts';

const names = async (open: Awaited<ReturnType<typeof folder.open>>) => {
  const list: [string, string, number][] = [];
  for await (const { path, set, bytes } of open.files()) list.push([path, set, bytes]);
  return list;
};

describe('source rsna', () => {
  it('is public, labelled, and repairs intercepts; its root is no part of a key', () => {
    expect(rsna.contract({ root: '/x' })).toEqual({
      identities: 'public',
      labels: true,
      repairIntercept: true,
      chooseSeries: 'all',
    });
    expect(rsna.params.properties.root).toMatchObject({ affectsResult: false });
  });

  it('says where to name the folder', async () => {
    await expect(rsna.open({ root: '' }, '')).rejects.toMatchObject({
      code: 'source-missing',
      exit: 2,
      hint: expect.stringContaining('--set'),
    });
  });
});

describe('source folder', () => {
  const params = { root: '', showIds: false, pictures: false, repairIntercept: false };

  it('is private unless asked, unlabelled, and repairs nothing unless asked', () => {
    expect(folder.contract({ ...params, repairIntercept: true }).repairIntercept).toBe(true);
    expect(folder.params.properties.repairIntercept).not.toHaveProperty('affectsResult');
    expect(folder.contract(params)).toEqual({
      identities: 'private',
      labels: false,
      repairIntercept: false,
      chooseSeries: 'best',
    });
    expect(folder.contract({ ...params, showIds: true }).identities).toBe('public');
    expect(folder.params.properties.showIds).not.toHaveProperty('affectsResult');
    expect(folder.params.properties.pictures).toMatchObject({ affectsResult: false });
  });

  it('lists any tree once, as test: files before folders, links followed, hidden folders left', async () => {
    const root = await mkdtemp(join(tmpdir(), 'ichor-tree-'));
    await mkdir(join(root, 'a', 'deep'), { recursive: true });
    await mkdir(join(root, '.ichor'));
    for (const [name, text] of [
      ['z.dcm', 'zz'],
      ['a/1', '1'],
      ['a/deep/2', '22'],
      ['.ichor/x', 'x'],
      ['.hidden', ''],
    ] as const)
      await writeFile(join(root, name), text);
    await symlink(root, join(root, 'a', 'loop'));
    await symlink(join(root, 'z.dcm'), join(root, 'a', 'link.dcm'));
    await symlink(join(root, 'gone'), join(root, 'a', 'broken'));
    expect(await names(await folder.open({ ...params, root }, root))).toEqual([
      ['.hidden', 'test', 0],
      ['z.dcm', 'test', 2],
      ['a/1', 'test', 1],
      ['a/broken', 'test', 0],
      ['a/link.dcm', 'test', 2],
      ['a/deep/2', 'test', 2],
    ]);
  });

  it('names no path where the folder is missing', async () => {
    const error = await folder.open(params, '/home/SMITH').catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'source-missing', exit: 2 });
    expect(error.message).not.toContain('SMITH');
  });
});
