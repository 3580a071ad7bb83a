import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import type { OpenSource, SourceFile } from '../../registry/kinds/kinds.ts';
import { readLabelRows, readSubmissionIds } from './kaggle-csv.ts';
import { isFile, isFolder, ROOT_HINT, readerOf, requireFolder } from './read.ts';
import { walkFiles } from './walk.ts';

/** Kaggle's names by stage of the competition, the one that counted first. */
const STAGES = ['stage_2', 'stage_1'] as const;

/**
 * Opens a folder in the layout of Kaggle's "RSNA Intracranial Hemorrhage Detection": `stage_2_train/`, `stage_2_test/`,
 * `stage_2_train.csv`, `stage_2_sample_submission.csv`; the names of stage 1 where no folder of stage 2 is there.
 * One of the two image folders may be missing, the CSV files too. `phantom.json` beside them marks it as synthetic.
 *
 * @throws IchorError `source-missing` (exit 2) where there is no such folder, or it holds neither image folder.
 */
export async function openKaggleFolder(root: string): Promise<OpenSource> {
  await requireFolder(root, `"${root}"`);
  for (const stage of STAGES) {
    const sets: SourceFile['set'][] = [];
    for (const set of ['train', 'test'] as const) if (await isFolder(join(root, `${stage}_${set}`))) sets.push(set);
    if (sets.length > 0) return openStage(root, stage, sets);
  }
  throw new IchorError(
    'source-missing',
    `The data folder "${root}" holds none of Kaggle's image folders (stage_2_train, stage_2_test, stage_1_train, stage_1_test).`,
    ROOT_HINT,
    2,
  );
}

async function openStage(root: string, stage: string, sets: readonly SourceFile['set'][]): Promise<OpenSource> {
  const labels = `${stage}_train.csv`;
  const submission = `${stage}_sample_submission.csv`;
  const open: OpenSource = {
    root,
    sliceIds: 'file-name',
    async *files() {
      for (const set of sets) {
        const folder = `${stage}_${set}`;
        for await (const found of walkFiles(join(root, folder)))
          yield { ...found, path: `${folder}/${found.path}`, set };
      }
    },
    read: readerOf(root),
    labels: (await isFile(join(root, labels))) ? { file: labels, rows: () => readLabelRows(join(root, labels)) } : null,
    synthetic: await isFile(join(root, 'phantom.json')),
  };
  if (await isFile(join(root, submission))) open.submissionIds = () => readSubmissionIds(join(root, submission));
  return open;
}
