import { readdir } from '../../files/fs.ts';

const ARCHIVE = /\.(zip|7z|rar|tar|tar\.\w+|tgz|tbz2?|txz)$/i;

/** Archives in a folder, by their names, sorted: what somebody downloaded and has not unpacked yet. */
export const archivesIn = async (folder: string): Promise<string[]> =>
  // Without leave to list it there is nothing to name.
  (await readdir(folder).catch(() => [] as string[])).filter((name) => ARCHIVE.test(name)).sort();
