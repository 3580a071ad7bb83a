import { expect, test } from 'vitest';
import { cacheFolder } from '../../../src/runtime/download/cache-folder.ts';

test('the cache lies where the platform keeps caches, and where ICHOR_CACHE says', () => {
  expect(cacheFolder({}, 'linux', '/home/u')).toBe('/home/u/.cache/ichor');
  expect(cacheFolder({ XDG_CACHE_HOME: '/x' }, 'linux', '/home/u')).toBe('/x/ichor');
  // The XDG specification: a relative path is ignored.
  expect(cacheFolder({ XDG_CACHE_HOME: 'x' }, 'linux', '/home/u')).toBe('/home/u/.cache/ichor');
  expect(cacheFolder({}, 'darwin', '/Users/u')).toBe('/Users/u/Library/Caches/ichor');
  expect(cacheFolder({ LOCALAPPDATA: '/local' }, 'win32', '/u')).toContain('/local');
  expect(cacheFolder({ ICHOR_CACHE: '/own' }, 'darwin', '/Users/u')).toBe('/own');
});
