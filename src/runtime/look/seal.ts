import { createHash, createHmac } from 'node:crypto';
import type { Identities } from '../sources/identities.ts';

/**
 * How what is known of a source's files stands beside the store. Of a public source everything stands for itself; of a
 * private one a path, a time and a hash could each tell a person, so that what is only compared is an HMAC, and a header's
 * hash, which is needed again, is hidden under one.
 */
export interface Seal {
  /** As the column `file` of slices.csv and files.csv has it. */
  file(path: string): string;
  stamp(text: string): string;
  /** From the SHA-256 of a whole file, hex. */
  content(sha256: string): string;
  /** From the SHA-256 of a header, hex, to what is written, and back again. */
  header(sha256: string, path: string): string;
  /** Names the table of a source's root. */
  root(text: string): string;
}

/** 128 bits: enough to compare by, and a table of a million files stays small. */
const HEX_DIGITS = 32;

/** `key`: the store's own, 32 bytes; not looked at where identities are public. */
export function sealOf(identities: Identities, key: Buffer): Seal {
  const short = (text: string) => text.slice(0, HEX_DIGITS);
  if (!identities.private)
    return {
      file: (path) => path,
      stamp: (text) => text,
      content: short,
      header: (sha256) => sha256,
      root: (text) => short(createHash('sha256').update(text).digest('hex')),
    };
  const mac = (what: string, text: string) => createHmac('sha256', key).update(`${what}\0${text}`).digest();
  const told = (what: string, text: string) => short(mac(what, text).toString('hex'));
  return {
    file: (path) => identities.name('file', path),
    stamp: (text) => told('stamp', text),
    content: (sha256) => told('content', sha256),
    header: (sha256, path) => {
      const mask = mac('header', path);
      const hidden = Buffer.from(sha256, 'hex').map((byte, i) => byte ^ (mask[i] as number));
      return Buffer.from(hidden).toString('hex');
    },
    root: (text) => told('root', text),
  };
}
