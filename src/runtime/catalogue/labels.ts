import { SMALL } from '../../registry/diagnostics/findings/catalogue/entry.ts';
import { quoted, type RunEntry } from './entry.ts';

const ID = 'ID_0a1b2c3d4';
const LABELS = ['epidural', 'intraparenchymal', 'intraventricular', 'subarachnoid', 'subdural', 'any'];
const rows = (id: string, value = '0') => LABELS.map((label) => `${id}_${label},${value}`);
const csv = (lines: readonly string[]) => `${lines.join('\n')}\n`;

/** A slice, and this in the place of its labels. */
const labelled = (text: string | Uint8Array) => ({
  slices: [ID],
  files: { 'recipe.yaml': SMALL, 'data/rsna/stage_2_train.csv': text },
  commands: ['ichor run recipe.yaml --until index'],
});

/** What would make a result mean nothing, before a picture is read. */
export const labels: readonly RunEntry[] = [
  {
    code: 'no-labels-file',
    severity: 'error',
    title: 'Networks are to be trained, and there is no labels file',
    why: 'The source finds its images and no table of labels beside them. Without labels nothing can be learned or measured. The message says what was looked for, and what is there instead.',
    fix: 'Put the labels beside the image folders (for `rsna`: `stage_2_train.csv`), or stop before training with `--until shards`. To look at images with a trained run, use `ichor predict RUN DIR`.',
    example: { slices: [ID], files: { 'recipe.yaml': SMALL }, commands: ['ichor run recipe.yaml'] },
  },
  {
    code: 'labels-unreadable',
    severity: 'error',
    title: 'The labels file is another kind of table',
    why: 'By its first line no row of it can be read: semicolons or tabs in the place of commas, a column for each label, other names of columns.',
    fix: 'Save it as a CSV file with the header `ID,Label` and a row for each slice and label: `ID_0123456ab_epidural,0`.',
    example: labelled(csv(['ID;Label', ...rows(ID).map((row) => row.replace(',', ';'))])),
  },
  {
    code: 'bad-label-rows',
    severity: 'error',
    title: 'Rows of the labels file cannot be read',
    why: 'A label that is neither 0 nor 1, an ID that does not end in a label, a column too many. Nothing is guessed: the slice would count as unlabelled, or worse, as negative.',
    fix: 'Correct the rows; the message shows the first ones with their lines. Where a few of them are known to be bad, `data.labels.tolerate: N` lets their slices count as unlabelled.',
    example: labelled(csv(['ID,Label', ...rows(ID).slice(1), `${ID}_epidural,yes`])),
  },
  {
    code: 'conflicting-labels',
    severity: 'error',
    title: 'Two rows of the labels file contradict each other',
    why: 'One slice has the same label twice, once as 0 and once as 1. Which of them is right cannot be known. (Exact duplicates do no harm: Kaggle’s own tables hold 24.)',
    fix: 'Keep one of the two rows; the message names the lines.',
    example: labelled(csv(['ID,Label', ...rows(ID), `${ID}_epidural,1`])),
  },
  {
    code: 'no-label-rows',
    severity: 'error',
    title: 'The labels file holds no row',
    why: 'It has a header at most. A copy that was cut off looks like this.',
    fix: 'Copy it again.',
    example: labelled(csv(['ID,Label'])),
  },
  {
    code: 'labels-match-nothing',
    severity: 'error',
    title: 'No row of the labels file names a slice that can be trained on',
    why: 'Labels and images are of different sets, ids were changed on one side only, the train and test folders are mixed up, or the files that the labels name were left out. The message shows an id of either side.',
    fix: 'Bring both together: an ID is the name of a file without `.dcm`, an underscore and a label.',
    example: labelled(csv(['ID,Label', ...rows('ID_ffffffff0')])),
  },
  {
    code: 'no-complete-labels',
    severity: 'error',
    title: 'No slice has all six labels',
    why: 'Slices without all six count as unlabelled, so nothing would be left to train on. Most often a table of `any` alone, or one whose rows of a label were filtered out.',
    fix: 'Give each slice a row for each of the six labels.',
    example: labelled(csv(['ID,Label', `${ID}_any,0`])),
  },
  {
    code: 'no-positives',
    severity: 'error',
    title: 'Nothing that is to be learned from is positive',
    why: 'Every label, or every label on the training side, is 0. A network learns to say no, and its log loss looks excellent. A warning where the recipe accepts it; not told in a smoke run.',
    fix: 'Look at the labels, `data.limit` and `data.split`. To train all the same: `accept: [no-positives]`.',
    example: { ...labelled(csv(['ID,Label', ...rows(ID)])), commands: ['ichor run recipe.yaml'] },
  },
  {
    code: 'single-slice-patients',
    severity: 'error',
    title: 'Nearly every patient has one slice',
    why: 'Some anonymisers give each file patient, study and series ids of its own. Nothing says then which slices are of one head: a split by patient puts neighbours of one head on both sides, and every figure is too good. No sequence is longer than one slice, and no rule of consecutive slices finds anything. A warning where the recipe accepts it, in a smoke run and in predictions.',
    fix: 'Export the studies with ids that the slices of a head share. Where each slice is of another person, say so: `accept: [single-slice-patients]`.',
    example: quoted(
      'ichor run recipe.yaml',
      'All 812 patients have one slice each. Did an anonymiser give each file ids of its own? Then neighbours of one head count as different people, on both sides of any split, and no figure says anything about new patients.',
      'Export the studies with ids that the slices of a head share. If each slice is of another person: accept: [single-slice-patients].',
    ),
  },
  {
    code: 'test-side',
    severity: 'note',
    title: 'Patients are held out as the test side',
    why: '`data.test` sets a share of the labelled patients apart before anything is split. They are predicted as all others are; their labels are in no figure, threshold, calibration, early stop or choice of an epoch, and stand neither in patients.csv nor on the page.',
    fix: 'Choose by the validation side. In the end open them once: `ichor evaluate RUN --test-side`.',
    example: quoted(
      'ichor run recipe.yaml',
      '12 patients of 82 (353 slices with labels) are held out as the test side: nothing here sees their labels. `ichor evaluate RUN --test-side` opens them.',
    ),
  },
  {
    code: 'test-side-opened-again',
    severity: 'warning',
    title: 'The labels of a test side were opened before',
    why: 'A figure of patients whom nothing was chosen by is worth most the first time. Each further look may change what is chosen, and then it is fitted to them as validation is. Runs that hold out the same slices count together, whichever of them was judged; what a removed run had opened is not known.',
    fix: 'Report the first time. To choose further, use the validation side; for figures that are new, hold out other patients (`data.seed`) and train again.',
    example: quoted(
      'ichor evaluate quickstart-1 --test-side',
      'The labels of this test side were opened once before: quickstart-1 at 2026-05-04T09:12:44.120Z. Whatever was chosen by what they said is fitted to them.',
      'Report the first time, or hold out other patients (data.seed) and train again. Choose by the validation side.',
    ),
  },
  {
    code: 'no-test-side',
    severity: 'error',
    title: 'A run holds nobody out',
    why: '`ichor evaluate RUN --test-side` judges by the patients that the recipe of the run held out, and it held out none; or the run was itself made with the networks of another one.',
    fix: 'State `data.test: 0.15` and run the recipe again; or judge by other slices: `ichor evaluate RUN DIR --labels FILE`.',
    example: quoted(
      'ichor evaluate quickstart-1 --test-side',
      'Run quickstart-1 has no test side: its recipe holds no patient out.',
      'State a share (data.test: 0.15) and run the recipe again; or judge by other slices: ichor evaluate RUN DIR --labels FILE.',
    ),
  },
  {
    code: 'test-side-impossible',
    severity: 'error',
    title: 'There are too few patients for a test side',
    why: 'The share of `data.test` leaves no labelled patient on one of the two sides, or all of them share pictures with each other.',
    fix: 'Lower `data.test`, give it more patients, or leave it out.',
    example: quoted(
      'ichor run recipe.yaml',
      'A share of 0.5 for the test side cannot be set apart from 1 labelled patients: at least one stays on either side, and those that share pictures stay together.',
      'Lower data.test, give it more patients, or leave it out: data.test: null.',
    ),
  },
  {
    code: 'label-without-positives',
    severity: 'warning',
    title: 'A label has no positive slice on one side',
    why: 'On the training side no network can learn this label; on the validation side nothing measures how well it is found. Small data and rare labels (epidural) do this.',
    fix: 'Take more patients, or another split: `data.split.validation`, `data.seed`. Otherwise leave the label out of what you conclude.',
    example: quoted(
      'ichor run recipe.yaml',
      'None of the 812 labelled slices on the training side is positive for epidural. No network can learn it.',
      'Take more patients, or another data.split (its share, data.seed).',
    ),
  },
  {
    code: 'no-negatives',
    severity: 'error',
    title: 'Nothing that is to be learned from is negative',
    why: 'Every label, or every label on the training side, is 1. A network learns to say yes, and its log loss looks excellent. A warning where the recipe accepts it; not told in a smoke run.',
    fix: 'Look at the labels, `data.limit` and `data.split`. To train all the same: `accept: [no-negatives]`.',
    example: { ...labelled(csv(['ID,Label', ...rows(ID, '1')])), commands: ['ichor run recipe.yaml'] },
  },
  {
    code: 'truth-not-known',
    severity: 'warning',
    title: 'Some slices of a patient have labels, and others none',
    why: 'A patient or a series is positive by its slices. Where slices without a label could make it so, or make three in a row, nobody knows what it is: it stands in no figure of patients or series, and its truth in patients.csv is empty. Those whom a labelled slice makes positive for certain are counted, so that figures of such labels may flatter.',
    fix: 'Label every slice of a patient, or read the figures of slices alone.',
    example: quoted(
      'ichor evaluate quickstart-1 scans --labels labels.csv --columns path=File,any=Any',
      'Only some slices of 12 of the 40 patients of validation who are judged have labels. Where the others leave it open whether a patient or a series is positive, the truth is not known: 9 patients and 9 series by same-rule are in no figure of patients or series.',
      'Label every slice of a patient. Whom a labelled slice makes positive is counted and whom none does is not, so that these figures may flatter.',
    ),
  },
  {
    code: 'label-without-negatives',
    severity: 'warning',
    title: 'A label has no negative slice on one side',
    why: 'On the training side no network can learn this label; on the validation side nothing measures how well its absence is told. A table of positives alone, or a filter over slices that show something, does this.',
    fix: 'Take more patients, or another split: `data.split.validation`, `data.seed`. Otherwise leave the label out of what you conclude.',
    example: quoted(
      'ichor run recipe.yaml',
      'None of the 812 labelled slices on the training side is negative for any. No network can learn it.',
      'Take more patients, or another data.split (its share, data.seed).',
    ),
  },
  {
    code: 'not-text',
    severity: 'error',
    title: 'A table is no plain text',
    why: 'A table (labels, a submission, a sample) is read as UTF-8 text with lines. This one is compressed, in another encoding (UTF-16 or UTF-32, Latin-1 or Windows-1252 as spreadsheets save it), has no lines (or one that never ends), or is damaged. An encoding is not guessed at: under a wrong one two people are one.',
    fix: 'Unpack it, save it as CSV in UTF-8, or copy it again; the hint has the command.',
    example: {
      files: { 'submission.csv': Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]) },
      commands: ['ichor submission check submission.csv'],
    },
  },
  {
    code: 'file-unreadable',
    severity: 'error',
    title: 'A file that was named cannot be opened',
    why: 'It is not there, is a folder, or may not be read by this user.',
    fix: 'Correct the path: a relative one starts at the folder of the command. Look at its permissions with `ls -l`.',
    example: { commands: ['ichor submission check submission.csv'] },
  },
];
