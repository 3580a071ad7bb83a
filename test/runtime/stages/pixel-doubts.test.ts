import { describe, expect, it } from 'vitest';
import { hounsfieldRule } from '../../../src/runtime/dicom/hounsfield.ts';
import { sliceFacts } from '../../../src/runtime/images/slice-facts.ts';
import { type StoredWords, storedWords } from '../../../src/runtime/images/stored-words.ts';
import type { LedgerNote } from '../../../src/runtime/ledger.ts';
import { seriesValues } from '../../../src/runtime/stages/shards/series-values.ts';
import { isBlank, isContradictory, isWrapped, sliceNotes } from '../../../src/runtime/stages/shards/slice-notes.ts';

const SIDE = 16;
const format = (bitsStored: number, signed = false, overlayBits = 0) => ({
  rows: SIDE,
  columns: SIDE,
  samples: 1,
  bitsAllocated: 16,
  bitsStored,
  highBit: bitsStored - 1,
  signed,
  overlayBits,
});
/** Air, a skull, brain within: HU by distance from the centre. */
const HEAD = Array.from({ length: SIDE * SIDE }, (_, i) => {
  const d = Math.hypot((i % SIDE) - 7.5, Math.floor(i / SIDE) - 7.5);
  return d > 6.5 ? -1000 : d > 5.3 ? 900 : 30 + (i % 9);
});
const outside = (i: number) => HEAD[i] === -1000;
const words = (of: (hu: number, i: number) => number) => HEAD.map(of);
const stored = (hu: number) => hu + 1024;

function facts(values: readonly number[], rule = hounsfieldRule(format(12), 1, -1024, false)) {
  const bytes = new Uint8Array(Uint16Array.from(values).buffer);
  return sliceFacts(storedWords(bytes, values.length, rule) as StoredWords, SIDE, SIDE, rule);
}
/** Numbers below `below`, the same ones each time. */
function noiseOf(below: number): () => number {
  let state = 12345;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const reasons = (values: readonly number[], rule = hounsfieldRule(format(12), 1, -1024, false)) =>
  sliceNotes('a', rule, facts(values, rule), values.length).map(({ reason }) => reason);

describe('what is said of the pixels of a slice', () => {
  it('nothing of a head', () => expect(reasons(words(stored))).toEqual([]));

  it('blank: one value, or HU so close that no window shows anything', () => {
    expect(reasons(words(() => 0))).toEqual(['blank-picture']);
    const flat = hounsfieldRule(format(12), 0.004, -1024, false);
    expect(facts(words(stored), flat).deviation).toBeGreaterThan(1);
    expect(isBlank(facts(words(stored), flat))).toBe(true);
  });

  it('a part that is missing: zeros in one piece that end at an edge, wherever', () => {
    const half = SIDE * SIDE * 0.5;
    expect(reasons(words((hu, i) => (i < half ? stored(hu) : 0)))).toEqual(['empty-part']);
    expect(reasons(words((hu, i) => (i < half ? 0 : stored(hu))))).toEqual(['empty-part']);
    expect(reasons(words((hu, i) => (i > 80 && i < 80 + half / 2 + 2 ? 0 : stored(hu))))).toEqual(['empty-part']);
    expect(reasons(words((hu, i) => (i >= 96 && i < 128 ? 0 : stored(hu))))).toEqual(['empty-part']);
    expect(reasons(words((hu, i) => (i < half ? stored(hu) : 0xfff)))).toContain('empty-part');
    // A band within, all bits set at an end; less than 15 % of an end, and zeros around a head that was cut out of its air.
    expect(reasons(words((hu, i) => (i < 224 ? stored(hu) : 0)))).toEqual([]);
    const small = words((_, i) => (Math.floor(i / SIDE) === 8 && i % SIDE === 8 ? 1064 : 0));
    expect(reasons(small)).not.toContain('empty-part');
    // Zeros that the header declares as padding are none.
    const padded = hounsfieldRule(format(12), 1, -1024, false, [0, 0]);
    expect(
      reasons(
        words((hu, i) => (i < half ? stored(hu) : 0)),
        padded,
      ),
    ).toEqual([]);
  });

  it('noise: neighbours beside and below that have nothing to do with each other, in 12 bits, in a part, and of a head shuffled', () => {
    const random = noiseOf(4096);
    expect(reasons(words(() => random()))).toEqual(['implausible-values']);
    // Half of the picture, and the pixels of a head in another order: their deviation is that of a head.
    expect(reasons(words((hu, i) => (i < (SIDE * SIDE) / 2 ? stored(hu) : random())))).toEqual(['implausible-values']);
    const shuffled = [...HEAD].map((hu) => ({ hu, at: random() })).sort((a, b) => a.at - b.at);
    expect(reasons(shuffled.map(({ hu }) => stored(hu)))).toEqual(['implausible-values']);
    expect(reasons(words((hu) => stored(hu) + (random() % 150)))).toEqual([]);
    // Streaks of metal, upright or lying: along themselves they change slowly.
    const streak = Array.from({ length: SIDE }, () => random());
    for (const along of [(i: number) => i % SIDE, (i: number) => Math.floor(i / SIDE)])
      expect(reasons(words((_, i) => streak[along(i)] as number))).toEqual([]);
    expect(facts(words(() => 7)).noise).toBe(0);
  });

  it('Rows and Columns exchanged: of pictures that are not square, however little', () => {
    const wide = (rows: number, columns: number, hu: (x: number, y: number) => number) =>
      Array.from({ length: rows * columns }, (_, i) => stored(hu(i % columns, Math.floor(i / columns))));
    const torn = (values: readonly number[], rows: number, columns: number) => {
      const rule = hounsfieldRule(format(12), 1, -1024, false);
      const bytes = new Uint8Array(Uint16Array.from(values).buffer);
      const found = sliceFacts(storedWords(bytes, values.length, rule) as StoredWords, rows, columns, rule);
      const said = sliceNotes('a', rule, found, values.length).map(({ reason }) => reason);
      return { torn: found.torn, said: said.includes('torn-pictures') };
    };
    const random = noiseOf(20);
    const head = (x: number, y: number) => {
      const d = Math.hypot((x - 30) / 22, (y - 32) / 26);
      return (d > 1 ? -1000 : d > 0.85 ? 900 : 30) + random();
    };
    for (const [rows, columns] of [
      [64, 56],
      [64, 62],
      [56, 64],
      [64, 96],
      [64, 32],
    ] as const) {
      const picture = wide(rows, columns, head);
      expect(torn(picture, rows, columns)).toEqual({ torn: false, said: false });
      expect(torn(picture, columns, rows)).toEqual({ torn: true, said: true });
    }
    // Square ones, of which nothing tells; noise; one value; and pictures of a few pixels.
    expect(torn(wide(64, 64, head), 64, 64).torn).toBe(false);
    const noise = noiseOf(3000);
    expect(torn(wide(64, 56, noise), 64, 56).torn).toBe(false);
    expect(torn(wide(64, 56, noise), 56, 64).torn).toBe(false);
    expect(
      torn(
        wide(64, 56, () => 30),
        64,
        56,
      ).torn,
    ).toBe(false);
    expect(
      torn(
        wide(12, 8, (x) => 100 * x),
        8,
        12,
      ).torn,
    ).toBe(false);
  });

  it('values that wrapped around, where nothing repairs them', () => {
    const wrapped = words((hu) => hu & 0xfff);
    const as = (repair: boolean) => hounsfieldRule(format(12), 1, 0, repair);
    expect(reasons(wrapped, as(false))).toContain('wrapped-values');
    expect(reasons(wrapped, as(true))).toEqual(['repaired-intercept']);
    // A head that only lost its intercept: nothing was repaired, and another intercept than 0 is not applied.
    expect(reasons(words(stored), as(true))).toEqual([]);
    expect(reasons(words(stored), hounsfieldRule(format(12), 1, 1024, true))).toEqual(['intercept-not-applied']);
    expect(isWrapped(as(false), facts(words(stored), as(false)))).toBe(false);
  });

  it('bits above the stored ones: of several values the picture is lost, one is noted; signs and overlays are none', () => {
    const ten = hounsfieldRule(format(10), 1, -1024, false);
    expect(isContradictory(facts(words(stored), ten), SIDE * SIDE)).toBe(true);
    const around = words((hu) => (hu === -1000 ? 0xf830 : stored(hu)));
    expect(reasons(around)).toContain('bits-beyond-stored');
    expect(isContradictory(facts(around), SIDE * SIDE)).toBe(false);
    const overlay = words((hu, i) => stored(hu) | (i % 2 === 0 ? 0x8000 : 0) | (i % 3 === 0 ? 0x4000 : 0));
    expect(facts(overlay).beyond.pixels).toBeGreaterThan(100);
    expect(facts(overlay, hounsfieldRule(format(12, false, 0xc000), 1, -1024, false)).beyond.pixels).toBe(0);
    const signed = hounsfieldRule(format(12, true), 1, 0, false);
    expect(
      facts(
        words((hu) => hu & 0xffff),
        signed,
      ).beyond.pixels,
    ).toBe(0);
  });
});

const NOISE: LedgerNote = { item: 'a', what: 'slice', reason: 'implausible-values', message: '', kind: 'warning' };

describe('what is said of the values of a series', () => {
  const values = facts(words(stored)).values;
  const row = (brain: number, air: number, of: Partial<typeof values> = {}) => ({
    status: 'read' as const,
    blank: false,
    brain,
    air,
    values: { ...values, levels: 79, bright: { hu: 900, share: 0.001 }, ...of },
    notes: [] as LedgerNote[],
  });
  const seriesValuesOf = (rows: ReturnType<typeof row>[]) =>
    seriesValues(
      rows.map(() => ({ series: 'R', study: 'S' })),
      rows,
    ).notes;
  const of = (rows: ReturnType<typeof row>[], series = (_: number) => 'R') =>
    seriesValues(
      rows.map((_, i) => ({ series: series(i), study: 'S' })),
      rows,
    ).notes.map(({ item, reason, count = 1 }) => [item, reason, count]);

  it('nothing where some slice shows brain, and some air', () => {
    expect(of([row(0, 0.9), row(0.2, 0.4), row(0.01, 0.5)])).toEqual([]);
  });

  it('no air: all HU too high; no tissue: too low, or half', () => {
    const six = (brain: number, air: number) => Array.from({ length: 6 }, () => row(brain, air));
    expect(of(six(0.6, 0))).toEqual([['R', 'no-air', 1]]);
    expect(of(six(0.02, 0.7))).toEqual([['R', 'no-tissue', 1]]);
    // An intercept of -8192: neither.
    expect(of(six(0, 0))).toEqual([['R', 'no-tissue', 1]]);
  });

  it('no bone: values that were clipped at 200 HU, of a series of some length that shows brain', () => {
    const clipped = { bright: { hu: 0, share: 0 } };
    const rows = (count: number, brain = 0.2) => Array.from({ length: count }, () => row(brain, 0.4, clipped));
    expect(of(rows(6))).toEqual([['R', 'no-bone', 1]]);
    expect(of([...rows(6), row(0.2, 0.4)])).toEqual([]);
    expect(of(rows(3))).toEqual([]);
    expect(of(rows(6, 0.01))).toEqual([['R', 'no-tissue', 1]]);
    expect(facts(words((hu) => stored(Math.min(hu, 200)))).values.bright).toEqual({ hu: 0, share: 0 });
  });

  it('air or soft tissue elsewhere than in every head', () => {
    const many = (of: Partial<typeof values>) => Array.from({ length: 6 }, () => row(0.2, 0.4, of));
    const notes = (of: Partial<typeof values>) => seriesValuesOf(many(of));
    expect(values).toMatchObject({ airPeak: -1000, tissue: { hu: 30 } });
    expect(of(many({ airPeak: -1020, tissue: { hu: 10, share: 0.1 } }))).toEqual([]);
    expect(notes({ airPeak: -880 })[0]).toMatchObject({ reason: 'shifted-values', item: 'R' });
    expect(notes({ airPeak: -880 })[0]?.message).toMatch(/air has -880 HU instead of -1000/);
    expect(of(many({ tissue: { hu: 130, share: 0.1 } }))).toEqual([['R', 'shifted-values', 1]]);
    expect(of(many({ tissue: { hu: -20, share: 0.1 } }))).toEqual([['R', 'shifted-values', 1]]);
    // Slices that show little of one value do not count.
    const few = [...many({}), ...many({ tissue: { hu: -110, share: 0.01 } })];
    expect(of(few)).toEqual([]);
  });

  it('values of no head: few levels, a bright surrounding, lungs, bone that ran over', () => {
    const many = (of: Partial<typeof values>) => Array.from({ length: 6 }, () => row(0.2, 0.4, of));
    expect(of(many({ levels: 5 }))).toEqual([['R', 'coarse-values', 1]]);
    expect(of(many({ bright: { hu: 3071, share: 0.2 } }))).toEqual([['R', 'bright-surroundings', 1]]);
    expect(of(many({ lung: 0.3 }))).toEqual([['R', 'lung-values', 1]]);
    expect(of(many({ runOver: 200 }))).toEqual([['R', 'run-over-values', 1]]);
  });

  it('surroundings filled with tissue, or with anything that is no air', () => {
    const edge = (values: readonly number[], rule = hounsfieldRule(format(12), 1, -1024, false)) =>
      facts(values, rule).values.edge;
    const filled = (hu: number) => words((own, i) => (outside(i) ? stored(hu) : stored(own)));
    expect(edge(words(stored))).toEqual({ hu: 0, share: 0 });
    expect(edge(filled(40))).toEqual({ hu: 40, share: 1 });
    expect(edge(filled(-500))).toEqual({ hu: -500, share: 1 });
    expect(edge(words((hu, i) => stored(i % SIDE === 0 ? 7 : hu)))).toEqual({ hu: 7, share: 0.266667 });
    // As tissue that runs over the edge: many values.
    expect(edge(words((_, i) => stored(30 + (i % 13)))).share).toBeLessThan(0.2);
    const many = (share: number, of: Partial<ReturnType<typeof row>> = {}) =>
      Array.from({ length: 6 }, (_, i) => ({ ...row(0.2, 0.4, i < 3 ? { edge: { hu: 40, share } } : {}), ...of }));
    expect(of(many(0.25))).toEqual([['R', 'filled-surroundings', 1]]);
    expect(seriesValuesOf(many(0.25))[0]?.message).toMatch(/^3 of its 6 slices have one value \(40 HU\) on 25 %/);
    expect(of(many(0.1))).toEqual([]);
    // Where there is no air at all, or the slice says it, once is enough.
    expect(of(many(1, { air: 0 }))).toEqual([['R', 'no-air', 1]]);
    const note = { item: 'a', what: 'slice', message: '', kind: 'warning' } as const;
    expect(of(many(1, { notes: [{ ...note, reason: 'padding-among-tissue' }] }))).toEqual([]);
  });

  it('slices that are brighter or darker than those on both sides, or up to an end', () => {
    const brains = (of: (i: number) => Partial<typeof values> & { brain?: number }, count = 12) =>
      Array.from({ length: count }, (_, i) => {
        const { brain = 0.3, ...own } = of(i);
        return row(brain, 0.4, { middle: { hu: 32 + (i % 4), share: 0.4 }, ...own });
      });
    const said = (rows: ReturnType<typeof row>[]) =>
      seriesValuesOf(rows).map(({ reason, details }) => [reason, details]);
    const by = (hu: number, from: number, to: number) => (i: number) =>
      i >= from && i <= to ? { middle: { hu: 33 + hu, share: 0.4 } } : {};
    expect(said(brains(() => ({})))).toEqual([]);
    expect(said(brains(by(60, 4, 7)))).toEqual([['shifted-slices', ['5 to 8 of 12']]]);
    expect(seriesValuesOf(brains(by(60, 4, 7)))[0]?.message).toMatch(/^Slices 5 to 8 of 12 are about 60 HU brighter/);
    expect(seriesValuesOf(brains(by(-50, 4, 4)))[0]?.message).toMatch(/^Slice 5 of 12 is about 50 HU darker/);
    expect(said(brains((i) => ({ ...by(60, 2, 2)(i), ...by(40, 6, 7)(i) })))).toEqual([
      ['shifted-slices', ['3, 7 to 8 of 12']],
    ]);
    // A head that changes, slowly or for good; little tissue; a step at an end that air does not take.
    expect(said(brains((i) => ({ middle: { hu: 60 - 5 * i, share: 0.4 } })))).toEqual([]);
    expect(said(brains(by(20, 4, 7)))).toEqual([]);
    expect(said(brains((i) => (i < 4 ? { middle: { hu: 0, share: 0.4 } } : {})))).toEqual([]);
    expect(said(brains((i) => (i === 4 ? { middle: { hu: 100, share: 0.1 } } : {})))).toEqual([]);
    // Air alone, brain that is gone, and a step in both up to an end.
    expect(said(brains((i) => (i === 5 ? { airPeak: -940 } : {})))).toEqual([['shifted-slices', ['6 of 12']]]);
    const gone = { brain: 0.01, middle: { hu: 0, share: 0.01 } };
    expect(said(brains((i) => (i === 5 || i === 6 ? gone : {})))).toEqual([['shifted-slices', ['6 to 7 of 12']]]);
    const both = { airPeak: -950, middle: { hu: 85, share: 0.4 } };
    expect(said(brains((i) => (i < 3 ? both : {})))).toEqual([['shifted-slices', ['1 to 3 of 12']]]);
    expect(said(brains((i) => (i > 8 ? both : {})))).toEqual([['shifted-slices', ['10 to 12 of 12']]]);
    // A slice that says itself that it is noise is not said twice.
    const noise = brains((i) => (i === 5 ? gone : {}));
    noise[5] = { ...(noise[5] as ReturnType<typeof row>), notes: [NOISE] };
    expect(said(noise)).toEqual([]);
  });

  it('the middle of its tissue', () => {
    expect(facts(words((hu) => stored(hu === -1000 || hu === 900 ? hu : hu + 60))).values.middle.hu).toBe(93);
    expect(facts(words(stored)).values.middle).toMatchObject({ hu: 33 });
  });

  it('of short series only where their study has nothing, once', () => {
    const single = (i: number) => `R${i}`;
    expect(of([row(0.001, 0.7), row(0.2, 0.7), row(0.001, 0.7)], single)).toEqual([]);
    expect(of([row(0.01, 0.7)])).toEqual([]);
    expect(of([row(0, 0.7), row(0, 0.7), row(0, 0.7)], single)).toEqual([['R0', 'no-tissue', 3]]);
  });
});
