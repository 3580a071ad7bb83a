import type { PixelRow } from '../../artifacts/shards.ts';
import type { SliceRow } from '../../artifacts/slices.ts';
import type { LedgerLines } from '../ledger-lines.ts';

/** Slices of one series that show pictures of another series, of another patient. */
interface Shared {
  first: SliceRow;
  row: SliceRow;
  count: number;
  contradicting: number;
}

/**
 * Patient (whom index takes for one person) -> group: patients that share a picture, directly or by way of others, have
 * the same. Blank pictures link nobody. The group is named by its first patient in order. One note a pair of series.
 */
export function sharedPictures(
  slices: readonly SliceRow[],
  pixels: readonly PixelRow[],
  ledger: LedgerLines,
  by: 'patient' | 'slice' = 'patient',
): Map<string, string> {
  const parent = new Map<string, string>();
  const rootOf = (patient: string): string => {
    let root = patient;
    for (let up = parent.get(root); up !== undefined && up !== root; up = parent.get(root)) root = up;
    parent.set(patient, root);
    return root;
  };
  const owner = new Map<string, SliceRow>();
  const shared = new Map<string, Shared>();
  for (const [i, row] of slices.entries()) {
    const picture = pixels[i];
    if (picture?.slice !== row.slice) throw new TypeError('pixels.csv and slices.csv have different rows');
    rootOf(row.group);
    if (picture.status !== 'read' || picture.blank) continue;
    const first = owner.get(picture.hash);
    if (first === undefined) {
      owner.set(picture.hash, row);
      continue;
    }
    if (first.group === row.group) continue;
    const [a, b] = [rootOf(first.group), rootOf(row.group)].sort() as [string, string];
    parent.set(b, a);
    const pair = JSON.stringify([first.series, first.set, row.series, row.set]);
    const found = shared.get(pair) ?? { first, row, count: 0, contradicting: 0 };
    shared.set(pair, found);
    found.count++;
    if (contradict(first, row)) found.contradicting++;
  }
  for (const found of shared.values()) noteShared(found, ledger, by);
  return new Map([...parent.keys()].map((patient) => [patient, rootOf(patient)]));
}

const contradict = (first: SliceRow, row: SliceRow): boolean =>
  first.labels !== null && row.labels !== null && JSON.stringify(first.labels) !== JSON.stringify(row.labels);

function noteShared({ first, row, count, contradicting }: Shared, ledger: LedgerLines, by: 'patient' | 'slice'): void {
  const crosses = first.set !== row.set;
  const what =
    count === 1
      ? `The picture is that of slice ${first.slice}, of another patient`
      : `${count} pictures of its series are those of series ${first.series}, of another patient (the first that of slice ${first.slice})`;
  const labels = count === 1 ? ' Their labels differ.' : ` The labels of ${contradicting} differ.`;
  const message =
    `${what}: both ${by}s stay on one side.` +
    (crosses ? ' One is in the train, the other in the test folder.' : '') +
    (contradicting > 0 ? labels : '');
  const reason = crosses ? 'picture-in-train-and-test' : 'shared-picture';
  ledger.note({ item: row.slice, what: 'slice', reason, message, kind: 'warning', ...(count > 1 ? { count } : {}) });
}
