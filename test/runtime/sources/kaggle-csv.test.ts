import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LABELS, openKaggleFolder } from '../../../src/index.ts';
import { readLabelRows, readSubmissionIds, splitId } from '../../../src/runtime/sources/kaggle-csv.ts';
import { layoutOf } from '../../../src/runtime/sources/kaggle-layout.ts';
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

/** Node knows no UTF-32. */
function utf32(text: string, order: 'LE' | 'BE'): Buffer {
  const bytes = Buffer.alloc(text.length * 4);
  for (let at = 0; at < text.length; at++)
    bytes[order === 'LE' ? 'writeUInt32LE' : 'writeUInt32BE'](text.charCodeAt(at), at * 4);
  return bytes;
}

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
      [3, 'has 1 column in'],
      [4, 'has 3 columns i'],
      [5, 'its ID does not'],
    ]);
  });

  it.each([
    ['as floats', 'ID,Label\nID_1_any,1.0\nID_2_any,0.00\n'],
    ['quoted', '"ID","Label"\n"ID_1_any","1"\n"ID_2_any","0"\n'],
    ["behind pandas' index", ',ID,Label\n0,ID_1_any,1\n1,ID_2_any,0\n'],
    ["behind pandas' index, named", 'Unnamed: 0,ID,Label\n0,ID_1_any,1.0\n1,ID_2_any,0.0\n'],
    ['behind an index without a header', '0,ID_1_any,1\n1,ID_2_any,0\n'],
    ['with the columns turned round, and one more', 'Label,fold,ID\n1,3,ID_1_any\n0,4,ID_2_any\n'],
    ['with line ends mixed', 'ID,Label\r\nID_1_any,1\nID_2_any,0\r\n'],
    ['with spaces round the cells', 'id , label\n ID_1_any , 1\nID_2_any ,0 \n'],
  ])('are read %s', async (_, text) => {
    const rows = await all(readLabelRows(await file(text)));
    expect(rows).toMatchObject([
      { slice: 'ID_1', label: 'any', value: 1 },
      { slice: 'ID_2', label: 'any', value: 0 },
    ]);
  });

  it.each(['yes', 'True', '2', '1e0', '-0', '+1', '0,5', '', 'nan', '1 0', '01', '0.1'])(
    'take no value for a label that is not 0 or 1: %s',
    async (value) => {
      const [row, next] = await all(readLabelRows(await file(`ID,Label\nID_1_any,"${value}"\nID_2_any,0\n`)));
      expect(row).toMatchObject({ line: 2, problem: expect.stringContaining('its Label is') });
      expect(next).toMatchObject({ slice: 'ID_2', value: 0 });
    },
  );

  it('lose one row to a stray quote, and not all that follow', async () => {
    const rows = await all(readLabelRows(await file('ID,Label\n"ID_1_any,0\nID_2_any,1\nID_3_any,0"\nID_4_any,1\n')));
    expect(rows.map((row) => ('problem' in row ? row.problem : row.slice))).toEqual([
      'has a quote too many or too few',
      'ID_2',
      'has a quote too many or too few',
      'ID_4',
    ]);
  });

  it.each([
    ['ID;Label\nID_1_any;0\n', 'parted by semicolons'],
    ['ID\tLabel\nID_1_any\t0\n', 'parted by tabs'],
    ['ID_1_any 0\n', 'parted by spaces'],
    ['Image,epidural,subdural,any\nID_1,0,0,0\n', 'a column for each label (epidural, subdural, any)'],
    ['patient,hemorrhage\nSMITH,1\n', 'there is no column ID and none Label'],
    ['ID,Target\nID_1_any,1\n', 'there is no column Label'],
    ['ID,Label,Label\nID_1_any,1,0\n', 'two columns are named Label'],
    ['ID,Label\rID_1_any,1\r', 'its lines end in CR alone'],
    ['ID,Label\r\r\nID_1_any,1\r\r\n', 'its lines end in more than one CR'],
    ['sep=;\nID;Label\nID_1_any;1\n', 'it is a line for Excel'],
    ['{"ID": "ID_1_any", "Label": 1}\n', 'it is JSON'],
    ['[{"ID": "ID_1_any", "Label": 1}]\n', 'it is JSON'],
    ['<!DOCTYPE html><html>\n', 'it is HTML'],
    ['<?xml version="1.0"?>\n', 'it is HTML or XML'],
  ])('refuse a table that is another one, and say which: %j', async (text, problem) => {
    const error = await all(readLabelRows(await file(text))).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'labels-unreadable', exit: 2, hint: expect.stringContaining('ID,Label') });
    expect(error.message).toContain(`a.csv:1: `);
    expect(error.message).toContain(problem);
    expect(error.message).toContain(
      `It starts with: ${text
        .split('\n')[0]
        ?.trim()
        .replaceAll(/[\r\t]/g, '\uFFFD')}`,
    );
    // What a private source shows.
    expect(error.problem).toContain(problem);
    expect(error.problem).not.toContain('SMITH');
  });

  it.each([
    ['UTF-16, as spreadsheets save it', Buffer.from('\ufeffID,Label\nID_1_any,1\n', 'utf16le'), 'is UTF-16 text'],
    ['UTF-16 without its mark', Buffer.from('ID,Label\nID_1_any,1\n', 'utf16le'), 'is UTF-16 text'],
    ['UTF-32 with its mark', utf32('\ufeffID,Label\n', 'LE'), 'is UTF-32 text'],
    ['UTF-32 of the other order', utf32('\ufeffID,Label\n', 'BE'), 'is UTF-32 text'],
    ['UTF-32 without its mark', utf32('ID,Label\n', 'LE'), 'is UTF-32 text'],
    ['UTF-32 of the other order without its mark', utf32('ID,Label\n', 'BE'), 'is UTF-32 text'],
    ['bzip2', Buffer.from('BZh91AY&SY'), 'is compressed (bzip2)'],
    ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4]), 'is compressed (xz)'],
    ['Zstandard', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 1]), 'is compressed (Zstandard)'],
    ['Parquet', Buffer.from('PAR1\x15\0'), 'is a Parquet file'],
    ['SQLite', Buffer.from('SQLite format 3\0\x10\0'), 'is a SQLite database'],
    ['a workbook', Buffer.from('PK\x03\x04\x14\0\0\0[Content_Types].xml', 'latin1'), 'is an Excel workbook'],
    ['an old workbook', Buffer.from('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'latin1'), 'is an Excel workbook of before'],
    ['ZIP', Buffer.from('PK\x03\x04\x14\0\0\0a.csv', 'latin1'), 'is a ZIP archive'],
    ['gzip under the name of a CSV', Buffer.from([0x1f, 0x8b, 8, 0]), 'is compressed (gzip)'],
  ])('refuse %s', async (_, bytes, what) => {
    const path = await file('');
    await writeFile(path, bytes);
    const error = await all(readLabelRows(path)).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'not-text', message: expect.stringContaining(what) });
  });

  it('name the order of bytes to iconv where the file does not, and only there', async () => {
    const hint = async (bytes: Buffer) => {
      const path = await file('');
      await writeFile(path, bytes);
      return (await all(readLabelRows(path)).catch((thrown) => thrown)).hint;
    };
    expect(await hint(utf32('\ufeffID,Label\n', 'BE'))).toContain('iconv -f UTF-32 -t');
    expect(await hint(utf32('ID,Label\n', 'BE'))).toContain('iconv -f UTF-32BE -t');
    expect(await hint(utf32('ID,Label\n', 'LE'))).toContain('iconv -f UTF-32LE -t');
    expect(await hint(Buffer.from('\ufeffID,Label\n', 'utf16le'))).toContain('iconv -f UTF-16 -t');
    expect(await hint(Buffer.from('ID,Label\n', 'utf16le'))).toContain('iconv -f UTF-16LE -t');
    expect(await hint(Buffer.from('ID,Label\n', 'utf16le').swap16())).toContain('iconv -f UTF-16BE -t');
  });

  it('name a line that never ends, and say what to do', async () => {
    const endless = 'x'.repeat(3 << 20);
    const error = await all(readLabelRows(await file(`ID,Label\nID_1_any,1\n${endless}\nID_2_any,1\n`))).catch(
      (e) => e,
    );
    expect(error).toMatchObject({
      code: 'not-text',
      message: 'a.csv:3: the line is longer than a million characters: no row of a table is.',
      hint: expect.stringContaining('sed -n 3p a.csv'),
    });
    const mac = await all(readLabelRows(await file('ID_1_any,1\r'.repeat(300_000)))).catch((e) => e);
    expect(mac.hint).toContain("tr '\\r' '\\n' < a.csv");
  });

  it('give the slices of a submission form once, in its order; its rows where one is missing or stands elsewhere', async () => {
    const form = async (rows: readonly string[]) =>
      readSubmissionIds(await file(`ID,Label\n${rows.map((row) => `${row},0.5\n`).join('')}`));
    const of = (slice: string) => LABELS.map((label) => `${slice}_${label}`);
    const whole = [...of('ID_b'), ...of('ID_a')];
    expect(await form(whole)).toEqual(['ID_b', 'ID_a']);
    // What ends in no label is asked for all the same: nobody can give it.
    expect(await form([...of('ID_b'), 'ID_c'])).toEqual(['ID_b', 'ID_c']);
    for (const rows of [
      whole.slice(0, -1),
      whole.slice(1),
      whole.toReversed(),
      ['ID_b_any', 'ID_c'],
      whole.toSpliced(3, 1),
    ])
      expect(await form(rows)).toEqual(rows);
    expect(await form([...whole, ...of('ID_b')])).toEqual(['ID_b', 'ID_a']);
  });

  it('fail where the file is gone', async () => {
    await expect(all(readLabelRows('/nowhere.csv'))).rejects.toMatchObject({
      code: 'file-unreadable',
      message: 'nowhere.csv cannot be read: it does not exist (ENOENT).',
    });
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
    expect(await again.submissionIds?.()).toEqual(['ID_t0_any']);
  });

  it('reads the names that stage 1 unpacks to, and stage 2 where people call it so', async () => {
    for (const stage of ['stage_1', 'stage_2']) {
      const root = await mkdtemp(join(tmpdir(), 'ichor-stage-'));
      for (const set of ['train', 'test']) {
        await mkdir(join(root, `${stage}_${set}_images`));
        await writeFile(join(root, `${stage}_${set}_images`, `ID_${set}.dcm`), '');
      }
      await writeFile(join(root, `${stage}_train.csv`), 'ID,Label\nID_train_any,1\n');
      await writeFile(join(root, `${stage}_sample_submission.csv`), 'ID,Label\nID_test_any,0.5\n');
      const open = await openKaggleFolder(root);
      expect((await all(open.files())).map(({ path, set }) => [path, set])).toEqual([
        [`${stage}_train_images/ID_train.dcm`, 'train'],
        [`${stage}_test_images/ID_test.dcm`, 'test'],
      ]);
      expect(open.labels?.file).toBe(`${stage}_train.csv`);
      expect(await open.submissionIds?.()).toEqual(['ID_test_any']);
    }
  });

  it('reads neither of two folders that are the same set, and says what stands in the place of the labels', async () => {
    const root = await kaggleFolder(series('a', 1), { csv: false });
    await writeFile(join(root, 'stage_2_train.csv.gz'), '');
    expect((await openKaggleFolder(root)).noLabels).toContain('only stage_2_train.csv.gz: unpack it');
    await rm(join(root, 'stage_2_train.csv.gz'));
    await writeFile(join(root, 'stage_2_sample_submission.csv'), '');
    await writeFile(join(root, 'labels.csv'), '');
    expect((await openKaggleFolder(root)).noLabels).toMatch(/no stage_2_train\.csv .*There is labels\.csv: is it/);
    await mkdir(join(root, 'stage_2_train_images'));
    await expect(openKaggleFolder(root)).rejects.toMatchObject({
      code: 'source-ambiguous',
      message: expect.stringContaining('stage_2_train and stage_2_train_images'),
    });
  });
});

it.each([['ID,Label\u200b'], ['\u201cID\u201d,\u201cLabel\u201d']])(
  'a header with what no eye sees is told: %j',
  (header) => {
    expect(() => layoutOf(header, 1, 'l.csv', () => false)).toThrow(
      /has a (zero-width space|typographic quote) \(U\+20/,
    );
  },
);
