import { expect, it } from 'vitest';
import { dataNotes } from '../../../src/runtime/table/data-notes.ts';
import type { TableResults } from '../../../src/runtime/table/results.ts';

const rows = (...fingerprints: readonly [string, string][]) =>
  ({
    rows: fingerprints.map(([name, fingerprint]) => ({
      row: { name, baseline: null },
      seeds: [{ data: null, record: { data: { fingerprint } } }],
    })),
  }) as unknown as TableResults;

it('names rows over other data than the first in one line', () => {
  expect(dataNotes(rows(['a', 'x'], ['b', 'y'], ['c', 'x'], ['d', 'z']))).toEqual([
    expect.stringMatching(/^Other data or labels than those of the first row: b, d\. .*not to be compared/),
  ]);
  expect(dataNotes(rows(['a', 'x'], ['b', 'x']))).toEqual([]);
});
