import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PixelRow } from '../../../src/runtime/artifacts/shards.ts';
import { type SliceRow, writeSlices } from '../../../src/runtime/artifacts/slices.ts';
import { writeSource } from '../../../src/runtime/artifacts/source.ts';
import { writeSplit } from '../../../src/runtime/artifacts/split.ts';
import { type Judged, seenBefore, type TrainedOn, trainedOn } from '../../../src/runtime/weights/seen-before.ts';
import { sliceRow } from '../train/fixture.ts';

const PUBLIC = { identities: 'public', synthetic: false } as const;
const PRIVATE = { identities: 'private', synthetic: false } as const;
const pixel = (slice: string, changes: Partial<PixelRow> = {}): PixelRow => ({
  slice,
  status: 'read',
  hash: `picture-${slice}`,
  blank: false,
  brain: 1,
  ...changes,
});
/** Series a trains, b and c validate, d is a test series; each is of a patient of its own. */
const index = [
  sliceRow('a', 0, 1),
  sliceRow('b', 0, 0),
  sliceRow('b', 1, 1),
  sliceRow('c', 0, 1),
  sliceRow('d', 0, null),
];
const judged = (changes: Partial<Judged> = {}): Judged => ({
  source: 'rsna',
  facts: PUBLIC,
  index,
  pixels: index.map(({ slice }) => pixel(slice)),
  sides: ['train', 'validation', 'validation', 'validation', 'test'],
  ...changes,
});
const past = (changes: Partial<TrainedOn> = {}): TrainedOn => ({
  source: 'rsna',
  facts: PUBLIC,
  people: new Set(['p-x', 'x']),
  pictures: new Set(['picture-x0']),
  ...changes,
});

describe('patients who are judged here, among those that another run trained on', () => {
  it('are found by name, where names are of one source; who trains here is no leak', () => {
    const people = new Set(['p-a', 'p-b', 'p-d']);
    expect(seenBefore([past({ people })], judged())).toEqual({ patients: 2, of: 3, unknown: null });
    expect(seenBefore([past({ people: new Set(['p-a']) })], judged())).toEqual({ patients: 0, of: 3, unknown: null });
    // A study is one person's, whatever the patient is called since.
    expect(seenBefore([past({ people: new Set(['c']) })], judged()).patients).toBe(1);
    // Both hashed under the store's one key.
    const hashed = past({ people, facts: PRIVATE });
    expect(seenBefore([hashed], judged({ facts: PRIVATE }))).toEqual({ patients: 2, of: 3, unknown: null });
  });

  it('are not known by name across sources or hashes, and that is said; their pictures are', () => {
    const people = new Set(['p-b']);
    expect(seenBefore([past({ people, source: 'folder' })], judged())).toEqual({
      patients: 0,
      of: 3,
      unknown: 'other-source',
    });
    expect(seenBefore([past({ people, facts: PRIVATE })], judged())).toEqual({
      patients: 0,
      of: 3,
      unknown: 'private',
    });
    const pictures = new Set(['picture-b1', 'picture-d0']);
    expect(seenBefore([past({ pictures, source: 'folder' })], judged())).toMatchObject({ patients: 2 });
    const blank = index.map(({ slice }) => pixel(slice, { blank: true }));
    expect(seenBefore([past({ pictures })], judged({ pixels: blank })).patients).toBe(0);
  });

  it('are nobody that was generated: only pictures count there', () => {
    const generated = past({ people: new Set(['p-b']), facts: { identities: 'public', synthetic: true } });
    expect(seenBefore([generated], judged())).toEqual({ patients: 0, of: 3, unknown: null });
    expect(seenBefore([{ ...generated, pictures: new Set(['picture-c0']) }], judged()).patients).toBe(1);
  });

  it('may be among those of what that run started from itself, and of artifacts that are gone', () => {
    expect(seenBefore([past(), past({ people: new Set(['p-c']) })], judged()).patients).toBe(1);
    expect(seenBefore([past({ people: new Set(['p-c']) }), null], judged())).toEqual({
      patients: 1,
      of: 3,
      unknown: 'artifacts-gone',
    });
  });
});

describe('what an artifact says of its training', () => {
  const [first, second] = ['1'.repeat(64), '2'.repeat(64)];
  let store: string;
  const put = async (stage: string, key: string, manifest: object): Promise<string> => {
    const folder = join(store, stage, key);
    await mkdir(folder, { recursive: true });
    const whole = { inputs: {}, components: {}, parts: {}, ...manifest };
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(whole));
    return folder;
  };
  beforeAll(async () => {
    store = await mkdtemp(join(tmpdir(), 'ichor-seen-'));
    const inputs = { index: 'i', shards: 'h', split: 's' };
    await put('backbone', first, { inputs });
    await put('backbone', second, { inputs, parts: { weights: `backbone:${first}` } });
    const rows: SliceRow[] = [...index, sliceRow('e', 0, 1), sliceRow('f', 0, 1)];
    const folder = await put('index', 'i', { components: { 'source rsna': 1 } });
    await writeSlices(folder, rows);
    await writeSource(folder, { ...PUBLIC, submission: null });
    const side = ({ series }: SliceRow) => (series === 'b' ? 'validation' : series === 'd' ? 'test' : 'train');
    await writeSplit(
      await put('split', 's', {}),
      rows.map((row) => ({
        slice: row.slice,
        backbone: side(row),
        backboneFold: 0,
        littleBrain: row.series === 'e',
        sequence: side(row),
        sequenceFold: 0,
      })),
    );
    const pixels = rows.map(
      ({ slice, series }) => `${slice},${series === 'f' ? 'truncated' : 'read'},h-${slice},0,1\n`,
    );
    await writeFile(
      join(await put('shards', 'h', {}), 'pixels.csv'),
      `slice,status,hash,blank,brain\n${pixels.join('')}`,
    );
  });
  afterAll(() => rm(store, { recursive: true, force: true }));

  it('is whom it really saw: labelled, of the training side, with brain and pixels', async () => {
    const [own, ...earlier] = await trainedOn(join(store, 'backbone', first));
    expect(earlier).toEqual([]);
    expect(own).toEqual({
      source: 'rsna',
      facts: expect.objectContaining(PUBLIC),
      people: new Set(['p-a', 'a', 'p-c', 'c']),
      pictures: new Set(['h-a0', 'h-c0']),
    });
  });

  it('goes on with what it started from itself, and is null where that is gone', async () => {
    expect(await trainedOn(join(store, 'backbone', second))).toHaveLength(2);
    await rm(join(store, 'split', 's', 'manifest.json'));
    expect(await trainedOn(join(store, 'backbone', second))).toEqual([null, null]);
    expect(await trainedOn(join(store, 'backbone', '3'.repeat(64)))).toEqual([null]);
  });
});
