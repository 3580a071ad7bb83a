import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IchorError } from '../../../src/index.ts';

/** Ends the name of a file that is being written: what a killed run leaves behind is told from what is complete. */
const UNFINISHED = '.part';

export const IMAGE_FOLDERS = { train: 'stage_2_train', test: 'stage_2_test' } as const;
export const DESCRIPTION = 'phantom.json';

/** Written aside and renamed: under its name a file is always whole. */
export async function writeWhole(path: string, content: string | Buffer): Promise<void> {
  await writeFile(path + UNFINISHED, content);
  await rename(path + UNFINISHED, path);
}

/**
 * Makes the image folders, and clears what a run that was killed left half written. What it left whole is written again
 * with the same bytes. Throws IchorError `phantom-folder-in-use` where other files lie in the image folders: they would
 * be taken for part of the phantom.
 */
export async function prepareFolder(
  folder: string,
  expected: Record<'train' | 'test', ReadonlySet<string>>,
): Promise<void> {
  // The description says that the folder is complete.
  await rm(join(folder, DESCRIPTION), { force: true });
  for (const set of ['train', 'test'] as const) {
    const images = join(folder, IMAGE_FOLDERS[set]);
    await mkdir(images, { recursive: true });
    for (const name of await readdir(images)) {
      const whole = name.endsWith(UNFINISHED) ? name.slice(0, -UNFINISHED.length) : name;
      if (!expected[set].has(whole)) {
        throw new IchorError(
          'phantom-folder-in-use',
          `${images} already holds ${JSON.stringify(name)}, which is no file of this phantom.`,
          'Choose an empty folder, or delete what an earlier phantom with other parameters left there.',
          2,
        );
      }
      if (whole !== name) await rm(join(images, name));
    }
  }
}
