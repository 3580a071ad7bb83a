import { describe, expect, it } from 'vitest';
import { hounsfieldRule } from '../../../src/runtime/dicom/hounsfield.ts';
import { sliceFacts } from '../../../src/runtime/images/slice-facts.ts';
import { type StoredWords, storedWords } from '../../../src/runtime/images/stored-words.ts';
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
const words = (of: (hu: number, i: number) => number) => HEAD.map(of);
const stored = (hu: number) => hu + 1024;

function facts(values: readonly number[], rule = hounsfieldRule(format(12), 1, -1024, false)) {
  const bytes = new Uint8Array(Uint16Array.from(values).buffer);
  return sliceFacts(storedWords(bytes, values.length, rule) as StoredWords, SIDE, SIDE, rule);
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

describe('what is said of the values of a series', () => {
  const values = facts(words(stored)).values;
  const row = (brain: number, air: number, of: Partial<typeof values> = {}) => ({
    status: 'read' as const,
    blank: false,
    brain,
    air,
    values: { ...values, levels: 79, bright: { hu: 900, share: 0.001 }, ...of },
    notes: [],
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

  it('of short series only where their study has nothing, once', () => {
    const single = (i: number) => `R${i}`;
    expect(of([row(0.001, 0.7), row(0.2, 0.7), row(0.001, 0.7)], single)).toEqual([]);
    expect(of([row(0.01, 0.7)])).toEqual([]);
    expect(of([row(0, 0.7), row(0, 0.7), row(0, 0.7)], single)).toEqual([['R0', 'no-tissue', 3]]);
  });
});
