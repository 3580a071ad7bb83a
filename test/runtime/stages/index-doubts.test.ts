import { describe, expect, it } from 'vitest';
import type { ResolvedRecipe } from '../../../src/registry/recipe.ts';
import { archiveKind } from '../../../src/runtime/dicom/archive.ts';
import { modalityDoubt, modalityProblem } from '../../../src/runtime/dicom/modality.ts';
import { refuseMeaningless } from '../../../src/runtime/runs/refuse-meaningless.ts';
import { head, idOf, indexOf } from './index-of.ts';

const text = (group: number, element: number, value: string) => ({
  tag: [group, element] as [number, number],
  vr: 'CS',
  value: Buffer.from(value.length % 2 === 0 ? value : `${value} `),
});

describe('index says', () => {
  it.each([
    ['turned-series', { orientation: [-1, 0, 0, 0, -1, 0] }],
    ['turned-series', { orientation: [0, 1, 0, -1, 0, 0] }],
    ['not-axial', { orientation: [1, 0, 0, 0, 0, -1] }],
    ['not-slices', { more: [text(8, 8, 'ORIGINAL\\PRIMARY\\LOCALIZER')] }],
    ['not-slices', { more: [text(8, 8, 'DERIVED\\SECONDARY\\MIP')] }],
  ])('%s of a series, also of one slice', async (reason, of) => {
    const slices = head('a', 4, (i) => ({ ...of, position: [0, 5 * i, 5 * i] }));
    expect((await indexOf(slices)).notes).toContain(`${reason}: R_a`);
    expect((await indexOf(slices.slice(0, 1))).notes).toContain(`${reason}: R_a`);
  });

  it.each([
    ['twice as long', [2, 0, 0, 0, 2, 0]],
    ['not at right angles', [1, 0, 0, 0.5, 0.866, 0]],
  ])('that an orientation is none where its directions are %s', async (_, orientation) => {
    const odd = await indexOf(head('a', 4, (i) => (i < 3 ? { orientation } : {})));
    expect(odd.note('odd-orientation')).toMatchObject([
      { item: 'R_a', kind: 'warning', message: expect.stringContaining('The orientation of 3 of its 4 slices') },
    ]);
  });

  it.each([[[0.9999, 0.0141, 0, -0.0141, 0.9999, 0]], [[0.99619, 0, -0.08716, 0, 1, 0]]])(
    'nothing of an orientation that was rounded: %j',
    async (orientation) => {
      expect((await indexOf(head('a', 4, () => ({ orientation })))).note('odd-orientation')).toEqual([]);
    },
  );

  it('nothing of pictures turned by less than an eighth', async () => {
    expect((await indexOf(head('a', 4, () => ({ orientation: [0.9, 0.436, 0, -0.436, 0.9, 0] })))).notes).toEqual([]);
  });

  it('different rescales in one series, with both', async () => {
    const { note } = await indexOf(head('a', 6, (i) => ({ intercept: i < 2 ? '0' : '-1024' })));
    expect(note('mixed-rescale')[0]?.message).toMatch(
      /4 with slope 1 and intercept -1024, 2 with slope 1 and intercept 0/,
    );
  });

  it('series of one slice each, with their count', async () => {
    const { note } = await indexOf(head('a', 6, (i) => ({ series: `R_${i}` })));
    expect(note('series-of-single-slices')).toMatchObject([{ count: 6, kind: 'warning' }]);
    const scouts = head('b', 2, (i) => ({ series: `R_s${i}`, patient: 'P_a', study: 'S_a' }));
    expect((await indexOf([...head('a', 6), ...scouts])).note('series-of-single-slices')).toEqual([]);
  });

  it('patients of one slice each, which stops what trains unless it is accepted', async () => {
    const own = (i: number) => ({ series: `R_${i}`, study: `S_${i}`, patient: `P_${i}` });
    const { note, folder } = await indexOf(head('a', 10, own));
    expect(note('single-slice-patients')).toMatchObject([{ count: 10, what: 'patient', kind: 'warning' }]);
    const refused = (recipe: { smoke?: boolean; accept?: string[] }) =>
      refuseMeaningless({ smoke: false, accept: ['no-positives'], ...recipe } as unknown as ResolvedRecipe, {
        stage: 'index',
        key: 'key',
        folder,
      });
    await expect(refused({})).rejects.toMatchObject({ code: 'single-slice-patients', exit: 2 });
    await refused({ smoke: true });
    await refused({ accept: ['no-positives', 'single-slice-patients'] });
    // Nine of them, and ten among as many heads.
    expect((await indexOf(head('a', 9, own))).note('single-slice-patients')).toEqual([]);
    const heads = ['b', 'c'].flatMap((name) => head(name, 3));
    expect((await indexOf([...head('a', 10, own), ...heads])).note('single-slice-patients')).toEqual([]);
  });

  it('pixel data that state more bytes than the file has as cut off, not as more than is needed', async () => {
    // 18 of 16 words are stated, and the file ends behind the 16th.
    const long = { words: new Array(18).fill(1064) };
    const { notes } = await indexOf([...head('a', 1, () => ({ ...long, cut: 4 })), ...head('b', 1, () => long)]);
    expect(notes).toContain(`cut-off-pixels: ${idOf('a', 0)}`);
    expect(notes).toContain(`surplus-pixels: ${idOf('b', 0)}`);
    expect(notes).not.toContain(`surplus-pixels: ${idOf('a', 0)}`);
  });

  it('a negative slope', async () => {
    expect((await indexOf(head('a', 3, () => ({ slope: '-1' })))).note('negative-slope')).toHaveLength(3);
  });
});

const CT = '1.2.840.10008.5.1.4.1.1.2';
const MR = '1.2.840.10008.5.1.4.1.1.4';

describe('modality and SOP class', () => {
  it.each([
    ['CT', CT, null, null],
    ['CT', '1.2.3', null, null],
    ['ct', CT, null, 'odd-modality'],
    ['CT\\PT', CT, null, 'odd-modality'],
    ['CT\\PT', '', 'several modalities', null],
    ['PT', CT, 'PT', null],
    ['CT', MR, 'MR', null],
    ['', MR, 'MR', null],
    ['', CT, null, 'no-modality'],
    ['', '', null, 'no-modality'],
  ])('%s with %s', (modality, sopClass, detail, doubt) => {
    const problem = modalityProblem({ modality, sopClass });
    expect(problem?.detail ?? null).toBe(detail);
    if (problem === null) expect(modalityDoubt({ modality, sopClass })?.reason ?? null).toBe(doubt);
  });
});

describe('archives', () => {
  it.each([
    ['zip', 'PK\x03\x04'.padEnd(30, '\0').concat('a/IM01')],
    ['gzip', '\x1f\x8b\x08'],
    ['7z', '7z\xbc\xaf\x27\x1c'],
    ['rar', 'Rar!\x1a\x07\x00'],
    ['tar', 'IM01'.padEnd(257, '\0').concat('ustar')],
    [null, 'PK\x03\x04'.padEnd(30, '\0').concat('[Content_Types].xml')],
    [null, 'ID,Label'],
  ])('%s', (kind, bytes) => expect(archiveKind(Buffer.from(bytes, 'latin1'))).toBe(kind));
});
