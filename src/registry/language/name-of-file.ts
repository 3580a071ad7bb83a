import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { NAME_PATTERN } from './language.ts';

const LONGEST = 64;
const HASH_DIGITS = 8;

/**
 * A file's name without its ending, made fit for a name: it becomes one of folders. Letters of other scripts are not fit
 * for one; so that two such files do not share a folder, a few digits stand for what was left out.
 * @param otherwise where nothing is left: `recipe`
 */
export function nameOfFile(path: string, otherwise: string): string {
  // One file has one name, whether its system writes é as one sign or as two.
  const stem = basename(path)
    .replace(/\.ya?ml$/, '')
    .normalize('NFC');
  const plain = stem.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  const foreign = /[^\p{ASCII}]/u.test(stem);
  if (!foreign) {
    const name = plain.slice(0, LONGEST);
    return new RegExp(NAME_PATTERN).test(name) ? name : otherwise;
  }
  const hash = createHash('sha256').update(stem).digest('hex').slice(0, HASH_DIGITS);
  const kept = plain.slice(0, LONGEST - HASH_DIGITS - 1).replace(/-+$/, '');
  return `${kept === '' ? otherwise : kept}-${hash}`;
}
