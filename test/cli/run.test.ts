import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ichor, start } from '../cli.ts';
import { quickstartOn } from './quickstart-on.ts';
import { tiny } from './tiny.ts';

const recipe = ['run', 'recipes/quickstart.yaml', ...tiny];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-run-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

quickstartOn('native');

describe('what goes wrong', () => {
  it('a missing source folder: exit 2 before anything runs', async () => {
    const store = join(folder, 'missing');
    const { status, err } = await ichor([
      'run',
      'recipes/rsna-sample.yaml',
      '--store',
      store,
      '--set',
      'data.source.root=nowhere',
    ]);
    expect(status).toBe(2);
    expect(err).toContain('nowhere');
    expect(err).toContain('--set data.source.root=FOLDER');
    expect(err).not.toMatch(/\n\s+at /);
    expect(await readdir(join(store, 'runs'))).toEqual([]);
  });

  it('an empty source folder: exit 2', async () => {
    const empty = await mkdtemp(join(folder, 'empty-'));
    const store = join(folder, 'empty-store');
    const { status, err } = await ichor([
      'run',
      'recipes/rsna-sample.yaml',
      '--store',
      store,
      '--set',
      `data.source.root=${empty}`,
    ]);
    expect(status).toBe(2);
    expect(err).not.toMatch(/\n\s+at /);
  });

  it('a store in whose place a file stands: exit 2', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const { status, err } = await ichor([...recipe, '--store', file]);
    expect(status).toBe(2);
    expect(err).toContain('store-not-writable');
  });

  it('an unknown stage, command or option: exit 2 and what there is', async () => {
    const unknown = await ichor([...recipe, '--store', join(folder, 'until'), '--until', 'training']);
    expect(unknown.status).toBe(2);
    expect(unknown.err).toContain('backbone');
    expect((await ichor(['rnu'])).status).toBe(2);
    expect((await ichor(['run', 'recipes/quickstart.yaml', '--stor', 'x'])).err).toContain('--store');
  });

  it('weights that are not there: ends with 2 before the first stage, and says which file', async () => {
    const store = join(folder, 'weights');
    const { status, err } = await ichor([...recipe, '--store', store, '--set', 'backbone.weights.file=nowhere.h5']);
    expect(status).toBe(2);
    expect(err).toMatch(/weights-file-missing.*nowhere\.h5/);
    expect(await readdir(join(store, 'runs'))).toEqual([]);
    expect((await ichor(['check', 'recipes/inception-seq-aug.yaml'])).out).toContain('1 note');
  });

  it('a network too large for WASM is refused before the first stage, with the numbers', async () => {
    const large = ['run', 'recipes/quickstart.yaml', '--engine', 'wasm', '--store', join(folder, 'large')];
    const { status, err } = await ichor([...large, '--set', 'backbone=resnet-50', '--set', 'data.image.size=224']);
    expect(status).toBe(2);
    expect(err).toMatch(/23[,.]?[0-9]|million/);
    expect(await readdir(join(folder, 'large', 'runs'))).toEqual([]);
  });

  it('two runs on one store at once: both finish, and nothing is made twice', async () => {
    const store = join(folder, 'two');
    const both = [start([...recipe, '--store', store]), start([...recipe, '--store', store])];
    const ended = await Promise.all(both.map(({ ended: end }) => end));
    for (const { status, err } of ended) expect(status, err).toBe(0);
    const made = (stage: string) => ended.filter(({ err }) => new RegExp(`^ +${stage} +done in`, 'm').test(err)).length;
    for (const stage of ['source', 'index', 'shards', 'split', 'backbone', 'embed', 'sequence'])
      expect(made(stage), stage).toBe(1);
    expect(await readdir(join(store, 'locks'))).toEqual([]);
  }, 400_000);

  it('SIGINT, SIGTERM and SIGHUP: exit 130, 143 and 129, and the next run continues', async () => {
    const store = join(folder, 'interrupted');
    for (const [signal, status] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const) {
      const { child, ended } = start([...recipe, '--store', store, '--set', `seed=${status}`]);
      child.stderr?.on('data', (chunk) => {
        if (!/shards +done/.test(String(chunk))) return;
        child.kill(signal);
        // With its terminal goes whoever read it.
        if (signal === 'SIGHUP') for (const stream of [child.stdout, child.stderr]) stream?.destroy();
      });
      const { status: found, err } = await ended;
      expect(found, err).toBe(status);
      if (signal !== 'SIGHUP') expect(err).toContain('Interrupted');
    }
    expect(await readdir(join(store, 'locks'))).toEqual([]);
    expect((await ichor(['runs', 'list', '--store', store])).out.match(/ interrupted /g)).toHaveLength(3);
  }, 200_000);
});
