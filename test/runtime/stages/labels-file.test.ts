import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RecipeLabels } from '../../../src/registry/recipe.ts';
import { readSlices } from '../../../src/runtime/artifacts/slices.ts';
import { indexStage } from '../../../src/runtime/stages/index-stage.ts';
import { DataStages } from './context.ts';
import { head } from './index-of.ts';
import { kaggleFolder } from './kaggle-folder.ts';

const WIDE = {
  epidural: 'EDH',
  intraparenchymal: 'IPH',
  intraventricular: 'IVH',
  subarachnoid: 'SAH',
  subdural: 'SDH',
} as const;
const NAMES = 'EDH,IPH,IVH,SAH,SDH';

/** One's own DICOM folder: a head of three slices, numbered, and a table beside it. */
async function labelled(table: string, labels: Partial<RecipeLabels>, showIds = true) {
  const slices = head('A', 3, (i) => ({ instance: i + 1, patient: 'P 7' }));
  const root = await kaggleFolder(slices, { csv: false });
  await writeFile(join(root, 'mine.csv'), table);
  const stages = await DataStages.of(root, {
    source: 'folder',
    params: { showIds },
    labels: { file: 'mine.csv', ...labels },
  });
  const rows = await readSlices(await stages.run(indexStage));
  const ledger = stages.ledgers.get('index')!;
  return {
    slices,
    rows,
    any: rows.map(({ labels: of }) => of?.any ?? null),
    left: ledger.leftOut.filter(({ what }) => what === 'label-row').map(({ reason }) => reason),
    found: ledger.found,
    ledger,
  };
}

const failure = (table: string, labels: Partial<RecipeLabels>, showIds = true) =>
  labelled(table, labels, showIds).then(
    () => null,
    (error: { code: string; message: string; hint: string }) => error,
  );

describe('labels of one’s own DICOM files', () => {
  it('say where their ids of patients are written otherwise', async () => {
    const { ledger } = await labelled(`Patient,Slice,${NAMES}\nP 7,1,0,0,0,0,0\nP 7,2,0,1,0,0,0\np7,3,0,0,0,0,0\n`, {
      patient: 'Patient',
      number: 'Slice',
      columns: WIDE,
    });
    expect(ledger.notes.filter(({ reason }) => reason === 'labels-named-otherwise')).toMatchObject([
      { message: 'The labels name it p7/3, and so another slice.', hint: expect.stringContaining('zeros in front') },
    ]);
  });

  it('are told where all numbers of a patient are one off, and not where a slice has none', async () => {
    const shifted = async (numbers: readonly number[]) => {
      const rows = numbers.map((n) => `P 7,${n},0,0,0,0,0\n`).join('');
      const by = { patient: 'Patient', number: 'Slice', columns: WIDE };
      const { ledger } = await labelled(`Patient,Slice,${NAMES}\n${rows}`, by);
      return ledger.notes.filter(({ reason }) => reason === 'labels-shifted').map(({ message }) => message);
    };
    expect(await shifted([0, 1, 2])).toEqual([
      'The numbers of its labels are one too low for its files (1 to 3): each may be of the slice beside.',
    ]);
    expect(await shifted([2, 3, 4])).toEqual([expect.stringContaining('one too high')]);
    expect(await shifted([1, 2])).toEqual([]);
    expect(await shifted([0, 1, 2, 3])).toEqual([]);
  });

  it('are refused where a spreadsheet has rounded their ids', async () => {
    const error = await failure(`Patient,Slice,${NAMES}\n1.23457E+12,1,0,0,0,0,0\nP 7,2,0,0,0,0,0\n`, {
      patient: 'Patient',
      number: 'Slice',
      columns: WIDE,
    });
    expect(error).toMatchObject({ code: 'bad-label-rows', hint: expect.stringContaining('as text') });
    expect(error?.message).toContain('line 2: its Patient is a number that a spreadsheet rounded');
  });

  it('are joined by patient and number, in columns, and make the files those of training', async () => {
    const { rows, any, found } = await labelled(
      `Patient,Slice,${NAMES}\nP 7,01,0,0,0,0,0\nP 7,2,0,1,0,0,0\nP 7,3,0,0,0,0,0\n`,
      { patient: 'Patient', number: 'Slice', columns: WIDE },
    );
    expect(any).toEqual([0, 1, 0]);
    expect(rows.map(({ set, labels }) => [set, labels?.intraparenchymal])).toEqual([
      ['train', 0],
      ['train', 1],
      ['train', 0],
    ]);
    expect(found).toEqual({ files: 3, labelRows: 18 });
  });

  it('are joined by path, with an ending or without, and rows of no file are told', async () => {
    const slices = head('A', 3);
    const path = (i: number, end = '') => `stage_2_train/${slices[i]!.id}${end}`;
    const { any, left } = await labelled(
      `File,${NAMES}\n${path(0, '.dcm')},1,0,0,0,0\n${path(1)},0,0,0,0,0\nelse/where.dcm,0,0,0,0,0\n`,
      { path: 'File', columns: WIDE },
    );
    expect([...any].sort()).toEqual([0, 1, null]);
    expect(left).toEqual(['label-without-slice']);
  });

  it('may stand in a row a label, and by a template', async () => {
    const slices = head('A', 3);
    const rows = slices.flatMap(({ id }, i) =>
      [...Object.keys(WIDE), 'any'].map((label) => `${id},${label},${i === 2 && label !== 'epidural' ? 1 : 0}`),
    );
    const { any } = await labelled(`Id,Finding,Value\n${rows.join('\n')}\n`, {
      path: 'stage_2_train/{Id}.dcm',
      label: 'Finding',
      value: 'Value',
    });
    expect([...any].sort()).toEqual([0, 0, 1]);
  });

  it('that name several slices name none', async () => {
    const slices = [...head('A', 2, (i) => ({ instance: i + 1 })), ...head('B', 2, (i) => ({ instance: i + 1 }))];
    const root = await kaggleFolder(
      slices.map((slice) => ({ ...slice, patient: 'P' })),
      { csv: false },
    );
    await writeFile(join(root, 'mine.csv'), `P,N,${NAMES}\nP,1,0,0,0,0,0\n`);
    const stages = await DataStages.of(root, {
      source: 'folder',
      choose: 'all',
      labels: { file: 'mine.csv', patient: 'P', number: 'N', columns: WIDE },
      params: { showIds: true },
    });
    await expect(stages.run(indexStage)).rejects.toMatchObject({ code: 'labels-match-nothing' });
  });

  it('are refused where what is named is not there, and nothing private is repeated', async () => {
    const good = { path: 'File', columns: WIDE };
    expect(await failure(`Files,${NAMES}\nx,0,0,0,0,0\n`, good)).toMatchObject({
      code: 'table-column',
      hint: expect.stringContaining('Did you mean "Files"?'),
    });
    expect(await failure('', { ...good, file: 'other.csv' })).toMatchObject({ code: 'labels-missing' });
    expect(await failure(`File,${NAMES}\nx,maybe,0,0,0,0\n`, good)).toMatchObject({ code: 'bad-label-rows' });
    const secret = await failure(`File,${NAMES}\nMARKER,0,0,0,0,0\n`, good, false);
    expect(secret?.code).toBe('labels-match-nothing');
    expect(`${secret?.message}${secret?.hint}`).not.toContain('MARKER');
    // A file that is there is named as rows name it; of a private folder by what stands for that.
    const named = /line 2 names MARKER, a file that is there is stage_2_train\/ID_A\w+\.dcm\./;
    expect((await failure(`File,${NAMES}\nMARKER,0,0,0,0,0\n`, good))?.message).toMatch(named);
    const numbered = { patient: 'P', number: 'N', columns: WIDE };
    const [other, numbers] = [
      `P,N,${NAMES}\nP 7,44,0,0,0,0,0\n`,
      /names P 7\/44, a file that is there is P 7\/[123]\./,
    ];
    expect((await failure(other, numbered))?.message).toMatch(numbers);
    for (const error of [secret, await failure(other, numbered, false)]) {
      expect(error?.message).toMatch(/line 2 names [0-9a-f]{20}, a file that is there is [0-9a-f]{20}\./);
      expect(error?.message).not.toMatch(/ID_A|P 7|stage_2_train/);
    }
  });
});
