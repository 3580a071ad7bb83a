import { join } from 'node:path';
import { existsSync } from '../../files/fs.ts';
import { readContents } from '../artifacts/contents.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import type { Warning } from '../notices/notice.ts';
import { counted, number } from '../notices/words.ts';
import type { Member } from './member.ts';

/**
 * What is doubtful where members saw other data than the first one, a warning for each: slices, places and labels agree, and
 * the files were changed between the runs. Empty where all saw the same.
 */
export async function otherData([first, ...others]: readonly Member[]): Promise<Warning[]> {
  if (first === undefined) return [];
  const contents = await contentsOf(first);
  const warnings: Warning[] = [];
  for (const other of others) {
    const slices = differing([first, contents], [other, await contentsOf(other)]);
    const states = first.record.data.fingerprint !== other.record.data.fingerprint;
    if (slices.length === 0 && !states) continue;
    const [slice] = slices;
    const what =
      slice === undefined
        ? 'headers and pixels of their slices are the same, another file of the data folder is not'
        : `${number(slices.length)} of ${counted(first.index.length, 'slice')} had another header or other pixels, the first is ${slice}`;
    warnings.push({
      code: 'ensemble-other-data',
      message: `Runs ${first.name} and ${other.name} saw the data in different states: ${what}.`,
      hint:
        slice === undefined
          ? 'Labels and splits agree, so that the average stands.'
          : 'Where one state is damaged or was mended since, run the recipe of the other again: ichor run RECIPE. What did not change is recalled.',
    });
  }
  return warnings;
}

type Contents = ReadonlyMap<string, string> | null;

/** What each file held when shards were made of it; null where the shards are gone. */
async function contentsOf({ artifacts }: Member): Promise<Contents> {
  const shards = artifacts.get('shards');
  // Generated pictures, and shards of earlier versions, have no such list.
  if (shards === undefined || !existsSync(join(shards.folder, 'contents.csv'))) return null;
  return new Map((await readContents(shards.folder)).map(({ file, content }) => [file, content]));
}

/** A file that is missing in one of the lists is one whose pixels had changed by then: see `FileContents`. */
function differing([one, left]: [Member, Contents], [other, right]: [Member, Contents]): string[] {
  if (sameArtifact(one, other, 'index') && sameArtifact(one, other, 'shards')) return [];
  return one.index.flatMap((row, i) => {
    const there = other.index[i] as SliceRow;
    const files = filesOf(row);
    const otherFiles = filesOf(there);
    const same =
      files.length === otherFiles.length &&
      files.every(({ file, headerHash }, n) => {
        const match = otherFiles[n];
        if (match === undefined || match.headerHash !== headerHash) return false;
        return left === null || right === null || left.get(file) === right.get(match.file);
      });
    return same ? [] : [row.slice];
  });
}

const filesOf = (row: SliceRow) => row.parts ?? [row];

const sameArtifact = (one: Member, other: Member, id: string): boolean =>
  one.artifacts.get(id)?.key === other.artifacts.get(id)?.key;
