import { describe, expect, test } from 'vitest';
import { paintBlood } from '../../../../plugins/sources/phantom/blood.ts';
import { newCanvas } from '../../../../plugins/sources/phantom/canvas.ts';
import { visit } from '../../../../plugins/sources/phantom/ellipsoid.ts';
import { mimicRoom } from '../../../../plugins/sources/phantom/mimic.ts';
import type { PhantomParams } from '../../../../plugins/sources/phantom/params.ts';
import { planeOf } from '../../../../plugins/sources/phantom/plane.ts';
import { paintSlice } from '../../../../plugins/sources/phantom/render.ts';
import { drawRoster } from '../../../../plugins/sources/phantom/roster.ts';
import { drawStudy, type Study } from '../../../../plugins/sources/phantom/study.ts';
import { hashFolder, make, readLabels, small } from './read.ts';

/** The same heads with a switch on and off; more of them where only few have what the switch is about. */
const drawn = (params: Partial<PhantomParams>, studies = 12): Study[] =>
  drawRoster(5, 'train', studies, { positives: 1, repeatPatients: 0 }).map((entry) =>
    drawStudy(5, entry, { ...small, size: 64, singleSliceMimics: 0, ...params }),
  );

const [one, other] = [newCanvas(64), newCanvas(64)];

/** Pixels in which slice `k` of two studies differs. */
function differing(a: Study, b: Study, k: number): number[] {
  paintSlice(one, a, k);
  paintSlice(other, b, k);
  return [...one.hu.keys()].filter((i) => one.hu[i] !== other.hu[i]);
}

const slicesOf = (study: Study) => study.ids.slices.map((_, k) => k);

/** All of a study that is no picture: what a switch leaves alone is equal there. */
const plain = ({ head: { texture: _, ...head }, ...study }: Study) => ({ ...study, head });

describe('extent', () => {
  const [on, off] = [drawn({ massEffect: false }), drawn({ massEffect: false, extent: false })];

  test('changes nothing but in which slices a bleed is painted', () => {
    on.forEach((study, i) => {
      const { bleeds, ...rest } = plain(study);
      const { bleeds: cut, ...same } = plain(off[i]!);
      expect(same).toEqual(rest);
      expect(cut.map(({ slice: _, ...bleed }) => bleed)).toEqual(bleeds);
      for (const { slice } of cut) expect(slice).toBeTypeOf('number');
    });
  });

  test('off, a slice is that of the same head without blood, but for the one at the middle of a bleed', () => {
    let [dry, same] = [0, 0];
    off.forEach((study, i) => {
      for (const k of slicesOf(study)) {
        const here = study.bleeds.filter(({ slice }) => slice === k).length;
        if (here === 0) {
          expect(differing(study, { ...study, bleeds: [] }, k)).toEqual([]);
          dry++;
        }
        if (here === study.bleeds.length) {
          expect(differing(study, on[i]!, k)).toEqual([]);
          same++;
        }
      }
    });
    expect(dry).toBeGreaterThan(100);
    expect(same).toBeGreaterThan(3);
  }, 30_000);
});

describe('mass effect', () => {
  const studies = drawn({}, 30);
  const without = drawn({ massEffect: false }, 30);
  const pushing = studies.flatMap((study, i) =>
    study.ventricles.some((of) => of !== study.head.ventricles) ? [[study, without[i]!] as const] : [],
  );

  test('moves ventricles and nothing else that is drawn', () => {
    expect(pushing.length).toBeGreaterThan(10);
    studies.forEach((study, i) => {
      const { ventricles: _, ...rest } = plain(study);
      const { ventricles, ...same } = plain(without[i]!);
      expect(same).toEqual(rest);
      for (const of of ventricles) expect(of).toEqual(study.head.ventricles);
    });
  });

  test('changes pixels of ventricles, where they were or are, in slices without blood too; off, none of those', () => {
    let [inNegative, blurred] = [0, 0];
    for (const [study, still] of pushing.slice(0, 6)) {
      for (const k of slicesOf(study)) {
        const pixels = differing(study, still, k);
        const near = new Set<number>();
        for (const shape of [...study.ventricles[k]!, ...study.head.ventricles])
          visit(planeOf(study.scan, k), shape, (pixel) => near.add(pixel));
        for (const pixel of pixels) expect(near.has(pixel)).toBe(true);
        const canvas = { ...one, plane: planeOf(study.scan, k) };
        const bleeds = Object.values(paintBlood(canvas, study, k)).some((area) => area >= 40);
        if (!bleeds && pixels.length > 0) inNegative++;
        if (!bleeds) blurred += differing(still, { ...still, bleeds: [] }, k).length;
      }
    }
    expect(inNegative).toBeGreaterThan(10);
    // What is left of a bleed in such slices is its edge, of less than 40 mm².
    expect(blurred).toBeLessThan(6 * 22 * 20);
  }, 30_000);

  test('of a bleed that is in one slice only stays in that slice', () => {
    const cut = drawn({ extent: false }, 30);
    let pushed = 0;
    for (const study of cut) {
      for (const k of slicesOf(study)) {
        const here = study.bleeds.some(({ slice }) => slice === k);
        if (!here) expect(study.ventricles[k]).toBe(study.head.ventricles);
        else if (study.ventricles[k] !== study.head.ventricles) pushed++;
      }
    }
    expect(pushed).toBeGreaterThan(10);
  });
});

describe('single-slice mimics', () => {
  const options = { size: 64, minimumSlices: 18, maximumSlices: 20 };

  test.each([0.5, 1, 2.5, 4])('are as many in the mean as asked for: %f', (mean) => {
    const counts = drawn({ ...options, singleSliceMimics: mean }, 400).map(({ mimics }) => mimics.length);
    const found = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    // A binomial number of at most five: standard deviation of the mean of 400 below 0.06.
    expect(Math.abs(found - mean)).toBeLessThan(0.18);
    if (mean < 4) expect(new Set(counts).size).toBeGreaterThan(2);
  });

  test('are never in neighbours and change no other slice; nothing else is drawn differently', () => {
    const [on, off] = [drawn({ singleSliceMimics: 3 }), drawn({ singleSliceMimics: 0 })];
    on.forEach((study, i) => {
      const places = study.mimics.map(({ slice }) => slice);
      for (const [at, place] of places.entries()) if (at > 0) expect(place - places[at - 1]!).toBeGreaterThanOrEqual(2);
      const { mimics: _, ...rest } = plain(study);
      const { mimics, ...same } = plain(off[i]!);
      expect(same).toEqual(rest);
      expect(mimics).toEqual([]);
      for (const k of slicesOf(study)) if (!places.includes(k)) expect(differing(study, off[i]!, k)).toEqual([]);
    });
  }, 30_000);

  test('the kinds asked for change nothing of where they are', () => {
    const of = (mimicKinds: PhantomParams['mimicKinds']) => drawn({ singleSliceMimics: 3, mimicKinds });
    const [hardening, calcified] = [of(['beam-hardening']), of(['calcification'])];
    hardening.forEach((study, i) => {
      const twin = calcified[i]!;
      expect(study.mimics.map(({ slice }) => slice)).toEqual(twin.mimics.map(({ slice }) => slice));
      expect({ ...plain(twin), mimics: [] }).toEqual({ ...plain(study), mimics: [] });
    });
  });

  test('more than a series has room for is an error', async () => {
    const [study] = drawn({ minimumSlices: 10, maximumSlices: 10 });
    expect(mimicRoom(study!.scan, study!.head)).toBeLessThan(6);
    await expect(make({ minimumSlices: 10, maximumSlices: 10, singleSliceMimics: 6 })).rejects.toMatchObject({
      code: 'phantom-mimics',
      exit: 2,
      hint: 'Ask for fewer, or raise minimumSlices, which is 10.',
    });
  });
});

describe('blood at the skull', () => {
  test('off, it is other blood against the bone; all other blood, and heads that are not thickened, are the same', () => {
    const [on, off] = [drawn({}, 30), drawn({ bloodAtSkull: false }, 30)];
    let [kept, changed] = [0, 0];
    on.forEach((study, i) => {
      const twin = off[i]!;
      expect(twin.head.thickening).toBeNull();
      study.bleeds.forEach((bleed, b) => {
        const { form } = bleed;
        if (form === 'lens' || form === 'crescent') {
          expect(twin.bleeds[b]).toMatchObject({ form, centre: bleed.centre, reach: bleed.reach, gap: 2.5 });
          expect(twin.bleeds[b]!.hu).toBeLessThan(bleed.hu);
          changed++;
        } else expect(twin.bleeds[b]).toEqual(bleed);
      });
      const away = study.bleeds.every(({ form }) => form !== 'lens' && form !== 'crescent');
      if (!away || study.head.thickening) return;
      kept++;
      for (const k of slicesOf(study)) expect(differing(study, twin, k)).toEqual([]);
    });
    expect(changed).toBeGreaterThan(5);
    expect(kept).toBeGreaterThan(3);
  }, 30_000);
});

describe('thickened skulls', () => {
  test('change what lies within reach of the thickening, and nothing beyond it', () => {
    const [on, off] = [drawn({ thickenedSkulls: 1 }, 4), drawn({ thickenedSkulls: 0 }, 4)];
    let changed = 0;
    on.forEach((study, i) => {
      const { centre, reach } = study.head.thickening!;
      const still = plain(off[i]!);
      const { head, ...same } = plain(study);
      expect({ ...same, head: { ...head, thickening: null } }).toEqual(still);
      for (const k of slicesOf(study)) {
        const { origin, column, row, size } = planeOf(study.scan, k);
        for (const pixel of differing({ ...study, bleeds: [] }, { ...off[i]!, bleeds: [] }, k)) {
          const at = [0, 1, 2].map(
            (a) => origin[a]! + (pixel % size) * column[a]! + Math.floor(pixel / size) * row[a]!,
          );
          expect(Math.hypot(...at.map((value, a) => value - centre[a]!))).toBeLessThan(reach);
          changed++;
        }
      }
    });
    expect(changed).toBeGreaterThan(200);
  }, 30_000);
});

describe('labels of another patient', () => {
  test('change no picture, and hardly any slice keeps its own', async () => {
    const params = { studies: 10, testStudies: 1, positives: 0.5, size: 64 };
    const [own, others] = [await make(params), await make({ ...params, labels: 'of-another-patient' })];
    const without = ['phantom.json', 'stage_2_train.csv'];
    expect(await hashFolder(others, without)).toBe(await hashFolder(own, without));
    const [before, after] = [await readLabels(own), await readLabels(others)];
    expect([...after.keys()]).toEqual([...before.keys()]);
    const positive = [...before].filter(([, { any }]) => any === 1);
    const kept = positive.filter(([id]) => after.get(id)!.any === 1);
    expect(positive.length).toBeGreaterThan(20);
    expect(kept.length).toBeLessThan(positive.length * 0.7);
  });
});
