import { LABELS } from '../../labels.ts';
import type { OpenSource } from '../../registry/kinds/source.ts';
import { writeKnownLabels } from '../artifacts/known-labels.ts';
import { readSlices, type SliceRow, writeSlices } from '../artifacts/slices.ts';
import { type Identities, identitiesOf } from '../sources/identities.ts';
import { labelsOf, patientAndNumber } from '../sources/labels-file.ts';
import type { Stage } from '../stage.ts';
import { joinLabels, type Labelled } from './index/labels.ts';
import { inputFolder } from './inputs.ts';
import { LedgerLines } from './ledger-lines.ts';
import { openSource } from './open-source.ts';

/**
 * Labels that are joined to predictions, to judge them (`ichor evaluate`): `slices.csv` as index has it, with labels. Apart from
 * index, so that slices, pictures and predictions are those that were made without them.
 */
export const labelsStage: Stage = {
  name: 'labels',
  version: 1,
  engine: false,
  async run(context) {
    const { folder, evaluation } = context;
    // The plan has this stage only where there are some.
    if (!evaluation) throw new TypeError('no labels were given to evaluate by');
    const { source, contract } = await openSource(context);
    const identities = identitiesOf(contract.identities, context.identityKey);
    const ledger = new LedgerLines('labels', folder);
    const rows = await readSlices(inputFolder(context, 'index'));
    const how = { path: evaluation.path, isPrivate: identities.private };
    const { labels } = await labelsOf(source, evaluation.labels, how);
    const targets = rows.map((row): Labelled & { row: SliceRow } => ({
      slice: row.slice,
      set: 'train',
      path: row.file,
      patient: row.patient,
      instance: row.number ?? null,
      labels: null,
      row,
    }));
    const bySlice = new Map(targets.map((target) => [target.slice, target]));
    const shown = namesOf(identities, new Set(bySlice.keys()));
    const find = await finderOf(labels.by ?? 'slice', targets, { source, identities });
    const { rows: labelRows, known } = await joinLabels(labels, bySlice, shown, ledger, {
      tolerate: evaluation.labels.tolerate,
      partial: true,
      find,
    });
    const own = new Map(targets.map(({ slice, labels: of }) => [slice, of]));
    await writeSlices(
      folder,
      rows.map((row) => ({ ...row, labels: own.get(row.slice) ?? null })),
    );
    await writeKnownLabels(folder, known);
    const without = targets.filter(({ labels: of }) => of === null).length;
    if (without > 0)
      ledger.note({
        item: 'labels',
        what: 'file',
        reason: 'not-judged',
        message: `${without} of ${targets.length} predicted slices have no labels: they are in no figure.`,
        kind: 'information',
      });
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

/** Slices stand under their names already; what rows say of them does not. */
const namesOf = (identities: Identities, names: ReadonlySet<string>): Identities => ({
  ...identities,
  name: (kind, identity) => (names.has(identity) ? identity : identities.name(kind, identity)),
});

/** By what a row says: its names are made as those of the index were. */
async function finderOf<T extends Labelled & { row: SliceRow }>(
  by: NonNullable<NonNullable<OpenSource['labels']>['by']>,
  targets: readonly T[],
  { source, identities }: { source: OpenSource; identities: Identities },
): Promise<(name: string) => T | 'several' | undefined> {
  const found = new Map<string, T | 'several'>();
  const add = (name: string, target: T) => {
    const before = found.get(name);
    found.set(name, before === undefined || before === target ? target : 'several');
  };
  if (by === 'slice') {
    for (const target of targets) add(target.slice, target);
    return (name) => found.get(identities.name('slice', name));
  }
  if (by === 'patient-and-number') {
    for (const target of targets)
      if (target.instance !== null) add(patientAndNumber(target.patient, target.instance), target);
    return (name) => {
      const at = name.lastIndexOf('/');
      const patient = identities.name('patient', name.slice(0, at));
      return found.get(`${patient}${name.slice(at)}`);
    };
  }
  const byFile = new Map<string, T[]>();
  for (const target of targets)
    for (const { file } of target.row.pictures ?? [target.row]) byFile.set(file, [...(byFile.get(file) ?? []), target]);
  for await (const { path } of source.files())
    for (const target of byFile.get(identities.name('file', path)) ?? []) {
      add(path, target);
      const without = path.replace(/\.[^./]*$/, '');
      if (without !== path) add(without, target);
    }
  return (name) => found.get(name);
}
