import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { identityKey, readIdentityKey } from '../../../src/runtime/store/identity.ts';

let root: string;
let file: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ichor-identity-'));
  file = join(root, 'identity.key');
});
afterEach(() => rm(root, { recursive: true, force: true }));

it('is made once, whole, for its owner alone, however many ask at once', async () => {
  expect(await readIdentityKey(root)).toBeNull();
  const keys = await Promise.all([1, 2, 3].map(() => identityKey(root)));
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
  expect(keys[0]).toHaveLength(32);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readIdentityKey(root)).toEqual(keys[0]);
});

it.each([
  ['empty', Buffer.alloc(0), 'has 0 bytes instead of 32'],
  ['cut short', Buffer.alloc(20, 7), 'has 20 bytes instead of 32'],
  ['too long', Buffer.alloc(33, 7), 'has 33 bytes instead of 32'],
  ['zeros, as a power loss leaves them', Buffer.alloc(32), 'holds zeros'],
])('that is %s hashes nothing, and is not replaced', async (_, bytes, why) => {
  await writeFile(file, bytes);
  await expect(identityKey(root)).rejects.toMatchObject({ code: 'identity-key-damaged', exit: 2 });
  await expect(readIdentityKey(root)).rejects.toThrow(`${file} is no key: it ${why}`);
  expect(await readFile(file)).toEqual(bytes);
});

it('that cannot be read is named, with what to do', async () => {
  await mkdir(file);
  await expect(identityKey(root)).rejects.toMatchObject({ code: 'identity-key-unreadable', exit: 2 });
});
