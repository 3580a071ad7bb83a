import { copyFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSlices } from '../../../src/runtime/artifacts/slices.ts';
import { isPlaceholder, readId } from '../../../src/runtime/stages/index/placeholder.ts';
import { indexStage } from '../../../src/runtime/stages/index-stage.ts';
import { DataStages } from './context.ts';
import { head, idOf, indexOf, upwards } from './index-of.ts';
import { type FolderSlice, kaggleFolder } from './kaggle-folder.ts';

const words = (seed: number) => Array.from({ length: 16 }, (_, i) => 1000 + ((11 * i + 37 * seed) % 300));
const groupsOf = (rows: readonly { patient: string; group: string }[]) =>
  Object.fromEntries(rows.map(({ patient, group }) => [patient, group]));

describe('index: one person', () => {
  it('is whoever shares a series: ids stay in the table, the group is one, the series too', async () => {
    const { rows, notes, order, note } = await indexOf([
      ...head('a', 8, (i) => (i % 2 === 0 ? { patient: 'P_x' } : {})),
      ...head('b', 4),
    ]);
    expect(groupsOf(rows)).toEqual({ P_a: 'P_a', P_x: 'P_a', P_b: 'P_b' });
    expect(order('R_a')).toEqual(upwards('a', 8));
    expect(notes).toEqual(['joined-patients: P_a', 'series-of-two-patients: R_a']);
    expect(note('joined-patients')[0]?.message).toContain('(P_a, P_x)');
    expect(note('series-of-two-patients')[0]?.message).toContain('one head');
  });

  it('is whoever shares a study, by way of others too', async () => {
    const { rows } = await indexOf([
      ...head('a', 2),
      ...head('b', 2, () => ({ study: 'S_a' })),
      ...head('c', 2, () => ({ series: 'R_b' })),
      ...head('d', 2),
    ]);
    expect(groupsOf(rows)).toEqual({ P_a: 'P_a', P_b: 'P_a', P_c: 'P_a', P_d: 'P_d' });
  });

  it('is whose ids differ in case, spaces or ^ only', async () => {
    const ids = ['Pat 1', 'PAT1', 'pat1^^', 'Pat 2'];
    const { rows, note } = await indexOf(ids.flatMap((patient, i) => head(`${i}`, 2, () => ({ patient }))));
    expect(groupsOf(rows)).toEqual({ 'Pat 1': 'PAT1', PAT1: 'PAT1', 'pat1^^': 'PAT1', 'Pat 2': 'Pat 2' });
    expect(note('joined-patients')).toHaveLength(1);
    expect(note('joined-patients')[0]?.message).toContain('differ only in case');
  });

  it('is whose ids are one number, with zeros in front or .0 behind: what has letters keeps its zeros', async () => {
    const ids = ['7', '007', '7.0', '70', 'P7', 'P07', '0111'];
    const { rows, note } = await indexOf(ids.flatMap((patient, i) => head(`${i}`, 2, () => ({ patient }))));
    expect(groupsOf(rows)).toEqual({
      '7': '007',
      '007': '007',
      '7.0': '007',
      '70': '70',
      P7: 'P7',
      P07: 'P07',
      '0111': '0111',
    });
    expect(note('joined-patients')).toMatchObject([
      { kind: 'warning', message: expect.stringContaining('only in zeros in front') },
    ]);
  });

  it.each(['', 'ANONYMOUS', 'Unknown', '0', '---', 'N/A', '123456'])(
    'is a study where the id is "%s"',
    async (patient) => {
      const { rows, ledger } = await indexOf(['a', 'b', 'c'].flatMap((name) => head(name, 2, () => ({ patient }))));
      expect([...new Set(rows.map(({ group }) => group))]).toEqual(['S_a', 'S_b', 'S_c']);
      expect(rows[0]?.patient).toBe(patient === '' ? 'S_a' : patient);
      // Of none there is no name to say: each study is named.
      const items = patient === '' ? ['S_a', 'S_b', 'S_c'] : [patient];
      const reason = patient === '' ? 'no-patient-id' : 'placeholder-patient-id';
      expect(ledger.notes).toMatchObject(items.map((item) => ({ item, reason, kind: 'warning', what: 'patient' })));
      expect(ledger.notes[0]?.message).toContain(patient === '' ? '2 slices of this study' : '6 slices of 3 studies');
    },
  );

  it('takes the id of the rest of its study where some slices have none', async () => {
    const { rows, ledger } = await indexOf([...head('a', 4, (i) => (i === 1 ? { patient: '' } : {})), ...head('b', 2)]);
    expect(ledger.notes).toMatchObject([{ item: 'S_a', reason: 'no-patient-id', kind: 'information' }]);
    expect(ledger.notes[0]?.message).toContain('1 slice of this study has no patient ID: the rest of the study');
    expect(groupsOf(rows)).toEqual({ P_a: 'P_a', P_b: 'P_b' });
  });

  it('is the id where many studies have it and it is a name, which is said', async () => {
    const slices = [...'abcdef'].flatMap((name) => head(name, 1, () => ({ patient: 'HX7' })));
    const { rows, notes } = await indexOf([...slices, ...head('z', 1)]);
    expect(groupsOf(rows)).toEqual({ HX7: 'HX7', P_z: 'P_z' });
    expect(notes).toContain('patient-of-many-studies: HX7');
  });

  it('reads a number as somebody where its neighbour is an id too', () => {
    const known = (...ids: string[]) => new Set(ids.map(readId));
    expect(isPlaceholder('0', known('0', '7'))).toBe(true);
    expect(isPlaceholder('0', known('0', '1', '2'))).toBe(false);
    expect(isPlaceholder('000', known('000', '001'))).toBe(false);
    expect(isPlaceholder('111', known('111', '110'))).toBe(false);
    expect(isPlaceholder('999999', known('999999'))).toBe(true);
    for (const id of ['1', '12', 'ANON1', 'PATIENT_03', 'ID_00000000', 'A'])
      expect(isPlaceholder(readId(id), known(id)), id).toBe(false);
    for (const id of ['Müller', 'NOLAN', 'SANSON', 'INGO', 'NIEMANN', 'IGNOTUS7'])
      expect(isPlaceholder(readId(id), known(id)), id).toBe(false);
    const languages = [
      'unbekannt',
      'NAME^NONE',
      'none^none',
      'No^Name',
      'ohne Namen',
      'Kein Name',
      'gelöscht',
      'anonymisé',
    ];
    const more = [
      'inconnu',
      'sans nom',
      'desconocido',
      'Sin nombre',
      'anónimo',
      'sconosciuto',
      'onbekend',
      'Geen naam',
    ];
    for (const id of [...languages, ...more]) expect(isPlaceholder(readId(id), known(id)), id).toBe(true);
    for (const id of ['anon.', 'No ID', '???', 'xxxx', 'De-identified'])
      expect(isPlaceholder(readId(id), known(id)), id).toBe(true);
  });
});

describe('index: one series', () => {
  it('is of one study: the same UID in two is two series of one group', async () => {
    const other = head('b', 4, () => ({ series: 'R_a' }));
    const { rows, order, notes } = await indexOf([...head('a', 4), ...other]);
    expect(order('R_a of S_a')).toEqual(upwards('a', 4));
    expect(order('R_a of S_b')).toEqual(upwards('b', 4));
    expect(new Set(rows.map(({ group }) => group))).toEqual(new Set(['P_a']));
    expect(notes).toEqual(['joined-patients: P_a', 'series-of-two-studies: R_a', 'several-studies: P_a']);
  });

  it('stays one where half of a head names another study', async () => {
    const scattered = await indexOf(head('a', 8, (i) => (i % 2 === 0 ? { study: 'S_x' } : {})));
    expect(scattered.order('R_a')).toEqual(upwards('a', 8));
    expect(scattered.note('series-of-two-studies')[0]?.message).toContain('one head');
    const block = await indexOf(head('a', 8, (i) => (i > 3 ? { study: 'S_x', patient: 'P_x' } : {})));
    expect(block.order('R_a')).toEqual(upwards('a', 8));
    // Two heads far from each other, and single slices that nothing orders.
    const far = await indexOf(head('a', 8, (i) => (i > 3 ? { study: 'S_x', position: [0, 0, 5 * i + 90] } : {})));
    expect(new Set(far.rows.map(({ series }) => series))).toEqual(new Set(['R_a of S_a', 'R_a of S_x']));
    const nowhere = { series: 'R', position: null, orientation: null };
    const single = await indexOf(['a', 'b', 'c'].flatMap((name) => head(name, 1, () => nowhere)));
    expect(single.rows).toHaveLength(3);
  });

  it.each([
    ['upon', 0],
    ['between', 2.2],
    ['far from', 300],
  ])('is cut where two patients of one study and series lie %s each other', async (_, offset) => {
    const { order, rows } = await indexOf([
      ...head('a', 6),
      ...head('b', 6, (i) => ({ study: 'S_a', series: 'R_a', position: [0, 0, 5 * i + offset] })),
    ]);
    expect(order('R_a of P_a')).toEqual(upwards('a', 6));
    expect(order('R_a of P_b')).toEqual(upwards('b', 6));
    expect(new Set(rows.map(({ group }) => group)).size).toBe(1);
  });

  it('stays whole where a block of it names another patient', async () => {
    const { order } = await indexOf(head('a', 9, (i) => (i > 5 ? { patient: 'P_x' } : {})));
    expect(order('R_a')).toEqual(upwards('a', 9));
  });

  it('takes a missing study UID from its other slices, a missing series UID from the study', async () => {
    const { rows, notes } = await indexOf([
      ...head('a', 4, (i) => (i === 2 ? { study: '' } : {})),
      ...head('b', 3, () => ({ series: '' })),
      ...head('c', 3, () => ({ study: '' })),
    ]);
    const told = [...new Set(rows.map(({ series, study }) => `${study} ${series}`))];
    expect(told).toEqual(['S_a R_a', 'R_c R_c', 'S_b S_b']);
    expect(notes).toEqual(['no-study-uid: R_a', 'no-study-uid: R_c', 'no-series-uid: S_b']);
  });
});

describe('index: one slice (ids are SOP UIDs)', () => {
  const folder = { source: 'folder' };
  /** The same slices with one SOP UID each time; names of files stay apart. */
  const called = (slices: readonly FolderSlice[], sop: (i: number) => string): FolderSlice[] =>
    slices.map((slice, i) => ({ ...slice, sop: sop(i), name: `${slice.id}.dcm`, positive: null }));

  it('leaves a copy out, also one with another header or cut off, and keeps the whole one', async () => {
    const [first, second] = called(head('a', 2), (i) => `1.2.${i}`) as [FolderSlice, FolderSlice];
    const { rows, leftOut, ledger } = await indexOf(
      [
        { ...first, words: words(1), name: '0 cut.dcm', cut: 10 },
        { ...first, words: words(1), name: '1.dcm' },
        { ...first, words: words(1), name: '2.dcm', patient: 'P_other', window: '40' },
        { ...second, words: words(2) },
      ],
      folder,
    );
    expect(rows.map(({ slice, file, group }) => [slice, file, group])).toEqual([
      ['1.2.0', 'stage_2_train/1.dcm', 'P_a'],
      ['1.2.1', 'stage_2_train/ID_a5_1.dcm', 'P_a'],
    ]);
    expect(leftOut.sort()).toEqual([
      'duplicate-slice: stage_2_train/0 cut.dcm',
      'duplicate-slice: stage_2_train/2.dcm',
    ]);
    expect(ledger.leftOut.map(({ message }) => message).join()).toContain('end early');
  });

  it('leaves both out where one UID at one place shows two pictures: nobody knows which is right', async () => {
    const slices = called(head('a', 3), (i) => `1.2.${i}`);
    const { order, leftOut } = await indexOf([...slices, { ...slices[1]!, name: 'other.dcm' }], folder);
    expect(order()).toEqual(['1.2.0', '1.2.2']);
    expect(leftOut.sort()).toEqual([
      'conflicting-slice: stage_2_train/ID_a5_1.dcm',
      'conflicting-slice: stage_2_train/other.dcm',
    ]);
  });

  it('keeps slices at different places apart that share one UID, and says so once', async () => {
    const { rows, notes, leftOut, note } = await indexOf(
      called(head('a', 6), () => '1.2.3'),
      folder,
    );
    expect(rows.map(({ slice }) => slice)).toEqual(upwards('a', 6).map((id) => `1.2.3@stage_2_train/${id}.dcm`));
    expect(leftOut).toEqual([]);
    expect(notes).toEqual(['one-id-several-slices: 1.2.3']);
    expect(note('one-id-several-slices')[0]).toMatchObject({
      kind: 'warning',
      message: expect.stringMatching(/^6 files/),
    });
  });

  it('says it once a series where each UID stands for two slices', async () => {
    const one = called(head('a', 4), (i) => `1.2.${i}`);
    const two = called(head('b', 4), (i) => `1.2.${i}`);
    const { rows, notes, note } = await indexOf([...one, ...two], folder);
    expect(rows).toHaveLength(8);
    expect(notes).toEqual(['one-id-several-slices: R_a']);
    expect(note('one-id-several-slices')[0]?.message).toContain(
      '4 SOP instance UIDs of this series (first 1.2.0) are those of 8 different slices',
    );
  });

  it('does not take blank slices of one UID for copies', async () => {
    const blank = called(
      head('a', 3, () => ({ words: Array(16).fill(24) })),
      () => '1.2.3',
    );
    const numbered = blank.map((slice, i) => ({ ...slice, position: null, orientation: null, instance: i + 1 }));
    expect((await indexOf(blank, folder)).rows).toHaveLength(3);
    expect((await indexOf(numbered, folder)).rows).toHaveLength(3);
  });

  it('lets no id out in private mode, whatever is wrong with it', async () => {
    const root = await kaggleFolder(
      called(
        [
          ...head('SMITH', 4, (i) => (i === 1 ? { patient: 'P_JONES' } : {})),
          ...head('b', 4, (i) => ({ study: i === 0 ? '' : 'S_SMITH', series: 'R_b' })),
          ...head('c', 2, () => ({ patient: 'ANONYMOUS', series: 'R_SMITH' })),
        ],
        (i) => `1.2.${i % 3}`,
      ),
      { csv: false },
    );
    await copyFile(join(root, 'stage_2_train', `${idOf('b', 3)}.dcm`), join(root, 'stage_2_train', 'copy.dcm'));
    const stages = await DataStages.of(root, { source: 'folder' });
    const made = await stages.run(indexStage);
    const texts = await Promise.all((await readdir(made)).map((name) => readFile(join(made, name), 'utf8')));
    expect(texts.join()).not.toMatch(/SMITH|JONES|ANONYMOUS|ID_|P_|R_|S_|1\.2\.|stage_2|\.dcm/);
    for (const reason of ['joined-patients', 'series-of-two-patients', 'one-id-several-slices', 'duplicate-slice'])
      expect(texts.join(), reason).toContain(reason);
    for (const { group } of await readSlices(made)) expect(group).toMatch(/^[0-9a-f]{20}$/);
  });
});

describe('index: one slice (ids are file names)', () => {
  it('keeps files of one SOP UID apart by their names, and leaves a copy of one out', async () => {
    const [one, two, three] = head('a', 3);
    const { rows, leftOut, notes } = await indexOf([
      one!,
      { ...two!, sop: three!.id },
      three!,
      { ...one!, id: 'ID_copy', sop: one!.id, words: Array.from({ length: 16 }, (_, k) => 1000 + ((k * 17) % 200)) },
    ]);
    expect(rows.map(({ slice, labels }) => [slice, labels?.any])).toEqual([one, two, three].map((of) => [of!.id, 0]));
    expect(leftOut).toEqual(['duplicate-slice: stage_2_train/ID_copy.dcm']);
    expect(notes).toContain(`one-sop-uid-several-slices: ${three!.id}`);
  });

  it('keeps files of one name in two folders apart, without the labels of either', async () => {
    const patients = ['a', 'b'].flatMap((name) =>
      head(name, 3, (i) => ({ id: `IM${i}`, sop: `1.${name}.${i}`, name: `${name}/IM${i}.dcm` })),
    );
    // Of the first one's rows only: a table that names files cannot tell the two apart.
    const own = patients.map((slice, i) => (i < 3 ? slice : { ...slice, positive: null }));
    const { rows: all, notes } = await indexOf([...own, ...head('z', 1)]);
    const rows = all.filter(({ series }) => series !== 'R_z');
    expect(rows.map(({ slice, labels }) => [slice, labels])).toEqual(
      ['a', 'b'].flatMap((name) => [0, 1, 2].map((i) => [`IM${i}@stage_2_train/${name}/IM${i}.dcm`, null])),
    );
    expect(notes).toContain('one-id-several-slices: R_a');
  });

  it('says once a series that SOP UIDs are not names', async () => {
    const { notes, note } = await indexOf(head('a', 4, (i) => ({ sop: `1.2.${i}` })));
    expect(notes).toEqual(['other-sop-uid: R_a']);
    expect(note('other-sop-uid')[0]?.message).toContain('4 files');
  });
});
