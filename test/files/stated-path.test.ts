import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as home from '../../src/files/home.ts';
import { expandHome, resolveStated } from '../../src/files/stated-path.ts';
import { top } from '../cli.ts';

afterEach(() => void vi.restoreAllMocks());

describe('a path as it was stated', () => {
  test.each([
    ['~', homedir()],
    ['~/data/rsna', join(homedir(), 'data/rsna')],
    ['data/~/x', 'data/~/x'],
    ['/data/$HOME', '/data/$HOME'],
    ['C:\\data\\new', 'C:\\data\\new'],
    ['rsna~', 'rsna~'],
  ])('%s is %s', (path, expected) => expect(expandHome(path)).toBe(expected));

  test.each(['~nobody-of-this-name/x', '$HOME/x', '${HOME}/x', '$env:USERPROFILE\\x', '%USERPROFILE%\\x', '$NOTHING'])(
    '%s is told, and no folder of that name is made',
    (path) => {
      expect(() => expandHome(path)).toThrow(
        expect.objectContaining({ code: 'path-not-expanded', exit: 2, hint: expect.stringContaining('~/') }),
      );
    },
  );

  test('without a home folder ~ is told', () => {
    vi.spyOn(home, 'homeFolder').mockReturnValue(null);
    try {
      expandHome('~/x');
    } catch (error) {
      expect(error).toMatchObject({ code: 'path-not-expanded', hint: expect.stringContaining('set HOME') });
    }
  });

  test('a relative path is meant from where it was stated', () => {
    expect(resolveStated('data/x', top)).toBe(join(top, 'data/x'));
    expect(resolveStated('~/x', top)).toBe(join(homedir(), 'x'));
  });
});
