import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { newCanvas } from '../../../../plugins/sources/phantom/canvas.ts';
import { paintSlice } from '../../../../plugins/sources/phantom/render.ts';
import { drawRoster } from '../../../../plugins/sources/phantom/roster.ts';
import { drawStudy, type Study } from '../../../../plugins/sources/phantom/study.ts';
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

  it('is cut to the slice at its middle without extent: no three in a row, and as many slices as bleeds', async () => {
    const params = { studies: 20, testStudies: 0, positives: 1, singleSliceMimics: 0, noise: 0 };
    const folder = await make({ ...params, extent: false });
    const [labels, whole] = [await readLabels(folder), await readLabels(await make(params))];
    const { studies } = JSON.parse(await readFile(`${folder}/phantom.json`, 'utf8')) as {
      studies: { drawn: { type: string }[] }[];
    };
    const bleeds = studies.reduce((sum, { drawn }) => sum + drawn.length, 0);
    const positives = (of: Map<string, Record<string, number>>, label: string) =>
      [...of.values()].filter((row) => row[label] === 1).length;
    // A bleed of the falx or in narrow folds may show less than 40 mm² in its one slice.
    expect(positives(labels, 'any')).toBeGreaterThan(bleeds / 2);
    expect(positives(labels, 'any')).toBeLessThanOrEqual(bleeds);
    expect(positives(whole, 'any')).toBeGreaterThan(3 * positives(labels, 'any'));
    for (const [id, row] of labels)
      for (const [label, value] of Object.entries(row)) if (value === 1) expect(whole.get(id)?.[label]).toBe(1);
    for (const series of bySeries(await readAll(folder)).values()) {
      for (const type of ['subdural', 'intraparenchymal', 'epidural']) {
        expect(series.map((slice) => labels.get(slice.id)?.[type]).join('')).not.toContain('111');
      }
    }
  });
});

/** Byte of a window, as the pictures have it (facts 1.3). */
const byte = (hu: number, level: number, width: number) =>
  255 * Math.min(1, Math.max(0, (hu - level + width / 2) / width));
const brain = (hu: number) => byte(hu, 40, 80);
const subdural = (hu: number) => byte(hu, 80, 200);
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

describe('blood at the skull and thickened skulls', () => {
  const drawn = (params: Partial<typeof small>) =>
    drawRoster(5, 'train', 40, { positives: 1, repeatPatients: 0 }).map((entry) =>
      drawStudy(5, entry, { ...small, singleSliceMimics: 0, ...params }),
    );
  const [one, other] = [newCanvas(small.size), newCanvas(small.size)];
  /** HU of the pixels that are brain in `without` and brighter in `study`. */
  const added = (study: Study, without: Study, wanted: (areas: Record<string, number>) => boolean) => {
    const found: number[] = [];
    for (let k = 0; k < study.scan.slices; k++) {
      if (!wanted(paintSlice(one, study, k))) continue;
      paintSlice(other, without, k);
      one.hu.forEach((hu, i) => {
        const before = other.hu[i] ?? 0;
        if (before > 0 && before < 50 && hu >= 50) found.push(hu);
      });
    }
    return found;
  };
  const blood = (params: Partial<typeof small>) =>
    drawn({ ...params, thickenedSkulls: 0 })
      .filter(({ type }) => type === 'epidural')
      .flatMap((study) => added(study, { ...study, bleeds: [] }, (areas) => (areas.epidural ?? 0) >= 200));

  it('blood saturates the brain window and not the subdural one; with the switch off it saturates neither', () => {
    const [on, off] = [blood({ bloodAtSkull: true }), blood({ bloodAtSkull: false })];
    expect(Math.min(on.length, off.length)).toBeGreaterThan(500);
    expect(median(on.map(brain))).toBe(255);
    expect(median(off.map(brain))).toBeLessThan(215);
    for (const values of [on, off]) {
      expect(median(values.map(subdural))).toBeGreaterThan(70);
      expect(median(values.map(subdural))).toBeLessThan(150);
    }
  });

  it('a thickened skull is white in the brain window as blood is, and white in the subdural one, where blood is grey', () => {
    const thick = drawn({ thickenedSkulls: 1 }).slice(0, 12);
    const values = thick.flatMap((study) =>
      added({ ...study, bleeds: [] }, { ...study, bleeds: [], head: { ...study.head, thickening: null } }, () => true),
    );
    expect(values.length).toBeGreaterThan(500);
    expect(median(values.map(brain))).toBe(255);
    expect(median(values.map(subdural))).toBe(255);
  });

  it('thickened skulls are as frequent as asked for, and none without bloodAtSkull', () => {
    const share = (params: Partial<typeof small>) =>
      drawn(params).filter(({ head }) => head.thickening !== null).length / 40;
    expect(share({ thickenedSkulls: 0 })).toBe(0);
    expect(share({ thickenedSkulls: 1 })).toBe(1);
    expect(share({ thickenedSkulls: 1, bloodAtSkull: false })).toBe(0);
    expect(share({ thickenedSkulls: 0.5 })).toBeGreaterThan(0.3);
    expect(share({ thickenedSkulls: 0.5 })).toBeLessThan(0.7);
  });
});

it('without beyondBrainWindow the brain window shows the same to the byte, and no other window more than it', async () => {
  const [on, off] = [await readAll(await make()), await readAll(await make({ beyondBrainWindow: false }))];
  const inside = ({ hu }: ReadSlice) => hu.map((value) => Math.min(80, Math.max(0, value)));
  // Beyond the reconstruction circle stands the format's background in both.
  const drawn = ({ hu }: ReadSlice) => hu.filter((value) => value >= -1 && value <= 81).length / hu.length;
  on.forEach((slice, k) => {
    expect(inside(slice)).toEqual(inside(off[k] as ReadSlice));
    expect(drawn(slice)).toBeLessThan(0.5);
    expect(drawn(off[k] as ReadSlice)).toBeGreaterThan(Math.PI / 4 - 0.05);
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
    // One slice each: a mimic is never in a neighbour.
    expect(new Set(named).size).toBe(named.length);
    expect(changed.size).toBeGreaterThan(named.length * 0.8);
    for (const series of bySeries(await readAll(on)).values()) {
      const places = series.flatMap((slice, place) => (named.includes(slice.id) ? [place] : []));
      for (const [i, place] of places.entries())
        if (i > 0) expect(place - (places[i - 1] ?? 0)).toBeGreaterThanOrEqual(2);
    }
  });

  it('are of the kinds asked for', () => {
    const kinds = (params: Partial<typeof small>) =>
      new Set(
        drawRoster(5, 'train', 20, { positives: 0, repeatPatients: 0 }).flatMap((entry) =>
          drawStudy(5, entry, { ...small, singleSliceMimics: 3, ...params }).mimics.map(({ kind }) => kind),
        ),
      );
    expect(kinds({}).size).toBe(3);
    expect([...kinds({ mimicKinds: ['beam-hardening'] })]).toEqual(['beam-hardening']);
  });
});
