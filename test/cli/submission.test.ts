import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LABELS } from '../../src/labels.ts';
import { ichor } from '../cli.ts';

let folder: string;
const rows = LABELS.map((label) => `ID_0a_${label},0.5`);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-submission-'));
  await writeFile(join(folder, 'sample.csv'), ['ID,Label', ...rows, ''].join('\n'));
  await writeFile(join(folder, 'wrong.csv'), ['ID,Label', ...rows.slice(1), 'ID_0b_any,2', ''].join('\n'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('submission check ends with 0 where nothing is wrong', async () => {
  const { status, out } = await ichor(['submission', 'check', 'sample.csv', '--sample', 'sample.csv'], { cwd: folder });
  expect([status, out]).toEqual([0, 'sound sample.csv: 6 rows, against 6 ids of sample.csv. Kaggle would take it.\n']);
  const form = await ichor(['submission', 'check', 'sample.csv'], { cwd: folder });
  expect([form.status, form.out]).toEqual([
    0,
    'sound sample.csv: 6 rows, form only: --sample FILE compares its ids with the sample submission\n',
  ]);
});

it('and with 2 where something is, each fault with its line, in words and as JSON', async () => {
  const { status, out } = await ichor(['submission', 'check', 'wrong.csv', '--sample', 'sample.csv'], { cwd: folder });
  expect(status).toBe(2);
  expect(out).toContain('unknown an id is not in the sample: once\n  wrong.csv:7: ID_0b_any');
  expect(out).toContain('missing an id of the sample is missing: once\n  sample.csv:2: ID_0a_epidural');
  expect(out).toContain('range a probability is not within 0 and 1: once\n  wrong.csv:7: 2 for ID_0b_any');
  expect(out).toContain('3 faults in 6 rows');
  expect(out).toMatch(/faulty wrong\.csv: Kaggle would refuse it\.\n$/);
  const json = await ichor(['submission', 'check', 'wrong.csv', '--sample', 'sample.csv', '--format', 'json'], {
    cwd: folder,
  });
  expect(json.status).toBe(2);
  expect(JSON.parse(json.out)).toMatchObject({ file: 'wrong.csv', rows: 6, expected: 6, faults: { length: 3 } });
});

it('a file with decimal commas is told so once for each row, with what to do', async () => {
  await writeFile(
    join(folder, 'commas.csv'),
    ['ID,Label', ...rows.map((row) => row.replace('0.5', '0,0021'))].join('\n'),
  );
  const { status, out } = await ichor(['submission', 'check', 'commas.csv', '--sample', 'sample.csv'], { cwd: folder });
  expect(status).toBe(2);
  expect(out).toContain('A decimal comma? Write a point');
  expect(out).not.toContain('missing');
  expect(out).toContain('6 faults in 6 rows');
});

it('a file that is not there, and an ensemble of runs that are not, are errors for people', async () => {
  const gone = await ichor(['submission', 'check', 'gone.csv'], { cwd: folder });
  expect([gone.status, gone.out]).toEqual([2, '']);
  expect(gone.err).toContain('error[file-unreadable]: gone.csv cannot be read: it does not exist (ENOENT).');
  expect(gone.err).toContain('hint: Look at its path and name');
  const given = await ichor(['submission', 'check', 'commas.csv', '--sample', '.'], { cwd: folder });
  expect(given.err).toContain('error[file-unreadable]: . cannot be read: it is a folder (EISDIR).');
  const nobody = await ichor(['ensemble', 'a', 'b', '--store', join(folder, 'store')], { cwd: folder });
  expect(nobody.status).toBe(2);
  expect(nobody.err).toContain('There is no run `a`');
});
