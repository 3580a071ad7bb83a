import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { phantom } from '../../../../plugins/sources/phantom/index.ts';
import { LABELS } from '../../../../src/index.ts';
import fixture from '../../../fixtures/phantom.json' with { type: 'json' };
import { hashFolder, make, read, readAll, readLabels, small, temporaryFolder } from './read.ts';

const signal = new AbortController().signal;
const progress = async () => {};

describe("Kaggle's layout", () => {
  it('has six rows a slice in the order of the labels; any is the OR of the types', async () => {
    const folder = await make({ studies: 5, positives: 1 });
    const lines = (await readFile(join(folder, 'stage_2_train.csv'), 'utf8')).split('\n');
    expect(lines[0]).toBe('ID,Label');
    expect(lines.at(-1)).toBe('');
    const ids = (await readAll(folder)).map((slice) => slice.id).sort();
    const rows = lines.slice(1, -1);
    expect(rows.map((row) => row.split(',')[0])).toEqual(ids.flatMap((id) => LABELS.map((label) => `${id}_${label}`)));
    for (const row of rows) expect(row).toMatch(/,[01]$/);
    const labels = await readLabels(folder);
    for (const { any, ...types } of labels.values()) expect(any).toBe(Math.max(...Object.values(types)));
  });

  it('names the test slices in the sample submission, each with 0.5, and labels none of them', async () => {
    const folder = await make({ testStudies: 2 });
    const test = (await readAll(folder, 'test')).map((slice) => slice.id).sort();
    expect(test.length).toBeGreaterThanOrEqual(40);
    const lines = (await readFile(join(folder, 'stage_2_sample_submission.csv'), 'utf8')).trimEnd().split('\n');
    expect(lines).toEqual(['ID,Label', ...test.flatMap((id) => LABELS.map((label) => `${id}_${label},0.5`))]);
    const labels = await readLabels(folder);
    for (const id of test) expect(labels.has(id)).toBe(false);
  });

  it('is opened as synthetic, with every file and label', async () => {
    const folder = await make();
    const open = await phantom.open(small, folder);
    expect(open.synthetic).toBe(true);
    let files = 0;
    for await (const file of open.files()) {
      files++;
      expect(read(await open.read(file.path)).stored.length).toBe(96 * 96);
    }
    expect(files).toBe((await readAll(folder)).length + (await readAll(folder, 'test')).length);
  });

  it('gives further studies to a patient where asked for', async () => {
    const slices = await readAll(await make({ studies: 12, testStudies: 0, repeatPatients: 0.5, size: 64 }));
    const series = new Set(slices.map((slice) => slice.series)).size;
    const patients = new Set(slices.map((slice) => slice.patient)).size;
    expect(series).toBe(12);
    expect(patients).toBeLessThan(10);
    expect(patients).toBeGreaterThan(2);
  });
});

/** Lists every parameter, of which there may come to be more. */
const DESCRIPTION = ['phantom.json'];

describe('reproducibility', () => {
  it('gives the same bytes as ever for a seed', async () => {
    expect(await hashFolder(await make(fixture.params, fixture.seed), DESCRIPTION)).toBe(fixture.sha256);
  });

  it('gives other bytes for another seed', async () => {
    expect(await hashFolder(await make(fixture.params, fixture.seed + 1), DESCRIPTION)).not.toBe(fixture.sha256);
  });

  it('does not let the number of studies change a study', async () => {
    const [two, four] = [await make({ studies: 2, testStudies: 1 }), await make({ studies: 4, testStudies: 0 })];
    for (const name of await readdir(join(two, 'stage_2_train'))) {
      const [a, b] = await Promise.all([two, four].map((folder) => readFile(join(folder, 'stage_2_train', name))));
      expect(a?.equals(b as Buffer)).toBe(true);
    }
  });

  it('completes a folder that a stopped run left, with the same bytes', async () => {
    const whole = await hashFolder(await make());
    const folder = await temporaryFolder();
    const stop = new AbortController();
    const stopAt = async (done: number) => {
      if (done === 30) stop.abort();
    };
    await expect(
      phantom.generate?.(small, { folder, seed: 5, progress: stopAt, signal: stop.signal }),
    ).rejects.toThrow();
    const left = await readdir(join(folder, 'stage_2_train'));
    expect(await readdir(folder)).not.toContain('phantom.json');
    // As a kill in the middle of writing leaves it.
    await writeFile(join(folder, 'stage_2_train', `${left[0]}.part`), 'half');
    await phantom.generate?.(small, { folder, seed: 5, progress, signal });
    expect(await hashFolder(folder)).toBe(whole);
  });
});

describe('refusals', () => {
  it('writes into no folder that holds other images', async () => {
    const folder = await make();
    await expect(phantom.generate?.(small, { folder, seed: 6, progress, signal })).rejects.toMatchObject({
      code: 'phantom-folder-in-use',
      exit: 2,
    });
  });

  it('names a range of slices that is upside down', async () => {
    const work = { folder: await temporaryFolder(), seed: 1, progress, signal };
    await expect(phantom.generate?.({ ...small, minimumSlices: 30, maximumSlices: 20 }, work)).rejects.toMatchObject({
      code: 'phantom-slices',
      exit: 2,
    });
  });
});
