import { IchorError } from '../../errors.ts';
import type { OpenSource } from '../../registry/kinds/source.ts';
import { fileRows, writeFiles } from '../artifacts/files.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import { writeSlices } from '../artifacts/slices.ts';
import { writeSource } from '../artifacts/source.ts';
import { type Identities, identitiesOf } from '../sources/identities.ts';
import type { Stage } from '../stage.ts';
import { type Candidate, candidatesOf } from './index/candidate.ts';
import { joinLabels, noteUnlabelled } from './index/labels.ts';
import { limitStudies } from './index/limit.ts';
import { lookedHeaders } from './index/looked-headers.ts';
import { pictureHash } from './index/picture-hash.ts';
import { arrangeSeries, orderSeries } from './index/series.ts';
import { tellApart } from './index/tell-apart.ts';
import { tellWho } from './index/tell-who.ts';
import { WholeFiles } from './index/whole-files.ts';
import { LedgerLines } from './ledger-lines.ts';
import { openSource } from './open-source.ts';

/**
 * Headers of a folder -> `slices.csv`: a row a slice, in anatomical order, with its labels by name; `files.csv`: every
 * file. Pixels are read only of files that claim to be the same slice.
 */
export const indexStage: Stage = {
  name: 'index',
  version: 2,
  engine: false,
  async run(context) {
    const { recipe, folder } = context;
    const { source: opened, contract } = await openSource(context);
    const whole = context.look ? new WholeFiles(opened, context.look) : null;
    const source = whole?.source ?? opened;
    const identities = identitiesOf(contract.identities, context.identityKey);
    const ledger = new LedgerLines('index');
    const readings = context.headers?.take(source.root) ?? (await lookedHeaders(source, context));
    const found = candidatesOf(readings, source.sliceIds, identities, ledger);
    const picture = ({ path }: Candidate) => {
      context.signal.throwIfAborted();
      return pictureHash(source, path, contract.repairIntercept);
    };
    const told = await tellApart(found, source.sliceIds, picture, identities, ledger);
    const candidates = told.slices;
    if (candidates.size === 0) throw emptyError(readings.length, ledger);
    tellWho(told, identities, ledger);

    const labelRows = source.labels === null ? 0 : await joinLabels(source.labels, candidates, identities, ledger);
    const arranged = arrangeSeries(candidates, contract.series !== false, identities, ledger);
    if (candidates.size === 0) throw emptyError(readings.length, ledger);
    const { limit, seed } = recipe.data;
    const kept = limit === null ? [...candidates.values()] : limitStudies(candidates, limit, seed, identities, ledger);
    if (contract.labels) noteUnlabelled(kept, source.labels !== null, identities, ledger);
    const rows = orderSeries(arranged, kept, identities, ledger);
    notePatients(rows, ledger);

    const submission = await submissionIds(source, rows, limit !== null, identities, ledger);
    await whole?.keep();
    await writeFiles(folder, await fileRows(source, readings, identities, context.look?.changed));
    await writeSlices(folder, rows);
    await writeSource(folder, { synthetic: source.synthetic, identities: contract.identities, submission });
    await context.progress(readings.length, readings.length, 'headers');
    return ledger.part({ files: readings.length, labelRows });
  },
};

function emptyError(files: number, ledger: LedgerLines): IchorError {
  const reasons = [...ledger.counts('file')].map(([reason, count]) => `${count} ${reason}`).join(', ');
  return new IchorError(
    'source-empty',
    files === 0
      ? 'The data folder holds no files.'
      : `None of the ${files} files is a CT slice that can be read (${reasons}).`,
    'Say where the data lie with `--set data.source.root=FOLDER`.',
    2,
  );
}

function notePatients(rows: readonly SliceRow[], ledger: LedgerLines): void {
  const studies = new Map<string, Set<string>>();
  const sets = new Map<string, Set<string>>();
  for (const { group, study, set } of rows) {
    studies.set(group, (studies.get(group) ?? new Set()).add(study));
    sets.set(group, (sets.get(group) ?? new Set()).add(set));
  }
  for (const [item, of] of studies)
    if (of.size > 1)
      ledger.note({
        item,
        what: 'patient',
        reason: 'several-studies',
        message: `The patient has ${of.size} studies.`,
        kind: 'information',
      });
  for (const [item, of] of sets)
    if (of.size > 1)
      ledger.note({
        item,
        what: 'patient',
        reason: 'train-and-test',
        message: 'The patient has slices in the train and in the test folder.',
        kind: 'warning',
      });
}

/** Ids that the submission form asks for, as far as there are slices of them; null where there is no form. */
async function submissionIds(
  source: OpenSource,
  rows: readonly SliceRow[],
  limited: boolean,
  identities: Identities,
  ledger: LedgerLines,
): Promise<string[] | null> {
  if (source.submissionIds === undefined || identities.private) return null;
  const present = new Set(rows.map(({ slice }) => slice));
  const ids = await source.submissionIds();
  const missing = limited ? [] : ids.filter((id) => !present.has(id));
  for (const item of missing)
    ledger.note({
      item,
      what: 'slice',
      reason: 'submission-without-slice',
      message: 'The submission form asks for this slice, and no file holds it.',
      kind: 'warning',
    });
  return ids.filter((id) => present.has(id));
}
