import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { mkdir, readFile, rm } from '../../files/fs.ts';
import { namesIn } from '../../files/list.ts';
import { replaceFile } from '../../files/write.ts';
import { NAME_PATTERN } from '../../registry/language/language.ts';
import { listRuns } from './run-folder.ts';

/**
 * A tag is a name of one's own for a run: a file `tags/<tag>` of the store that holds the run's name. Not in run.json,
 * which a running run writes anew.
 */
const folderOf = (storeRoot: string): string => join(storeRoot, 'tags');

/** The run that a tag names; null where there is no such tag. */
export async function taggedRun(storeRoot: string, tag: string): Promise<string | null> {
  if (!isTag(tag)) return null;
  const text = await readFile(join(folderOf(storeRoot), tag), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return null;
  });
  return text === null ? null : text.trim();
}

/** Tags by the run that they name, each list in order. */
export async function tagsByRun(storeRoot: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const tags = new Map<string, string[]>();
  for (const tag of await namesIn(folderOf(storeRoot))) {
    const run = await taggedRun(storeRoot, tag);
    if (run !== null) tags.set(run, [...(tags.get(run) ?? []), tag]);
  }
  return tags;
}

const isTag = (tag: string): boolean => new RegExp(NAME_PATTERN).test(tag);

/**
 * Gives a run a name of one's own. Throws (exit 2) `tag-invalid` for what no tag may be called, and `tag-taken` where
 * another run has it, unless it is to be moved.
 */
export async function tagRun(storeRoot: string, run: string, tag: string, { move }: { move: boolean }): Promise<void> {
  const runs = await listRuns(storeRoot);
  const invalid = (why: string) =>
    new IchorError(
      'tag-invalid',
      `${tag} cannot be a tag: ${why}.`,
      'Choose another: paper, best, before-augmentation.',
      2,
    );
  if (!isTag(tag)) throw invalid('letters, digits, dots, hyphens and underscores only, at most 64');
  if (/-\d+$/.test(tag)) throw invalid('what ends with a hyphen and a number is the name of a run');
  if (runs.some(({ record }) => record.recipe === tag)) throw invalid('a recipe with runs in this store is called so');
  const before = await taggedRun(storeRoot, tag);
  // The tag of a run that is gone is free.
  const held = before !== null && before !== run && runs.some(({ record }) => record.name === before);
  if (held && !move)
    throw new IchorError(
      'tag-taken',
      `${tag} is the tag of run ${before}.`,
      `Move it with --force, or choose another.`,
      2,
    );
  await mkdir(folderOf(storeRoot), { recursive: true });
  await replaceFile(join(folderOf(storeRoot), tag), `${run}\n`);
}

/** Takes a tag away; its run stays. Throws `tag-unknown` (exit 2) where there is none. */
export async function removeTag(storeRoot: string, tag: string): Promise<void> {
  if ((await taggedRun(storeRoot, tag)) === null)
    throw new IchorError('tag-unknown', `There is no tag ${tag}.`, '`ichor runs list` shows the tags of each run.', 2);
  await rm(join(folderOf(storeRoot), tag));
}
