import { quoted, type RunEntry } from './entry.ts';

const PREDICT = 'ichor predict quickstart DIR';
const WHOIS = 'ichor data whois 1f0c9a7be2';

/** The key that private names are made with, and what they stand for. */
export const identities: readonly RunEntry[] = [
  {
    code: 'identity-key-unreadable',
    severity: 'error',
    title: 'The key of private names cannot be read',
    why: 'Names of private data stand in the store as hashes with a secret key. Without it no name could be hashed as before, so no private data are read.',
    fix: 'Let its owner give this user the right to read it, or use a key of your own with `--identity-key NAME`.',
    example: quoted(
      PREDICT,
      '~/.config/ichor/identity-keys/default.key cannot be read: permission is denied (EACCES). Names of private data are hashed with it, so that nothing private is read without.',
      'Let its owner give this user the right to read it, or use a key of your own with --identity-key NAME.',
    ),
  },
  {
    code: 'identity-key-damaged',
    severity: 'error',
    title: 'The key of private names is no key',
    why: 'The file has another length, or holds zeros: a disk was full, or something else wrote it. Hashes made with it would fit nothing that is there.',
    fix: 'Put a copy of it back. Where there is none, delete it: a new one is made, and private data are read again under other hashes.',
    example: quoted(
      PREDICT,
      '~/.config/ichor/identity-keys/default.key is no key: it has 3 bytes instead of 32.',
      'Put a copy of it back. Where there is none, delete it: a new one is made, and private data that were read with the old one are read again, under other hashes.',
    ),
  },
  {
    code: 'identity-key-homeless',
    severity: 'error',
    title: 'There is no place for the key of private names',
    why: 'The key lies in the settings of the user, so that no store holds it, and this user has no home folder: in a container under a number without a name, say. It is not put into the store unasked, since whoever gets the store could then tell who is who.',
    fix: 'Say where it may lie: `--identity-key FILE`, or `ICHOR_IDENTITY_KEY=FILE` in the environment. It is made where it is not there. Keep it: another key means other names.',
    example: quoted(
      PREDICT,
      'Private names are hashed with a key in the settings of the user, and this user has no home folder.',
      'Say where it may lie, outside of the store: --identity-key FILE, or ICHOR_IDENTITY_KEY=FILE. Or set HOME or XDG_CONFIG_HOME.',
    ),
  },
  {
    code: 'identity-key-not-writable',
    severity: 'error',
    title: 'The key of private names cannot be written',
    why: 'There is no key yet, and the place where it would lie takes no file: a home folder of somebody else, a disk that is read only.',
    fix: 'Say where it may lie: `--identity-key FILE`, or `ICHOR_IDENTITY_KEY=FILE` in the environment.',
    example: quoted(
      PREDICT,
      'The key of private names cannot be written: permission is denied (EACCES).',
      'Say where it may lie, outside of the store: --identity-key FILE, or ICHOR_IDENTITY_KEY=FILE.',
    ),
  },
  {
    code: 'identity-key-name',
    severity: 'error',
    title: 'What `--identity-key` says is no name of a key',
    why: 'A key is named by a name of letters, digits, dots, hyphens and underscores, or by its file, which has a `/` in it or ends in `.key`.',
    fix: 'Give it such a name: `--identity-key ward-3`, or `--identity-key ./ward-3.key`.',
    example: {
      commands: ['ichor data whois 1f0c9a7be2 --identity-key "ward 3"'],
    },
  },
  {
    code: 'identity-key-missing',
    severity: 'error',
    title: 'The key that private names are made with is not on this machine',
    why: 'A private name is a hash under a key. Without the key nobody can say what it stands for: that is what it is for.',
    fix: 'Ask on the machine where the run was made, or name the key where it lies elsewhere.',
    example: quoted(
      WHOIS,
      'The key that private names are made with is not on this machine, so that nobody can tell here what they stand for.',
      'Ask on the machine where the run was made, or name the key: --identity-key NAME|FILE.',
    ),
  },
  {
    code: 'identity-key-in-store',
    severity: 'warning',
    title: 'The key of private names lies in the store',
    why: 'Earlier versions kept it there. It could not be moved to the user’s settings: there is no home folder, or the file could not be deleted. Whoever has both store and key can try names until one fits.',
    fix: 'Delete `identity.key` in the store where a copy lies in the settings, or say where it may lie: `--identity-key FILE`. Do not hand it on with the store.',
    example: quoted(
      PREDICT,
      'The key of private names lies in the store (identity.key), and this user has no home folder that it could be moved to.',
      'Do not hand it on with the store: whoever has it can tell names. Say where it may lie with --identity-key FILE.',
    ),
  },
  {
    code: 'other-identity-key',
    severity: 'warning',
    title: 'The private names of the store were made with another key',
    why: 'The store records the fingerprint of the key that its private names were made with, and this call has another one. All names come out otherwise, so that private data are read, and predicted, again.',
    fix: 'Copy the key from the machine that has it, or name it: `--identity-key NAME|FILE`. Nothing is lost: what was made with the other key is recalled once that key is there.',
    example: quoted(
      PREDICT,
      'The private names of this store were made with another key (default, 0123456789abcdef) than this call has (ward-3, fedcba9876543210): private data are read again, under other names.',
      'That key is not among those of this user. Copy it here from the machine that has it, or name it: --identity-key FILE.',
    ),
  },
  {
    code: 'private-name-form',
    severity: 'error',
    title: 'What is no private name',
    why: 'A private name is 20 digits from 0 to 9 and a to f; its first six do, fewer fit too many.',
    fix: 'Copy one from predictions.csv, patients.csv or the page of a run that was made without `--show-ids`.',
    example: { commands: ['ichor data whois Miller'] },
  },
  {
    code: 'whois-nowhere',
    severity: 'error',
    title: 'No data to look through for a private name',
    why: 'A hash cannot be reversed: `data whois` makes the names of the data again and compares. It looks where this user has read private data with this key, and that is nowhere.',
    fix: 'Name the data: `ichor data whois HASH --in DIR`.',
    example: quoted(
      WHOIS,
      'No private data were read with this key by this user, so that there is nothing to look through.',
      'Name the data: --in DIR.',
    ),
  },
  {
    code: 'unknown-private-name',
    severity: 'error',
    title: 'No name of the data has this hash',
    why: 'Every name of the data that were looked through was made again under this key, and none is the one that was asked for. What was found of several is printed all the same.',
    fix: 'Name the data where they lie now, `--in DIR`, or the key that the run was made with: `--identity-key NAME|FILE`.',
    example: quoted(
      WHOIS,
      '1f0c9a7be2: no name in 1 place has this hash under the key 0123456789abcdef.',
      'Name its data if they lie elsewhere now, --in DIR; or it was made with another key: --identity-key NAME|FILE.',
    ),
  },
];
