import { describe, expect, it } from 'vitest';
import type { SliceRow } from '../../../src/runtime/artifacts/slices.ts';
import { inOrder } from '../../../src/runtime/train/group-order.ts';
import { groupsOf } from '../../../src/runtime/train/groups.ts';
import { sequenceReader } from '../../../src/runtime/train/sequence-reader.ts';
import { embeddingVectors, positionVectors } from '../../../src/runtime/train/slice-vectors.ts';
import { common, sliceRow } from './fixture.ts';

/** A patient with two series of the same head, 60 and 30 slices, whose positions interleave, and another one. */
const index: SliceRow[] = [
  ...Array.from({ length: 60 }, (_, i) => ({
    ...sliceRow('a', i, 0),
    patient: `p${i % 2}`,
    group: 'p',
    positionMm: i * 2,
  })),
  ...Array.from({ length: 30 }, (_, i) => ({
    ...sliceRow('b', i, 0),
    patient: 'p',
    group: 'p',
    positionMm: i * 4 + 1,
  })),
  ...Array.from({ length: 3 }, (_, i) => sliceRow('c', i, 0)),
];
const slices = (rows: readonly number[]) => rows.map((row) => index[row]?.slice);
/** Each slice's vector is its own row, so that what comes out says where it came from. */
const vectors = embeddingVectors([
  { width: 1, read: async (from, to) => Float32Array.from({ length: to - from }, (_, i) => from + i) },
]);
const reader = (changes: Partial<Parameters<typeof sequenceReader>[0]['common']> = {}) =>
  sequenceReader({ vectors, index, common: { ...common, ...changes }, seed: 5 });

describe('groups', () => {
  it('of series, of slices and of patients', () => {
    expect(groupsOf(index, 'series').map(({ id, rows }) => [id, rows.length])).toEqual([
      ['a', 60],
      ['b', 30],
      ['c', 3],
    ]);
    expect(groupsOf(index, 'slice')).toHaveLength(93);
    expect(groupsOf(index, 'patient').map(({ rows }) => rows.length)).toEqual([90, 3]);
  });

  it('of a patient interleave its series by position, and stay apart by the set', () => {
    const [patient] = groupsOf(index, 'patient');
    // 0, 1, 2, 4, 5, 6 mm: two of a, one of b between them.
    expect(slices(patient?.rows ?? []).slice(0, 7)).toEqual(['a0', 'b0', 'a1', 'a2', 'b1', 'a3', 'a4']);
    const both = index.map((row) => (row.series === 'b' ? { ...row, set: 'test' as const } : row));
    expect(groupsOf(both, 'patient').map(({ rows }) => rows.length)).toEqual([60, 30, 3]);
  });

  it('of a patient without positions follow series by series', () => {
    const lost = index.map((row) => (row.slice === 'b3' ? { ...row, positionMm: null } : row));
    expect(groupsOf(lost, 'patient')[0]?.rows).toEqual(Array.from({ length: 90 }, (_, row) => row));
  });
});

describe('a patient of 90 slices', () => {
  const [patient] = groupsOf(index, 'patient') as [ReturnType<typeof groupsOf>[number]];

  it('trains on 60 at regular intervals, floor(k 89 / 59), and is predicted whole', async () => {
    const { rows } = await reader().read(patient, 0);
    const places = Array.from({ length: 60 }, (_, k) => Math.floor((k * 89) / 59));
    expect(rows).toEqual(places.map((place) => patient.rows[place]));
    expect((await reader().read(patient, null)).rows).toEqual(patient.rows);
  });

  it('trains on neighbours from a place that is drawn, another in each epoch', async () => {
    const chunks = await Promise.all(
      Array.from({ length: 12 }, (_, epoch) => reader({ training: 'random-chunks' }).read(patient, epoch)),
    );
    const starts = chunks.map(({ rows }) => patient.rows.indexOf(rows[0] as number));
    for (const [i, { rows }] of chunks.entries())
      expect(rows).toEqual(patient.rows.slice(starts[i], (starts[i] as number) + 60));
    expect(new Set(starts).size).toBeGreaterThan(5);
    expect((await reader({ training: 'random-chunks' }).read(patient, null)).rows).toHaveLength(90);
  });
});

describe('an order', () => {
  const group = { id: 'c', rows: Array.from({ length: 12 }, (_, row) => row) };
  it('is shuffled by a stream of the group: another in each epoch, one in prediction, all slices once', () => {
    const shuffled = (epoch: number | null, id = 'c') =>
      inOrder({ ...group, id }, index, { order: 'shuffled', seed: 1, epoch });
    expect(shuffled(null)).toEqual(shuffled(null));
    expect(shuffled(null)).not.toEqual(group.rows);
    expect(shuffled(0)).not.toEqual(shuffled(1));
    expect(shuffled(null, 'd')).not.toEqual(shuffled(null));
    expect(shuffled(0).toSorted((a, b) => a - b)).toEqual(group.rows);
  });

  it('of files is that of slice ids, in the test set alone where it is asked so', () => {
    const of = (order: 'file' | 'file-in-test', rows: readonly SliceRow[]) =>
      inOrder(group, rows, { order, seed: 1, epoch: null }).map((row) => rows[row]?.slice);
    const ids = ['a0', 'a1', 'a10', 'a11', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8', 'a9'];
    expect(of('file', index)).toEqual(ids);
    expect(of('file-in-test', index)).toEqual(slices(group.rows));
    const test = index.map((row) => ({ ...row, set: 'test' as const }));
    expect(of('file-in-test', test)).toEqual(ids);
  });
});

describe('padding by random vectors', () => {
  const [, , short] = groupsOf(index, 'series') as ReturnType<typeof groupsOf>;
  it('stands at the front, from 0 to 1, up to `steps`, and is no slice', async () => {
    const padded = await reader({ pad: 'random-front', steps: 8 }).read(short as never, null);
    expect(padded.rows).toEqual([-1, -1, -1, -1, -1, 90, 91, 92]);
    const front = [...padded.vectors.slice(0, 5)];
    expect(front.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(new Set(front).size).toBe(5);
    expect([...padded.vectors.slice(5)]).toEqual([90, 91, 92]);
    const epoch = await reader({ pad: 'random-front', steps: 8 }).read(short as never, 0);
    expect([...epoch.vectors.slice(0, 5)]).not.toEqual(front);
  });
});

describe('features', () => {
  const [, , short] = groupsOf(index, 'series') as ReturnType<typeof groupsOf>;
  const all = { deltas: true, spacing: true, position: true };

  it('are differences to both neighbours, the distance in cm and the place, by hand', async () => {
    const rows = reader({ features: all });
    expect(rows.width).toBe(5);
    // Series c: vectors 90, 91, 92 at 0, 5 and 10 mm. The first has no slice before it: its distance is that to the next.
    expect([...(await rows.read(short as never, null)).vectors]).toEqual([
      ...[90, 0, -1, 0.5, 0],
      ...[91, 1, -1, 0.5, 0.5],
      ...[92, 1, 0, 0.5, 1],
    ]);
    const back = await rows.read(short as never, null, true);
    expect(back.rows).toEqual([92, 91, 90]);
    expect([...back.vectors.slice(0, 5)]).toEqual([92, 0, 1, 0.5, 1]);
  });

  it('are differences to the neighbours of the whole group, whatever of it is trained on', async () => {
    const [patient] = groupsOf(index, 'patient') as ReturnType<typeof groupsOf>;
    const rows = reader({ features: { ...all, spacing: false, position: false }, steps: 3 });
    const { vectors: given, rows: taken } = await rows.read(patient as never, 0);
    // Places 0, 44 and 89 of the group.
    expect(taken).toEqual([0, 44, 89].map((place) => patient?.rows[place]));
    const [before, own, after] = [43, 44, 45].map((place) => patient?.rows[place] as number) as [
      number,
      number,
      number,
    ];
    expect([...given.slice(3, 6)]).toEqual([own, own - before, own - after]);
  });
});

describe('positions', () => {
  it('are places in the series and hundreds of slices', async () => {
    const given = await positionVectors([...index, sliceRow('d', 0, 0)]).read([0, 59, 60, 91, 93]);
    expect([...given]).toEqual([0, 0.6, 1, 0.6, 0, 0.3, 0.5, 0.03, 0.5, 0.01].map((value) => Math.fround(value)));
  });
});

describe('several backbones', () => {
  it('stand side by side, in whatever order rows are asked for', async () => {
    const two = {
      width: 2,
      read: async (from: number, to: number) =>
        Float32Array.from({ length: 2 * (to - from) }, (_, i) => 100 * (from + Math.floor(i / 2)) + (i % 2)),
    };
    const one = {
      width: 1,
      read: async (from: number, to: number) => Float32Array.from({ length: to - from }, (_, i) => from + i),
    };
    const both = embeddingVectors([one, two]);
    expect(both.width).toBe(3);
    expect([...(await both.read([4, 5, 1]))]).toEqual([4, 400, 401, 5, 500, 501, 1, 100, 101]);
  });
});
