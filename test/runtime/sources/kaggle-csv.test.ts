import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openKaggleFolder } from '../../../src/index.ts';
import { readLabelRows, readSubmissionIds, splitId } from '../../../src/runtime/sources/kaggle-csv.ts';
import { kaggleFolder, series } from '../stages/kaggle-folder.ts';

async function file(text: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'ichor-csv-')), 'a.csv');
  await writeFile(path, text);
  return path;
}

const all = async <T>(rows: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const row of rows) list.push(row);
  return list;
};

describe("Kaggle's CSV files", () => {
  it('split an id at the last underscore', () => {
    expect(splitId('ID_000039fa0_epidural')).toEqual({ slice: 'ID_000039fa0', label: 'epidural' });
    expect(splitId('a_b_c_any')).toEqual({ slice: 'a_b_c', label: 'any' });
    for (const bad of ['', 'any', '_any', 'ID_1', 'ID_1_brain', 'ID_1_Any']) expect(splitId(bad)).toBeNull();
  });

  it('give label rows with their lines: byte order mark, CRLF, quotes, blank lines, no header', async () => {
    const rows = await all(readLabelRows(await file('\ufeffID,Label\r\nID_1_any,1\r\n\r\n"ID_2_any", 0\r\n')));
    expect(rows).toEqual([
      { slice: 'ID_1', label: 'any', value: 1, line: 2 },
      { slice: 'ID_2', label: 'any', value: 0, line: 4 },
    ]);
    expect(await all(readLabelRows(await file('ID_1_any,1')))).toEqual([
      { slice: 'ID_1', label: 'any', value: 1, line: 1 },
    ]);
  });

  it('name bad rows', async () => {
    const rows = await all(readLabelRows(await file('ID,Label\nID_1_any,0.5\nx\nID_1_any,1,2\nID_1_foo,1\n')));
    expect(rows.map((row) => ('problem' in row ? [row.line, row.problem.slice(0, 15)] : row))).toEqual([
      [2, 'its Label is ne'],
      [3, 'has 1 columns i'],
      [4, 'has 3 columns i'],
      [5, 'its ID does not'],
    ]);
  });

  it('give the ids of a submission form once, in its order', async () => {
    expect(await readSubmissionIds(await file('ID,Label\nID_b_any,0.5\nID_b_epidural,0.5\nID_a_any,0.5\n'))).toEqual([
      'ID_b',
      'ID_a',
    ]);
  });

  it('fail where the file is gone', async () => {
    await expect(all(readLabelRows('/nowhere.csv'))).rejects.toThrow('ENOENT');
  });
});

describe('openKaggleFolder', () => {
  it('lists files in a stable order, and marks phantoms as synthetic', async () => {
    const root = await kaggleFolder([...series('b', 1), ...series('a', 1), ...series('t', 1, { set: 'test' })]);
    const open = await openKaggleFolder(root);
    expect(open.synthetic).toBe(false);
    expect((await all(open.files())).map(({ path, set }) => [path, set])).toEqual([
      ['stage_2_train/ID_a0.dcm', 'train'],
      ['stage_2_train/ID_b0.dcm', 'train'],
      ['stage_2_test/ID_t0.dcm', 'test'],
    ]);
    expect((await open.read('stage_2_test/ID_t0.dcm', 132)).toString('latin1', 128)).toBe('DICM');
    await writeFile(join(root, 'phantom.json'), '{}');
    await writeFile(join(root, 'stage_2_sample_submission.csv'), 'ID,Label\nID_t0_any,0.5\n');
    const again = await openKaggleFolder(root);
    expect(again.synthetic).toBe(true);
    expect(await again.submissionIds?.()).toEqual(['ID_t0']);
  });
});
