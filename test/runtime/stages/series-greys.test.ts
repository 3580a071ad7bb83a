import { describe, expect, it } from 'vitest';
import type { PictureGreys } from '../../../src/runtime/images/pictures-record.ts';
import { seriesGreys } from '../../../src/runtime/stages/shards/series-greys.ts';

const brain: PictureGreys = { name: 'brain', bits: 8, white: 255, highest: 255, levels: 200, bright: 0.02 };

/** Slices of one series, or of those that `series` names. */
function notesOf(count: number, of: (i: number) => Partial<PictureGreys>, series = (_: number) => 'R') {
  const rows = Array.from({ length: count }, (_, i) => ({
    status: 'read' as const,
    blank: false,
    greys: [{ ...brain, ...of(i) }],
  }));
  return seriesGreys(
    rows.map((_, i) => ({ series: series(i) })),
    rows,
  );
}
const said = (...of: Parameters<typeof notesOf>) =>
  notesOf(...of).map(({ item, reason, count = 1, details = [] }) => [item, reason, count, ...details]);

describe('what is said of the greys of a series of pictures', () => {
  it('nothing of a head, nor of its vertex, which has few greys and dark ones', () => {
    expect(said(12, () => ({}))).toEqual([]);
    expect(said(12, (i) => (i > 9 ? { levels: 16, highest: 30 } : {}))).toEqual([]);
    expect(said(12, (i) => ({ levels: Math.max(2, 200 - 40 * i), highest: Math.max(20, 255 - 40 * i) }))).toEqual([]);
    // One white slice, and blank ones, say nothing of the others.
    expect(said(12, (i) => (i === 0 ? {} : { highest: 100 }))).toEqual([]);
  });

  it('dark ones of 8 bits, masks, and pictures of few greys', () => {
    expect(said(6, () => ({ levels: 32, highest: 31 }))).toEqual([['R', 'dark-pictures', 1]]);
    expect(notesOf(6, () => ({ levels: 32, highest: 31 }))[0]?.message).toBe(
      'None of the 6 pictures brain has a value above 31 of 255, which is white: they come out dark.',
    );
    // Where white is stated so, they are none.
    expect(said(6, () => ({ levels: 40, highest: 31, white: 31 }))).toEqual([]);
    expect(said(6, () => ({ levels: 2 }))).toEqual([['R', 'few-greys', 1]]);
    expect(said(6, () => ({ levels: 2, highest: 1 }))).toEqual([['R', 'few-greys', 1]]);
    expect(said(6, () => ({ levels: 16 }))).toEqual([['R', 'few-greys', 1]]);
    // Of 16 bits each slice is told by itself.
    expect(said(6, () => ({ bits: 16, white: 65535, highest: 4095, levels: 900 }))).toEqual([]);
  });

  it('single ones among others', () => {
    expect(said(12, (i) => (i === 4 || i === 5 ? { levels: 2 } : {}))).toEqual([['R', 'few-greys', 1]]);
    expect(notesOf(12, (i) => (i === 4 || i === 5 ? { levels: 2 } : {}))[0]?.message).toMatch(
      /^Of its pictures brain 5 to 6 of 12 have far fewer different values/,
    );
    expect(said(12, (i) => (i === 4 ? { highest: 31, levels: 60 } : {}))).toEqual([['R', 'dark-pictures', 1]]);
  });

  it('pictures that are bright where air is', () => {
    expect(said(12, (i) => (i > 2 && i < 6 ? { bright: 0.9 } : {}))).toEqual([
      ['R', 'inverted-pictures', 1, '3 of 12'],
    ]);
    expect(said(1, () => ({ bright: 0.9 }))).toEqual([['R', 'inverted-pictures', 1, '1 of 1']]);
    const single = (i: number) => `R${i}`;
    expect(said(9, (i) => (i > 6 ? { bright: 0.9 } : {}), single)).toEqual([['R7', 'inverted-pictures', 2, '2 of 9']]);
  });

  it('series of single slices are judged together, pictures of each name by themselves', () => {
    const single = (i: number) => `R${i}`;
    expect(said(20, (i) => (i === 3 ? { levels: 16, highest: 107 } : {}), single)).toEqual([]);
    expect(said(20, () => ({ levels: 2 }), single)).toEqual([['R0', 'few-greys', 20]]);
    const both = seriesGreys(
      Array.from({ length: 6 }, () => ({ series: 'R' })),
      Array.from({ length: 6 }, () => ({
        status: 'read',
        blank: false,
        greys: [brain, { ...brain, name: 'bone', highest: 90 }],
      })),
    );
    expect(both.map(({ message }) => message)).toEqual([expect.stringContaining('None of the 6 pictures bone')]);
  });
});
