import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { configFolder } from '../../../src/files/config-folder.ts';
import type { RunEvent } from '../../../src/runtime/events.ts';
import { identityKey, readIdentityKey } from '../../../src/runtime/store/identity.ts';
import { fingerprintOf } from '../../../src/runtime/store/identity-key.ts';

let work: string;
let root: string;
let env: NodeJS.ProcessEnv;
let own: string;
let events: RunEvent[];
const emit = (event: RunEvent) => void events.push(event);
const codes = () => events.map((event) => (event.type === 'note' ? event.code : event.type));
const NEVER = Buffer.alloc(32, 9);

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'ichor-identity-'));
  root = join(work, 'store');
  await mkdir(root);
  env = { ICHOR_CONFIG: join(work, 'config') };
  own = join(work, 'config', 'identity-keys', 'default.key');
  events = [];
});
afterEach(() => rm(work, { recursive: true, force: true }));

describe('the key of private names', () => {
  it("is made once in the user's settings, whole, for its owner alone, however many ask at once", async () => {
    expect(await readIdentityKey(root, { env })).toBeNull();
    const keys = await Promise.all([1, 2, 3].map(() => identityKey(root, { env })));
    expect(new Set(keys.map(({ key }) => key.toString('hex'))).size).toBe(1);
    expect(keys[0]?.key).toHaveLength(32);
    expect((await stat(own)).mode & 0o777).toBe(0o600);
    expect(await readIdentityKey(root, { env })).toEqual(keys[0]);
    expect(keys[0]).toMatchObject({ name: 'default', file: own });
  });

  it('leaves its fingerprint in the store, and nothing of itself', async () => {
    const { key, fingerprint } = await identityKey(root, { env });
    expect(await readdir(root)).toEqual(['identity.json']);
    const text = await readFile(join(root, 'identity.json'), 'utf8');
    expect(JSON.parse(text)).toEqual({ keys: [{ fingerprint, name: 'default' }] });
    expect(text).not.toContain(key.toString('hex').slice(0, 8));
    expect(fingerprint).toBe(fingerprintOf(key));
  });

  it('is one for all stores of a user', async () => {
    const other = join(work, 'other');
    await mkdir(other);
    expect((await identityKey(root, { env })).key).toEqual((await identityKey(other, { env })).key);
  });

  it.each([
    ['empty', Buffer.alloc(0), 'has 0 bytes instead of 32'],
    ['cut short', Buffer.alloc(20, 7), 'has 20 bytes instead of 32'],
    ['zeros, as a power loss leaves them', Buffer.alloc(32), 'holds zeros'],
  ])('that is %s hashes nothing, and is not replaced', async (_, bytes, why) => {
    await mkdir(join(own, '..'), { recursive: true });
    await writeFile(own, bytes);
    await expect(identityKey(root, { env })).rejects.toMatchObject({ code: 'identity-key-damaged', exit: 2 });
    await expect(readIdentityKey(root, { env })).rejects.toThrow(`${own} is no key: it ${why}`);
    expect(await readFile(own)).toEqual(bytes);
  });

  it('that cannot be read is named, with what to do', async () => {
    await mkdir(own, { recursive: true });
    await expect(identityKey(root, { env })).rejects.toMatchObject({ code: 'identity-key-unreadable', exit: 2 });
  });

  it('is a name or a file where one is asked for', async () => {
    const named = await identityKey(root, { env: { ...env, ICHOR_IDENTITY_KEY: 'ward-3' } });
    expect(named.file).toBe(join(own, '..', 'ward-3.key'));
    const file = join(work, 'keys', 'mine');
    expect((await identityKey(root, { env: { ICHOR_IDENTITY_KEY: file } })).file).toBe(file);
    await expect(identityKey(root, { env: { ...env, ICHOR_IDENTITY_KEY: 'no name' } })).rejects.toMatchObject({
      code: 'identity-key-name',
      exit: 2,
    });
  });

  it('that another call had is told once, and found again without being named', async () => {
    const first = await identityKey(root, { env: { ...env, ICHOR_IDENTITY_KEY: 'first' }, emit });
    expect(codes()).toEqual([]);
    // Nothing is asked for: the store's own, not the user's default.
    expect((await identityKey(root, { env, emit })).key).toEqual(first.key);
    const second = await identityKey(root, { env: { ...env, ICHOR_IDENTITY_KEY: 'second' }, emit });
    expect(codes()).toEqual(['other-identity-key']);
    expect(events[0]).toMatchObject({ message: expect.stringContaining(`first, ${first.fingerprint}`) });
    expect(events[0]).toMatchObject({ hint: 'To go on with that one: --identity-key first.' });
    expect((await identityKey(root, { env, emit })).key).toEqual(second.key);
    // Both are the store's: what was made with each is recalled.
    expect((await identityKey(root, { env: { ...env, ICHOR_IDENTITY_KEY: 'first' }, emit })).key).toEqual(first.key);
    expect((await identityKey(root, { env, emit })).key).toEqual(first.key);
    expect(codes()).toEqual(['other-identity-key']);
  });

  it('of another machine is missed here, aloud', async () => {
    await identityKey(root, { env });
    await identityKey(root, { env: { ICHOR_CONFIG: join(work, 'elsewhere') }, emit });
    expect(events).toMatchObject([
      { code: 'other-identity-key', hint: expect.stringContaining('--identity-key FILE') },
    ]);
  });
});

describe('a key that an earlier version left in the store', () => {
  const old = () => join(root, 'identity.key');

  it('is moved, with a line, and goes on to be the one', async () => {
    await writeFile(old(), NEVER);
    expect((await readIdentityKey(root, { env }))?.key).toEqual(NEVER);
    expect((await identityKey(root, { env, emit })).key).toEqual(NEVER);
    expect(events).toMatchObject([{ type: 'note', level: 'info', message: expect.stringContaining('was moved') }]);
    expect([await readFile(own), (await stat(own)).mode & 0o777]).toEqual([NEVER, 0o600]);
    expect(await readdir(root)).toEqual(['identity.json']);
    expect((await identityKey(root, { env, emit })).key).toEqual(NEVER);
    expect(codes()).toHaveLength(1);
  });

  it("lies beside the user's own where he has one", async () => {
    const other = join(work, 'other');
    await mkdir(other);
    const mine = await identityKey(other, { env });
    await writeFile(old(), NEVER);
    const found = await identityKey(root, { env, emit });
    expect([found.key, found.name]).toEqual([NEVER, `store-${fingerprintOf(NEVER)}`]);
    expect((await identityKey(other, { env })).key).toEqual(mine.key);
  });

  it('stays where there is no place for it, with a warning; a new one is then refused, with what to do', async () => {
    vi.resetModules();
    vi.doMock('../../../src/files/home.ts', () => ({ homeFolder: () => null }));
    try {
      const fresh = await import('../../../src/runtime/store/identity.ts');
      await expect(fresh.identityKey(root, { env: {} })).rejects.toMatchObject({
        code: 'identity-key-homeless',
        exit: 2,
        hint: expect.stringContaining('--identity-key FILE'),
      });
      await writeFile(old(), NEVER);
      expect((await fresh.identityKey(root, { env: {}, emit })).key).toEqual(NEVER);
      expect(codes()).toEqual(['identity-key-in-store']);
    } finally {
      vi.doUnmock('../../../src/files/home.ts');
      vi.resetModules();
    }
  });

  it('is told where the settings cannot be written', async () => {
    if (process.getuid?.() === 0) {
      await writeFile(join(work, 'file'), '');
      await expect(identityKey(root, { env: { ICHOR_CONFIG: join(work, 'file') } })).rejects.toMatchObject({
        code: 'identity-key-not-writable',
      });
      return;
    }
    await mkdir(join(work, 'closed'));
    await chmod(join(work, 'closed'), 0o500);
    await expect(identityKey(root, { env: { ICHOR_CONFIG: join(work, 'closed') } })).rejects.toMatchObject({
      code: 'identity-key-not-writable',
    });
  });
});

it("lies among the user's settings as the platform has them", () => {
  expect(configFolder({}, 'linux', '/home/a')).toBe('/home/a/.config/ichor');
  expect(configFolder({ XDG_CONFIG_HOME: '/x' }, 'linux', '/home/a')).toBe('/x/ichor');
  expect(configFolder({ XDG_CONFIG_HOME: 'x' }, 'linux', '/home/a')).toBe('/home/a/.config/ichor');
  expect(configFolder({}, 'darwin', '/Users/a')).toBe('/Users/a/Library/Application Support/ichor');
  expect(configFolder({}, 'linux', null)).toBeNull();
  expect(configFolder({ ICHOR_CONFIG: '/y' }, 'linux', null)).toBe('/y');
});
