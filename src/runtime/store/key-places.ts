import { join } from 'node:path';
import { mkdir, rename, writeFile } from '../../files/fs.ts';
import { hasForm, ifThere, isText, listOf, readJsonIfSound } from '../../files/json.ts';
import { systemReason } from '../../files/system-error.ts';
import { asideOf } from '../../files/write.ts';
import type { Emit } from '../events.ts';
import { type IdentityKey, keysFolder } from './identity-key.ts';

/** Places of private data that were read with a key: one call's roots each, newest first. */
interface Places {
  places: string[][];
  /** Those that only a source of a recipe can read: pictures, of which a table says what they are. */
  sources?: StatedPlace[];
}

/** A place, and the source of the recipe that it was read by. */
export interface StatedPlace {
  roots: string[];
  /** `data.source` of the resolved recipe. */
  source: { type: string } & Record<string, unknown>;
}

const isPlaces = hasForm({
  places: listOf(listOf(isText)),
  sources: ifThere(listOf(hasForm({ roots: listOf(isText), source: hasForm({ type: isText }) }))),
});
/** The names of folders are all that is kept of them. */
const MOST = 200;

/** Beside the user's keys, whichever key it is: where it lies, nobody else can read. */
function fileOf({ fingerprint }: Pick<IdentityKey, 'fingerprint'>, env: NodeJS.ProcessEnv): string | null {
  const folder = keysFolder(env);
  return folder === null ? null : join(folder, `${fingerprint}.places.json`);
}

/**
 * Keeps where private data lie that were read with this key, so that `ichor data whois` finds them again: a store never
 * names them. Nothing is kept where the user has no home folder; what cannot be written is told, and is no failure.
 * `source`: where only that of the recipe can say what lies there.
 */
export async function rememberPlaces(
  key: Pick<IdentityKey, 'fingerprint'>,
  roots: readonly string[],
  emit: Emit,
  env: NodeJS.ProcessEnv = process.env,
  source: StatedPlace['source'] | null = null,
): Promise<void> {
  const file = fileOf(key, env);
  if (file === null) return;
  const { places: before, sources: stated = [] } = await read(file);
  const kept: Places =
    source === null
      ? { places: first([...roots], before), sources: stated }
      : { places: before, sources: first({ roots: [...roots], source }, stated) };
  if (JSON.stringify(kept) === JSON.stringify({ places: before, sources: stated })) return;
  const aside = asideOf(file);
  try {
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(aside, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
    await rename(aside, file);
  } catch (error) {
    const message = `Where these data lie could not be kept beside the key (${systemReason(error)}): name the folder to \`ichor data whois\`.`;
    emit({ type: 'note', level: 'info', message });
  }
}

/** In front of the others, once. */
const first = <T>(one: T, others: readonly T[]): T[] =>
  [one, ...others.filter((other) => JSON.stringify(other) !== JSON.stringify(one))].slice(0, MOST);

/** The places that were read with a key, newest first. */
export async function readPlaces(
  key: Pick<IdentityKey, 'fingerprint'>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string[][]> {
  const file = fileOf(key, env);
  return file === null ? [] : (await read(file)).places;
}

/** Those of them that only a source of a recipe can read, newest first. */
export async function readStatedPlaces(
  key: Pick<IdentityKey, 'fingerprint'>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<StatedPlace[]> {
  const file = fileOf(key, env);
  return file === null ? [] : ((await read(file)).sources ?? []);
}

/** It only spares typing: one that is damaged is as good as none. */
const read = async (file: string): Promise<Places> => (await readJsonIfSound<Places>(file, isPlaces)) ?? { places: [] };
