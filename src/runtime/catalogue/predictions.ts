import { quoted, type RunEntry } from './entry.ts';

const FORM = 'ID,Label\nID_0a1b2c3d4_any,0.5\n';

/** What comes out: predictions, figures, the submission, drawings of slices. */
export const predictions: readonly RunEntry[] = [
  {
    code: 'predictions-invalid',
    severity: 'error',
    title: 'A prediction is no probability',
    why: 'Evaluation reads six probabilities from 0 to 1 for each slice, and found something else. Most often a network whose training diverged; else a file that was changed.',
    fix: 'Lower the learning rate where the loss is NaN; else delete the predict artifact that `ichor runs show RUN` names, and run again.',
    example: quoted(
      'ichor run recipe.yaml',
      'The prediction of slice ID_0a1b2c3d4 is NaN, NaN, NaN, NaN, NaN, NaN: no six probabilities.',
      'Where training diverged (its loss is NaN), lower the learning rate; else delete the predict artifact named in the run.',
    ),
  },
  {
    code: 'predictions-mismatch',
    severity: 'error',
    title: 'Predictions and index name different slices',
    why: 'A figure is only right where each prediction meets the labels of its own slice. Some are missing, stand twice, or are of other slices: a file of the store was changed.',
    fix: 'Delete the predict artifact that `ichor runs show RUN` names; the next run makes it again.',
    example: quoted(
      'ichor run recipe.yaml',
      'The predictions (410 slices) are not those of the index (412 slices): 2 have no prediction, the first is ID_0a1b2c3d4.',
      'Delete the predict artifact named in the run; the next run makes it again.',
    ),
  },
  {
    code: 'seen-in-training',
    severity: 'warning',
    title: 'A network is shown pictures that it was trained on',
    why: 'The pictures that are to be predicted are the same as some of the training side of the run, whatever their files and ids are called now. What a network says of them it has been told. Their rows say so in the column `doubtful` (`picture seen in training`).',
    fix: 'Predict on other patients. How the network does on patients that it did not learn from stands on the page of the run itself (its validation side).',
    example: quoted(
      'ichor predict quickstart data',
      'All 410 pictures are among those that quickstart-1 was trained on: what it says of them it has been told, and shows nothing of how it does on new patients.',
      'Predict on patients that it was not trained on. How it does on those stands on the page of the run itself.',
    ),
  },
  {
    code: 'patients-in-training',
    severity: 'warning',
    title: 'Patients have the id of one that a network was trained on',
    why: 'Other pictures of a person are no pictures of a new one: a follow-up shows the same skull, the same operation, often the same haemorrhage. Ids are compared as splits count persons, private ones as hashes under one key; ids that name nobody, and those of generated heads, are not. Their rows say so in the column `doubtful` (`patient id seen in training`).',
    fix: 'Take these patients out. Where two places both count their patients from one, and these are others, there is nothing to do.',
    example: quoted(
      'ichor predict my-run data',
      '3 patients have an id of one that my-run-1 was trained on, and other pictures: if they are the same persons, these figures say nothing about new patients.',
      'Take them out, where they are the same persons. Where two places count their patients from one, equal ids mean nothing.',
    ),
  },
  {
    code: 'figure-unknown',
    severity: 'error',
    title: 'A run has no figure of this name',
    why: 'Two runs are compared by a figure that one of them was not evaluated with.',
    fix: 'Take a figure of the hint, or add its metric to `evaluation.metrics` and run again: only the evaluation is made anew.',
    example: quoted(
      'ichor table my-table.yaml',
      'Run quickstart-1 has no figure `auc (any)`.',
      'It has mean-log-loss, kaggle-log-loss; evaluation.metrics says which metrics are evaluated.',
    ),
  },
  {
    code: 'not-paired',
    severity: 'error',
    title: 'Two runs were not evaluated on the same patients',
    why: 'A difference with an interval is taken patient by patient. These runs have different slices on that side, or other labels for the same ones, so a difference would be one of data and not of networks.',
    fix: 'Compare recipes of the same data, `data.split` and `data.seed` (and `sequence.split`).',
    example: quoted(
      'ichor table my-table.yaml',
      'Run brain-only-1 has 12 slices on its validation side that three-windows-1 has not, the first is ID_0a1b2c3d4.',
      'Compare recipes of the same data, data.split and data.seed (and sequence.split).',
    ),
  },
  {
    code: 'submission-repeats',
    severity: 'error',
    title: 'A submission would hold an id twice',
    why: 'Two slices of the test folder share one id. Kaggle refuses a file with a row twice.',
    fix: 'Remove one of the two files from the test folder.',
    example: quoted(
      'ichor run recipe.yaml',
      'The submission would hold ID_0a1b2c3d4_any twice: two test files share this id.',
    ),
  },
  {
    code: 'submission-no-probability',
    severity: 'error',
    title: 'A row of the submission would be no probability',
    why: 'Kaggle takes numbers from 0 to 1. Something else is never written in their place.',
    fix: 'See whether training diverged (its loss is NaN) and lower the learning rate.',
    example: quoted('ichor run recipe.yaml', 'The prediction of ID_0a1b2c3d4_any is NaN, no probability.'),
  },
  {
    code: 'sample-invalid',
    severity: 'error',
    title: 'The sample submission is no sample',
    why: 'A submission is checked against the sample that Kaggle gives: `ID,Label` and a row for each slice and label of the test set. This file is something else.',
    fix: 'Name Kaggle’s file: `--sample stage_2_sample_submission.csv`.',
    example: {
      files: { 'submission.csv': FORM, 'sample.csv': 'slice;probability\n1;0.5\n' },
      commands: ['ichor submission check submission.csv --sample sample.csv'],
    },
  },
  {
    code: 'slice-unknown',
    severity: 'error',
    title: 'The source has no such slice',
    why: 'A figure is to show a slice by its id or path, and the recipe’s source does not hold it (or, without one being named, holds no labelled slice).',
    fix: 'Take an id of `slices.csv` of a run’s index, or a path relative to the source’s root. `--file FILE` shows any DICOM file.',
    example: quoted(
      'ichor figure windows recipe.yaml --slice ID_ffffffff0',
      'The source has no slice of that id or path.',
      'slices.csv of a run’s index names its slices; a path is relative to the source’s root.',
    ),
  },
  {
    code: 'slice-unusable',
    severity: 'error',
    title: 'A file is no CT slice that can be shown',
    why: 'It is no DICOM file, no CT, compressed, or its pixels end early.',
    fix: 'Name a CT slice as a DICOM file of one uncompressed frame: `gdcmconv --raw IN OUT` unpacks a compressed one.',
    example: {
      files: { 'recipe.yaml': '', 'notes.dcm': 'What was copied when.\n' },
      commands: ['ichor init quickstart', 'ichor figure windows quickstart.yaml --file notes.dcm'],
    },
  },
];
