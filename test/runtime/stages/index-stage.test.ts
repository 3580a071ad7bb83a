import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fatesOf } from '../../../src/runtime/artifacts/ledger.ts';
import { readPixels } from '../../../src/runtime/artifacts/shards.ts';
import { readSlices } from '../../../src/runtime/artifacts/slices.ts';
import { readSource } from '../../../src/runtime/artifacts/source.ts';
import { lookAt } from '../../../src/runtime/look/look.ts';
import { HeaderCache, sourceFingerprint } from '../../../src/runtime/sources/fingerprint.ts';
import { identitiesOf } from '../../../src/runtime/sources/identities.ts';
import { openKaggleFolder } from '../../../src/runtime/sources/kaggle.ts';
import { WholeFiles } from '../../../src/runtime/stages/index/whole-files.ts';
import { indexStage } from '../../../src/runtime/stages/index-stage.ts';
import { shardsStage } from '../../../src/runtime/stages/shards.ts';
import reference from '../../fixtures/pixels.json' with { type: 'json' };
import { sharedData } from '../../shared-data.ts';
import { buildDicom } from '../dicom/build.ts';
import { type DataRecipe, DataStages } from './context.ts';
import { type FolderSlice, kaggleFolder, labelRows, series } from './kaggle-folder.ts';

async function indexOf(
  slices: readonly FolderSlice[],
  more: Parameters<typeof kaggleFolder>[1] = {},
  recipe: DataRecipe = {},
) {
  return index(await kaggleFolder(slices, more), recipe);
}

async function index(root: string, recipe: DataRecipe = {}) {
  const stages = await DataStages.of(root, recipe);
  const folder = await stages.run(indexStage);
  const ledger = stages.ledgers.get('index')!;
  return {
    stages,
    folder,
    rows: await readSlices(folder),
    ledger,
    leftOut: ledger.leftOut.map(({ item, reason }) => `${reason}: ${item}`),
    // Most of these sets are made up without one positive slice: a test of its own says so.
    notes: ledger.notes
      .filter(({ reason }) => reason !== 'no-positives')
      .map(({ item, reason }) => `${reason}: ${item}`),
  };
}

describe('index: order', () => {
  it('is along the slice normal, whatever the names and the tilt (reference: slice_position)', async () => {
    const { orientation, position, projection } = reference.slice_position;
    const along = (mm: number) => position.map((x, axis) => x + mm * (reference.slice_position.normal[axis] as number));
    const slices = [15, 0, 10, 5].map((mm, i) => ({
      ...series('a', 1)[0]!,
      id: `ID_${i}`,
      orientation,
      position: along(mm),
    }));
    const { rows, notes } = await indexOf(slices);
    expect(rows.map(({ slice }) => slice)).toEqual(['ID_1', 'ID_3', 'ID_2', 'ID_0']);
    expect(rows.map(({ order }) => order)).toEqual([0, 1, 2, 3]);
    expect(rows[0]?.positionMm).toBeCloseTo(projection, 9);
    expect(rows[0]?.spacingMm).toBeNull();
    for (const row of rows.slice(1)) expect(row.spacingMm).toBeCloseTo(5, 4);
    expect(notes).toEqual([]);
  });

  it('breaks ties by slice id, and notes them', async () => {
    const at = (id: string, z: number) => ({ ...series('a', 1)[0]!, id, position: [0, 0, z] });
    const { rows, notes } = await indexOf([at('ID_c', 0), at('ID_a', 5), at('ID_b', 0), at('ID_d', 10)]);
    expect(rows.map(({ slice }) => slice)).toEqual(['ID_b', 'ID_c', 'ID_a', 'ID_d']);
    expect(notes).toEqual(['same-position: R_a']);
  });

  it('notes wide gaps, single slices and a second study, and leaves out what has no order', async () => {
    const gap = [0, 5, 10, 20].map((z, i) => ({ ...series('gap', 1)[0]!, id: `ID_g${i}`, position: [0, 0, z] }));
    const single = { ...series('one', 1)[0]!, patient: 'P_gap' };
    const lost = series('lost', 2).map((slice, i) => (i === 0 ? { ...slice, position: null } : slice));
    const { rows, ledger, leftOut } = await indexOf([...gap, single, ...lost]);
    expect(ledger.notes.map(({ item, what, reason, kind }) => [reason, what, item, kind])).toEqual([
      ['wide-gap', 'series', 'R_gap', 'warning'],
      ['single-slice', 'series', 'R_one', 'information'],
      ['several-studies', 'patient', 'P_gap', 'information'],
      ['no-positives', 'side', 'labelled slices', 'warning'],
    ]);
    expect(rows.some((row) => row.series === 'R_lost')).toBe(false);
    expect(leftOut).toEqual(['no-order: R_lost', 'no-order: R_lost']);
    expect(fatesOf([ledger], 'file')).toMatchObject({ found: 7, used: 5 });
    expect(fatesOf([ledger], 'label-row')).toMatchObject({ found: 42, used: 30 });
  });
});

describe('index: files', () => {
  it('gives each file one fate', async () => {
    const root = await kaggleFolder([
      ...series('a', 3),
      { id: 'ID_mr', modality: 'MR' },
      { id: 'ID_jpeg', syntax: '1.2.840.10008.1.2.4.70' },
    ]);
    const train = join(root, 'stage_2_train');
    await mkdir(join(train, 'again'));
    await copyFile(join(train, 'ID_a0.dcm'), join(train, 'again', 'ID_a0.dcm'));
    await writeFile(join(train, 'notes.txt'), 'no DICOM');
    await writeFile(join(train, 'ID_empty.dcm'), '');
    await writeFile(join(train, '.DS_Store'), 'x');
    await mkdir(join(train, '.git'));
    await writeFile(join(train, '.git', 'not entered'), 'x');
    const { ledger, leftOut, rows } = await index(root);
    expect(leftOut.sort()).toEqual(
      [
        'duplicate-slice: stage_2_train/again/ID_a0.dcm',
        'empty-file: stage_2_train/ID_empty.dcm',
        'hidden-file: stage_2_train/.DS_Store',
        // Six rows each, one line a slice.
        'label-without-slice: stage_2_train.csv:20',
        'label-without-slice: stage_2_train.csv:26',
        'not-ct: stage_2_train/ID_mr.dcm',
        'not-dicom: stage_2_train/notes.txt',
        'syntax-mismatch: stage_2_train/ID_jpeg.dcm',
      ].sort(),
    );
    const files = fatesOf([ledger], 'file');
    expect(files).toMatchObject({ found: 9, used: 3 });
    expect(rows).toHaveLength(3);
    expect(fatesOf([ledger], 'label-row')).toMatchObject({ found: 30, used: 18 });
  });

  it('leaves out what is no file, and numbers that give no HU; doubts are notes', async () => {
    const [sound, zero, comma, placeless, last] = series('a', 5);
    const root = await kaggleFolder([
      sound!,
      { ...zero!, slope: '0' },
      { ...comma!, intercept: '-1 024' },
      { ...placeless!, more: [{ tag: [0x20, 0x32], vr: 'DS', value: Buffer.from('0\\0\\1,5 ') }] },
      last!,
    ]);
    const train = join(root, 'stage_2_train');
    await symlink('/dev/zero', join(train, 'zero.dcm'));
    await symlink('nowhere', join(train, 'dangling.dcm'));
    const { ledger, leftOut, rows, notes } = await index(root);
    expect(leftOut.filter((line) => !line.startsWith('label-'))).toEqual([
      'unusable-rescale: stage_2_train/ID_a1.dcm',
      'unusable-rescale: stage_2_train/ID_a2.dcm',
      'dangling-link: stage_2_train/dangling.dcm',
      'not-a-file: stage_2_train/zero.dcm',
      'no-place: stage_2_train/ID_a3.dcm',
      // Its label rows.
      'no-place: ID_a3',
    ]);
    expect(fatesOf([ledger], 'file')).toMatchObject({ found: 7, used: 2 });
    expect(rows.map(({ slice, positionMm }) => [slice, positionMm])).toEqual([
      ['ID_a0', 0],
      ['ID_a4', 20],
    ]);
    expect(notes).toContain('unreadable-number: ID_a3');
    expect(notes.filter((line) => line.startsWith('no-rescale'))).toEqual([]);
  });

  it('says which number of the rescale is missing', async () => {
    const [slope, intercept, both] = series('a', 3);
    const { ledger } = await indexOf([
      { ...slope!, slope: '' },
      { ...intercept!, intercept: null },
      { ...both!, slope: null, intercept: '  ' },
    ]);
    const notes = ledger.notes.filter(({ reason }) => reason === 'no-rescale');
    expect(notes.map(({ message }) => message.slice(26))).toEqual([
      'slope: 1 is taken.',
      'intercept: 0 is taken.',
      'slope and intercept: 1 and 0 are taken.',
    ]);
  });

  it('reads files whose names are no UTF-8, and finds them again', async () => {
    const root = await kaggleFolder(series('a', 2), { csv: false });
    const train = Buffer.from(join(root, 'stage_2_train/'));
    const name = Buffer.concat([train, Buffer.from('Sch\xe4del', 'latin1')]);
    await rename(join(root, 'stage_2_train/ID_a1.dcm'), name);
    const shown = await index(root, { source: 'folder', params: { showIds: true } });
    expect(shown.rows.map(({ file }) => file)).toEqual(['stage_2_train/ID_a0.dcm', 'stage_2_train/Sch\ufffdE4del']);
    const stages = await DataStages.of(root, { source: 'folder', size: 2 });
    await stages.run(indexStage);
    expect((await readPixels(await stages.run(shardsStage))).map(({ status }) => status)).toEqual(['read', 'read']);
    await writeFile(name, 'no DICOM');
    const { leftOut } = await index(root, { source: 'folder', params: { showIds: true } });
    expect(leftOut).toEqual(['not-dicom: stage_2_train/Sch\\xE4del']);
  });

  it('takes a name with a line feed, shows it escaped, and mends it by the SOP UID', async () => {
    const slices = series('a', 2);
    const { rows, notes, folder } = await indexOf([slices[0]!, { ...slices[1]!, name: `${slices[1]!.id}\n.dcm` }]);
    expect(rows.map(({ slice }) => slice)).toEqual(['ID_a0', 'ID_a1']);
    expect(rows[1]?.labels?.any).toBe(0);
    expect(rows[1]?.file).toBe('stage_2_train/ID_a1\n.dcm');
    expect(notes).toEqual(['stray-white-space: stage_2_train/ID_a1\\n.dcm']);
    expect((await readFile(join(folder, 'slices.csv'), 'utf8')).split('"')).toHaveLength(3);
  });

  it('keeps the name where the SOP UID is another, and says so', async () => {
    const { rows, notes } = await indexOf([{ ...series('a', 1)[0]!, sop: 'other' }]);
    expect(rows[0]?.slice).toBe('ID_a0');
    expect(notes).toContain('other-sop-uid: stage_2_train/ID_a0.dcm');
  });

  it("refuses a missing folder, one without Kaggle's folders, and an empty one", async () => {
    const failure = (root: string) => index(root).catch((error) => error);
    expect(await failure('/nowhere')).toMatchObject({
      code: 'source-missing',
      exit: 2,
      hint: expect.stringContaining('data.source.root'),
    });
    const root = await kaggleFolder([]);
    expect(await failure(root)).toMatchObject({ code: 'source-missing', exit: 2 });
    await mkdir(join(root, 'kaggle', 'stage_2_train'), { recursive: true });
    const right = expect.stringContaining(`--set data.source.root=${join(root, 'kaggle')}`);
    expect(await failure(root)).toMatchObject({ code: 'source-missing', hint: right });
    expect(await failure(join(root, 'kaggle', 'stage_2_train'))).toMatchObject({ code: 'source-missing', hint: right });
    await mkdir(join(root, 'stage_2_train'));
    expect(await failure(root)).toMatchObject({ code: 'source-empty', exit: 2 });
    await writeFile(join(root, 'stage_2_train', 'a.dcm'), 'x');
    expect(await failure(root)).toMatchObject({
      code: 'source-empty',
      message: expect.stringMatching(/no DICOM. First: stage_2_train\/a\.dcm/),
    });
  });

  it('reads names of stage 1 where stage 2 is not there', async () => {
    const root = await kaggleFolder([]);
    await mkdir(join(root, 'stage_1_train'));
    await writeFile(join(root, 'stage_1_train', 'ID_x.dcm'), buildDicom({ sop: 'ID_x' }));
    await writeFile(join(root, 'stage_1_train.csv'), labelRows('ID_x', ['subdural']).join('\n'));
    const { rows } = await index(root);
    expect(rows[0]?.labels).toEqual({
      epidural: 0,
      intraparenchymal: 0,
      intraventricular: 0,
      subarachnoid: 0,
      subdural: 1,
      any: 1,
    });
  });
});

describe('index: labels', () => {
  it('come by name, in any order of rows', async () => {
    const slices = series('a', 2, { positive: null });
    const rows = [...labelRows('ID_a0', ['epidural']), ...labelRows('ID_a1', ['subarachnoid', 'subdural'])].reverse();
    const { rows: read, notes } = await indexOf(slices, { rows });
    expect(read.map(({ labels }) => labels)).toEqual([
      { epidural: 1, intraparenchymal: 0, intraventricular: 0, subarachnoid: 0, subdural: 0, any: 1 },
      { epidural: 0, intraparenchymal: 0, intraventricular: 0, subarachnoid: 1, subdural: 1, any: 1 },
    ]);
    expect(notes).toEqual([]);
  });

  it('drops exact duplicates and counts them; bad rows and incomplete ones too', async () => {
    const slices = [...series('a', 1), ...series('b', 1, { positive: null })];
    const more = { rows: ['ID_a0_any,0', 'ID_a0_brain,0', 'ID_a0_any,2', 'ID_a0_any', 'ID_b0_any,1'] };
    const { rows, leftOut, ledger } = await indexOf(slices, more, { tolerate: 3 });
    expect(leftOut).toEqual([
      'duplicate-label-row: stage_2_train.csv:8',
      'bad-label-row: stage_2_train.csv:9',
      'bad-label-row: stage_2_train.csv:10',
      'bad-label-row: stage_2_train.csv:11',
      'incomplete-labels: ID_b0',
    ]);
    expect(rows.map(({ labels }) => labels?.any ?? null)).toEqual([0, null]);
    expect(fatesOf([ledger], 'label-row')).toMatchObject({ found: 11, used: 6 });
  });

  it('refuses conflicting rows and lists them, twenty at most', async () => {
    const slices = series('a', 25);
    const rows = slices.map(({ id }) => `${id}_subdural,1`);
    const error = await indexOf(slices, { rows }).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'conflicting-labels', exit: 2 });
    expect(error.message).toContain('ID_a0_subdural (lines 6 and 152)');
    expect(error.message.match(/ID_a\d+_subdural/g)).toHaveLength(20);
    expect(error.message).toContain('and 5 more');
  });

  it('notes any that is not the OR of the types', async () => {
    const { notes } = await indexOf(series('a', 1, { positive: null }), {
      rows: labelRows('ID_a0', []).map((row) => row.replace('_any,0', '_any,1')),
    });
    expect(notes).toContain('any-is-not-or: ID_a0');
  });

  it('notes slices without labels, once where there is no labels file', async () => {
    const some = await indexOf([...series('a', 2), ...series('b', 1, { positive: null })]);
    expect(some.notes).toContain('slice-without-labels: ID_b0');
    const none = await indexOf([...series('a', 2), ...series('t', 2, { set: 'test' })], { csv: false });
    expect(none.notes).toEqual(['no-labels-file: labels']);
    expect(none.rows.map(({ set, labels }) => [set, labels])).toEqual([
      ['train', null],
      ['train', null],
      ['test', null],
      ['test', null],
    ]);
  });

  it('leaves out labels of test slices', async () => {
    const { leftOut } = await indexOf([...series('a', 1), ...series('t', 1, { set: 'test' })], {
      rows: ['ID_t0_any,1'],
    });
    expect(leftOut).toEqual(['label-of-test-slice: stage_2_train.csv:8']);
  });
});

describe('index: limit', () => {
  const slices = ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((patient) => series(patient, 3));
  const test = ['x', 'y'].flatMap((patient) => series(patient, 2, { set: 'test' }));

  it('keeps whole studies, drawn by hash, and accounts for the rest', async () => {
    const { rows, ledger } = await indexOf([...slices, ...test], {}, { limit: { labelled: 2, unlabelled: 1 } });
    expect(rows).toHaveLength(2 * 3 + 2);
    expect(fatesOf([ledger], 'file')).toEqual({
      found: 22,
      used: 8,
      leftOut: [{ stage: 'index', reason: 'limit', count: 14 }],
    });
    expect(fatesOf([ledger], 'label-row')).toEqual({
      found: 108,
      used: 36,
      leftOut: [{ stage: 'index', reason: 'limit', count: 72 }],
    });
    const kept = [...new Set(rows.filter(({ set }) => set === 'train').map(({ study }) => study))];
    // The draw of a study does not depend on the others: without a cut one, the same are kept.
    const cut = ['a', 'b', 'c', 'd', 'e', 'f'].find((patient) => !kept.includes(`S_${patient}`));
    const fewer = slices.filter(({ study }) => study !== `S_${cut}`);
    const again = await indexOf(fewer, {}, { limit: { labelled: 2, unlabelled: 1 } });
    expect([...new Set(again.rows.map(({ study }) => study))].sort()).toEqual(kept.sort());
  });
});

describe('index: private identities', () => {
  it('leave nothing in clear: no id and no path, in no file, ledger or error', async () => {
    const root = await kaggleFolder([...series('SMITH', 3), { id: 'ID_mr', modality: 'MR' }], { csv: false });
    const stages = await DataStages.of(root, { source: 'folder' });
    const folder = await stages.run(indexStage);
    const texts = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
    expect(texts.join()).not.toMatch(/SMITH|ID_|P_|stage_2|\.dcm/);
    expect(texts.join()).toContain('not-ct');
    const rows = await readSlices(folder);
    expect(rows).toHaveLength(3);
    for (const { slice, file, patient, set } of rows) {
      expect([slice, file, patient].every((id) => /^[0-9a-f]{20}$/.test(id))).toBe(true);
      expect(set).toBe('test');
    }
    // The same identity has the same name, and a slice's is not its patient's.
    expect(new Set(rows.map(({ patient }) => patient)).size).toBe(1);
    expect(await readSource(folder)).toEqual({ synthetic: false, identities: 'private', submission: null });
    const missing = await index(join(root, 'SMITH'), { source: 'folder' }).catch((error) => error);
    expect(missing).toMatchObject({ code: 'source-missing', exit: 2 });
    expect(missing.message).not.toContain('SMITH');
  });

  it('depend on the key, and showIds shows them', async () => {
    const root = await kaggleFolder(series('a', 1), { csv: false });
    const stages = await DataStages.of(root, { source: 'folder' });
    const nameWith = async (byte: number) =>
      (await readSlices(await stages.run(indexStage, { identityKey: Buffer.alloc(32, byte) })))[0]?.slice;
    expect(await nameWith(1)).not.toBe(await nameWith(2));
    const shown = await index(root, { source: 'folder', params: { showIds: true } });
    expect(shown.rows[0]).toMatchObject({ slice: 'ID_a0', file: 'stage_2_train/ID_a0.dcm' });
  });
});

describe('index: fingerprint', () => {
  it('changes with a header, a label and a name, not with the folder or its times', async () => {
    const slices = series('a', 2);
    const hashOf = async (root: string) => (await sourceFingerprint(await openKaggleFolder(root))).hash;
    const hash = await hashOf(await kaggleFolder(slices));
    expect(await hashOf(await kaggleFolder(slices))).toBe(hash);
    const others = [
      await kaggleFolder([slices[0]!, { ...slices[1]!, intercept: '-1000' }]),
      await kaggleFolder([slices[0]!, { ...slices[1]!, name: 'other.dcm' }]),
      await kaggleFolder([slices[0]!, { ...slices[1]!, positive: ['subdural'] }]),
    ];
    for (const root of others) expect(await hashOf(root)).not.toBe(hash);
  });

  it('hands its headers to index, which then reads no file', async () => {
    const root = await kaggleFolder(series('a', 3));
    const headers = new HeaderCache();
    await sourceFingerprint(await openKaggleFolder(root), { cache: headers });
    const stages = await DataStages.of(root);
    const plain = await readFile(join(await stages.run(indexStage), 'slices.csv'), 'utf8');
    const before = stages.progress.length;
    const cached = await readFile(join(await stages.run(indexStage, { headers }), 'slices.csv'), 'utf8');
    expect(cached).toBe(plain);
    expect(stages.progress.length - before).toBe(1);
    expect(headers.take(root)).toBeNull();
  });

  it('stands for the content of files that were read whole, and for no others', async () => {
    const root = await kaggleFolder(series('a', 3));
    const key = Buffer.alloc(32, 7);
    const memory = { storeRoot: await mkdtemp(join(tmpdir(), 'ichor-look-')), writes: true };
    const options = { identities: identitiesOf('public', key), key, memory, named: (hash: string) => hash };
    const source = await openKaggleFolder(root);
    const { look } = await lookAt(source, options);
    const whole = new WholeFiles(source, look);
    const path = 'stage_2_train/ID_a1.dcm';
    await whole.source.read(path);
    await whole.source.read('stage_2_train/ID_a0.dcm', 100);
    await whole.source.read('stage_2_train.csv');
    await whole.keep();
    expect([...((await look.madeOf?.read()) ?? [])].map(([file]) => file)).toEqual([path]);

    const bytes = await readFile(join(root, path));
    bytes[bytes.length - 1] = 9;
    await writeFile(join(root, path), bytes);
    const late = new WholeFiles(source, look);
    await late.source.read(path);
    await expect(late.keep()).rejects.toMatchObject({ code: 'source-changed' });
    const { look: next } = await lookAt(source, options);
    expect([...next.changed.keys()]).toEqual([path]);
    const fresh = new WholeFiles(source, next);
    await fresh.source.read(path);
    await fresh.keep();
  });

  it('reads the headers that the run knew from before, and refuses one that is not what it was', async () => {
    const root = await kaggleFolder(series('a', 3));
    const key = Buffer.alloc(32, 7);
    const options = { identities: identitiesOf('public', key), key, memory: null, named: (hash: string) => hash };
    const { look } = await lookAt(await openKaggleFolder(root), options);
    const stages = await DataStages.of(root);
    const plain = await readFile(join(await stages.run(indexStage), 'slices.csv'), 'utf8');
    expect(await readFile(join(await stages.run(indexStage, { look }), 'slices.csv'), 'utf8')).toBe(plain);
    const file = join(root, 'stage_2_train', 'ID_a1.dcm');
    const bytes = await readFile(file);
    await writeFile(file, bytes.fill(7, 0, 128));
    await expect(stages.run(indexStage, { look })).rejects.toMatchObject({
      code: 'source-changed',
      message: 'The file stage_2_train/ID_a1.dcm is not the one that this run found: its header differs.',
    });
  });
});

const sample = sharedData('rsna-sample');
describe.skipIf(sample === null)('index of rsna-sample', () => {
  it('accounts for 324 of 324 files and 1,764 label rows', async () => {
    const { rows, ledger, notes } = await index(sample as string);
    expect(rows).toHaveLength(324);
    expect(fatesOf([ledger], 'file')).toEqual({ found: 324, used: 324, leftOut: [] });
    expect(fatesOf([ledger], 'label-row')).toEqual({ found: 1764, used: 1764, leftOut: [] });
    // Two slices at one position; a slice 0.96 mm above the last of the block below it.
    expect(notes).toEqual(['same-position: ID_72952d87fa', 'close-slices: ID_7e2939f5a2']);
    // Its README: labels of any along the slices, lowest first.
    const any = rows.filter(({ series: of }) => of === 'ID_7e2939f5a2').map(({ labels }) => labels?.any);
    expect(any.join('')).toBe('000000000001100001111011111111100000');
    expect(rows.filter(({ labels }) => labels?.any === 1)).toHaveLength(68);
  });
});
