import { LABELS, type Label, type SliceLabels } from '../../labels.ts';
import { writeKnownLabels } from '../artifacts/known-labels.ts';
import { readSlices, type SliceRow, writeSlices } from '../artifacts/slices.ts';
import { type Identities, identitiesOf } from '../sources/identities.ts';
import { labelsOf } from '../sources/labels-file.ts';
import type { Stage } from '../stage.ts';
import type { Candidate } from './index/candidate.ts';
import { joinLabels } from './index/labels.ts';
import { rowsOfSource } from './index/rows-of-source.ts';
import { inputFolder } from './inputs.ts';
import { LedgerLines } from './ledger-lines.ts';
import { openSource } from './open-source.ts';
import { writeTestSideLabels } from './test-side-labels.ts';

/**
 * Labels that are joined to predictions, to judge them (`ichor evaluate`): `slices.csv` as index has it, with labels. Apart from
 * index, so that slices, pictures and predictions are those that were made without them; but joined as index joins those of a
 * recipe: to all slices that files hold, before a series is chosen and before slabs are made.
 */
export const labelsStage: Stage = {
  name: 'labels',
  version: 4,
  engine: false,
  async run(context) {
    // Of a run's own test side the labels are those of its index.
    if (context.inputs.has('split')) return writeTestSideLabels(context);
    const { folder, evaluation } = context;
    // The plan has this stage only where there are some.
    if (!evaluation) throw new TypeError('no labels were given to evaluate by');
    const { source, contract } = await openSource(context);
    const identities = identitiesOf(contract.identities, context.identityKey);
    const ledger = new LedgerLines('labels', folder);
    const rows = await readSlices(inputFolder(context, 'index'));
    const how = { path: evaluation.path, isPrivate: identities.private };
    const { labels } = await labelsOf(source, evaluation.labels, how);
    const joined = new Map<Candidate, SliceLabels | null>();
    let labelRows = 0;
    let known: Label[] = [];
    const { SlicePool } = await import('../images/slice-pool.ts');
    const pool = new SlicePool(0);
    const again = await rowsOfSource(source, context, {
      contract,
      identities,
      // Index has said all of it.
      ledger: new LedgerLines('labels'),
      pool,
      async joinLabels(slices) {
        // Copies: what the table says may not decide which studies and series are taken.
        const targets = new Map([...slices].map(([id, own]) => [id, { ...own, set: 'train' as const, labels: null }]));
        const { tolerate } = evaluation.labels;
        const found = await joinLabels(labels, targets, identities, ledger, { tolerate, partial: true });
        [labelRows, known] = [found.rows, found.known];
        for (const [id, own] of slices) joined.set(own, targets.get(id)?.labels ?? null);
      },
      // Index had slices of these very files.
      nothingLeft: async () => {},
      chosen(candidates) {
        leaveOutUnused(joined, candidates, { rowsOfSlice: known.length, identities, ledger });
        for (const own of candidates) own.labels = joined.get(own) ?? null;
      },
    }).finally(() => pool.close());
    const own = new Map(again.rows.map(({ slice, labels: of }) => [slice, of]));
    const judged = rows.map((row): SliceRow => ({ ...row, labels: own.get(row.slice) ?? null }));
    await writeSlices(folder, judged);
    await writeKnownLabels(folder, known, { hash: evaluation.hash, rows: labelRows });
    const without = judged.filter(({ labels: of }) => of === null).length;
    if (without > 0)
      ledger.note({
        item: 'labels',
        what: 'file',
        reason: 'not-judged',
        message: `${without} of ${rows.length} predicted slices have no labels: they are in no figure.`,
        kind: 'information',
      });
    noteOnlyPositives(judged, known, ledger);
    if (known.length < LABELS.length)
      ledger.note({
        item: 'labels',
        what: 'file',
        reason: 'labels-not-known',
        message: `The labels say nothing of ${LABELS.filter((label) => !known.includes(label)).join(', ')}: figures that count them are left out.`,
        kind: 'warning',
        hint: 'With a column, or rows, for each of the six labels all figures can be known.',
      });
    await context.progress(rows.length, rows.length, 'slices');
    return ledger.part({ files: 0, labelRows });
  },
};

/** A table that lists positives alone: no figure knows of a false alarm. */
function noteOnlyPositives(judged: readonly SliceRow[], known: readonly Label[], ledger: LedgerLines): void {
  const any = judged.flatMap(({ labels }) => labels?.any ?? []);
  if (!known.includes('any') || any.length === 0 || any.includes(0)) return;
  const without = judged.length - any.length;
  const rest = without > 0 ? ` ${without} slices without a row count as not labelled, and not as negative.` : '';
  ledger.note({
    item: 'labels',
    what: 'file',
    reason: 'only-positives',
    message: `No labelled slice is negative: all ${any.length} are positive for any, so that no figure knows of a false alarm.${rest}`,
    kind: 'warning',
    hint: 'A table that lists only what is positive lacks its negatives: add a row with 0 for each slice without a haemorrhage.',
  });
}

/** Labels of slices that are not predicted: their rows judge nothing, and the slices are there. */
function leaveOutUnused(
  joined: ReadonlyMap<Candidate, SliceLabels | null>,
  kept: readonly Candidate[],
  { rowsOfSlice, identities, ledger }: { rowsOfSlice: number; identities: Identities; ledger: LedgerLines },
): void {
  const used = new Set(kept);
  const bySeries = new Map<string, number>();
  for (const [own, labels] of joined)
    if (labels !== null && !used.has(own)) bySeries.set(own.series, (bySeries.get(own.series) ?? 0) + 1);
  for (const [series, slices] of bySeries)
    ledger.leaveOut({
      item: identities.name('series', series),
      what: 'label-row',
      reason: 'label-of-unused-slice',
      message: `They are of ${slices} ${slices === 1 ? 'slice' : 'slices'} of a series that is not predicted.`,
      count: slices * rowsOfSlice,
    });
}
