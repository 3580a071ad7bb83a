import type { OpenSource, Source, SourceGives } from '../../../registry/kinds/source.ts';
import type { ResolvedRecipe } from '../../../registry/recipe.ts';
import type { HeaderReading } from '../../dicom/read-header.ts';
import type { SlicePool } from '../../images/slice-pool.ts';
import type { PictureReading } from '../../pictures/picture-header.ts';
import type { Identities } from '../../sources/identities.ts';
import type { LedgerLines } from '../ledger-lines.ts';
import { type Candidate, candidatesOf } from './candidate.ts';
import { pictureCandidates } from './picture-candidates.ts';
import { pictureHash } from './picture-hash.ts';

type Contract = Pick<ReturnType<Source['contract']>, 'gives' | 'repairIntercept'>;

export interface FoundOptions {
  contract: Contract;
  /** Of a source that gives pictures: those that channels name. */
  wanted: readonly string[];
  identities: Identities;
  ledger: LedgerLines;
}

/** What index finds in files that were read as far as they say what they hold: slices, whatever these are kept in. */
export async function foundSlices(
  readings: readonly HeaderReading[],
  source: OpenSource,
  options: FoundOptions,
): Promise<Candidate[]> {
  const { identities, ledger, wanted } = options;
  const gives = options.contract.gives ?? 'dicom';
  switch (gives) {
    case 'dicom':
      return candidatesOf(readings, source.sliceIds, identities, ledger);
    case 'pictures': {
      const { records } = source;
      // The author's contract test says so too.
      if (records === undefined) throw new TypeError('a source that gives pictures lists no records');
      const listing = Object.assign(Object.create(source) as OpenSource, { records: records.bind(source) });
      return pictureCandidates(readings as readonly PictureReading[], { source: listing, wanted, identities, ledger });
    }
    case 'volume':
      throw unread(gives);
  }
}

/**
 * What a slice shows, as a hash, where two files claim to be one slice. Of pictures none do: the table says which file is
 * which slice, and equal pictures of two slices are found by the shards.
 */
export async function shownPicture(
  source: OpenSource,
  candidate: Candidate,
  contract: Contract,
  pool: SlicePool,
): Promise<string | null> {
  if (candidate.pictures !== undefined) return null;
  return pictureHash(source, candidate, contract.repairIntercept, pool);
}

/** The pictures that the channels of a recipe name, each once, in their order. */
export const picturesNamed = ({ channels }: Pick<ResolvedRecipe, 'channels'>): string[] => [
  ...new Set(channels.map(({ window }) => window)),
];

/** `check` refuses such a source before anything is opened. */
const unread = (gives: SourceGives): TypeError => new TypeError(`nothing reads what a source of ${gives} gives`);
