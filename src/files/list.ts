import { join } from 'node:path';
import { readdir, stat } from './fs.ts';
import { systemCode } from './system-error.ts';

/** What systems and editors leave in any folder: `.DS_Store`, `._x`, `.nfs…`, `Thumbs.db`, `x~`. */
export const isStray = (name: string): boolean =>
  name.startsWith('.') || name.endsWith('~') || /^(thumbs\.db|desktop\.ini|lost\+found|#.*#)$/i.test(name);

/** Names in a folder, sorted, without strays; none where it does not exist. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await entriesOf(folder)).map(({ name }) => name);
}

/** Names of the folders in a folder, as `namesIn`; a link to a folder is one. */
export async function foldersIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await entriesOf(folder)) {
    const linked = entry.isSymbolicLink() && (await stat(join(folder, entry.name)).catch(() => null))?.isDirectory();
    if (entry.isDirectory() || linked) found.push(entry.name);
  }
  return found;
}

async function entriesOf(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
  return entries.filter(({ name }) => !isStray(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
}
