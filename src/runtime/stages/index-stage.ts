import { basename, dirname } from 'node:path';
import { IchorError } from '../../errors.ts';
import { stat } from '../../files/fs.ts';
import { LABELS, type Label } from '../../labels.ts';
import type { OpenSource, Source } from '../../registry/kinds/source.ts';
import { fileRows, writeFiles } from '../artifacts/files.ts';
import { writeSeries } from '../artifacts/series.ts';
import { type SliceRow, writeSlices } from '../artifacts/slices.ts';
import { type SubmissionForm, writeSource } from '../artifacts/source.ts';
import { splitSubmissionId } from '../artifacts/submission.ts';
import { growHeapFreely } from '../heap.ts';
import type { SlicePool } from '../images/slice-pool.ts';
import { type LedgerPart, withLedger } from '../ledger.ts';
import { aloneHint, byReason, counted, number, reasonsText } from '../notices/words.ts';
import { archivesIn } from '../sources/archives.ts';
import { type Identities, identitiesOf } from '../sources/identities.ts';
import type { Stage, StageContext } from '../stage.ts';
import type { Candidate } from './index/candidate.ts';
import { joinLabels, noteUnlabelled } from './index/labels.ts';
import { seriesRows } from './index/leave-out-series.ts';
import { notePatients } from './index/note-patients.ts';
import { type Reading, rowsOfSource } from './index/rows-of-source.ts';
import { noteSingleSlices } from './index/single-slices.ts';
import { WholeFiles } from './index/whole-files.ts';
import { LedgerLines } from './ledger-lines.ts';
import { noteOneValued } from './no-positives.ts';
import { openSource } from './open-source.ts';

/**
 * Headers of a folder -> `slices.csv`: a row a slice, in anatomical order, with its labels by name; `files.csv`: every
 * file. Pixels are read only of files that claim to be the same slice.
 */
export const indexStage: Stage = {
  name: 'index',
  version: 11,
  engine: false,
  async run(context) {
    const ledger = new LedgerLines('index', context.folder);
    const { SlicePool } = await import('../images/slice-pool.ts');
    // Threads start where two files claim to be one slice, and codecs are needed to tell.
    const pool = new SlicePool(0);
    try {
      return await index(context, ledger, pool);
    } catch (error) {
      // What was left out may be why: a run that fails here keeps it.
      throw error instanceof Error ? withLedger(error, ledger.part()) : error;
    } finally {
      growHeapFreely();
      await pool.close();
    }
  },
};

async function index(context: StageContext, ledger: LedgerLines, pool: SlicePool): Promise<LedgerPart> {
  const { recipe, folder } = context;
  const { source: opened, contract } = await openSource(context);
  const whole = context.look ? new WholeFiles(opened, context.look) : null;
  const source = whole?.source ?? opened;
  const identities = identitiesOf(contract.identities, context.identityKey);
  let labelRows = 0;
  const { tolerate } = recipe.data.labels;
  const { readings, kept, judged, rows, resampled } = await rowsOfSource(source, context, {
    contract,
    identities,
    ledger,
    pool,
    async joinLabels(slices) {
      if (source.labels !== null)
        labelRows = (await joinLabels(source.labels, slices, identities, ledger, { tolerate })).rows;
    },
    async nothingLeft(files) {
      throw await emptyError(files, ledger, source.root, contract);
    },
    chosen(candidates) {
      if (contract.labels) noteUnlabelled(candidates, source.labels !== null, identities, ledger);
    },
  });
  const { limit } = recipe.data;
  notePatients(rows, ledger);
  if (contract.series !== false && contract.patients !== false) noteSingleSlices(rows, ledger);
  const labelled = kept.flatMap(({ labels }) => (labels === null ? [] : [labels]));
  noteOneValued(labelled, 'every labelled slice', ledger);

  const form = await submissionForm(source, rows, limit !== null, identities, ledger);
  if (contract.labels) noteNoTest(readings, kept, form.form, ledger);
  await whole?.keep();
  await writeFiles(folder, await fileRows(source, readings, identities, context.look?.changed));
  await writeSlices(folder, rows);
  const studies = new Set(kept.map(({ study }) => study));
  const shown = limit === null ? judged : judged.filter(({ study }) => studies.has(study));
  await writeSeries(
    folder,
    seriesRows(shown, { refused: refusedBySeries(readings), resampled, generated: source.synthetic }, identities),
  );
  await writeSource(folder, { synthetic: source.synthetic, identities: contract.identities, ...form });
  await context.progress(readings.length, readings.length, 'headers');
  return ledger.part({ files: readings.length, labelRows });
}

/** Files of each series that were refused for what their headers say. What is no CT picture at all is no part of a series of them. */
function refusedBySeries(readings: readonly Reading[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { refusedOf, problem } of readings)
    if (refusedOf !== undefined && !OTHER_THINGS.includes(problem?.reason ?? ''))
      counts.set(refusedOf, (counts.get(refusedOf) ?? 0) + 1);
  return counts;
}
const OTHER_THINGS: readonly string[] = ['not-ct', 'secondary-capture', 'colour'];

/** A contract with labels is of a recipe's own data, which a setting names; else they are to be predicted. */
async function emptyError(
  files: number,
  ledger: LedgerLines,
  root: string,
  { labels, identities, gives }: Pick<ReturnType<Source['contract']>, 'labels' | 'identities' | 'gives'>,
): Promise<IchorError> {
  const where = labels
    ? 'Say where the data lie with `--set data.source.root=FOLDER`.'
    : 'Name a folder of DICOM files, a file or a zip: `ichor predict RUN DIR`.';
  if (files === 0) {
    const isFile = await stat(root).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isFile)
      return new IchorError(
        'source-empty',
        'The archive holds no files.',
        'Download or pack it again, and look into it.',
        2,
      );
    const beside = (await archivesIn(dirname(root))).filter((name) => name !== basename(root));
    const [archive] = [...(await archivesIn(root)), ...beside];
    // A name beside a private folder may be a person's.
    const which = identities === 'private' ? 'an archive' : archive;
    const packed = archive === undefined ? '' : ` Beside it lies ${which}: are the pictures still in there?`;
    return new IchorError('source-empty', 'The data folder holds no files.', `${where}${packed}`, 2);
  }
  const reasons = byReason(ledger.part().leftOut, 'file');
  const [largest] = reasons;
  const rows = ledger.part().notes.filter(({ reason }) => reason === 'row-without-files');
  const [row] = rows;
  if (row !== undefined) return nowhereError(rows, files, reasons, row.hint ?? where);
  const slice = gives === 'pictures' ? 'picture of a slice' : 'CT slice';
  const which = files === 1 ? `The only file is no ${slice}` : `None of the ${number(files)} files is a ${slice}`;
  const first = largest === undefined ? '' : ` First: ${largest.first}.`;
  return new IchorError(
    'source-empty',
    `${which} that can be read: ${reasonsText(reasons)}.${first}`,
    (largest && aloneHint(largest.reason, gives === 'pictures' ? 'pictures' : 'dicom')) ?? where,
    2,
  );
}

/** How many rows an error names. */
const MOST_ROWS = 3;

/** A table whose rows name no file that is there. */
function nowhereError(
  rows: readonly { message: string }[],
  files: number,
  left: ReturnType<typeof byReason>,
  hint: string,
): IchorError {
  const shown = rows.slice(0, MOST_ROWS).map(({ message }) => message);
  const others = reasonsText(left.filter(({ reason }) => reason !== 'not-named'));
  const more = rows.length > shown.length ? ` And so do ${number(rows.length - shown.length)} more.` : '';
  return new IchorError(
    'source-empty',
    `No row of the table of pictures gives a slice. ${shown.join(' ')}${more} The folder holds ${counted(files, 'file')}${others === '' ? '' : `; left out beside those that no row names: ${others}`}.`,
    hint,
    2,
  );
}

/**
 * Ids that the submission form asks for, as far as there are slices of them, and what it asks for beyond; null where there is
 * no form. What that does to the submission evaluate says, once there is one.
 */
async function submissionForm(
  source: OpenSource,
  rows: readonly SliceRow[],
  limited: boolean,
  identities: Identities,
  ledger: LedgerLines,
): Promise<{ submission: string[] | null; form?: SubmissionForm }> {
  if (source.submissionIds === undefined || identities.private) return { submission: null };
  const present = new Set(rows.map(({ slice }) => slice));
  const ids = await source.submissionIds();
  // Rows of a form are of slices; a slice's own id may look like a row's.
  const sliceOf = (id: string) => (present.has(id) ? id : (splitSubmissionId(id)?.slice ?? id));
  const asked = formRows(ids, sliceOf);
  const missing = [...asked.keys()].filter((id) => !present.has(id));
  for (const [item, labels] of asked)
    if (labels.size > 0 && labels.size < LABELS.length)
      ledger.note({
        item,
        what: 'slice',
        reason: 'submission-incomplete',
        message: `The sample submission has no row of it for ${LABELS.filter((label) => !labels.has(label)).join(', ')}: nor has submission.csv.`,
        kind: 'warning',
        hint: 'Kaggle’s sample has six rows for each slice: is the file whole? Copy it again.',
      });
  for (const item of limited ? [] : missing)
    ledger.note({
      item,
      what: 'slice',
      reason: 'submission-without-slice',
      message: 'The submission form asks for this slice, and no file that can be used holds it.',
      kind: 'information',
    });
  const form = { asked: asked.size, missing: missing.length, first: missing[0] ?? null, limited };
  return { submission: ids.filter((id) => present.has(sliceOf(id))), form };
}

/** The slices that a form asks for, in its order, each with the labels of its rows: none where it names slices alone. */
function formRows(ids: readonly string[], sliceOf: (id: string) => string): Map<string, Set<Label>> {
  const asked = new Map<string, Set<Label>>();
  for (const id of ids) {
    const slice = sliceOf(id);
    const labels = asked.get(slice) ?? new Set();
    asked.set(slice, labels);
    const row = slice === id ? null : splitSubmissionId(id);
    if (row !== null) labels.add(row.label);
  }
  return asked;
}

/** No test picture, where files of some were there or a sample asks for them: a submission that somebody waits for is not written at all. */
function noteNoTest(
  readings: readonly Pick<Reading, 'file'>[],
  kept: readonly Candidate[],
  form: SubmissionForm | undefined,
  ledger: LedgerLines,
): void {
  const files = readings.filter(({ file }) => file.set === 'test').length;
  const asked = form?.asked ?? 0;
  if ((files === 0 && asked === 0) || kept.some(({ set }) => set === 'test')) return;
  const why =
    files === 0
      ? `the data folder has no test picture, and the sample submission asks for ${counted(asked, 'slice')} (first ${form?.first ?? ''})`
      : files === 1
        ? 'the only test file was left out'
        : `all ${number(files)} test files were left out`;
  ledger.note({
    item: 'submission.csv',
    what: 'file',
    reason: 'no-submission',
    message: `There will be no submission.csv: ${why}.`,
    kind: 'warning',
    ...(files === 0
      ? { hint: 'Where it is wanted, unpack or copy the test folder (stage_2_test) beside the sample.' }
      : {}),
  });
}
