import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../script.mjs';

/** A module of `dist/`: pages show what the built command says. */
export function built(path) {
  const file = join(ROOT, 'dist', path);
  if (!existsSync(file)) throw new Error(`${file} is not built: npm run build`);
  return import(pathToFileURL(file).href);
}
