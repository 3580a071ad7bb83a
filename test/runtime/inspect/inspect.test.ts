import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { folded, inspectionText } from '../../../src/cli/inspect-text.ts';
import { openRegistry } from '../../../src/cli/registry.ts';
import { type Inspection, inspectSource } from '../../../src/runtime/inspect/inspect.ts';
import { openAny } from '../../../src/runtime/inspect/open-any.ts';
import { planeText } from '../../../src/runtime/inspect/plane-text.ts';
import { hashOfName, whois } from '../../../src/runtime/inspect/whois.ts';
import { identitiesOf } from '../../../src/runtime/sources/identities.ts';
import { readPlaces, rememberPlaces } from '../../../src/runtime/store/key-places.ts';
import { kaggleFolder, series } from '../stages/kaggle-folder.ts';

const KEY = Buffer.alloc(32, 5);
const { signal } = new AbortController();
const options = { registry: openRegistry(), signal };
let root: string;

const inspect = async (place: string, kind: 'public' | 'private' = 'public'): Promise<Inspection> =>
  inspectSource((await openAny([place])).source, {
    identities: identitiesOf(kind, KEY),
    contract: { repairIntercept: true },
    signal,
  });

beforeAll(async () => {
  root = await kaggleFolder([
    ...series('a', 4),
    ...series('b', 3, { set: 'test', positive: null, orientation: [1, 0, 0, 0, Math.cos(0.3), -Math.sin(0.3)] }),
  ]);
  await writeFile(join(root, 'stage_2_train', 'notes.txt'), 'no picture');
});

describe('data inspect', () => {
  it('tells patients, studies and series, how their slices lie, and what is left out', async () => {
    const found = await inspect(root);
    expect(found).toMatchObject({ files: 8, slices: 7, patients: 2, studies: 2, trainFiles: 4 });
    expect(found.leftOut).toEqual([{ reason: 'not-dicom', count: 1, first: 'stage_2_train/notes.txt', details: [] }]);
    expect(found.series).toMatchObject([
      {
        series: 'R_a',
        study: 'S_a',
        patient: 'P_a',
        slices: 4,
        leftOut: 0,
        spacingMm: 5,
        lengthMm: 15,
        plane: 'axial',
        pixels: '4 × 4',
        syntax: 'explicit VR little endian',
        sets: ['train'],
        chosen: true,
        rank: null,
      },
      { series: 'R_b', plane: 'axial, tilted 17°', slices: 3, sets: ['test'] },
    ]);
  });

  it('gives no name of the files unless asked', async () => {
    const text = JSON.stringify(await inspect(root, 'private'));
    for (const name of ['R_a', 'S_a', 'P_a', 'ID_a', 'notes', 'stage_2']) expect(text).not.toContain(name);
  });

  it('says why a series would not be used', async () => {
    const folder = await kaggleFolder(
      series('c', 3).map((slice) => ({ ...slice, position: null, instance: null }) as never),
      { csv: false },
    );
    const [one] = (await inspect(folder)).series;
    expect(one).toMatchObject({ slices: 0, leftOut: 3, chosen: false, why: expect.stringContaining('no position') });
  });

  it('fits into a narrow terminal, and names the parts of the table in a wide one', async () => {
    const found = await inspect(root, 'private');
    const [narrow = ''] = inspectionText(found, { hashed: true, width: 60 }).split('\n\nLeft out');
    for (const line of narrow.split('\n')) expect(line.length, line).toBeLessThanOrEqual(60);
    expect(inspectionText(found, { hashed: true, width: 200 })).toMatch(/series +slices +mm +left out +plane/);
    expect(folded('one two three', 7)).toEqual(['one two', 'three']);
    expect(folded('unbreakable', 3)).toEqual(['unbreakable']);
  });

  it.each([
    [[1, 0, 0, 0, 1, 0], 'axial'],
    [[1, 0, 0, 0, 0, -1], 'coronal'],
    [[0, 1, 0, 0, 0, -1], 'sagittal'],
    // 20 degrees about x.
    [[1, 0, 0, 0, 0.939693, -0.34202], 'axial, tilted 20°'],
    // The space diagonal: none of the three is near.
    [[Math.SQRT1_2, -Math.SQRT1_2, 0, 0.408248, 0.408248, -0.816497], 'oblique'],
    [null, null],
  ] as const)('says how a plane lies: %j', (orientation, text) => {
    expect(planeText(orientation as never)).toBe(text);
  });
});

describe('data whois', () => {
  it('finds what hashes stand for by making them again, of any kind, by their first digits too', async () => {
    const names = identitiesOf('private', KEY);
    const folder = join(root, 'stage_2_train');
    const wanted = {
      file: names.name('file', 'ID_a1.dcm'),
      patient: names.name('patient', 'P_a'),
      study: names.name('study', 'S_a'),
      series: names.name('series', 'R_a'),
      slice: names.name('slice', 'ID_a1').slice(0, 8),
    };
    const { found } = await whois(Object.values(wanted), [{ roots: [folder] }], KEY, options);
    expect(Object.fromEntries(found.map(({ what, name }) => [what, name]))).toEqual({
      file: 'ID_a1.dcm',
      patient: 'P_a',
      study: 'S_a',
      series: 'R_a',
      slice: 'ID_a1',
    });
    const other = await whois(Object.values(wanted), [{ roots: [folder] }], Buffer.alloc(32, 6), options);
    expect(other.found).toEqual([]);
  });

  it('goes on where a place is gone, and says so without its name', async () => {
    const hash = identitiesOf('private', KEY).name('patient', 'P_a');
    const { found, unreadable } = await whois(
      [hash],
      [join(root, 'Miller'), join(root, 'stage_2_train')].map((one) => ({ roots: [one] })),
      KEY,
      options,
    );
    expect(found).toMatchObject([{ name: 'P_a' }]);
    expect(unreadable).toHaveLength(1);
    expect(unreadable[0]).not.toContain('Miller');
  });

  it('takes hashes alone', () => {
    expect(hashOfName(' 1F0C9A7BE2 ')).toBe('1f0c9a7be2');
    for (const text of ['Miller', '12345', '', '0'.repeat(21)])
      expect(() => hashOfName(text)).toThrow(expect.objectContaining({ code: 'private-name-form', exit: 2 }));
  });

  it('knows the places that were read with a key, the newest first, each once', async () => {
    const env = { ICHOR_CONFIG: await mkdtemp(join(tmpdir(), 'ichor-places-')) };
    const key = { fingerprint: '0123456789abcdef' };
    const quiet = () => {};
    for (const roots of [['/a'], ['/b', '/c'], ['/a']]) await rememberPlaces(key, roots, quiet, env);
    expect(await readPlaces(key, env)).toEqual([['/a'], ['/b', '/c']]);
    expect(await readPlaces({ fingerprint: 'f'.repeat(16) }, env)).toEqual([]);
    await mkdir(join(env.ICHOR_CONFIG, 'identity-keys'), { recursive: true });
    await writeFile(join(env.ICHOR_CONFIG, 'identity-keys', `${key.fingerprint}.places.json`), 'half of');
    expect(await readPlaces(key, env)).toEqual([]);
  });
});
