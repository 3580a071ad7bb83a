import { basename, dirname, join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { readdir } from '../../files/fs.ts';
import type { OpenSource, SourceFile } from '../../registry/kinds/source.ts';
import { archivesIn } from './archives.ts';
import { besides } from './beside.ts';
import { readLabelRows, readSubmissionIds } from './kaggle-csv.ts';
import { isFile, isFolder, ROOT_HINT, rangeReaderOf, readerOf, requireFolder } from './read.ts';
import { walkFiles } from './walk.ts';

/** Kaggle's names by stage of the competition, the one that counted first. */
const STAGES = ['stage_2', 'stage_1'] as const;
/** Folders that are looked into where Kaggle's are not where they should be. */
const MOST_LOOKED_INTO = 100;
/** Of a set's folder. What Kaggle gave for stage 1 unpacks to the longer names, and people call stage 2's the same way. */
const FOLDERS = ['', '_images'] as const;

interface ImageFolder {
  name: string;
  set: SourceFile['set'];
}

/**
 * Opens a folder in the layout of Kaggle's "RSNA Intracranial Hemorrhage Detection": `stage_2_train/`, `stage_2_test/`
 * (or `stage_2_train_images/`, ...), `stage_2_train.csv`, `stage_2_sample_submission.csv`; the names of stage 1 where no
 * folder of stage 2 is there. One of the two image folders may be missing, the CSV files too. `phantom.json` beside them
 * marks it as synthetic.
 *
 * @throws IchorError `source-missing` (exit 2) where there is no such folder, or it holds neither image folder;
 * `source-ambiguous` (exit 2) where it holds a set under both of its names.
 */
export async function openKaggleFolder(root: string): Promise<OpenSource> {
  await requireFolder(root, `"${root}"`);
  for (const stage of STAGES) {
    const folders: ImageFolder[] = [];
    for (const set of ['train', 'test'] as const) {
      const there: string[] = [];
      for (const end of FOLDERS) {
        const name = `${stage}_${set}${end}`;
        if (await isFolder(join(root, name))) there.push(name);
      }
      if (there.length > 1) throw ambiguous(root, there);
      folders.push(...there.map((name) => ({ name, set })));
    }
    if (folders.length > 0) return openStage(root, stage, folders);
  }
  throw new IchorError(
    'source-missing',
    `The data folder "${root}" holds none of Kaggle's image folders (stage_2_train, stage_2_test, stage_1_train, stage_1_test, or the same with _images).`,
    (await nearby(root)) ?? (await packed(root)) ?? ROOT_HINT,
    2,
  );
}

/** Kaggle's folders one level above or below what was named. */
async function nearby(root: string): Promise<string | null> {
  const isKaggle = (name: string) => /^stage_[12]_(train|test)(_images)?$/.test(name);
  const said = (folder: string) => `Kaggle's image folders lie in ${folder}: --set data.source.root=${folder}`;
  if (isKaggle(basename(root))) return said(dirname(root));
  // Without leave to list a folder there is nothing to name.
  const names = (folder: string) => readdir(folder).catch(() => [] as string[]);
  for (const name of (await names(root)).sort().slice(0, MOST_LOOKED_INTO))
    if ((await names(join(root, name))).some(isKaggle)) return said(join(root, name));
  return null;
}

/** Kaggle's folders that are still in the archive that they came in. */
async function packed(root: string): Promise<string | null> {
  const [first, ...more] = await archivesIn(root);
  if (first === undefined) return null;
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return `${first}${others} lies there: unpack it first, with its folders.`;
}

const ambiguous = (root: string, folders: readonly string[]): IchorError =>
  new IchorError(
    'source-ambiguous',
    `The data folder "${root}" holds ${folders.join(' and ')}: one of them is to be read.`,
    'Move the other one away.',
    2,
  );

async function openStage(root: string, stage: string, folders: readonly ImageFolder[]): Promise<OpenSource> {
  const labels = `${stage}_train.csv`;
  const submission = `${stage}_sample_submission.csv`;
  const labelled = await isFile(join(root, labels));
  const open: OpenSource = {
    root,
    sliceIds: 'file-name',
    async *files() {
      for (const { name, set } of folders) {
        for await (const file of walkFiles(join(root, name), `The data folder's \`${name}\``))
          yield { ...file, path: `${name}/${file.path}`, set };
      }
    },
    read: readerOf(root),
    readRange: rangeReaderOf(root),
    labels: labelled ? { file: labels, rows: () => readLabelRows(join(root, labels)) } : null,
    ...(labelled ? {} : { noLabels: await noLabels(root, labels) }),
    synthetic: await isFile(join(root, 'phantom.json')),
  };
  const passedOver = await besides(root, new Set([...folders.map(({ name }) => name), ...(labelled ? [labels] : [])]));
  if (passedOver.length > 0) open.passedOver = passedOver;
  if (await isFile(join(root, submission))) open.submissionIds = () => readSubmissionIds(join(root, submission));
  return open;
}

/** What there is in the place of the labels file: packed, or under another name. */
async function noLabels(root: string, labels: string): Promise<string> {
  // Without leave to list the folder there is nothing more to name.
  const names = await readdir(root).catch(() => [] as string[]);
  if (names.includes(labels))
    return `${labels} is no file that can be read: a folder, a pipe, or a link that leads nowhere.`;
  const packed = names.filter((name) => name.startsWith(`${labels}.`));
  if (packed.length > 0) return `There is no ${labels}, only ${packed.join(', ')}: unpack it.`;
  const others = names.filter((name) => /\.csv(\.|$)/i.test(name) && !/submission/i.test(name)).sort();
  const instead = others.length === 0 ? '' : ` There is ${others.slice(0, 5).join(', ')}: is it one of them?`;
  return `There is no ${labels} in the data folder.${instead}`;
}
