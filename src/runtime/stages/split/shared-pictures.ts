import type { PixelRow } from '../../artifacts/shards.ts';
import type { SliceRow } from '../../artifacts/slices.ts';
import type { LedgerLines } from '../ledger-lines.ts';

/**
 * Patient -> group: patients that share a picture, directly or by way of others, have the same. Blank pictures link
 * nobody. The group is named by its first patient in order.
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
  for (const [i, row] of slices.entries()) {
    const picture = pixels[i];
    if (picture?.slice !== row.slice) throw new TypeError('pixels.csv and slices.csv have different rows');
    rootOf(row.patient);
    if (picture.status !== 'read' || picture.blank) continue;
    const first = owner.get(picture.hash);
    if (first === undefined) {
      owner.set(picture.hash, row);
      continue;
    }
    if (first.patient === row.patient) continue;
    const [a, b] = [rootOf(first.patient), rootOf(row.patient)].sort() as [string, string];
    parent.set(b, a);
    noteShared(first, row, ledger, by);
  }
  return new Map([...parent.keys()].map((patient) => [patient, rootOf(patient)]));
}

function noteShared(first: SliceRow, row: SliceRow, ledger: LedgerLines, by: 'patient' | 'slice'): void {
  const crosses = first.set !== row.set;
  const contradicts =
    first.labels !== null && row.labels !== null && JSON.stringify(first.labels) !== JSON.stringify(row.labels);
  const message =
    `The picture is that of slice ${first.slice}, of another patient: both ${by}s stay on one side.` +
    (crosses ? ' One is in the train, the other in the test folder.' : '') +
    (contradicts ? ' Their labels differ.' : '');
  const reason = crosses ? 'picture-in-train-and-test' : 'shared-picture';
  ledger.note({ item: row.slice, what: 'slice', reason, message, kind: 'warning' });
}
