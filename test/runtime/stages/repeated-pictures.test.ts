import { expect, it } from 'vitest';
import { LABELS, type SliceLabels } from '../../../src/labels.ts';
import type { SliceRow } from '../../../src/runtime/artifacts/slices.ts';
import { LedgerLines } from '../../../src/runtime/stages/ledger-lines.ts';
import { noteRepeated } from '../../../src/runtime/stages/shards/repeated-pictures.ts';

const labels = (any: 0 | 1) =>
  Object.fromEntries(LABELS.map((label) => [label, label === 'any' ? any : 0])) as SliceLabels;
const slice = (name: string, group: string, any: 0 | 1) =>
  ({ slice: name, series: `R_${group}`, group, labels: labels(any) }) as SliceRow;
const said = (slices: SliceRow[]) => {
  const ledger = new LedgerLines('shards');
  noteRepeated(
    slices,
    slices.map(() => ({ hash: 'same', blank: false, status: 'read' as const })),
    ledger,
  );
  return ledger.part().notes.map(({ item, reason }) => `${reason}: ${item}`);
};

it('one picture with contradicting labels is told of each slice; that two patients share it the split tells', () => {
  expect(said([slice('a', 'P', 1), slice('b', 'P', 0)])).toEqual(['contradicting-labels: b', 'repeated-picture: R_P']);
  expect(said([slice('a', 'P', 1), slice('b', 'Q', 0)])).toEqual(['contradicting-labels: b']);
  expect(said([slice('a', 'P', 1), slice('b', 'Q', 1)])).toEqual([]);
});
