import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RecipeLabels } from '../../../src/registry/recipe.ts';
import { readLabelsTable } from '../../../src/runtime/artifacts/known-labels.ts';
import { readSlices } from '../../../src/runtime/artifacts/slices.ts';
import { NO_LABELS } from '../../../src/runtime/runs/predict-run.ts';
import { indexStage } from '../../../src/runtime/stages/index-stage.ts';
import { labelsStage } from '../../../src/runtime/stages/labels-stage.ts';
import { type DataRecipe, DataStages } from './context.ts';
import { head } from './index-of.ts';
import { type FolderSlice, kaggleFolder, series } from './kaggle-folder.ts';

/** A folder as it is predicted, judged by a table that lies beside it. */
async function judged(
  slices: readonly FolderSlice[],
  table: readonly string[],
  labels: Partial<RecipeLabels>,
  recipe: DataRecipe = {},
) {
  const root = await kaggleFolder(slices, { csv: false });
  const stages = await DataStages.of(root, { source: 'folder', params: { showIds: true }, ...recipe });
  const path = join(stages.work, 'mine.csv');
  await writeFile(path, `${table.join('\n')}\n`);
  const index = await readSlices(await stages.run(indexStage));
  const evaluation = {
    labels: { ...NO_LABELS, file: path, columns: { any: 'Any' }, ...labels },
    path,
    hash: 'of the table',
  };
  const folder = await stages.run(labelsStage, { evaluation });
  const rows = await readSlices(folder);
  const ledger = stages.ledgers.get('labels')!;
  const left = ledger.leftOut.filter(({ what }) => what === 'label-row');
  expect(rows.map(({ labels: _, ...row }) => row)).toEqual(index.map(({ labels: _, ...row }) => row));
  expect(await readLabelsTable(folder)).toEqual({ hash: 'of the table', rows: ledger.found?.labelRows });
  return {
    any: rows.map(({ labels: of }) => of?.any ?? null),
    left: Object.fromEntries(left.map(({ reason, count = 1 }) => [reason, count])),
    found: ledger.found,
    notes: ledger.notes.map(({ reason }) => reason),
  };
}

const folderOf = 'stage_2_train';
const byPath = (of: readonly FolderSlice[], any: (i: number) => 0 | 1 | null) => [
  'File,Any',
  ...of.flatMap(({ id }, i) => (any(i) === null ? [] : [`${folderOf}/${id}.dcm,${any(i)}`])),
];

describe('labels that are joined to predictions', () => {
  it('and hold no negative say nothing of false alarms', async () => {
    const own = series('a', 4);
    const notes = async (any: (i: number) => 0 | 1 | null) =>
      (await judged(own, byPath(own, any), { path: 'File' })).notes;
    expect(await notes((i) => (i < 2 ? 1 : null))).toContain('only-positives');
    expect(await notes(() => 1)).toContain('only-positives');
    expect(await notes((i) => (i < 2 ? 1 : 0))).not.toContain('only-positives');
    expect(await notes(() => 0)).not.toContain('only-positives');
  });

  const thin = series('a', 8).map((slice, i): FolderSlice => ({ ...slice, position: [0, 0, 100 + 1.25 * i] }));
  const how = { resample: { spacingMm: 5 } };

  it('are those of all slices of a slab, not of the one whose name it has', async () => {
    // Slices of 1.25 mm: two slabs of four.
    const { any, left, found } = await judged(
      thin,
      byPath(thin, (i) => (i === 0 ? 1 : 0)),
      { path: 'File' },
      how,
    );
    expect(any).toEqual([1, 0]);
    expect(left).toEqual({});
    expect(found).toEqual({ files: 0, labelRows: 8 });
  });

  it('are not known of a slab where one of its slices has none', async () => {
    const { any } = await judged(
      thin,
      byPath(thin, (i) => (i === 7 ? null : 0)),
      { path: 'File' },
      how,
    );
    expect(any).toEqual([0, null]);
  });

  const soft = head('A', 8, (i) => ({ instance: i + 1, patient: 'P7', study: 'S7' }));
  const bone = head('B', 8, (i) => ({
    instance: 8 - i,
    patient: 'P7',
    study: 'S7',
    kernel: 'H60s',
    position: [0, 0, 5 * i + 1],
  }));

  it('by a patient and a number that two series have are of neither, also where one of them is predicted', async () => {
    const table = ['Patient,Instance,Any', ...soft.map((_, i) => `P7,${i + 1},1`)];
    await expect(
      judged([...soft, ...bone], table, { patient: 'Patient', number: 'Instance' }, { choose: 'best' }),
    ).rejects.toMatchObject({
      code: 'labels-match-nothing',
      message: expect.stringMatching(/the patient and number in line 2 are those of several slices/),
      hint: expect.stringMatching(/SOP instance UIDs/),
    });
  });

  it('of a series that is not predicted judge nothing, and their rows say so', async () => {
    const all = [...soft, ...bone];
    const { any, left } = await judged(
      all,
      byPath(all, () => 1),
      { path: 'File' },
      { choose: 'best' },
    );
    expect(any).toEqual(new Array(8).fill(1));
    expect(left).toEqual({ 'label-of-unused-slice': 8 });
  });
});
