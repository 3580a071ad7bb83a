import { IchorError } from '../../errors.ts';
import { openImageFolder } from '../sources/folder.ts';
import { type Identities, identitiesOf } from '../sources/identities.ts';
import { indexSource } from './index-source.ts';

/** A private name, and what it stands for. */
export interface KnownName {
  hash: string;
  what: 'slice' | 'series' | 'study' | 'patient' | 'file';
  /** As it stands in the files. Of a file its path below its place. */
  name: string;
  /** The places that were searched when it was found. */
  places: readonly string[];
}

/** Fewer digits fit too many names. */
export const FEWEST_DIGITS = 6;

/** A private name as people copy it: whole, or its start. Throws IchorError `private-name-form` (exit 2). */
export function hashOfName(text: string): string {
  const hash = text.trim().toLowerCase();
  if (/^[0-9a-f]+$/.test(hash) && hash.length >= FEWEST_DIGITS && hash.length <= 20) return hash;
  throw new IchorError(
    'private-name-form',
    `${JSON.stringify(text)} is no private name: those are hashes of 20 digits (0-9, a-f).`,
    `Copy one from predictions.csv, patients.csv or the page of a run that was made without --show-ids; its first ${FEWEST_DIGITS} digits do.`,
    2,
  );
}

/**
 * What private names stand for, by making the names of all that lies in these places again, under the same key. A name
 * cannot be reversed; whoever has neither key nor data learns nothing.
 *
 * @param hashes as `hashOfName` gives them
 */
export async function whois(
  hashes: readonly string[],
  places: readonly (readonly string[])[],
  key: Buffer,
  options: { signal: AbortSignal; progress?(done: number, total: number, unit: string): Promise<void> },
): Promise<{ found: KnownName[]; unreadable: string[] }> {
  const found: KnownName[] = [];
  const unreadable: string[] = [];
  for (const roots of places) {
    const missing = hashes.filter((hash) => !found.some((one) => one.hash.startsWith(hash)));
    if (missing.length === 0) break;
    const { identities, seen } = recording(missing, key);
    try {
      const source = await openImageFolder(roots[0] ?? '', roots);
      await indexSource(source, { ...options, identities, contract: { repairIntercept: false } });
      for await (const { path } of source.files()) identities.name('file', path);
    } catch (error) {
      if (!(error instanceof IchorError)) throw error;
      // It may lie on a disk that is not there today; the others are searched all the same.
      unreadable.push(error.message);
    }
    for (const name of seen.values()) found.push({ ...name, places: roots });
  }
  return { found, unreadable };
}

/** Names as a run makes them, keeping those that are asked for. */
function recording(
  hashes: readonly string[],
  key: Buffer,
): { identities: Identities; seen: Map<string, Omit<KnownName, 'places'>> } {
  const names = identitiesOf('private', key);
  const seen = new Map<string, Omit<KnownName, 'places'>>();
  const identities: Identities = {
    ...names,
    name(what, identity) {
      const hash = names.name(what, identity);
      if (hashes.some((one) => hash.startsWith(one))) seen.set(`${what} ${hash}`, { hash, what, name: identity });
      return hash;
    },
  };
  return { identities, seen };
}
