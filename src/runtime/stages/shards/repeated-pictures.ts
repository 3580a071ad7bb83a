import { LABELS } from '../../../labels.ts';
import type { ShardRow } from '../../artifacts/shards.ts';
import type { SliceRow } from '../../artifacts/slices.ts';
import type { LedgerLines } from '../ledger-lines.ts';

interface Repeated {
  first: SliceRow;
  row: SliceRow;
  count: number;
}

/**
 * The same picture under two slice ids: one note a pair of series, and one of each slice whose labels contradict the other's. What
 * patients share is a matter of the split, which says it; where nothing is labelled nothing is split, and it is said here. Blank
 * pictures are like each other.
 */
export function noteRepeated(
  slices: readonly SliceRow[],
  rows: readonly Pick<ShardRow, 'hash' | 'blank' | 'status'>[],
  ledger: LedgerLines,
): void {
  const split = slices.some(({ labels }) => labels !== null);
  const owner = new Map<string, SliceRow>();
  const pairs = new Map<string, Repeated>();
  const contradicting: Pick<Repeated, 'first' | 'row'>[] = [];
  for (const [i, { hash, blank, status }] of rows.entries()) {
    const row = slices[i] as SliceRow;
    const first = owner.get(hash);
    if (status !== 'read' || blank) continue;
    if (first === undefined) owner.set(hash, row);
    else if (labelsDiffer(first, row)) contradicting.push({ first, row });
    if (first === undefined || (split && first.group !== row.group)) continue;
    const pair = JSON.stringify([first.series, row.series]);
    const found = pairs.get(pair) ?? { first, row, count: 0 };
    pairs.set(pair, { ...found, count: found.count + 1 });
  }
  for (const { first, row } of contradicting)
    ledger.note({
      item: row.slice,
      what: 'slice',
      reason: 'contradicting-labels',
      message: `It shows the picture of ${first.slice}${first.group === row.group ? '' : ', of another patient,'} and has other labels: one of the two is wrong, and both are learned.`,
      kind: 'warning',
      hint: 'Take one of the two out of the folder, or correct its labels: the ledger names both.',
    });
  for (const { first, row, count } of pairs.values()) {
    const where =
      first.series === row.series
        ? 'show a picture that it holds already'
        : `show a picture of series ${first.series}${first.group === row.group ? '' : ', of another patient'}`;
    ledger.note({
      item: row.series,
      what: 'series',
      reason: 'repeated-picture',
      message: `${count} slices of the series ${where} under another id (first ${row.slice}, as ${first.slice}): it counts twice.`,
      kind: 'warning',
      hint: 'Take one of the two out of the folder.',
    });
  }
}

const labelsDiffer = ({ labels: one }: SliceRow, { labels: other }: SliceRow): boolean =>
  one !== null && other !== null && LABELS.some((label) => one[label] !== other[label]);
