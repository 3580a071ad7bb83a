import { SMALL } from '../../registry/diagnostics/findings/catalogue/entry.ts';
import { quoted, type RunEntry } from './entry.ts';

const RECIPE = { 'recipe.yaml': SMALL };
const LISTED = 'ichor runs ledger';
const run = ['ichor run recipe.yaml --until index'];

/** The folder that the recipe names. */
export const data: readonly RunEntry[] = [
  {
    code: 'source-missing',
    severity: 'error',
    title: 'The data are not where the recipe says',
    why: 'The recipe names no folder, the folder is not there, or it does not hold what its source reads (for `rsna`: Kaggle’s image folders). A relative `root` starts at the workspace: the nearest folder upwards with a package.json, else the folder of the command.',
    fix: 'Say where the data lie, `--set data.source.root=DIR`, or correct `root` in the recipe. The hint names Kaggle’s folders where they lie one level above or below.',
    example: { files: RECIPE, commands: run },
  },
  {
    code: 'source-empty',
    severity: 'error',
    title: 'No file of the folder is a CT slice that can be read',
    why: 'The folder is there, and nothing in it can be used: it is empty, or every file was left out. The message counts the reasons; each is explained in [ledger](ledger.md).',
    fix: 'Name another folder, or mend the reason that comes first (compressed files have to be converted, files that end early copied again).',
    example: { files: { ...RECIPE, 'data/rsna/stage_2_train/notes.txt': 'What was copied when.\n' }, commands: run },
  },
  {
    code: 'source-ambiguous',
    severity: 'error',
    title: 'Two folders of the data are the same set',
    why: 'Kaggle’s archive unpacks to `stage_2_train` or `stage_2_train_images`, depending on the tool. Both are there, and reading both would count every slice twice. Where `root` names several places, or a zip holds several folders, the same set may lie in two of them.',
    fix: 'Move one of them away. Where both hold half of the files, move them into one.',
    example: {
      files: { ...RECIPE, 'data/rsna/stage_2_train/a.dcm': '', 'data/rsna/stage_2_train_images/b.dcm': '' },
      commands: run,
    },
  },
  {
    code: 'other-set-there',
    severity: 'warning',
    title: 'Beside the data lies another set, or another table of labels',
    why: 'The data folder holds a further folder of pictures, or a table that has rows of labels too: of the other stage, a corrected copy, a part for validation. Only Kaggle’s own names are read, stage 2 where it is there, and somebody may mean the others.',
    fix: 'Move away what is not meant. To read the other one, give it Kaggle’s name: `stage_2_train.csv`, `stage_2_train/`.',
    example: quoted(
      'ichor run recipe.yaml',
      'Beside the data lies stage_2_train-corrected.csv: of the same kind, and not read.',
      'Kaggle’s names are read, stage 2 before stage 1. Move away what is not meant, or give it such a name.',
    ),
  },
  {
    code: 'source-unreadable',
    severity: 'error',
    title: 'The data folder cannot be listed, or its zip not be read',
    why: 'The system does not let this user see what is in the folder or the zip, or a DICOMDIR has no records. Nothing of it is known, so nothing is read.',
    fix: 'Ask its owner for the rights r and x: `chmod u+rx DIR`, or on a shared disk the group’s.',
    example: quoted(
      'ichor run recipe.yaml',
      'The data folder "data/rsna" cannot be listed (EACCES).',
      'Look at its permissions with `ls -ld`: listing it needs the rights to read and to enter it (r and x).',
    ),
  },
  {
    code: 'source-zip-damaged',
    severity: 'error',
    title: 'The list of what a zip holds is damaged, or not there',
    why: 'A zip ends with the list of its files. Without it, or where it contradicts itself, nobody knows what belongs to the archive: most often a download was cut off. A single file that is damaged is left out instead, and stands in the [ledger](ledger.md).',
    fix: 'Compare its size with the one that the download page states, and download or copy it again. `unzip -t FILE.zip` tests it whole.',
    example: quoted(
      'ichor run recipe.yaml --set data.source.root=rsna.zip',
      'The zip "rsna.zip" has no end: what a zip holds is listed there.',
      'It was cut off: download or copy it again, and compare its size.',
    ),
  },
  {
    code: 'source-zip-parts',
    severity: 'error',
    title: 'A zip that was split into several files',
    why: 'Only all parts together (`.z01`, `.z02`, …, `.zip`) are an archive, and they are read in place as one file only.',
    fix: 'Join them: `zip -s 0 PART.zip --out whole.zip`, or unpack them and name the folder.',
    example: quoted(
      'ichor predict quickstart scans.zip',
      'The zip that is to be predicted is one part of a zip that was split into several files.',
      'Join them first, into one zip: zip -s 0 PART.zip --out whole.zip.',
    ),
  },
  {
    code: 'source-zip-joined',
    severity: 'error',
    title: 'Two zips in one file',
    why: 'The file begins with a member that the list at its end does not name. Such files come of `cat a.zip b.zip`: every program sees the last archive alone, and the pictures of the first would be missing without a word.',
    fix: 'Take each archive by itself (`ichor data inspect` takes several), or unpack both and zip the folder anew. `zip -FF` finds what the first holds.',
    example: quoted(
      'ichor predict quickstart scans.zip',
      'The zip that is to be predicted holds two archives, one behind the other: what is in the first is listed nowhere.',
      'It was joined of two zips. Take each by itself, or unpack both and zip the folder anew (the first: `zip -FF`).',
    ),
  },
  {
    code: 'source-changed',
    severity: 'error',
    title: 'A file of the data changed while it was used',
    why: 'Its size, header or pixels are not those that the run started with. A result that mixes two states of the data could not be made again, so the stage stops.',
    fix: 'Let whatever writes there finish (a copy, a synchronisation), then run the same command again: changed files are read anew, everything else is kept.',
    example: quoted(
      'ichor run recipe.yaml',
      'The file stage_2_train/ID_0a1b2c3d4.dcm is not the one that index saw: its header differs.',
      'Run again: index reads the changed folder anew.',
    ),
  },
  {
    code: 'folder-moving',
    severity: 'warning',
    title: 'Files came or went while the folder was read',
    why: 'The run lists the folder when it starts, and again once it has read all pictures. Files that came in between are in no result; what was read of files that went away is, and cannot be read again. Most often a copy was still running.',
    fix: 'Let the copy finish and run the same command again. A complete folder gives no such line.',
    example: quoted(
      'ichor run recipe.yaml',
      'The data folder changed while shards were made: 212 files came in too late to be read (first stage_2_train/ID_0a1b2c3d4.dcm).',
      'Let whatever writes there finish (a copy, a synchronisation), then run the same command again: what is done is kept where its files are what they were.',
    ),
  },
  {
    code: 'phantom-slices',
    severity: 'error',
    title: 'A phantom is to have more slices at least than at most',
    why: 'The number of slices of each phantom is drawn between `minimumSlices` and `maximumSlices`.',
    fix: 'Make `minimumSlices` the smaller one; `ichor describe source phantom` shows both with their defaults.',
    example: { commands: ['ichor data phantom made --set minimumSlices=30 --set maximumSlices=20'] },
  },
  {
    code: 'phantom-folder-in-use',
    severity: 'error',
    title: 'Other files lie where a phantom is to be written',
    why: 'Phantoms go on where they were interrupted, and a file that is no part of this phantom would be read as one of its slices.',
    fix: 'Choose an empty folder, or delete what an earlier phantom with other parameters left there.',
    example: quoted(
      'ichor data phantom made',
      'made/stage_2_train already holds "notes.txt", which is no file of this phantom.',
      'Choose an empty folder, or delete what an earlier phantom with other parameters left there.',
    ),
  },
  {
    code: 'no-readable-pixels',
    severity: 'error',
    title: 'The pixels of every slice end early',
    why: 'All headers can be read, and no file has the pixels that its header announces. Copies that were cut off look like this.',
    fix: 'Copy the files again and compare one with its original: `cmp A B`.',
    example: quoted(
      'ichor run recipe.yaml',
      'The pixels of all 412 slices end early.',
      'Copy the files again: they are cut off.',
    ),
  },
  {
    code: 'no-labelled-slices',
    severity: 'error',
    title: 'No slice is left to train on',
    why: 'A network was to be trained, and the training side holds no slice that has both labels and pixels. Each of labels, split, `data.limit` and `data.minBrainFraction` takes some away; together they left none.',
    fix: `See what was left out and why with \`${LISTED}\`, then raise \`data.limit\`, lower \`data.minBrainFraction\`, or give the labels file rows for these slices.`,
    example: quoted(
      'ichor run recipe.yaml --set data.minBrainFraction=0.9',
      'The backbone cannot be trained: no labelled slice of the training side has more than 0.9 of its pixels between 0 and 80 HU (data.minBrainFraction).',
      'Lower data.minBrainFraction, or write null. Check the labels file, data.limit and data.split; `ichor runs ledger` names what index and shards left out.',
    ),
  },
  {
    code: 'split-impossible',
    severity: 'error',
    title: 'The data cannot be split into two sides',
    why: 'The split left one side without a labelled patient (or slice): there are too few, they share pictures and count as one, or the share for validation is too large. Training without a second side would measure nothing.',
    fix: 'Lower `data.split.validation`, give it more patients, or another `data.seed`. The ledger of index names the patients that were joined.',
    example: quoted(
      'ichor run recipe.yaml',
      'A share of 0.5 for validation leaves none of the 1 labelled patients for training.',
      'Give it labelled slices of two patients at least; those that share a study or a series count as one (the ledger of index names them).',
    ),
  },
  {
    code: 'crossfit-impossible',
    severity: 'error',
    title: 'There are fewer patients than folds',
    why: 'Cross-fit embeddings train one backbone a fold, and each fold needs a patient of its own on the training side.',
    fix: 'Ask for fewer folds, `train.sequence.embeddings: { crossfit: N }`, give it more patients, or write `embeddings: in-sample`.',
    example: quoted(
      'ichor run recipe.yaml',
      '3 patients on the training side cannot be dealt into 5 folds: each fold needs one.',
      'Set train.sequence.embeddings: { crossfit: 3 } at most, or give it more patients.',
    ),
  },
  {
    code: 'sample-not-a-file',
    severity: 'warning',
    title: 'Something else stands in the place of the sample submission',
    why: 'A folder, a pipe or a link that leads nowhere is called as Kaggle’s sample is. Which rows a submission has to have is not known then.',
    fix: 'Put Kaggle’s file in its place, or move the other away.',
    example: quoted(
      'ichor run rsna.yaml',
      'stage_2_sample_submission.csv is a folder, not the file of that name: some programs unpack a file into a folder that is called like it.',
      'The submission is made without it, and not checked. Put Kaggle’s file in its place.',
    ),
  },
];
