import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ichor } from '../cli.ts';
import { sharedData } from '../shared-data.ts';

const sample = sharedData('rsna-sample');

describe.skipIf(sample === null)('rsna-sample, real slices (needs the shared data folder)', () => {
  let store: string;
  beforeAll(async () => {
    store = await mkdtemp(join(tmpdir(), 'ichor-rsna-'));
  });
  afterAll(() => rm(store, { recursive: true, force: true }));
  const file = (name: string, run = 'rsna-sample-1') => readFile(join(store, 'runs', run, name), 'utf8');

  it('accounts for 324 of 324 files, predicts each slice, and writes a submission for the 30 unlabelled ones', async () => {
    const args = ['run', 'recipes/rsna-sample.yaml', '--store', store, '--set', `data.source.root=${sample}`];
    // Fewer epochs than the recipe's: what is proven here does not depend on them.
    const { status, err } = await ichor([
      ...args,
      '--set',
      'train.backbone.epochs=1',
      '--set',
      'train.sequence.epochs=1',
    ]);
    expect(status, err).toBe(0);
    const record = JSON.parse(await file('run.json'));
    const index = join(store, 'store', 'index', record.artifacts.index.key);
    const shards = join(store, 'store', 'shards', record.artifacts.shards.key);
    const found = JSON.parse(await readFile(join(index, 'ledger.json'), 'utf8'));
    expect(found.found).toEqual({ files: 324, labelRows: 1764 });
    expect(found.leftOut).toEqual([]);
    expect(JSON.parse(await readFile(join(shards, 'ledger.json'), 'utf8')).leftOut).toEqual([]);
    expect((await file('predictions.csv')).trim().split('\n')).toHaveLength(1 + 324);
    const given = (await readFile(join(sample as string, 'stage_2_sample_submission.csv'), 'utf8'))
      .trim()
      .split(/\r?\n/);
    const written = (await file('submission.csv')).trim().split('\n');
    const ids = (lines: string[]) => lines.slice(1).map((line) => line.split(',')[0]);
    expect(ids(written)).toEqual(ids(given));
    for (const line of written.slice(1)) {
      const probability = Number(line.split(',')[1]);
      expect(probability > 0 && probability < 1).toBe(true);
    }
    const split = (
      await readFile(join(store, 'store', 'split', record.artifacts.split.key, 'split.csv'), 'utf8')
    ).split('\n');
    expect(split.filter((line) => line.includes('test'))).toHaveLength(30);
  }, 400_000);

  it('predicts the test folder as the run itself did', async () => {
    const test = join(sample as string, 'stage_2_test');
    const { status, err } = await ichor(['predict', 'rsna-sample', test, '--show-ids', '--store', store]);
    expect(status, err).toBe(0);
    const rows = (csv: string) =>
      new Map(
        csv
          .trim()
          .split('\n')
          .slice(1)
          .map((line) => [line.split(',')[0], line.split(',').slice(-6).join()]),
      );
    const own = rows(await file('predictions.csv'));
    const again = rows(await file('predictions.csv', 'rsna-sample-predict-1'));
    expect(again.size).toBe((await readdir(test)).length);
    for (const [id, probabilities] of again) expect(own.get(id)).toBe(probabilities);
  }, 120_000);

  it('goes through all stages of a row of the paper with --smoke, and says SMOKE', async () => {
    const args = [
      'run',
      'recipes/inception-seq-aug.yaml',
      '--smoke',
      '--store',
      store,
      '--set',
      `data.source.root=${sample}`,
      // Its network in narrow and short, on pictures as small as it takes: every layer of it is there.
      ...['data.image.size=75', 'backbone.width=0.125', 'backbone.blocks=0.1'].flatMap((set) => ['--set', set]),
    ];
    const { status, err, out } = await ichor(args);
    expect(status, err).toBe(0);
    expect(out).toContain('SMOKE');
    expect(await file('report.html', 'inception-seq-aug-1')).toMatch(/<title>[^<]*SMOKE/);
    expect(await file('recipe.resolved.yaml', 'inception-seq-aug-1')).toContain('smoke: true');
  }, 580_000);
});
