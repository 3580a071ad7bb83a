import { LABELS } from '../../labels.ts';
import { writeKnownLabels } from '../artifacts/known-labels.ts';
import { readSlices, writeSlices } from '../artifacts/slices.ts';
import { readSplit } from '../artifacts/split.ts';
import type { LedgerPart } from '../ledger.ts';
import type { StageContext } from '../stage.ts';
import { inputFolder } from './inputs.ts';
import { LedgerLines } from './ledger-lines.ts';

/** `slices.csv` as index has it, with the labels of the test side and no others: what judges by it sees nothing else. */
export async function writeTestSideLabels(context: StageContext): Promise<LedgerPart> {
  const rows = await readSlices(inputFolder(context, 'index'));
  const split = await readSplit(inputFolder(context, 'split'));
  const held = rows.map((row, at) => (split[at]?.backbone === 'held-out' ? row : { ...row, labels: null }));
  await writeSlices(context.folder, held);
  await writeKnownLabels(context.folder, LABELS, null);
  await context.progress(rows.length, rows.length, 'slices');
  return new LedgerLines('labels', context.folder).part();
}
