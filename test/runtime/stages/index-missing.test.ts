import { describe, expect, it } from 'vitest';
import type { BuiltElement } from '../dicom/build.ts';
import { readPrivate, text } from './header-text.ts';
import { head, indexOf } from './index-of.ts';
import type { FolderSlice } from './kaggle-folder.ts';

type Of = (i: number) => Partial<FolderSlice>;

/** Notes of a head of 12 slices, as a scanner numbers it. */
const said = async (of: Of) => (await indexOf(head('a', 12, (i) => ({ instance: i + 1, ...of(i) })))).ledger.notes;
const reasons = async (of: Of) => (await said(of)).map(({ reason }) => reason);

describe('slices that are missing, and numbers that contradict positions', () => {
  it('nothing of a whole head, whichever way it is numbered, nor of numbers that count something else', async () => {
    const whole = (i: number) => ({ more: [text(0x20, 0x1002, '12'), text(0x18, 0x88, '-5.0')], instance: i + 1 });
    expect(await reasons(whole)).toEqual([]);
    expect(await reasons(() => ({ more: [text(0x18, 0x50, '5')] }))).toEqual([]);
    // The scanner says itself that it left gaps.
    expect(await reasons(() => ({ more: [text(0x18, 0x50, '2.5'), text(0x18, 0x88, '5')] }))).toEqual([]);
    expect(await reasons((i) => ({ instance: 12 - i }))).toEqual([]);
    expect(await reasons((i) => ({ instance: 100 * i + 1 }))).toEqual([]);
    // Two blocks that are numbered one after the other, and a scout in front of them.
    expect(await reasons((i) => ({ instance: 2 + ((i + 6) % 12) }))).toEqual([]);
  });

  it.each([
    [
      'a gap in the numbers',
      (i: number) => ({ instance: i < 6 ? i + 1 : i + 4 }),
      /3 of the InstanceNumbers from 1 to 15/,
    ],
    ['every second one', (i: number) => ({ instance: 2 * i + 1 }), /11 of the InstanceNumbers/],
    ['a late start', (i: number) => ({ instance: i + 13 }), /begin at 13/],
    [
      'more images acquired',
      () => ({ more: [text(0x20, 0x1002, '24')] }),
      /speaks of 24 images in the acquisition, and 12/,
    ],
    [
      'less space stated',
      () => ({ more: [text(0x18, 0x88, '2.5')] }),
      /states 2.5 mm between slices, and they stand 5 mm/,
    ],
    [
      'slices thinner than their distance',
      () => ({ more: [text(0x18, 0x50, '2.5')] }),
      /slices are 2.5 mm thick, and stand 5 mm apart/,
    ],
  ])('%s', async (_, of, message) => {
    const notes = await said(of);
    expect(notes).toMatchObject([{ reason: 'missing-slices', kind: 'warning', what: 'series', item: 'R_a' }]);
    expect(notes[0]?.message).toMatch(message);
  });

  it('numbers that run with positions and against them', async () => {
    expect(await reasons((i) => ({ instance: 1 + ((i * 5) % 12) }))).toEqual(['numbers-against-positions']);
  });
});

describe('numbers that stand twice in a series', () => {
  it('at different places are two scans, or two heads', async () => {
    const notes = await said((i) => ({ instance: 1 + (i % 6) }));
    expect(notes).toMatchObject([{ reason: 'repeated-numbers', kind: 'warning', what: 'series', item: 'R_a' }]);
    expect(notes[0]?.message).toContain('6 of its 6 InstanceNumbers stand twice');
    expect(await reasons((i) => ({ instance: 1 + Math.floor(i / 2) }))).toEqual(['repeated-numbers']);
    // One of the two was a slice longer.
    expect(await reasons((i) => ({ instance: i < 7 ? i + 1 : i - 6 }))).toEqual(['repeated-numbers']);
  });

  it('at one place are phases; some alone, or few numbers, are no second scan', async () => {
    const phases = await reasons((i) => ({ instance: 1 + (i % 6), position: [0, 0, 10 * (i % 6)] }));
    expect(phases).not.toContain('repeated-numbers');
    expect(await reasons((i) => ({ instance: i < 9 ? i + 1 : i - 8 }))).toEqual([]);
    expect(await reasons((i) => ({ instance: 1 + (i % 3) }))).toEqual([]);
    expect(await reasons(() => ({ instance: 1 }))).toEqual([]);
  });
});

describe('frames of reference of one series', () => {
  const frame = (uid: string) => ({ more: [text(0x20, 0x52, uid)] });
  const place = (z: number) => ({ position: [0, 0, z] });

  it('that lie on or next to each other are two scans, or two heads', async () => {
    const notes = await said((i) => frame(i < 6 ? '1.2' : '1.3'));
    expect(notes).toMatchObject([{ reason: 'frames-of-reference', kind: 'warning', what: 'series', item: 'R_a' }]);
    expect(notes[0]?.message).toMatch(/^Its slices name 2 frames of reference \(0020,0052\)/);
    expect(notes[0]?.message).not.toContain('1.2');
    expect(await reasons((i) => frame(i % 2 ? '1.2' : '1.3'))).toEqual(['frames-of-reference']);
  });

  it('say nothing where there is one, where each file has its own, or where they lie apart', async () => {
    expect(await reasons(() => frame('1.2'))).toEqual([]);
    expect(await reasons((i) => (i < 6 ? frame('1.2') : {}))).toEqual([]);
    expect(await reasons((i) => frame(`1.${i}`))).toEqual([]);
    expect(await reasons((i) => (i < 6 ? frame('1.2') : { ...frame('1.3'), ...place(5 * i + 60) }))).toEqual([
      'wide-gap',
    ]);
  });
});

describe('size and place of pictures', () => {
  const spaced = (mm: number) => ({ pixelSpacing: [mm, mm] });
  it.each([
    [[], () => spaced(50)],
    [['mixed-sizes'], (i: number) => spaced(i % 2 ? 60 : 50)],
    [['mixed-sizes'], (i: number) => (i % 2 ? { rows: 2, columns: 2 } : {})],
    [['stretched-pictures'], () => ({ rows: 8 })],
    [['stretched-pictures'], () => ({ pixelSpacing: [50, 40] })],
    [[], () => ({ rows: 8, pixelSpacing: [25, 50] })],
    [['stretched-pictures'], () => ({ pixelSpacing: [], more: [text(0x28, 0x34, '2\\1')] })],
    [[], () => ({ pixelSpacing: [], more: [text(0x28, 0x34, '1\\1 ')] })],
    [[], () => ({ pixelSpacing: [50, 50], more: [text(0x28, 0x34, '2\\1')] })],
    [['implausible-size'], () => spaced(1)],
    [['implausible-extent', 'odd-spacing'], (i: number) => ({ position: [0, 0, 30 * i] })],
    [['implausible-extent', 'odd-spacing'], (i: number) => ({ position: [0, 0, 0.6 * i] })],
  ])('%j', async (expected, of) => {
    expect((await reasons(of as never)).sort()).toEqual(expected);
  });
});

it('pictures that are not square are told from pixels that are not, which padding does not mend', async () => {
  const stretched = async (of: Partial<FolderSlice>) =>
    (await said(() => of)).find(({ reason }) => reason === 'stretched-pictures');
  expect(await stretched({ rows: 8 })).toMatchObject({ hint: expect.stringMatching(/^Pad them to squares, or/) });
  expect(await stretched({ pixelSpacing: [50, 40] })).toMatchObject({
    message: expect.stringContaining('(sides 1.25 to 1, of pixels that are not square: 50 × 40 mm)'),
    hint: expect.stringMatching(/^Resample them to square pixels/),
    details: ['50 × 40 mm'],
  });
  expect(await stretched({ pixelSpacing: [], more: [text(0x28, 0x34, '2\\1')] })).toMatchObject({
    message: expect.stringContaining('not square: 2 × 1)'),
  });
});

describe('what headers say of the picture', () => {
  it.each([
    ['other-body-part', 'chest', [text(0x18, 0x15, 'CHEST')]],
    ['other-body-part', 'abdomen', [text(8, 0x103e, 'ABDOMEN 5.0')]],
    ['other-body-part', 'temporal bone', [text(8, 0x103e, 'FELSENBEIN 0.6')]],
    ['other-body-part', 'cervical spine', [text(0x18, 0x15, 'HWS')]],
    ['no-person', 'phantom', [text(0x10, 0x10, 'QA^PHANTOM')]],
    ['no-person', 'phantom', [text(0x28, 0x300, 'YES')]],
    ['no-person', 'animal', [text(0x10, 0x2201, 'Canis lupus')]],
    ['contrast-agent', 'contrast agent', [text(8, 0x103e, 'ENCEFALO CON MEZZO DI CONTRASTO')]],
    ['contrast-agent', 'contrast agent', [text(0x18, 0x10, 'ULTRAVIST 370')]],
    ['not-hu-pictures', 'perfusion', [text(8, 8, 'DERIVED\\SECONDARY\\PERFUSION\\CBF')]],
    ['not-hu-pictures', 'material', [text(8, 8, 'DERIVED\\PRIMARY\\AXIAL\\IODINE')]],
    ['not-hu-pictures', 'volume', [text(8, 8, 'DERIVED\\SECONDARY\\VRT')]],
    ['not-hu-pictures', 'screenshot', [text(8, 8, 'DERIVED\\SECONDARY\\SCREEN SAVE')]],
    ['not-hu-pictures', 'dose report', [text(8, 0x103e, 'Dose Report')]],
  ])('%s: %s', async (reason, word, more) => {
    const notes = await said(() => ({ more }));
    expect(notes).toMatchObject([{ reason, kind: 'warning' }]);
    expect(notes[0]?.message).toContain(word);
  });

  it.each([
    [[text(0x18, 0x15, 'HEAD'), text(8, 0x103e, 'CHEST ABD')]],
    [[text(0x18, 0x15, 'SKULL')]],
    [[text(8, 0x103e, 'Cardiac arrest, CCT Kopf')]],
    [[text(0x18, 0x10, 'NONE')]],
    [[text(0x18, 0x10, '')]],
    [[text(8, 8, 'ORIGINAL\\PRIMARY\\AXIAL')]],
  ])('nothing of %j', async (more) => {
    expect(await reasons(() => ({ more }))).toEqual([]);
  });

  it('nothing of the text of a private file', async () => {
    const more = [text(0x18, 0x15, 'CHEST'), text(8, 0x103e, 'CHEST OF MILLER^JOHN'), text(0x18, 0x10, 'MILLER')];
    const written = await readPrivate(head('a', 12, () => ({ more })));
    expect(written).toContain('other-body-part');
    expect(written).toContain('contrast-agent');
    expect(written).not.toMatch(/miller/i);
  });
});

describe('one patient id of two issuers', () => {
  const of = (issuer: string, patient = 'P_1234') => ({ more: [text(0x10, 0x21, issuer)], patient });
  const notes = async (a: object, b: object) =>
    (await indexOf([...head('a', 3, () => a), ...head('b', 3, () => b)])).note('issuers-of-one-id');

  it('may be two people, and counts as one', async () => {
    const found = await notes(of('HOSP_A'), of('HOSP_B'));
    expect(found).toMatchObject([{ item: 'P_1234', what: 'patient', kind: 'warning' }]);
    expect(found[0]?.message).toMatch(/^2 studies of one patient ID name 2 issuers/);
    expect(await notes(of('HOSP_A'), of('hosp_a '))).toEqual([]);
    expect(await notes(of('HOSP_A'), of(''))).toEqual([]);
    expect(await notes(of('HOSP_A'), of('HOSP_B', 'P_5'))).toEqual([]);
    // Each study of a placeholder is a patient already.
    expect(await notes(of('HOSP_A', 'UNKNOWN'), of('HOSP_B', 'UNKNOWN'))).toEqual([]);
  });

  it('whose names get out of no private file', async () => {
    const slices = [...head('a', 3, () => of('HOSP_MILLER')), ...head('b', 3, () => of('HOSP_SMITH'))];
    const written = await readPrivate(slices);
    expect(written).toContain('issuers-of-one-id');
    expect(written).not.toMatch(/miller|smith/i);
  });
});

describe('a further id of a patient', () => {
  const other = (ids: string, patient = 'P_7') => ({ more: [text(0x10, 0x1000, ids)], patient });
  const notes = async (a: object, b: object) =>
    (await indexOf([...head('a', 3, () => a), ...head('b', 3, () => b)])).note('other-patient-id');
  const b = { patient: 'P_88' };

  it('that is the id of other files: perhaps one person, who counts as two', async () => {
    const found = await notes(other('X1\\p_88 '), b);
    expect(found).toMatchObject([{ item: 'P_7', what: 'patient', kind: 'warning' }]);
    expect(found[0]?.message).toContain('of other files (P_88)');
    // Of both, once.
    expect(await notes(other('P_88'), other('P_7', 'P_88'))).toHaveLength(1);
    expect(await notes(other('12', 'P_7'), { patient: '0012' })).toHaveLength(1);
    const { rows } = await indexOf([...head('a', 3, () => other('P_88')), ...head('b', 3, () => b)]);
    expect(new Set(rows.map(({ group }) => group))).toEqual(new Set(['P_7', 'P_88']));
  });

  it('stands in a sequence as well', async () => {
    const id = Buffer.concat([
      Buffer.from('10002000', 'hex'),
      Buffer.from('LO'),
      Buffer.from([4, 0]),
      Buffer.from('P_88'),
    ]);
    const value = Buffer.concat([Buffer.from('feff00e0', 'hex'), Buffer.from([id.length, 0, 0, 0]), id]);
    const sequence: BuiltElement = { tag: [0x10, 0x1002], vr: 'SQ', value };
    expect(await notes({ more: [sequence], patient: 'P_7' }, b)).toHaveLength(1);
  });

  it('is nothing where it is its own, nobody’s, or of no file', async () => {
    expect(await notes(other('P_7'), b)).toEqual([]);
    expect(await notes(other('P_9'), b)).toEqual([]);
    expect(await notes(other('UNKNOWN'), { patient: 'UNKNOWN' })).toEqual([]);
    expect(await notes(other(''), b)).toEqual([]);
  });

  it('gets out of no private file', async () => {
    const slices = [...head('a', 3, () => other('MRN4711')), ...head('b', 3, () => ({ patient: 'MRN4711' }))];
    const written = await readPrivate(slices);
    expect(written).toContain('other-patient-id');
    expect(written).not.toMatch(/4711/);
  });
});

describe('different people of one patient id', () => {
  const person = (name: string, born: string, sex: string) => ({
    more: [text(0x10, 0x10, name), text(0x10, 0x30, born), text(0x10, 0x40, sex)],
    patient: 'P_1234',
  });
  const anna = person('MEYER^ANNA', '19500101', 'F');
  const notes = async (other: object) =>
    (await indexOf([...head('a', 3, () => anna), ...head('b', 3, () => other)])).note('persons-of-one-id');

  it('differ in two of name, birth date and sex', async () => {
    expect(await notes(person('SCHMIDT^KARL', '19820303', 'M'))).toMatchObject([{ item: 'P_1234', what: 'patient' }]);
    expect(await notes(person('SCHMIDT^KARL', '19820303', ''))).toHaveLength(1);
  });

  it('differ in the whole name, where nothing says that they are one', async () => {
    expect(await notes(person('SCHMIDT^KARLA', '', 'F'))).toHaveLength(1);
    expect(await notes(person('SCHMIDT^KARLA', '19500101', 'F'))).toEqual([]);
    expect(await notes(person('SCHMIDT^ANNA', '', 'F'))).toEqual([]);
    expect(await notes(person('ANNA MEYER', '', ''))).toEqual([]);
  });

  it('are one where a name is written otherwise, or is another one alone', async () => {
    expect(await notes(person('Meyer^Anna^^', '19500101', 'F'))).toEqual([]);
    expect(await notes(person('MEYER-SCHMIDT^ANNA', '19500101', 'F'))).toEqual([]);
    expect(await notes(person('', '', ''))).toEqual([]);
  });
});
