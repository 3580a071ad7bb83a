import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type PixelRow, writePixels } from '../../../src/runtime/artifacts/shards.ts';
import { type SliceRow, writeSlices } from '../../../src/runtime/artifacts/slices.ts';
import { writeSource } from '../../../src/runtime/artifacts/source.ts';
import { writeSplit } from '../../../src/runtime/artifacts/split.ts';
import { seenInTraining } from '../../../src/runtime/runs/seen-in-training.ts';
import { identitiesOf } from '../../../src/runtime/sources/identities.ts';
import type { Store } from '../../../src/runtime/store/store.ts';

const row = (slice: string, hash: string, blank = false): PixelRow => ({
  slice,
  status: 'read',
  hash,
  blank,
  brain: 0.3,
});
const side = (slice: string, of: 'train' | 'validation') => ({
  slice,
  backbone: of,
  backboneFold: 0,
  littleBrain: false,
  sequence: of,
  sequenceFold: 0,
});

it('a prediction on pictures that were trained on says so, whatever they are called', async () => {
  const root = await mkdtemp(join(tmpdir(), 'ichor-seen-'));
  const folder = async (name: string) => join(await mkdtemp(join(root, name)));
  const learned = await folder('learned');
  await writePixels(learned, [row('a', 'h1'), row('b', 'h2'), row('c', 'h3'), row('d', 'blank', true)]);
  await writeSplit(learned, [side('a', 'train'), side('b', 'train'), side('c', 'validation'), side('d', 'train')]);
  const store = {
    find: async (stage: string, key: string) => (key === 'gone' ? null : { stage, key, folder: learned }),
  };
  let marked: [string, string][] = [];
  const seen = async (rows: PixelRow[], key = 'key') => {
    const own = await mkdtemp(join(root, 'shown-'));
    await writePixels(own, rows);
    const artifacts = { shards: { stage: 'shards', key }, split: { stage: 'split', key } };
    const trained = { name: 'my-run-1', artifacts } as Parameters<typeof seenInTraining>[1];
    const shards = { stage: 'shards', key: 'other', folder: own } as const;
    const shown = { index: { ...shards, stage: 'index' as const }, shards, identityKey: Buffer.alloc(0) };
    const { warnings, doubts } = await seenInTraining(store as unknown as Store, trained, shown);
    const [warning, ...more] = warnings;
    expect(more).toEqual([]);
    marked = [...doubts];
    return warning ?? null;
  };
  expect(await seen([row('x', 'h1'), row('y', 'h9')])).toMatchObject({ code: 'seen-in-training' });
  expect((await seen([row('x', 'h1'), row('y', 'h9')]))?.message).toMatch(
    /^1 of the 2 pictures .* my-run-1 was trained on/,
  );
  expect(marked).toEqual([['x', 'picture seen in training']]);
  expect((await seen([row('x', 'h1'), row('y', 'h2')]))?.message).toMatch(/^All 2 pictures/);
  // Its validation side, blank pictures, and what the store has no longer.
  expect(await seen([row('x', 'h3'), row('y', 'blank', true)])).toBeNull();
  expect(await seen([row('x', 'h1')], 'gone')).toBeNull();
});

it('a patient with the id of one that was trained on is told, where neither is generated', async () => {
  const root = await mkdtemp(join(tmpdir(), 'ichor-known-'));
  const key = Buffer.from('a key of this test');
  const { name } = identitiesOf('private', key);
  interface Of {
    /** Patients by slice. */
    patients: Record<string, string>;
    identities?: 'public' | 'private';
    synthetic?: boolean;
  }
  const write = async ({ patients, identities = 'public', synthetic = false }: Of) => {
    const folder = await mkdtemp(join(root, 'index-'));
    const rows = Object.entries(patients).map(
      ([slice, group], order): SliceRow => ({
        ...{ slice, series: 's', study: 't', patient: group, group, file: `${slice}.dcm`, set: 'train', order },
        ...{ positionMm: null, spacingMm: null, format: '12u', rows: 4, columns: 4, bytes: 1, headerHash: 'x' },
        labels: null,
      }),
    );
    await writeSlices(folder, rows);
    await writeSource(folder, { synthetic, identities, submission: null });
    // Each picture of its own, but for those of slices that are called alike.
    await writePixels(
      folder,
      rows.map(({ slice }) => row(slice, `hash of ${slice}`)),
    );
    await writeSplit(
      folder,
      rows.map(({ slice }) => side(slice, slice.startsWith('v') ? 'validation' : 'train')),
    );
    return folder;
  };
  let marked: [string, string][] = [];
  const told = async (before: Of, now: Of) => {
    const [learned, own] = [await write(before), await write(now)];
    const store = { find: async (stage: string, key: string) => ({ stage, key, folder: learned }) };
    const artifacts = Object.fromEntries(['index', 'shards', 'split'].map((id) => [id, { stage: id, key: 'k' }]));
    const trained = { name: 'my-run-1', artifacts } as Parameters<typeof seenInTraining>[1];
    const of = (stage: 'index' | 'shards') => ({ stage, key: 'other', folder: own });
    const shown = { index: of('index'), shards: of('shards'), identityKey: key };
    const found = await seenInTraining(store as unknown as Store, trained, shown);
    marked = [...found.doubts];
    return found.warnings;
  };
  const before = { patients: { a: 'P1', b: 'P2', c: 'P3', v: 'P4' } };
  const found = await told(before, { patients: { x: 'P1', y: 'P2', z: 'P9', w: 'P4' } });
  expect(found).toMatchObject([{ code: 'patients-in-training' }]);
  expect(found[0]?.message).toMatch(/^2 patients have an id of one that my-run-1 was trained on/);
  expect(marked).toEqual([
    ['x', 'patient id seen in training'],
    ['y', 'patient id seen in training'],
  ]);
  // Ids of this run are hashes under its key.
  const sealed = { patients: { x: name('patient', 'P1'), y: name('patient', 'P9') }, identities: 'private' } as const;
  expect((await told(before, sealed))[0]?.message).toMatch(/^1 patient has/);
  const both = { ...sealed, patients: { a: name('patient', 'P1') } };
  expect((await told(both, sealed))[0]?.message).toMatch(/^1 patient has/);
  // The pictures themselves were seen: that says more. Generated patients are counted.
  expect((await told(before, { patients: { a: 'P1' } })).map(({ code }) => code)).toEqual(['seen-in-training']);
  expect(marked).toEqual([['a', 'picture seen in training']]);
  expect(await told({ ...before, synthetic: true }, { patients: { x: 'P1' } })).toEqual([]);
  expect(await told(before, { patients: { x: 'P1' }, synthetic: true })).toEqual([]);
  expect(await told(before, { patients: { x: 'P7' } })).toEqual([]);
});
