import { expect, test } from 'vitest';
import { recipeNotes } from '../../../src/runtime/table/recipe-notes.ts';
import type { RowResult } from '../../../src/runtime/table/results.ts';

const row = (name: string, notes: readonly string[], baseline = false) =>
  ({
    row: { name, baseline: baseline ? {} : null, runs: baseline ? [] : [{ recipe: () => ({ notes }) }] },
  }) as unknown as RowResult;

test('each note once, with the rows whose recipes say it', () => {
  const rows = [row('a', ['one', 'two']), row('b', ['two']), row('c', ['two', 'three']), row('constant', [], true)];
  expect(recipeNotes({ rows })).toEqual(['a: one', 'All rows: two', 'c: three']);
  expect(recipeNotes({ rows: [row('a', ['one'])] })).toEqual(['a: one']);
  expect(recipeNotes({ rows: [row('a', []), row('b', [])] })).toEqual([]);
});
