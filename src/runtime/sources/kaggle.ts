import { basename, dirname, join } from 'node:path';
import { IchorError } from '../../errors.ts';
import type { OpenSource, SourceFile } from '../../registry/kinds/source.ts';
import { archivesIn } from './archives.ts';
import { besides } from './beside.ts';
import { readLabelRows, readSubmissionIds } from './kaggle-csv.ts';
import { openTree } from './open-tree.ts';
import { isFolder, ROOT_HINT } from './read.ts';
import { below, type FileTree, folderTree } from './tree.ts';

/** Kaggle's names by stage of the competition, the one that counted first. */
const STAGES = ['stage_2', 'stage_1'] as const;
/** Folders that are looked into where Kaggle's are not where they should be. */
const MOST_LOOKED_INTO = 100;
/** Of a set's folder. What Kaggle gave for stage 1 unpacks to the longer names, and people call stage 2's the same way. */
const FOLDERS = ['', '_images'] as const;

const isKaggle = (name: string) => /^stage_[12]_(train|test)(_images)?$/.test(name);

interface ImageFolder {
  name: string;
  set: SourceFile['set'];
}

/**
 * Opens a folder in the layout of Kaggle's "RSNA Intracranial Hemorrhage Detection": `stage_2_train/`, `stage_2_test/`
 * (or `stage_2_train_images/`, ...), `stage_2_train.csv`, `stage_2_sample_submission.csv`; the names of stage 1 where no
 * folder of stage 2 is there. One of the two image folders may be missing, the CSV files too. `phantom.json` beside them
 * marks it as synthetic. A zip is read in place, as the folder that it unpacks to: Kaggle's has its files in a folder of the
 * competition's name. Of several places each may hold a part of the layout, on another disk say.
 *
 * @param root absolute
 * @param roots all of them, where there are several
 * @throws IchorError `source-missing` (exit 2) where there is no such folder, or it holds neither image folder;
 * `source-ambiguous` (exit 2) where it holds a set under both of its names, or two places hold the same part;
 * `source-zip-damaged`, `source-zip-parts`, `source-zip-joined`, `source-unreadable` (exit 2) where a zip cannot be read.
 */
export async function openKaggleFolder(root: string, roots: readonly string[] = [root]): Promise<OpenSource> {
  const layout = new Layout(roots, await Promise.all(roots.map(openPlace)));
  for (const stage of STAGES) {
    const folders: ImageFolder[] = [];
    for (const set of ['train', 'test'] as const) {
      const there: string[] = [];
      for (const end of FOLDERS) {
        const name = `${stage}_${set}${end}`;
        if (await layout.isFolder(name)) there.push(name);
      }
      if (there.length > 1) throw ambiguous(layout.shown, there);
      folders.push(...there.map((name) => ({ name, set })));
    }
    if (folders.length > 0) return openStage(layout, stage, folders);
  }
  throw new IchorError(
    'source-missing',
    `The data folder ${layout.shown} holds none of Kaggle's image folders (stage_2_train, stage_2_test, stage_1_train, stage_1_test, or the same with _images).`,
    (await nearby(root)) ?? (await packed(root)) ?? ROOT_HINT,
    2,
  );
}

async function openPlace(root: string): Promise<FileTree> {
  const { kind, tree } = await openTree(root, `"${root}"`, ROOT_HINT);
  if (kind === 'folder') return tree;
  if (kind === 'zip') return withinZip(root, tree);
  throw new IchorError(
    'source-missing',
    `The data folder "${root}" is a file, neither a folder nor a zip in Kaggle's layout.`,
    'Files of your own are of the source `folder`, which has no labels: `ichor predict RUN FILE`.',
    2,
  );
}

/** Whoever packs a folder packs its name too: Kaggle's layout lies at the top, or in one folder there. */
async function withinZip(root: string, tree: FileTree): Promise<FileTree> {
  const top = await tree.names('');
  if (top.some(isKaggle)) return tree;
  const found: string[] = [];
  for (const name of top.slice(0, MOST_LOOKED_INTO)) if ((await tree.names(name)).some(isKaggle)) found.push(name);
  const [folder, ...others] = found;
  if (folder === undefined) return tree;
  if (others.length > 0) throw ambiguous(`"${root}"`, found);
  return below(tree, folder);
}

/** Kaggle's layout in one place, or parted among several: each name lies in one of them. */
class Layout {
  constructor(
    readonly roots: readonly string[],
    readonly trees: readonly FileTree[],
  ) {}

  get shown(): string {
    return this.roots.map((root) => `"${root}"`).join(', ');
  }

  isFolder = async (name: string): Promise<boolean> => (await this.#find(name, 'isFolder')) !== null;
  isFile = async (name: string): Promise<boolean> => (await this.#find(name, 'isFile')) !== null;

  async names(): Promise<string[]> {
    return (await Promise.all(this.trees.map((tree) => tree.names('')))).flat();
  }

  /** The place that has a file or folder of the top. */
  async treeOf(name: string): Promise<FileTree> {
    const [only] = this.trees;
    if (only !== undefined && this.trees.length === 1) return only;
    const found = (await this.#find(name, 'isFolder')) ?? (await this.#find(name, 'isFile'));
    if (found === null) throw Object.assign(new Error('is not there'), { code: 'ENOENT' });
    return found;
  }

  readonly #found = new Map<string, FileTree | null>();

  async #find(name: string, is: 'isFolder' | 'isFile'): Promise<FileTree | null> {
    const known = this.#found.get(`${is} ${name}`);
    if (known !== undefined) return known;
    const there: [string, FileTree][] = [];
    for (const [i, tree] of this.trees.entries()) if (await tree[is](name)) there.push([this.roots[i] as string, tree]);
    if (there.length > 1)
      throw new IchorError(
        'source-ambiguous',
        `${name} lies in ${there.map(([root]) => `"${root}"`).join(' and in ')}: one of them is to be read.`,
        'Name the other place no more, or move it away there.',
        2,
      );
    const found = there[0]?.[1] ?? null;
    this.#found.set(`${is} ${name}`, found);
    return found;
  }
}

/** Kaggle's folders one level above or below what was named. */
async function nearby(root: string): Promise<string | null> {
  const said = (folder: string) => `Kaggle's image folders lie in ${folder}: --set data.source.root=${folder}`;
  if (isKaggle(basename(root))) return said(dirname(root));
  if (!(await isFolder(root))) return null;
  const tree = folderTree(root);
  for (const name of (await tree.names('')).slice(0, MOST_LOOKED_INTO))
    if ((await tree.names(name)).some(isKaggle)) return said(`${root}/${name}`);
  return null;
}

/** Kaggle's folders that are still in the archive that they came in. */
async function packed(root: string): Promise<string | null> {
  const [first, ...more] = await archivesIn(root);
  if (first === undefined) return null;
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return /\.zip$/i.test(first)
    ? `${first}${others} lies there: name it in the folder's place, it is read as it is: --set data.source.root=${join(root, first)}`
    : `${first}${others} lies there: unpack it first, with its folders.`;
}

const ambiguous = (shown: string, folders: readonly string[]): IchorError =>
  new IchorError(
    'source-ambiguous',
    `The data folder ${shown} holds ${folders.join(' and ')}: one of them is to be read.`,
    'Move the other one away.',
    2,
  );

async function openStage(layout: Layout, stage: string, folders: readonly ImageFolder[]): Promise<OpenSource> {
  const labels = `${stage}_train.csv`;
  const submission = `${stage}_sample_submission.csv`;
  const labelled = await layout.isFile(labels);
  const text = (name: string) => ({
    name,
    async *lines() {
      yield* (await layout.treeOf(name)).lines(name);
    },
  });
  const placeOf = (path: string) => layout.treeOf(path.split('/', 1)[0] as string);
  const [root = ''] = layout.roots;
  const open: OpenSource = {
    root,
    ...(layout.roots.length > 1 ? { roots: layout.roots } : {}),
    sliceIds: 'file-name',
    async *files() {
      for (const { name, set } of folders) {
        const tree = await layout.treeOf(name);
        for await (const file of tree.walk(name, `The data folder's \`${name}\``))
          yield { ...file, path: `${name}/${file.path}`, set };
      }
    },
    read: async (path, length) => (await placeOf(path)).read(path, length),
    readRange: async (path, offset, length) => (await placeOf(path)).readRange(path, offset, length),
    fileOf: async (path) => (await placeOf(path)).fileOf(path),
    labels: labelled ? { file: labels, rows: () => readLabelRows(text(labels)) } : null,
    ...(labelled ? {} : { noLabels: await noLabels(layout, labels) }),
    synthetic: await layout.isFile('phantom.json'),
  };
  const passedOver = await besides(
    layout.trees,
    new Set([...folders.map(({ name }) => name), ...(labelled ? [labels] : [])]),
  );
  if (passedOver.length > 0) open.passedOver = passedOver;
  if (await layout.isFile(submission)) open.submissionIds = () => readSubmissionIds(text(submission));
  else if ((await layout.names()).includes(submission))
    open.noSubmission = notAFile(submission, await layout.isFolder(submission));
  return open;
}

const notAFile = (name: string, isFolder: boolean): string =>
  isFolder
    ? `${name} is a folder, not the file of that name: some programs unpack a file into a folder that is called like it.`
    : `${name} is no file that can be read: a pipe, a socket, or a link that leads nowhere.`;

/** What there is in the place of the labels file: packed, or under another name. */
async function noLabels(layout: Layout, labels: string): Promise<string> {
  const names = await layout.names();
  if (names.includes(labels)) return notAFile(labels, await layout.isFolder(labels));
  const packed = names.filter((name) => name.startsWith(`${labels}.`));
  if (packed.length > 0) return `There is no ${labels}, only ${packed.join(', ')}: unpack it.`;
  const others = names.filter((name) => /\.csv(\.|$)/i.test(name) && !/submission/i.test(name)).sort();
  const instead = others.length === 0 ? '' : ` There is ${others.slice(0, 5).join(', ')}: is it one of them?`;
  return `There is no ${labels} in the data folder.${instead}`;
}
