import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { identitiesOf } from '../../../src/runtime/sources/identities.ts';

const hash = createHash('sha256').update('a header').digest('hex');

it('seals hashes of private headers with the key: whoever has a header cannot tell that it is here', () => {
  const [one, other] = [1, 2].map((byte) => identitiesOf('private', Buffer.alloc(32, byte)));
  expect(one?.seal(hash)).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set([hash, one?.seal(hash), other?.seal(hash)]).size).toBe(3);
  expect(identitiesOf('public', Buffer.alloc(0)).seal(hash)).toBe(hash);
});
