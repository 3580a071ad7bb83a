import { join, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { IchorError } from '../errors.ts';
import { visibleLine } from '../registry/diagnostics/odd-characters.ts';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import { hashOfName, type KnownName, whois } from '../runtime/inspect/whois.ts';
import { number } from '../runtime/notices/words.ts';
import { readablePath } from '../runtime/sources/paths.ts';
import { readIdentityKey } from '../runtime/store/identity.ts';
import { readPlaces } from '../runtime/store/key-places.ts';
import { interruptible } from './interrupt.ts';
import { storeRoot } from './paths.ts';
import { progressReporter } from './progress.ts';
import { writeOut } from './streams.ts';

export interface WhoisOptions {
  in: string[];
  store?: string;
  json?: boolean;
  quiet?: boolean;
}

/** `ichor data whois HASH…`: what private names stand for, on standard output alone. */
export async function whoisCommand(names: readonly string[], options: WhoisOptions): Promise<number> {
  const hashes = names.map(hashOfName);
  const key = await readIdentityKey(storeRoot(options.store, findWorkspace(process.cwd())));
  if (key === null)
    throw new IchorError(
      'identity-key-missing',
      'The key that private names are made with is not on this machine, so that nobody can tell here what they stand for.',
      'Ask on the machine where the run was made, or name the key: --identity-key NAME|FILE.',
      2,
    );
  const stated = options.in.length > 0 ? [options.in.map((place) => resolve(place))] : [];
  const places = stated.length > 0 ? stated : await readPlaces(key);
  if (places.length === 0)
    throw new IchorError(
      'whois-nowhere',
      'No private data were read with this key by this user, so that there is nothing to look through.',
      'Name the data: --in DIR.',
      2,
    );
  const report = progressReporter({ quiet: options.quiet === true || options.json === true });
  const signal = interruptible();
  const { found, unreadable } = await whois(hashes, places, key.key, {
    signal,
    async progress(done, total, unit) {
      report({ type: 'progress', stage: 'whois', done, total, unit });
      await nextTurn();
    },
  });
  for (const message of unreadable) report({ type: 'note', level: 'info', message });
  const missing = hashes.filter((hash) => !found.some((one) => one.hash.startsWith(hash)));
  if (options.json) await writeOut(`${JSON.stringify({ found, missing }, null, 2)}\n`);
  else for (const one of found) await writeOut(`${one.what} ${one.hash}  ${visibleLine(nameOf(one))}\n`);
  if (missing.length === 0) return 0;
  throw new IchorError(
    'unknown-private-name',
    `${missing.join(', ')}: no name in ${number(places.length)} ${places.length === 1 ? 'place' : 'places'} has this hash under the key ${key.fingerprint}.`,
    stated.length > 0
      ? 'It may be of other data, or made with another key: --identity-key NAME|FILE.'
      : 'Name its data if they lie elsewhere now, --in DIR; or it was made with another key: --identity-key NAME|FILE.',
    2,
  );
}

/** A file with its place where that is one; everything else as it stands in the files. */
function nameOf({ what, name, places }: KnownName): string {
  const [root, ...more] = places;
  return what === 'file' && root !== undefined && more.length === 0 ? join(root, readablePath(name)) : name;
}
