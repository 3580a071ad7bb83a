import { readFile } from 'node:fs/promises';

interface OwnPackage {
  name: string;
  version: string;
  dependencies: Readonly<Record<string, string>>;
}

let known: OwnPackage | undefined;

/** The version of ichor that runs. */
export const ownVersion = async (): Promise<string> => (await ownPackage()).version;

/** What ichor's package.json says; it lies one folder up in the sources, two in dist. */
export async function ownPackage(): Promise<OwnPackage> {
  if (known !== undefined) return known;
  for (const up of ['../', '../../']) {
    const text = await readFile(new URL(`${up}package.json`, import.meta.url), 'utf8').catch(() => null);
    const found = text === null ? null : (JSON.parse(text) as OwnPackage);
    if (found?.name === 'ichor') {
      known = found;
      return known;
    }
  }
  throw new Error('package.json of ichor was not found beside its code');
}
