import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const shared = resolve(process.env.ICHOR_SHARED ?? join(dirname(repository), 'shared'));
const missing = new Set<string>();

/**
 * Path of a data set in the shared folder (`rsna-sample`, `dicom-corpus`), or null where it is not there: skip the
 * test then, `describe.skipIf(sharedData('rsna-sample') === null)`. Says so once a process.
 */
export function sharedData(name: string): string | null {
  const path = join(shared, 'data', name);
  if (existsSync(path)) return path;
  if (!missing.has(name)) {
    missing.add(name);
    console.warn(`Skipped: tests of the shared data set "${name}". Name its folder with ICHOR_SHARED.`);
  }
  return null;
}
