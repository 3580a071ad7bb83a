import { IchorError } from '../../errors.ts';
import type { PublishedWeights } from '../../registry/kinds/weights.ts';
import { withoutPassword } from '../download/address.ts';
import type { Algorithm } from '../download/hash-file.ts';

export { publishedOf } from '../../registry/published-of.ts';

/** Weights by an address and a hash: what a backbone publishes, or what a recipe names itself. */
export type WeightsSource = PublishedWeights | { url: string; sha256: string };

/** What is to be fetched, in one form. */
export interface Wanted {
  url: string;
  /** The last part of the address, as a file name that is safe on any disk. */
  file: string;
  /** As published; null where nobody says so. */
  bytes: number | null;
  algorithm: Algorithm;
  /** The hash, in lower case. */
  hex: string;
  /** Who says so: the backbone, of what is published; or a recipe, of what it names itself. */
  stated: 'published' | 'stated';
  licence: string | null;
}

const HEX: Readonly<Record<Algorithm, RegExp>> = { md5: /^[0-9a-f]{32}$/, sha256: /^[0-9a-f]{64}$/ };

/** @throws IchorError `weights-address` (exit 2) for an address or a hash that is none: a plugin or a recipe may say anything */
export function wantedOf(source: WeightsSource): Wanted {
  const stated: Partial<Record<Algorithm, string>> = 'hash' in source ? source.hash : { sha256: source.sha256 };
  const algorithm = stated.sha256 === undefined ? 'md5' : 'sha256';
  const hex = String(stated[algorithm] ?? '').toLowerCase();
  const { url } = source;
  const web = typeof url === 'string' && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (!web || !HEX[algorithm].test(hex)) {
    throw new IchorError(
      'weights-address',
      web
        ? `The weights of ${withoutPassword(url)} have no hash that can be compared: ${hex === '' ? 'it is missing' : `"${hex.slice(0, 80)}"`}.`
        : `Weights cannot be fetched from ${JSON.stringify(typeof url === 'string' ? withoutPassword(url) : url)}: it is no web address.`,
      web
        ? 'A SHA-256 is 64 digits of 0-9 and a-f (`sha256sum FILE`), an MD5 is 32.'
        : 'Name an address that begins with https://, or a file that is here: `{ file: PATH }`.',
      2,
    );
  }
  const published = 'hash' in source ? source : null;
  const bytes = Number.isSafeInteger(published?.bytes) && published!.bytes > 0 ? published!.bytes : null;
  return {
    url,
    file: fileNameOf(url),
    bytes,
    algorithm,
    hex,
    stated: published === null ? 'stated' : 'published',
    licence: published?.licence ?? null,
  };
}

const LONGEST = 150;

/** What a server calls a file goes onto a disk: no separators, nothing hidden, nothing of ours. */
function fileNameOf(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  let name = last;
  try {
    name = decodeURIComponent(last);
  } catch {
    // Not percent-encoded after all.
  }
  const safe = name
    .replace(/[^\w.+=@-]/g, '_')
    .replace(/^\.+/, '')
    .slice(-LONGEST);
  return safe === '' || RESERVED.test(safe) ? `weights-${safe || 'file'}` : safe;
}

/** The record beside it, and what Windows keeps for devices. */
const RESERVED = /^(weights\.json|(con|prn|aux|nul|com\d|lpt\d)(\..*)?)$|\.part(\.json)?$/i;
