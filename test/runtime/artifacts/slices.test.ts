import { mkdtemp, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCsv, writeCsv } from '../../../src/runtime/artifacts/csv.ts';
import { fatesOf } from '../../../src/runtime/artifacts/ledger.ts';
import { readSlices, type SliceRow, writeSlices } from '../../../src/runtime/artifacts/slices.ts';
import { readSplit, type SplitRow, writeSplit } from '../../../src/runtime/artifacts/split.ts';
import { LedgerLines, shownPath } from '../../../src/runtime/stages/ledger-lines.ts';

const folderOf = () => mkdtemp(join(tmpdir(), 'ichor-artifact-'));

const row: SliceRow = {
  slice: 'ID_1',
  series: 'R',
  study: 'S',
  patient: 'P, "Q"',
  group: 'P, "Q"',
  file: 'a\n b\r".dcm ',
  set: 'train',
  order: 0,
  positionMm: -12.300000000000001,
  spacingMm: null,
  format: '12u',
  number: null,
  rows: 638,
  columns: 490,
  bytes: 123456,
  headerHash: 'ab',
  labels: { epidural: 0, intraparenchymal: 1, intraventricular: 0, subarachnoid: 0, subdural: 1, any: 1 },
};

describe('CSV artifacts', () => {
  it('slices.csv comes back as it was: newlines, quotes, null and labels', async () => {
    const rows: SliceRow[] = [
      row,
      { ...row, slice: 'ID_2', frame: 12, set: 'test', order: 1, positionMm: null, spacingMm: 5.000001, labels: null },
    ];
    const folder = await folderOf();
    await writeSlices(folder, rows);
    expect(await readSlices(folder)).toEqual(rows);
    const text = await readFile(join(folder, 'slices.csv'), 'utf8');
    expect(text.split('\n')[0]).toBe(
      'slice,series,study,patient,group,file,frame,set,order,positionMm,spacingMm,format,rows,columns,number,bytes,headerHash,epidural,intraparenchymal,intraventricular,subarachnoid,subdural,any',
    );
    await writeSlices(folder, rows);
    expect(await readFile(join(folder, 'slices.csv'), 'utf8')).toBe(text);
    await expect(stat(join(folder, 'slices.csv.tmp'))).rejects.toThrow('ENOENT');
  });

  it('split.csv too', async () => {
    const rows: SplitRow[] = [
      {
        slice: 'ID_1',
        backbone: 'train',
        backboneFold: 0,
        littleBrain: true,
        sequence: 'unlabelled',
        sequenceFold: 2,
      },
    ];
    const folder = await folderOf();
    await writeSplit(folder, rows);
    expect(await readSplit(folder)).toEqual(rows);
  });

  it('more rows than one batch, and none', async () => {
    const file = join(await folderOf(), 'a.csv');
    const count = async () => {
      let rows = 0;
      for await (const each of readCsv(file)) if (Number(each.n) === rows) rows++;
      return rows;
    };
    await writeCsv(file, ['n'], Array.from({ length: 25_001 }).keys(), (n) => [n]);
    expect(await count()).toBe(25_001);
    await writeCsv(file, ['n'], [], () => []);
    expect(await count()).toBe(0);
  });

  it('reading fails where the file is gone', async () => {
    await expect(readSlices('/nowhere')).rejects.toThrow('/nowhere/slices.csv is missing');
  });
});

describe('ledger', () => {
  it('sums fates over the parts, lines that stand for many included', () => {
    const index = new LedgerLines('index');
    index.leaveOut({ item: 'a', what: 'file', reason: 'not-dicom', message: '' });
    index.leaveOut({ item: 'S', what: 'file', reason: 'limit', message: '', count: 7 });
    index.leaveOut({ item: 'l:1', what: 'label-row', reason: 'bad-label-row', message: '' });
    const shards = new LedgerLines('shards');
    shards.leaveOut({ item: 'b', what: 'file', reason: 'truncated-pixels', message: '' });
    const parts = [index.part({ files: 20, labelRows: 6 }), shards.part()];
    expect(fatesOf(parts, 'file')).toEqual({
      found: 20,
      used: 11,
      leftOut: [
        { stage: 'index', reason: 'not-dicom', count: 1 },
        { stage: 'index', reason: 'limit', count: 7 },
        { stage: 'shards', reason: 'truncated-pixels', count: 1 },
      ],
    });
    expect(fatesOf(parts, 'label-row')).toMatchObject({ found: 6, used: 5 });
  });

  it('stays short where an archive shares one fault, and still counts all', () => {
    const lines = new LedgerLines('index');
    for (let i = 0; i < 5000; i++) {
      lines.leaveOut({ item: `l:${i}`, what: 'label-row', reason: 'label-without-slice', message: 'x' });
      lines.note({ item: `s${i}`, what: 'slice', reason: 'slice-without-labels', message: 'x', kind: 'warning' });
    }
    const part = lines.part({ files: 1, labelRows: 6000 });
    expect(part.leftOut).toHaveLength(1001);
    expect(part.leftOut.at(-1)).toMatchObject({ item: '(more)', count: 4000 });
    expect(fatesOf([part], 'label-row').used).toBe(1000);
    expect(lines.counts('label-row').get('label-without-slice')).toBe(5000);
    expect(part.notes).toHaveLength(1001);
    expect(part.notes.at(-1)?.message).toContain('4000 more');
  });

  it('shows a path on one line', () => {
    expect(shownPath('a\nb"c\\d\u0007.dcm')).toBe('a\\nb"c\\d\\u0007.dcm');
  });
});
