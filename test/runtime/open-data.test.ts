import { expect, it } from 'vitest';
import folder from '../../plugins/sources/folder.ts';
import rsna from '../../plugins/sources/rsna.ts';
import type { Component } from '../../src/registry/kinds/component.ts';
import type { ResolvedRecipe } from '../../src/registry/recipe.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import type { Emit } from '../../src/runtime/events.ts';
import { openData } from '../../src/runtime/open-data.ts';

import { folderOf } from './stages/picture-folder.ts';

const registry = createRegistry([folder, rsna] as unknown as Component[]);

async function failure(source: ResolvedRecipe['data']['source']): Promise<unknown> {
  const recipe = { data: { source } } as unknown as ResolvedRecipe;
  const signal = new AbortController().signal;
  const rest = { workspace: '/w', identity: Buffer.alloc(32), emit: () => {}, signal };
  return openData({ recipe, registry, ...rest }).catch((error) => error);
}

it('asks for the root that a stored recipe of a private source leaves out, and says how to give it', async () => {
  const error = await failure({ type: 'folder', root: '', showIds: false, pictures: false });
  expect(error).toMatchObject({
    code: 'source-missing',
    exit: 2,
    hint: expect.stringContaining('--set data.source.root='),
  });
  expect((error as Error).message).toContain('a private folder is never written into the recipe of a run');
  expect((await failure({ type: 'rsna', root: '' })) as Error).toMatchObject({
    message: 'The recipe names no folder for its source `rsna`.',
  });
});

it('says which of two tables of labels is read, where both places that it may lie in have one', async () => {
  const said = async (workspace: string, root: string) => {
    const codes: (string | undefined)[] = [];
    const labels = {
      file: 'mine.csv',
      slice: null,
      path: 'File',
      patient: null,
      number: null,
      label: null,
      value: null,
    };
    const columns = { any: 'Any' };
    const source = { type: 'folder', root, showIds: true, pictures: false };
    const recipe = { data: { source, labels: { ...labels, columns, tolerate: 0 } } } as unknown as ResolvedRecipe;
    const emit: Emit = (event) => {
      if (event.type === 'note') codes.push(event.code);
    };
    await openData({
      recipe,
      registry,
      workspace,
      identity: Buffer.alloc(32, 1),
      emit,
      signal: new AbortController().signal,
    });
    return codes;
  };
  const table = 'File,Any\na.dcm,1\n';
  const [workspace, root] = [
    await folderOf({ 'mine.csv': table }),
    await folderOf({ 'mine.csv': `${table}b.dcm,0\n` }),
  ];
  expect(await said(workspace, root)).toEqual(['labels-in-two-places']);
  // Nothing is said of equal ones, and of one that is in both.
  expect(await said(await folderOf({ 'mine.csv': table }), await folderOf({ 'mine.csv': table }))).toEqual([]);
  expect(await said(root, root)).toEqual([]);
  expect(await said(workspace, await folderOf({}))).toEqual([]);
});

it('says that the store lies in the data folder, where it is not hidden', async () => {
  const root = await folderOf({ 'a.dcm': 'none' });
  const said = async (storeRoot: string) => {
    const notes: string[] = [];
    const source = { type: 'folder', root, showIds: true, pictures: false };
    const recipe = { data: { source, labels: { file: null } } } as unknown as ResolvedRecipe;
    const emit: Emit = (event) => {
      if (event.type === 'note') notes.push(event.message);
    };
    const memory = { storeRoot, writes: false };
    const signal = new AbortController().signal;
    await openData({ recipe, registry, workspace: root, identity: Buffer.alloc(32, 1), emit, signal, memory });
    return notes.join(' ');
  };
  expect(await said(`${root}/out/st`)).toContain('The store lies in the data folder');
  expect(await said(root)).toContain('The store is the data folder itself');
  expect(await said(`${root}/.ichor`)).not.toContain('The store');
  expect(await said(`${root}-st`)).not.toContain('The store');
});
