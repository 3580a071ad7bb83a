import { expect, it } from 'vitest';
import type { BadLabelRow, LabelRow } from '../../../src/registry/kinds/source.ts';
import { refuseUnreadableRows } from '../../../src/runtime/stages/index/readable-rows.ts';

const good = (line: number): LabelRow => ({ slice: `ID_${line}`, label: 'any', value: 0, line });
const bad = (line: number): BadLabelRow => ({ line, text: 'Müller,maybe', problem: 'its value is neither 0 nor 1' });

/** What it says of `count` rows, those at `wrong` bad; and how many it read. */
async function said(count: number, wrong: readonly number[], tolerate = 0) {
  let read = 0;
  async function* rows() {
    for (let line = 1; line <= count; line++) {
      read++;
      yield wrong.includes(line) ? bad(line) : good(line);
    }
  }
  const found = await refuseUnreadableRows({ file: 'mine.csv', rows }, true, tolerate).then(
    () => null,
    ({ code, message }: { code: string; message: string }) => `${code}: ${message}`,
  );
  return { found, read };
}

it('a table to judge by is read from its start, and all of it where a row there cannot be', async () => {
  expect(await said(3000, [])).toEqual({ found: null, read: 1000 });
  expect(await said(20, [])).toEqual({ found: null, read: 20 });
  const wrong = await said(3000, [7, 2999]);
  expect(wrong.read).toBe(3000);
  expect(wrong.found).toMatch(/^bad-label-rows: 2 of 3,000 label rows cannot be read: mine\.csv, line 7: its value/);
  expect(wrong.found).not.toContain('Müller');
  // As many as are tolerated, but never all.
  expect((await said(20, [7], 1)).found).toBeNull();
  expect((await said(2, [1, 2], 5)).found).toMatch(/^bad-label-rows/);
  expect((await said(0, [])).found).toMatch(/^no-label-rows/);
});
