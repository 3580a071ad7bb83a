import { IchorError } from '../../errors.ts';
import type { OpenSource } from '../../registry/kinds/source.ts';
import type { Registry } from '../../registry/registry.ts';
import { openImageFolder } from '../sources/folder.ts';
import { type Identities, identitiesOf } from '../sources/identities.ts';
import { whose } from '../stages/index/picture-candidates.ts';
import type { StatedPlace } from '../store/key-places.ts';
import { type IndexSourceOptions, indexSource } from './index-source.ts';

/** A private name, and what it stands for. */
export interface KnownName {
  hash: string;
  what: 'slice' | 'series' | 'study' | 'patient' | 'file';
  /** As it stands in the files. Of a file its path below its place. */
  name: string;
  /** The places that were searched when it was found. */
  places: readonly string[];
  /** Of a slice that a table names: whose it is there, its files, and the line; null: the paths say what there is. */
  row?: { patient: string; files: readonly string[]; line: number | null };
}

/** Where to look. */
export interface SearchedPlace {
  roots: readonly string[];
  /** `data.source` of a recipe that gives pictures, which alone can say what lies there; absent: any files. */
  source?: StatedPlace['source'];
  /** It is tried, and may well not fit. */
  guessed?: boolean;
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
  places: readonly SearchedPlace[],
  key: Buffer,
  options: {
    registry: Registry;
    signal: AbortSignal;
    progress?(done: number, total: number, unit: string): Promise<void>;
  },
): Promise<{ found: KnownName[]; unreadable: string[] }> {
  const found: KnownName[] = [];
  const unreadable: string[] = [];
  for (const place of places) {
    const { roots } = place;
    const missing = hashes.filter((hash) => !found.some((one) => one.hash.startsWith(hash)));
    if (missing.length === 0) break;
    const { identities, seen } = recording(missing, key);
    try {
      const source = await (place.source === undefined
        ? searchFiles(place, identities, options)
        : searchRecords(place.source, place, identities, { ...options, seen }));
      for await (const { path } of source.files()) identities.name('file', path);
    } catch (error) {
      if (!(error instanceof IchorError)) throw error;
      // It may lie on a disk that is not there today; the others are searched all the same.
      if (place.guessed !== true) unreadable.push(error.message);
    }
    for (const name of seen.values()) found.push({ ...name, places: roots });
  }
  return { found, unreadable };
}

async function searchFiles(
  { roots }: SearchedPlace,
  identities: Identities,
  options: Pick<IndexSourceOptions, 'signal' | 'progress'>,
): Promise<OpenSource> {
  const source = await openImageFolder(roots[0] ?? '', roots);
  await indexSource(source, { ...options, identities, contract: { repairIntercept: false } });
  return source;
}

/** The rows of a table of pictures, or what paths say, whether a run could use them or not. */
async function searchRecords(
  stated: StatedPlace['source'],
  { roots }: SearchedPlace,
  identities: Identities,
  { registry, signal, seen }: { registry: Registry; signal: AbortSignal; seen: Map<string, Seen> },
): Promise<OpenSource> {
  const [root = ''] = roots;
  const component = registry.get('source', stated.type);
  if (component === undefined)
    throw new IchorError(
      'unknown-component',
      `A recipe with the source ${stated.type} read data here, and no such source is known now.`,
      'Name the recipe, so that its plugin is loaded: --recipe RECIPE.',
      2,
    );
  // Labels say nothing of who is who; the table may have lost them.
  const source = await component.open({ ...stated, labels: null, showIds: false, root }, root, roots);
  for await (const record of source.records?.() ?? []) {
    signal.throwIfAborted();
    if ('problem' in record) continue;
    const { patient, study, series } = whose(record);
    // Who counts as one person may be called by the study, where an id names nobody.
    for (const who of [patient, study]) identities.name('patient', who);
    identities.name('study', study);
    identities.name('series', series);
    const known = seen.get(`slice ${identities.name('slice', record.slice)}`);
    if (known !== undefined)
      known.row = { patient: record.patient, files: Object.values(record.pictures), line: record.line };
  }
  return source;
}

type Seen = Omit<KnownName, 'places'>;

/** Names as a run makes them, keeping those that are asked for. */
function recording(hashes: readonly string[], key: Buffer): { identities: Identities; seen: Map<string, Seen> } {
  const names = identitiesOf('private', key);
  const seen = new Map<string, Seen>();
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
