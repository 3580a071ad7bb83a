import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { isSystemError } from '../../files/system-error.ts';
import { textIfThere } from '../../files/text.ts';

/** What tells runs of one recipe apart: read from the few lines of its resolved recipe that say so. */
export interface RunTraits {
  seed: number | null;
  dataSeed: number | null;
  profile: readonly string[];
  /** `sequence.layers=4`, of --set and of a sweep's point; without the seeds and the folder of the data. */
  set: readonly string[];
  /** Whether the folder of the data was named with them: a run on other data than its recipe's file says. */
  rootSet: boolean;
}

/** Of a run's folder; nothing where its resolved recipe is gone. */
export async function readTraits(folder: string): Promise<RunTraits> {
  const text = await textIfThere(join(folder, 'recipe.resolved.yaml')).catch((error: unknown) => {
    // A folder in its place, another user's file: a list of all runs does not end for that.
    if (isSystemError(error)) return null;
    throw error;
  });
  return traitsOf(text ?? '');
}

/** A list of many runs is no place to read each recipe whole: two lines, and the block `resolved` without its versions. */
export function traitsOf(text: string): RunTraits {
  const number = (pattern: RegExp) => {
    const found = pattern.exec(text)?.[1];
    return found === undefined ? null : Number(found);
  };
  const from = text.lastIndexOf('\nresolved:\n');
  const block = from < 0 ? '' : (text.slice(from).split('\n  components:')[0] as string);
  const document = parseDocument(block);
  // Somebody may have written into it: a list of all runs does not end for that.
  const said: Said = document.errors.length > 0 ? {} : (document.toJS()?.resolved ?? {});
  const point = Object.entries(said.point ?? {}).map(([path, value]) => plain(`${path}=${textOf(value)}`));
  const stated = [...point, ...textsOf(said.set)];
  return {
    seed: number(/^seed: (\d+)$/m),
    dataSeed: number(/^data:\n(?: {2}.*\n)*? {2}seed: (\d+)$/m),
    profile: textsOf(said.profile),
    set: stated.filter((one) => !/^(seed|data\.seed|data\.source\.root)\s*=/.test(one)),
    rootSet: stated.some((one) => /^data\.source\.root\s*=/.test(one)),
  };
}

interface Said {
  profile?: unknown;
  set?: unknown;
  point?: Readonly<Record<string, unknown>>;
}

/** No control character of a file reaches a terminal. */
const plain = (text: string): string => text.replaceAll(/\p{Cc}|\p{Cf}/gu, ' ');
const textsOf = (list: unknown): string[] => (Array.isArray(list) ? list.map((one) => plain(textOf(one))) : []);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** `seed 3, profile ci`: as it stands in a sentence. */
export function traitsText({ seed, dataSeed, profile, set }: RunTraits): string {
  return [
    ...(seed === null ? [] : [`seed ${seed}`]),
    ...(dataSeed ? [`data seed ${dataSeed}`] : []),
    profile.length === 0 ? 'no profile' : `profile ${profile.join(' + ')}`,
    ...set,
  ].join(', ');
}
