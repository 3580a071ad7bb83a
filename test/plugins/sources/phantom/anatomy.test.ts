import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { newCanvas } from '../../../../plugins/sources/phantom/canvas.ts';
import { paintSlice } from '../../../../plugins/sources/phantom/render.ts';
import { drawRoster } from '../../../../plugins/sources/phantom/roster.ts';
import { drawStudy } from '../../../../plugins/sources/phantom/study.ts';
import { bySeries, make, type ReadSlice, readAll, readLabels, small } from './read.ts';

const middleOf = (series: readonly ReadSlice[]) => series[Math.round(series.length * 0.6)] as ReadSlice;

function share(slice: ReadSlice, from: number, to: number): number {
  return slice.hu.filter((hu) => hu >= from && hu < to).length / slice.hu.length;
}

/** Slices by id that differ between two folders, with the HU of both. */
function differences(a: readonly ReadSlice[], b: readonly ReadSlice[]) {
  const other = new Map(b.map((slice) => [slice.id, slice]));
  return a.flatMap((slice) => {
    const twin = other.get(slice.id) as ReadSlice;
    const pixels = [...slice.hu.keys()].filter((i) => slice.hu[i] !== twin.hu[i]);
    return pixels.length > 0 ? [{ slice, twin, pixels }] : [];
  });
}

describe('a phantom without blood', () => {
  it('has a skull, brain, fluid and air with the HU of a head', async () => {
    const slices = await readAll(await make({ positives: 0, singleSliceMimics: 0, studies: 4, testStudies: 0 }));
    for (const series of bySeries(slices).values()) {
      const slice = middleOf(series);
      expect(Math.max(...slice.hu)).toBeGreaterThan(700);
      expect(Math.max(...slice.hu)).toBeLessThan(2000);
      // A head fills a quarter to a half of the field: brain 15 to 50 HU, bone above 300.
      expect(share(slice, 15, 50)).toBeGreaterThan(0.12);
      expect(share(slice, 300, 2000)).toBeGreaterThan(0.02);
      expect(share(slice, -1100, -900)).toBeGreaterThan(0.3);
      const brain = [...slice.hu].filter((hu) => hu >= 10 && hu < 60);
      const mean = brain.reduce((a, b) => a + b, 0) / brain.length;
      expect(mean).toBeGreaterThan(25);
      expect(mean).toBeLessThan(38);
      // Without bleeding and mimics, the bright soft tissue that a reader looks for is rare: edges of bone, falx.
      expect(share(slice, 55, 95)).toBeLessThan(0.02);
    }
  });

  it('is as noisy as asked for', async () => {
    const spread = async (noise: number) => {
      const slices = await readAll(
        await make({ positives: 0, studies: 1, testStudies: 0, noise, singleSliceMimics: 0 }),
      );
      const quiet = await readAll(
        await make({ positives: 0, studies: 1, testStudies: 0, noise: 0, singleSliceMimics: 0 }),
      );
      const slice = middleOf([...bySeries(slices).values()][0] ?? []);
      const twin = quiet.find((one) => one.id === slice.id) as ReadSlice;
      const brain = [...twin.hu.keys()].filter((i) => (twin.hu[i] ?? 0) > 20 && (twin.hu[i] ?? 0) < 45);
      const deviations = brain.map((i) => (slice.hu[i] ?? 0) - (twin.hu[i] ?? 0));
      return Math.sqrt(deviations.reduce((sum, d) => sum + d * d, 0) / deviations.length);
    };
    const [low, high] = [await spread(3), await spread(6)];
    expect(high / low).toBeCloseTo(2, 0);
    // 0.8 to 1.25 of it from study to study, 0.7 to 1.05 from the skull inwards.
    expect(low).toBeGreaterThan(3 * 0.8 * 0.7);
    expect(low).toBeLessThan(3 * 1.25 * 1.05);
  });
});

describe('blood', () => {
  it('is where the labels say: the same heads without it differ by 40 mm² of bright pixels in those slices', async () => {
    const params = { studies: 10, testStudies: 0, singleSliceMimics: 0, noise: 0, size: 128, bloodAtSkull: false };
    const folder = await make({ ...params, positives: 1 });
    const bled = await readAll(folder);
    const labels = await readLabels(folder);
    const changed = differences(bled, await readAll(await make({ ...params, positives: 0 })));
    const bright = new Map(
      changed.map(({ slice, twin, pixels }) => {
        const blood = pixels.filter((i) => (slice.hu[i] ?? 0) >= 40 && (slice.hu[i] ?? 0) - (twin.hu[i] ?? 0) > 4);
        return [slice.id, blood.length * slice.spacing ** 2];
      }),
    );
    let positive = 0;
    for (const slice of bled) {
      const area = bright.get(slice.id) ?? 0;
      // The blur of the scanner widens or dims the edge of what is painted: hence the margins around 40 mm².
      if (labels.get(slice.id)?.any === 1) {
        positive++;
        expect(area).toBeGreaterThan(15);
      } else expect(area).toBeLessThan(200);
    }
    expect(positive).toBeGreaterThan(40);
    for (const { slice, pixels, twin } of changed) {
      for (const i of pixels) if ((twin.hu[i] ?? 0) < 60) expect(slice.hu[i]).toBeLessThan(100);
    }
  });

  it('goes over several slices, as in real series', async () => {
    const folder = await make({ studies: 20, testStudies: 0, positives: 1, minimumSlices: 30, maximumSlices: 30 });
    const labels = await readLabels(folder);
    const runs = [...bySeries(await readAll(folder)).values()].map((series) => {
      const any = series.map((slice) => labels.get(slice.id)?.any ?? 0).join('');
      return Math.max(...any.split('0').map((run) => run.length));
    });
    expect(runs.filter((run) => run >= 3).length).toBeGreaterThanOrEqual(18);
  });

  it('against the skull is white in the brain window with bloodAtSkull, and grey without', () => {
    const white = (bloodAtSkull: boolean) => {
      const params = { ...small, singleSliceMimics: 0, bloodAtSkull };
      const roster = drawRoster(5, 'train', 40, { positives: 1, repeatPatients: 0 });
      let [blood, saturated] = [0, 0];
      for (const entry of roster.filter(({ type }) => type === 'epidural')) {
        const study = drawStudy(5, entry, params);
        const [bled, clean] = [newCanvas(params.size), newCanvas(params.size)];
        for (let k = 0; k < study.scan.slices; k++) {
          if (paintSlice(bled, study, k).epidural < 200) continue;
          paintSlice(clean, { ...study, bleeds: [] }, k);
          bled.hu.forEach((hu, i) => {
            if ((clean.hu[i] ?? 0) > 50 || hu < 50) return;
            blood++;
            if (hu >= 72) saturated++;
          });
        }
      }
      expect(blood).toBeGreaterThan(500);
      return saturated / blood;
    };
    expect(white(true)).toBeGreaterThan(0.6);
    expect(white(false)).toBeLessThan(0.15);
  });
});

describe('mimics', () => {
  it('change single slices, those that phantom.json names, and no label', async () => {
    const params = { studies: 6, testStudies: 0, noise: 0 };
    const [on, off] = [
      await make({ ...params, singleSliceMimics: 3 }),
      await make({ ...params, singleSliceMimics: 0 }),
    ];
    expect(await readLabels(on)).toEqual(await readLabels(off));
    const changed = new Set(differences(await readAll(on), await readAll(off)).map(({ slice }) => slice.id));
    const description = JSON.parse(await readFile(`${on}/phantom.json`, 'utf8')) as {
      studies: { mimics: { slice: string }[] }[];
    };
    const named = description.studies.flatMap((study) => study.mimics.map((mimic) => mimic.slice));
    expect(named.length).toBeGreaterThan(8);
    for (const id of changed) expect(named).toContain(id);
    expect(changed.size).toBeGreaterThan(named.length * 0.8);
    for (const series of bySeries(await readAll(on)).values()) {
      const places = series.flatMap((slice, place) => (named.includes(slice.id) ? [place] : []));
      for (const [i, place] of places.entries())
        if (i > 0) expect(place - (places[i - 1] ?? 0)).toBeGreaterThanOrEqual(3);
    }
  });
});
