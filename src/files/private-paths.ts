import { resolve, sep } from 'node:path';

/** What stands for a file below a private folder: its HMAC where there is a key, null where nothing may be said of it. */
export type PrivateName = (path: string) => string | null;

const folders = new Map<string, PrivateName>();

/**
 * From here on no message of a system error names a path below this folder: names of folders and files of a hospital are
 * the names of its patients. For the whole process, because an error does not know who asked.
 * @param folder absolute
 * @param name gets the path relative to the folder, with `/`
 */
export function keepPathsPrivate(folder: string, name: PrivateName): void {
  folders.set(resolve(folder), name);
}

/** A path as a message may say it. */
export function sayPath(path: string): string {
  const whole = resolve(path);
  for (const [folder, name] of folders) {
    if (whole === folder) return 'the data folder';
    if (!whole.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`)) continue;
    const hash = name(
      whole
        .slice(folder.length)
        .replace(/^[\\/]+/, '')
        .replaceAll('\\', '/'),
    );
    return hash === null ? 'a file of the data folder' : `the file ${hash} of the data folder`;
  }
  return path;
}

/** For tests. */
export function forgetPrivatePaths(): void {
  folders.clear();
}
