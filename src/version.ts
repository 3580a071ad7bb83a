import { readFile } from 'node:fs/promises';

let known: string | undefined;

/** The version of ichor that runs: its package.json lies one folder up in the sources, two in dist. */
export async function ownVersion(): Promise<string> {
  if (known !== undefined) return known;
  for (const up of ['../', '../../']) {
    const text = await readFile(new URL(`${up}package.json`, import.meta.url), 'utf8').catch(() => null);
    const found = text === null ? null : (JSON.parse(text) as { name: string; version: string });
    if (found?.name === 'ichor') {
      known = found.version;
      return known;
    }
  }
  throw new Error('package.json of ichor was not found beside its code');
}
