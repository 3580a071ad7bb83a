import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { IchorError } from '../../src/errors.ts';
import { forgetPrivatePaths, keepPathsPrivate } from '../../src/files/private-paths.ts';
import { explainSystemError, systemReason } from '../../src/files/system-error.ts';

afterEach(forgetPrivatePaths);

const failed = (code: string, more: Partial<NodeJS.ErrnoException> = {}): NodeJS.ErrnoException =>
  Object.assign(new Error(`${code}: as Node says it, open '/data/SMITH^JOHN/1.dcm'`), {
    code,
    errno: -1,
    syscall: 'open',
    ...more,
  });
const explained = (error: unknown, about?: string): IchorError => explainSystemError(error, about) as IchorError;

it('a file that is too large may be one that the shell forbids', () => {
  expect(explained(failed('EFBIG', { syscall: 'write' })).hint).toContain('ulimit -f');
});

it.each([
  'WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory for new instance',
  'Aborted(RangeError: WebAssembly.instantiate(): Out of memory: Cannot allocate Wasm memory for new instance)',
  'WebAssembly.Memory(): could not allocate memory',
  'WebAssembly.Memory.grow(): Unable to grow instance memory',
  'Array buffer allocation failed',
])('memory that the system refuses is no fault of ours: %s', (said) => {
  const error = explained(new RangeError(said), 'the WASM engine');
  expect(error.code).toBe('memory-full');
  expect(error.message).toBe(`The system gives this process no more memory (the WASM engine): ${said}.`);
  expect(error.hint).toContain('`ulimit -v unlimited`');
});

it('a fault of ours stays one, whatever it speaks of', () => {
  const fault = new TypeError('WebAssembly.Instance(): Import #0 is no function');
  expect(explained(fault)).toBe(fault);
});

describe('an error of the operating system', () => {
  it.each([
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EACCES', 'access-denied'],
    ['EPERM', 'access-denied'],
    ['EROFS', 'disk-read-only'],
    ['EMFILE', 'too-many-open-files'],
    ['ENFILE', 'too-many-open-files'],
    ['ENOENT', 'path-missing'],
    ['ENOTDIR', 'path-missing'],
    ['EISDIR', 'is-a-folder'],
    ['EEXIST', 'path-taken'],
    ['ENOTEMPTY', 'path-taken'],
    ['ELOOP', 'link-loop'],
    ['ENAMETOOLONG', 'name-too-long'],
    ['EIO', 'disk-failing'],
    ['ESTALE', 'disk-failing'],
    ['ETXTBSY', 'file-busy'],
    ['EBUSY', 'file-busy'],
    ['ENOMEM', 'memory-full'],
    ['EFBIG', 'file-too-large'],
    ['EWHATEVER', 'system-error'],
  ])('%s is %s: with the path, the system’s code, and what to do', (code, own) => {
    const error = explained(failed(code, { path: '/store/x' }));
    expect(error).toBeInstanceOf(IchorError);
    expect(error.code).toBe(own);
    expect(error.message).toMatch(/^\/store\/x cannot be /);
    expect(error.message).toContain(`(${code})`);
    expect(error.message).not.toContain('as Node says it');
    expect(error.hint).toMatch(/\w{3}.*\.$/);
  });

  it('says what was being done, and where, when it carries no path', () => {
    const error = explained(failed('ENOSPC', { syscall: 'write' }), 'stage shards');
    expect(error.message).toBe('A file cannot be written: the disk is full (ENOSPC) (stage shards).');
    expect(explained(failed('EACCES', { syscall: 'scandir', path: '/x' })).message).toContain('/x cannot be listed');
    expect(explained(failed('EROFS', { path: '/x' })).message).toContain('/x cannot be written');
  });

  it('is one of a working directory that was removed', () => {
    const error = explained(failed('ENOENT', { syscall: 'uv_cwd' }));
    expect([error.code, error.exit]).toEqual(['working-directory-missing', 2]);
  });

  it('names no path of a private folder, but what stands for it', () => {
    keepPathsPrivate('/data', (path) => (path === 'SMITH^JOHN/1.dcm' ? 'abc123' : null));
    const told = explained(failed('EIO', { path: '/data/SMITH^JOHN/1.dcm' }));
    expect(told.message).toBe('The file abc123 of the data folder cannot be read: the disk reports an error (EIO).');
    expect(JSON.stringify([told.message, told.hint, String(told.cause)])).not.toContain('SMITH');
    expect(explained(failed('EACCES', { path: '/data/JONES' })).message).toMatch(/^A file of the data folder /);
    expect(explained(failed('EACCES', { path: '/data' })).message).toMatch(/^The data folder /);
    expect(explained(failed('EACCES', { path: '/database' })).message).toMatch(/^\/database /);
  });

  it('is what Node throws, and nothing else: a fault of ours keeps its stack', async () => {
    const real = await readFile('/nowhere/at/all').catch((error: unknown) => error);
    expect(explained(real).code).toBe('path-missing');
    const own = new TypeError('x is not a function');
    expect(explainSystemError(own)).toBe(own);
    const known = new IchorError('a', 'b');
    expect(explainSystemError(known)).toBe(known);
    const argument = Object.assign(new TypeError('bad'), { code: 'ERR_INVALID_ARG_TYPE' });
    expect(explainSystemError(argument)).toBe(argument);
  });

  it('has a reason in words, without a path', () => {
    expect(systemReason(failed('EACCES', { path: '/x' }))).toBe('permission is denied (EACCES)');
    expect(systemReason(new Error('as it is'))).toBe('as it is');
  });
});
