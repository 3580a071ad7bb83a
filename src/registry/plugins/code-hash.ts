import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { codeFiles } from './code-files.ts';

/**
 * SHA-256 over a module and over all that it names by relative paths, to the last file: names relative to the module and
 * contents, and no absolute path, so that a copy of the folder has the same hash. Packages do not count, nor do paths that
 * the code puts together as it runs. Where a name may mean one of two files, both count.
 */
export async function codeHash(file: string): Promise<string> {
  const top = dirname(file);
  const hash = createHash('sha256');
  const named = [...(await codeFiles(file))].map((path) => ({ path, name: relative(top, path).split(sep).join('/') }));
  for (const { path, name } of named.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const content = readFileSync(path);
    // Lengths keep one file's end from being another one's start.
    hash.update(`${Buffer.byteLength(name)} ${name} ${content.length} `).update(content);
  }
  return hash.digest('hex');
}
