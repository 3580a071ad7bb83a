import { join } from 'node:path';
import { mkdir, readFile, rename, writeFile } from '../../files/fs.ts';
import { hasForm, isText, jsonOf, listOf, NotJson } from '../../files/json.ts';
import { systemCode, systemReason } from '../../files/system-error.ts';
import type { Emit } from '../events.ts';
import { type IdentityKey, keysFolder } from './identity-key.ts';

/** Places of private data that were read with a key: one call's roots each, newest first. */
interface Places {
  places: string[][];
}

const isPlaces = hasForm({ places: listOf(listOf(isText)) });
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
 */
export async function rememberPlaces(
  key: Pick<IdentityKey, 'fingerprint'>,
  roots: readonly string[],
  emit: Emit,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const file = fileOf(key, env);
  if (file === null) return;
  const before = await readPlaces(key, env);
  const same = (one: readonly string[]) => one.join('\n') === roots.join('\n');
  const [newest] = before;
  if (newest !== undefined && same(newest)) return;
  const places = [[...roots], ...before.filter((one) => !same(one))].slice(0, MOST);
  const aside = `${file}.${process.pid}.tmp`;
  try {
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(aside, `${JSON.stringify({ places } satisfies Places, null, 2)}\n`, { mode: 0o600 });
    await rename(aside, file);
  } catch (error) {
    const message = `Where these data lie could not be kept beside the key (${systemReason(error)}): name the folder to \`ichor data whois\`.`;
    emit({ type: 'note', level: 'info', message });
  }
}

/** The places that were read with a key, newest first. */
export async function readPlaces(
  key: Pick<IdentityKey, 'fingerprint'>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string[][]> {
  const file = fileOf(key, env);
  if (file === null) return [];
  try {
    return jsonOf<Places>(await readFile(file, 'utf8'), isPlaces).places;
  } catch (error) {
    // It only spares typing: one that is damaged is as good as none.
    if (error instanceof NotJson || systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
