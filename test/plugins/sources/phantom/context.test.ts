import { beforeAll, describe, expect, test } from 'vitest';
import { labelsOfStudy } from '../../../../plugins/sources/phantom/blood.ts';
import { newCanvas } from '../../../../plugins/sources/phantom/canvas.ts';
import { paintSlice } from '../../../../plugins/sources/phantom/render.ts';
import { drawRoster } from '../../../../plugins/sources/phantom/roster.ts';
import { drawStudy } from '../../../../plugins/sources/phantom/study.ts';
import { labelsOf } from '../../../../plugins/sources/phantom/truth.ts';
import { LABELS } from '../../../../src/labels.ts';
import { small } from './read.ts';
import { contextGain, drawSeen, type Seen } from './read-labels-alone.ts';

/** As the profile ci has them, but for the size of the pictures, of which none is painted. */
const many = { ...small, studies: 500, positives: 0.41, minimumSlices: 18, maximumSlices: 20, size: 64 };
const none = { ...many, context: 0, massEffect: false, singleSliceMimics: 0 };

const share = (series: readonly Seen[], label: (typeof LABELS)[number]) => {
  const slices = series.flatMap(({ truth }) => truth);
  return slices.filter((slice) => slice[label] === 1).length / slices.length;
};

describe('context: whether the other slices tell of a slice', () => {
  let [related, independent, half]: Seen[][] = [];
  beforeAll(() => {
    related = drawSeen({ ...many, singleSliceMimics: 0 }, 1);
    independent = drawSeen(none, 1);
    half = drawSeen({ ...many, context: 0.5, singleSliceMimics: 3, mimicKinds: ['beam-hardening'] }, 1);
  }, 120_000);

  test('without it they tell nothing that the place does not: a logistic model gains at most 0.001', () => {
    const { gain, standardError, without } = contextGain(independent!, { looking: false });
    expect(standardError).toBeLessThan(0.001);
    expect(gain).toBeLessThan(0.001);
    // There is much to be told: the loss by place alone.
    expect(without).toBeGreaterThan(0.14);
  }, 60_000);

  test('the same model finds what real series tell', () => {
    const { gain, standardError } = contextGain(related!, { looking: false });
    expect(gain).toBeGreaterThan(0.08);
    expect(gain / standardError).toBeGreaterThan(10);
  }, 60_000);

  test('a share of it, with mimics, is an effect of about 0.015 for a reader who sees all that a slice shows', () => {
    const { gain, standardError } = contextGain(half!, { looking: true });
    expect(standardError).toBeLessThan(0.004);
    expect(gain).toBeGreaterThan(0.008);
    expect(gain).toBeLessThan(0.025);
  }, 60_000);

  test('prevalence is the same without it', () => {
    for (const label of LABELS) {
      const [with_, without] = [share(related!, label), share(independent!, label)];
      // Of 9,500 slices; those of one head are related, so that the share of a type is that of some 70 bleeds.
      expect(Math.abs(with_ - without), label).toBeLessThan(0.02);
    }
  });

  test('about as many slices are positive, of each type, as in RSNA', () => {
    // Stage 1 train (facts 2.3), per cent of slices.
    const rsna = {
      ...{ epidural: 0.409, intraparenchymal: 4.83, intraventricular: 3.525, subarachnoid: 4.764, subdural: 6.303 },
      any: 14.401,
    };
    for (const label of LABELS) {
      const percent = 100 * share(related!, label);
      // 205 positive studies: the share of a type has a relative standard deviation of about a tenth.
      expect(Math.abs(percent - rsna[label]) / rsna[label], `${label}: ${percent}`).toBeLessThan(
        label === 'epidural' ? 0.8 : 0.25,
      );
    }
  });

  test('no patient is positive as a whole: nearly every series has blood, and a third of them in reality', () => {
    const positive = (series: readonly Seen[]) =>
      series.filter(({ truth }) => truth.some(({ any }) => any === 1)).length / series.length;
    expect(positive(related!)).toBeCloseTo(0.41, 1);
    expect(positive(independent!)).toBeGreaterThan(0.9);
  });
});

describe('pairs of heads', () => {
  const pair = (params: object) =>
    drawRoster(7, 'train', 12, { positives: 0.41, repeatPatients: 0.13 }).map((entry) =>
      drawStudy(7, entry, { ...many, singleSliceMimics: 0, ...params }),
    );
  const [canvas, twin] = [newCanvas(64), newCanvas(64)];

  test('without context: what bleeds in a slice changes no pixel of another one, mass effect included', () => {
    let [changed, kept] = [0, 0];
    for (const study of pair({ context: 0, massEffect: true })) {
      for (const bled of new Set(study.bleeds.map(({ slice }) => slice!))) {
        const bleeds = study.bleeds.filter(({ slice }) => slice !== bled);
        const dry = { ...study, bleeds, ventricles: study.ventricles.with(bled, study.head.ventricles) };
        for (const k of [bled - 1, bled, bled + 1].filter((at) => at >= 0 && at < study.scan.slices)) {
          paintSlice(canvas, study, k);
          paintSlice(twin, dry, k);
          const same = canvas.hu.every((hu, i) => hu === twin.hu[i]);
          if (k !== bled) expect(same).toBe(true);
          if (k !== bled) kept++;
          else if (!same) changed++;
        }
      }
    }
    expect(changed).toBeGreaterThan(30);
    expect(kept).toBeGreaterThan(60);
  }, 60_000);

  test('it changes blood and ventricles alone: heads, scans, formats, noise and mimics are the same', () => {
    const [on, off] = [pair({ context: 1, singleSliceMimics: 3 }), pair({ context: 0, singleSliceMimics: 3 })];
    on.forEach((study, i) => {
      const { bleeds, ventricles, head, ...rest } = study;
      const { bleeds: others, ventricles: pushed, head: same, ...twins } = off[i]!;
      expect(twins).toEqual(rest);
      expect({ ...same, texture: 0 }).toEqual({ ...head, texture: 0 });
      expect(others).not.toEqual(bleeds);
    });
  });

  test('a share of studies has it, and those are the same ones whatever the share', () => {
    const related = (context: number) =>
      pair({ context, positives: 1 }).flatMap(({ bleeds, study }) =>
        bleeds.length > 0 && bleeds.every(({ slice }) => slice === undefined) ? [study] : [],
      );
    const whole = pair({ context: 1 });
    const bled = whole.filter(({ bleeds }) => bleeds.length > 0).map(({ study }) => study);
    const [some, more] = [related(0.4), related(0.7)];
    expect(related(1)).toEqual(bled);
    expect(related(0)).toEqual([]);
    for (const study of some) expect(more).toContain(study);
  });

  test('labels without pictures are those of the pictures', () => {
    for (const study of [...pair({}), ...pair({ context: 0 })].slice(6, 18)) {
      const painted = study.ids.slices.map((_, k) => labelsOf(paintSlice(canvas, study, k)));
      expect(labelsOfStudy(twin, study)).toEqual(painted);
    }
  });
});
