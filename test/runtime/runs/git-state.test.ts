import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { gitState } from '../../../src/runtime/runs/git-state.ts';

it('is the commit, and whether anything but the store differs from it; null outside of a repository', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ichor-git-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const store = join(folder, '.ichor');
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' }).trim();
  expect(await gitState(folder, store)).toBeNull();
  git('init', '-q');
  expect(await gitState(folder, store)).toEqual({ commit: null, dirty: false });
  await writeFile(join(folder, 'a.yaml'), 'recipe: 1\n');
  expect(await gitState(folder, store)).toEqual({ commit: null, dirty: true });
  git('add', '.');
  git('-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-q', '-m', 'a');
  const commit = git('rev-parse', 'HEAD');
  expect(await gitState(folder, store)).toEqual({ commit, dirty: false });
  await mkdir(store);
  await writeFile(join(store, 'b'), '');
  expect(await gitState(folder, store)).toEqual({ commit, dirty: false });
  await writeFile(join(folder, 'a.yaml'), 'recipe: 1\nname: b\n');
  expect(await gitState(folder, store)).toEqual({ commit, dirty: true });
});
