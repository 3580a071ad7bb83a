import { createHmac } from 'node:crypto';

/** What stands for an identity in artifacts, ledger and errors. */
export interface Identities {
  private: boolean;
  name(kind: 'slice' | 'series' | 'study' | 'patient' | 'file', identity: string): string;
  /** What stands for a hash of a file's header, 64 hex digits: whoever has the header could tell by a plain hash that it is here. */
  seal(hash: string): string;
}

/** 80 bits: a million files collide with a chance of 4e-13. */
const HEX_DIGITS = 20;

/** Public identities stand for themselves; private ones become HMAC-SHA256 under the store's own key (facts 7). */
export function identitiesOf(identities: 'public' | 'private', key: Buffer): Identities {
  if (identities === 'public') return { private: false, name: (_, identity) => identity, seal: (hash) => hash };
  return {
    private: true,
    name: (kind, identity) =>
      createHmac('sha256', key).update(`${kind}\0${identity}`).digest('hex').slice(0, HEX_DIGITS),
    seal: (hash) => createHmac('sha256', key).update(`hash\0${hash}`).digest('hex'),
  };
}
