import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { markRecalled, newestRun } from '../../../src/runtime/runs/recalled.ts';

it('the newest run is the one that said something last, be it recalled', async () => {
  const store = await mkdtemp(join(tmpdir(), 'ichor-recalled-'));
  await mkdir(join(store, 'runs'));
  expect(await newestRun(store)).toBeNull();
  const folderOf = (name: string) => join(store, 'runs', name);
  for (const [name, started] of [
    ['a-1', '2026-01-01T10:00:00.000Z'],
    ['a-2', '2026-01-02T10:00:00.000Z'],
  ] as const) {
    await mkdir(folderOf(name));
    const record = { name, recipe: 'a', recipeHash: '', status: 'done', artifacts: {}, started };
    await writeFile(join(folderOf(name), 'run.json'), JSON.stringify(record));
  }
  const newest = async () => (await newestRun(store))?.record.name;
  expect(await newest()).toBe('a-2');
  await markRecalled(folderOf('a-1'), new Date('2026-01-03T10:00:00Z'));
  expect(await newest()).toBe('a-1');
  // What is no time says nothing.
  await writeFile(join(folderOf('a-1'), 'recalled'), 'zzz');
  expect(await newest()).toBe('a-2');
  await expect(markRecalled(folderOf('gone'))).rejects.toMatchObject({ code: 'ENOENT' });
});
