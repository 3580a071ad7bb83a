import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSeries } from '../../../src/runtime/artifacts/series.ts';
import { openShards } from '../../../src/runtime/artifacts/shards.ts';
import { indexStage } from '../../../src/runtime/stages/index-stage.ts';
import { shardsStage } from '../../../src/runtime/stages/shards.ts';
import { indexOf } from './index-of.ts';
import { type FolderSlice, series } from './kaggle-folder.ts';

const SIDE = 8;
/** Slices of one value of HU each (`hu(i)`), `gap` mm apart; without those of `without`. */
const flat = (count: number, gap: number, hu: (i: number) => number, without: readonly number[] = []): FolderSlice[] =>
  series('a', count).flatMap((slice, i) =>
    without.includes(i)
      ? []
      : [
          {
            ...slice,
            rows: SIDE,
            columns: SIDE,
            position: [0, 0, 100 + gap * i],
            words: new Array<number>(SIDE * SIDE).fill(1024 + hu(i)),
          },
        ],
  );

const resample = { spacingMm: 5 };
const resampled = (slices: readonly FolderSlice[], of: Parameters<typeof indexOf>[1] = {}) =>
  indexOf(slices, { source: 'folder', size: SIDE, resample, ...of });

/** The brain window's byte (0 to 80 HU) of each slice of the shards: its pictures have one value. */
async function bytesOf({ stages, rows }: Awaited<ReturnType<typeof indexOf>>): Promise<number[]> {
  const reader = await openShards(await stages.run(shardsStage));
  const images = await reader.read(rows.map(({ slice }) => slice));
  await reader.close();
  return rows.map((_, i) => images[i * SIDE * SIDE * 2]!);
}

describe('data.resample', () => {
  it('averages thin slices to slabs, each weighted by what it overlaps, before the windows', async () => {
    // Slices of 2 mm at 0, 2, … reach from -1 to 19 mm: four slabs, from -1 to 4, 4 to 9, 9 to 14 and 14 to 19.
    const found = await resampled(flat(10, 2, (i) => (i < 5 ? 20 * i : 0)));
    expect(found.rows.map(({ slice, order, positionMm, spacingMm }) => [slice, order, positionMm, spacingMm])).toEqual([
      ['ID_a1', 0, 101.5, null],
      ['ID_a3', 1, 106.5, 5],
      ['ID_a6', 2, 111.5, 5],
      ['ID_a8', 3, 116.5, 5],
    ]);
    expect(found.rows[0]?.parts?.map(({ weight }) => weight)).toEqual([0.4, 0.4, 0.2]);
    // 0.4 · 0 + 0.4 · 20 + 0.2 · 40 = 16 HU; 0.2 · 40 + 0.4 · 60 + 0.4 · 80 = 64 HU; 255 / 80 levels a HU.
    expect(await bytesOf(found)).toEqual([51, 204, 0, 0]);
    expect(found.note('resampled')).toMatchObject([
      { kind: 'information', message: expect.stringContaining('10 slices, 2 mm apart, were averaged to 4 of 5 mm') },
    ]);
    expect(found.files).toMatchObject({ found: 10, used: 10 });
    expect(found.note('odd-spacing')).toEqual([]);
  });

  it('takes the mean of HU, not of what a window leaves of it', async () => {
    // -1000 and 160 HU: the mean is -420, black; the mean of their grey levels would be grey.
    const found = await resampled(flat(50, 1, (i) => (i % 5 < 2 ? -1000 : 160)));
    expect(new Set(await bytesOf(found))).toEqual(new Set([0]));
    const bright = await resampled(flat(50, 1, (i) => (i % 5 < 2 ? 0 : 100)));
    // 0.6 · 100 = 60 HU.
    expect(new Set(await bytesOf(bright))).toEqual(new Set([Math.round((255 * 60) / 80)]));
  });

  it('goes across no hole, and takes the mark of thin slices off', async () => {
    const slices = flat(40, 1, () => 40, [20, 21, 22, 23]);
    const thin = await indexOf(slices, { source: 'folder' });
    expect((await readSeries(thin.folder))[0]?.doubts).toContain("outside of the training's spacing (1 mm)");
    const found = await resampled(slices);
    // 20 mm below the hole; of 16 mm above it the middle 15, so that slabs begin within a slice.
    expect(found.rows.map(({ parts }) => parts?.length)).toEqual([5, 5, 5, 5, 6, 6, 6]);
    expect(found.rows.map(({ spacingMm }) => spacingMm)).toEqual([null, 5, 5, 5, 9.5, 5, 5]);
    const [row] = await readSeries(found.folder);
    expect(row?.doubts.join()).not.toContain('outside');
    expect(row?.doubts).toContain('about 4 slices missing');
  });

  it('leaves series of 2.5 mm and more, and of several sizes, as they are', async () => {
    const thick = await resampled(flat(10, 2.5, () => 40));
    expect(thick.rows).toHaveLength(10);
    expect(thick.rows[0]?.parts).toBeUndefined();
    const [first, ...rest] = flat(10, 1, () => 40);
    const mixed = await resampled([{ ...first!, rows: 4, columns: 4, words: new Array(16).fill(1064) }, ...rest]);
    expect(mixed.rows).toHaveLength(10);
    expect(mixed.note('resampled')).toMatchObject([{ kind: 'warning' }]);
  });

  it('gives a slab each label that one of its slices has', async () => {
    const slices = flat(20, 1, () => 40).map((slice, i) => ({
      ...slice,
      positive: i === 7 ? (['subdural'] as const) : [],
    }));
    const { rows } = await resampled(slices, { source: 'rsna' });
    expect(rows.map(({ labels }) => [labels?.subdural, labels?.any])).toEqual([
      [0, 0],
      [1, 1],
      [0, 0],
      [0, 0],
    ]);
  });

  it('looks at each of its files: one that changed since fails, one that is cut off leaves no picture', async () => {
    const { stages, rows } = await resampled(flat(20, 1, () => 40));
    const file = join(stages.root, 'stage_2_train/ID_a7.dcm');
    const before = await readFile(file);
    await writeFile(file, before.subarray(0, before.length - 2));
    await expect(stages.run(shardsStage)).rejects.toMatchObject({ code: 'source-changed' });
    const cut = await resampled(flat(20, 1, () => 40).map((slice, i) => (i === 7 ? { ...slice, cut: 40 } : slice)));
    await cut.stages.run(shardsStage);
    expect(cut.stages.ledgers.get('shards')?.leftOut).toMatchObject([{ reason: 'truncated-pixels' }]);
    expect(rows).toHaveLength(4);
    expect(indexStage.version).toBeGreaterThan(4);
  });
});
