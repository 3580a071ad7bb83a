import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const FIXTURES = fileURLToPath(new URL('../../fixtures/weights/', import.meta.url));
const unpacked = new Map<string, string>();

/** Path of a file that make.py wrote; what is packed in the repository is unpacked among the temporary files, once. What is not there is not there. */
export function weightFixture(name: string): string {
  const path = join(FIXTURES, name);
  if (existsSync(path) || !existsSync(`${path}.gz`)) return path;
  const known = unpacked.get(name);
  if (known !== undefined) return known;
  const made = join(mkdtempSync(join(tmpdir(), 'ichor-fixture-')), name);
  writeFileSync(made, gunzipSync(readFileSync(`${path}.gz`)));
  unpacked.set(name, made);
  return made;
}
