import { join } from 'node:path';
import { rename, rm, writeFile } from '../../files/fs.ts';
import { hasForm, isText, listOf, orNull, readJsonIfSound } from '../../files/json.ts';
import { systemReason } from '../../files/system-error.ts';
import type { Emit } from '../events.ts';
import {
  DEFAULT_KEY,
  findKey,
  type IdentityKey,
  type KeyPlace,
  keysFolder,
  namedPlace,
  readKey,
  statedPlace,
  writeKey,
} from './identity-key.ts';

/** Which keys a store's private names were made with: fingerprints, never a key. The last one counts. */
interface KeyRecord {
  keys: { fingerprint: string; name: string | null }[];
}

const isRecord = hasForm({ keys: listOf(hasForm({ fingerprint: isText, name: orNull(isText) })) });
const RECORD = 'identity.json';
/** Where versions before 0.2 kept it. */
const OLD = 'identity.key';

interface Ask {
  emit?: Emit;
  env?: NodeJS.ProcessEnv;
}

/**
 * The key of the HMACs that stand for private identities: 32 random bytes in the user's settings, readable by their owner
 * only, so that a store can be handed on without it. A plain hash of a short id could be reversed by trying all ids (facts 7).
 * It is the one that `ICHOR_IDENTITY_KEY` says, else the one that the store was made with, else the user's own, which is
 * made where there is none. A key that lies in the store, as it did once, is moved. Only who reads a private source asks for it.
 *
 * Throws IchorError `identity-key-unreadable`, `-damaged`, `-homeless`, `-name`, `-not-writable` (exit 2).
 */
export async function identityKey(
  storeRoot: string,
  { emit = () => {}, env = process.env }: Ask = {},
): Promise<IdentityKey> {
  const moved = await moveOld(storeRoot, { emit, env });
  const record = await readRecord(storeRoot);
  const last = record.keys.at(-1);
  const own = moved ?? (await existing(env, last?.fingerprint)) ?? (await made(env));
  // What was made with a key that the store knows is recalled: nothing to warn of.
  const known = record.keys.some(({ fingerprint }) => fingerprint === own.fingerprint);
  if (last !== undefined && !known) emit(otherKey(last, own, statedPlace(env) !== null));
  if (last?.fingerprint !== own.fingerprint) await writeRecord(storeRoot, record, own);
  return own;
}

/** The key that `identityKey` would give, where there is one; nothing is made or moved. Throws as it does. */
export async function readIdentityKey(storeRoot: string, { env = process.env }: Ask = {}): Promise<IdentityKey | null> {
  const record = await readRecord(storeRoot);
  return (
    (await statedKey(env)) ??
    (await readKey(oldPlace(storeRoot))) ??
    (await existing(env, record.keys.at(-1)?.fingerprint))
  );
}

/** The user's own key, of no store: what was asked for, else `default`; made where there is none. Throws as `identityKey`. */
export const userKey = async ({ env = process.env }: Pick<Ask, 'env'> = {}): Promise<IdentityKey> =>
  (await existing(env, undefined)) ?? (await made(env));

const oldPlace = (storeRoot: string): KeyPlace => ({ file: join(storeRoot, OLD), name: null });

async function statedKey(env: NodeJS.ProcessEnv): Promise<IdentityKey | null> {
  const place = statedPlace(env);
  return place === null ? null : readKey(place);
}

/** Null where it has to be made. */
async function existing(env: NodeJS.ProcessEnv, last: string | undefined): Promise<IdentityKey | null> {
  const stated = statedPlace(env);
  if (stated !== null) return readKey(stated);
  const before = last === undefined ? null : await findKey(last, env);
  if (before !== null) return before;
  return keysFolder(env) === null ? null : readKey(namedPlace(DEFAULT_KEY, env));
}

async function made(env: NodeJS.ProcessEnv): Promise<IdentityKey> {
  const place = statedPlace(env) ?? namedPlace(DEFAULT_KEY, env);
  for (;;) {
    // Of two runs that start at once, one makes the key and both read it.
    await writeKey(place);
    const key = await readKey(place);
    if (key !== null) return key;
  }
}

/**
 * Takes a key out of the store that an earlier version left there. It becomes the user's own where he has none, else one
 * beside it.
 * @returns it, where this call is to use it
 */
async function moveOld(storeRoot: string, { emit, env }: Required<Ask>): Promise<IdentityKey | null> {
  const old = await readKey(oldPlace(storeRoot));
  if (old === null) return null;
  const stated = statedPlace(env);
  const target = await placeFor(old, stated, env);
  if (target === null) {
    emit({
      type: 'note',
      level: 'warning',
      code: 'identity-key-in-store',
      message: `The key of private names lies in the store (${OLD}), and this user has no home folder that it could be moved to.`,
      hint: `Do not hand it on with the store: whoever has it can tell names. Say where it may lie with --identity-key FILE.`,
    });
    return stated === null ? old : null;
  }
  await writeKey(target, old.key);
  const there = await readKey(target);
  if (there?.fingerprint !== old.fingerprint) return moveOld(storeRoot, { emit, env });
  await writeRecord(storeRoot, await readRecord(storeRoot), there);
  try {
    await rm(old.file);
  } catch (error) {
    emit({
      type: 'note',
      level: 'warning',
      code: 'identity-key-in-store',
      message: `The key of private names was copied to ${target.file}, and could not be taken out of the store: ${systemReason(error)}.`,
      hint: `Delete ${old.file}, or do not hand it on with the store: whoever has it can tell names.`,
    });
    return stated === null ? there : null;
  }
  const message = `The key of private names was moved from the store to ${target.file}: the store can be handed on, and hashes stay as they were.`;
  emit({ type: 'note', level: 'info', message });
  return stated === null ? there : null;
}

/** Where a key from a store goes; null where there is no place for it. */
async function placeFor(old: IdentityKey, stated: KeyPlace | null, env: NodeJS.ProcessEnv): Promise<KeyPlace | null> {
  const free = async (place: KeyPlace) => {
    const there = await readKey(place);
    return there === null || there.fingerprint === old.fingerprint;
  };
  if (stated !== null && (await free(stated))) return stated;
  if (keysFolder(env) === null) return null;
  const own = namedPlace(DEFAULT_KEY, env);
  return (await free(own)) ? own : namedPlace(`store-${old.fingerprint}`, env);
}

/** One that cannot be read is written anew: what it says is only compared. */
const readRecord = async (storeRoot: string): Promise<KeyRecord> =>
  (await readJsonIfSound<KeyRecord>(join(storeRoot, RECORD), isRecord)) ?? { keys: [] };

/** Several may be written in one process at once. */
let asides = 0;

async function writeRecord(storeRoot: string, { keys }: KeyRecord, { fingerprint, name }: IdentityKey): Promise<void> {
  const others = keys.filter((one) => one.fingerprint !== fingerprint);
  const aside = join(storeRoot, `${RECORD}.${process.pid}-${++asides}.tmp`);
  await writeFile(aside, `${JSON.stringify({ keys: [...others, { fingerprint, name }] }, null, 2)}\n`);
  await rename(aside, join(storeRoot, RECORD));
}

const otherKey = (before: KeyRecord['keys'][number], now: IdentityKey, stated: boolean): Parameters<Emit>[0] => ({
  type: 'note',
  level: 'warning',
  code: 'other-identity-key',
  message: `The private names of this store were made with another key (${keyText(before)}) than this call has (${keyText(now)}): private data are read again, under other names.`,
  hint: stated
    ? `To go on with that one: --identity-key ${before.name ?? 'FILE'}.`
    : 'That key is not among those of this user. Copy it here from the machine that has it, or name it: --identity-key FILE.',
});

/** `default, 0123456789abcdef` */
export const keyText = ({ fingerprint, name }: Pick<IdentityKey, 'fingerprint' | 'name'>): string =>
  name === null ? fingerprint : `${name}, ${fingerprint}`;
