import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { LABELS } from '../../../src/labels.ts';
import { checkSubmission } from '../../../src/runtime/submission/check-submission.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-check-'));
});

let files = 0;
async function written(text: string): Promise<string> {
  const file = join(folder, `${++files}.csv`);
  await writeFile(file, text);
  return file;
}

const rowsOf = (slices: readonly string[], p = '0.5') =>
  slices.flatMap((slice) => LABELS.map((label) => `${slice}_${label},${p}`));
const csv = (rows: readonly string[], header = 'ID,Label') => `${[header, ...rows].join('\n')}\n`;
const SLICES = ['ID_0a', 'ID_0b'];
const sound = rowsOf(SLICES);

/** Fault, count and lines of what is found. */
async function faults(text: string, sample: string | null = csv(sound)) {
  const { faults: found } = await checkSubmission(await written(text), sample === null ? null : await written(sample));
  return found.map(({ fault, count, examples }) => [fault, count, examples.map(({ line }) => line)]);
}

describe('a submission', () => {
  it('with each id of the sample once is sound, in whatever order, with CRLF, quotes, a BOM, no last line end or several', async () => {
    const texts = [
      csv(sound),
      csv([...sound].reverse()),
      csv(sound).replaceAll('\n', '\r\n'),
      `\uFEFF${csv(sound).trimEnd()}`,
      csv(sound.map((row) => row.replace(/(.*),(.*)/, '"$1","$2"'))),
      csv(sound, '"ID","Label"'),
      `\uFEFF${csv(sound, '"ID","Label"')}`,
      `${csv(sound)}\n\n \r\n`,
    ];
    for (const text of texts) expect(await faults(text)).toEqual([]);
    const { rows, expected } = await checkSubmission(await written(csv(sound)), await written(csv(sound)));
    expect([rows, expected]).toEqual([12, 12]);
  });

  it.each<[string, (rows: string[]) => string[], unknown[]]>([
    ['a row twice', (rows) => [...rows, rows[2]!], [['duplicate', 1, [14]]]],
    ['a row gone', (rows) => rows.toSpliced(3, 1), [['missing', 1, [5]]]],
    ['an unknown slice', (rows) => [...rows, 'ID_0c_any,0.1'], [['unknown', 1, [14]]]],
    [
      'another label',
      (rows) => rows.with(0, 'ID_0a_Epidural,0.1'),
      [
        ['label', 1, [2]],
        ['missing', 1, [2]],
      ],
    ],
    ['no underscore', (rows) => [...rows, 'any,0.1'], [['label', 1, [14]]]],
    ['an empty probability', (rows) => rows.with(1, 'ID_0a_intraparenchymal,'), [['empty', 1, [3]]]],
    ['text', (rows) => rows.with(1, 'ID_0a_intraparenchymal,high'), [['not-a-number', 1, [3]]]],
    ['a hexadecimal', (rows) => rows.with(1, 'ID_0a_intraparenchymal,0x1'), [['not-a-number', 1, [3]]]],
    ['NaN', (rows) => rows.with(1, 'ID_0a_intraparenchymal,NaN'), [['nan', 1, [3]]]],
    ['infinity', (rows) => rows.with(1, 'ID_0a_intraparenchymal,-inf'), [['nan', 1, [3]]]],
    ['more than 1', (rows) => rows.with(1, 'ID_0a_intraparenchymal,1.0001'), [['range', 1, [3]]]],
    ['less than 0', (rows) => rows.with(1, 'ID_0a_intraparenchymal,-1e-9'), [['range', 1, [3]]]],
    ['three cells', (rows) => [...rows, 'ID_0a_any,0.1,0.2'], [['form', 1, [14]]]],
    ['an empty line', (rows) => ['', ...rows], [['form', 1, [2]]]],
    ['a semicolon', (rows) => [...rows, 'ID_0a_any;0.1'], [['form', 1, [14]]]],
  ])('with %s is told so, with the line', async (_, change, expected) => {
    expect(await faults(csv(change(sound)))).toEqual(expected);
  });

  it('whose rows cannot be read lacks none of their ids, and guesses at a decimal comma only where it is all of them', async () => {
    const commas = sound.map((row) => row.replace('0.5', '0,0021'));
    const check = async (rows: readonly string[], sample: string | null = csv(sound)) =>
      (await checkSubmission(await written(csv(rows)), sample === null ? null : await written(sample))).faults;
    const hint = expect.stringContaining('decimal comma');
    expect(await check(commas)).toMatchObject([{ fault: 'form', count: 12, hint }]);
    expect(await check(commas.with(0, 'ID_0a_epidural,0'), null)).toMatchObject([{ fault: 'form', count: 11, hint }]);
    const mixed = await check(commas.with(0, 'ID_0a_epidural;0.5'));
    expect(mixed).toMatchObject([{ fault: 'form', count: 12 }]);
    expect(mixed[0]).not.toHaveProperty('hint');
    // The row that can be read is no duplicate of the one that could not, and what is missing is still missing.
    expect((await check([commas[0]!, ...sound.slice(0, -1)])).map(({ fault, count }) => [fault, count])).toEqual([
      ['form', 1],
      ['missing', 1],
    ]);
  });

  it('takes 0, 1, exponents and what needs no leading digit', async () => {
    const p = ['0', '1', '1e-15', '1E0', '.5', '1.'];
    expect(await faults(csv(sound.map((row, i) => row.replace('0.5', p[i % 6]!))))).toEqual([]);
  });

  it('without its header loses no row', async () => {
    expect(await faults(`${sound.join('\n')}\n`)).toEqual([['header', 1, [1]]]);
    expect(await faults(csv(sound, 'id,label'))).toEqual([['header', 1, [1]]]);
    const quoted = sound.map((row) => row.replace(/(.*),(.*)/, '"$1","$2"'));
    expect(await faults(`${quoted.join('\n')}\n`)).toEqual([['header', 1, [1]]]);
  });

  it('names at most five of each fault, and counts all', async () => {
    const found = await checkSubmission(await written(csv(rowsOf(['ID_0a'], '2'))), await written(csv(sound)));
    expect(found.faults.map(({ fault, count, examples }) => [fault, count, examples.length])).toEqual([
      ['missing', 6, 5],
      ['range', 6, 5],
    ]);
    expect(found.faults[0]?.examples[0]).toEqual({ line: 8, text: 'ID_0b_epidural' });
  });

  it('says where an id stood first', async () => {
    const { faults: found } = await checkSubmission(await written(csv([...sound, sound[0]!])), null);
    expect(found[0]?.examples).toEqual([{ line: 14, text: 'ID_0a_epidural, first in line 2' }]);
  });

  it('without a sample is judged by its form alone, six labels a slice', async () => {
    expect(await faults(csv(rowsOf(['whatever_it_is'])), null)).toEqual([]);
    expect(await faults(csv(sound.toSpliced(7, 2)), null)).toEqual([['incomplete', 1, [8]]]);
  });

  it('with nothing below its header is none', async () => {
    expect(await faults('ID,Label\n', null)).toEqual([['form', 1, [1]]]);
    expect((await faults('', null)).length).toBe(1);
  });

  it('with empty lines between its rows is told so, with the lines', async () => {
    const [first, ...rest] = sound;
    expect(await faults(`ID,Label\n${first}\n\n\n${rest.join('\n')}\n\n`)).toEqual([['form', 2, [3, 4]]]);
  });

  it.each<[string, Buffer, string, string]>([
    ['gzip', gzipSync(csv(sound)), 'is compressed (gzip)', 'gunzip -k '],
    ['a ZIP', Buffer.from('PK\u0003\u0004 and so on'), 'is a ZIP archive', 'unzip '],
    [
      'UTF-16 with its mark',
      Buffer.from(`\uFEFF${csv(sound)}`, 'utf16le'),
      'is UTF-16 text',
      'iconv -f UTF-16 -t UTF-8 ',
    ],
    ['UTF-16 the other way', Buffer.from(`\uFEFF${csv(sound)}`, 'utf16le').swap16(), 'is UTF-16 text', 'iconv '],
    ['UTF-16 without a mark', Buffer.from(csv(sound), 'utf16le'), 'is UTF-16 text', 'iconv '],
    ['a NUL byte', Buffer.from(csv(sound.with(3, 'ID_0a\0'))), ':5: there is a NUL byte', 'Write it again'],
  ])('that is %s is no CSV file, and it is said what to do; as a sample too', async (_, bytes, problem, hint) => {
    const file = join(folder, `${++files}.csv`);
    await writeFile(file, bytes);
    const expected = {
      code: 'not-text',
      exit: 2,
      message: expect.stringContaining(`${file}${problem.startsWith(':') ? '' : ' '}${problem}`),
      hint: expect.stringContaining(hint),
    };
    await expect(checkSubmission(file, null)).rejects.toMatchObject(expected);
    await expect(checkSubmission(await written(csv(sound)), file)).rejects.toMatchObject(expected);
  });

  it('shows control characters of a hostile file as what they are not', async () => {
    const { faults: found } = await checkSubmission(
      await written(csv(['\u001b[31mID_any,0.1'])),
      await written(csv(sound)),
    );
    expect(JSON.stringify(found)).not.toContain('\\u001b');
  });

  it('cannot be checked where a file is not there, or the sample is none', async () => {
    const there = await written(csv(sound));
    await expect(checkSubmission(join(folder, 'gone.csv'), null)).rejects.toMatchObject({
      code: 'file-unreadable',
      exit: 2,
    });
    await expect(checkSubmission(folder, null)).rejects.toMatchObject({ code: 'file-unreadable' });
    for (const text of ['', 'ID,Label\n', csv([...sound, sound[0]!]), csv(['ID_0a,0.5']), 'a,b\n'])
      await expect(checkSubmission(there, await written(text))).rejects.toMatchObject({
        code: 'sample-invalid',
        exit: 2,
      });
  });
});
