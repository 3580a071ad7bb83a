import { expect, it } from 'vitest';
import { dataNotes } from '../../../src/runtime/table/data-notes.ts';
import type { TableResults } from '../../../src/runtime/table/results.ts';

const rows = (...all: readonly [name: string, fingerprint: string, source?: object][]) =>
  ({
    rows: all.map(([name, fingerprint, source = { type: 'rsna' }]) => ({
      row: { name, baseline: null, runs: [{ recipe: () => ({ data: { source, labels: { file: null } } }) }] },
      runs: [{ data: null, record: { data: { fingerprint } } }],
    })),
  }) as unknown as TableResults;

it('names rows over other data than the first that names the same, in one line', () => {
  expect(dataNotes(rows(['a', 'x'], ['b', 'y'], ['c', 'x'], ['d', 'z']))).toEqual([
    expect.stringMatching(/^Data or labels were changed between runs: b, d saw others .*not to be compared/),
  ]);
  expect(dataNotes(rows(['a', 'x'], ['b', 'x']))).toEqual([]);
});

it('says nothing of rows whose recipes name other data', () => {
  const without = { type: 'phantom', context: 0 };
  expect(dataNotes(rows(['a', 'x', { type: 'phantom' }], ['b', 'y', without], ['c', 'y', without]))).toEqual([]);
  expect(dataNotes(rows(['a', 'x', { type: 'phantom' }], ['b', 'y', without], ['c', 'z', without]))).toHaveLength(1);
});
