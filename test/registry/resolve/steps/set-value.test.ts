import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolveText } from '../../../../src/registry/resolve/resolve.ts';
import { parseSetValue } from '../../../../src/registry/resolve/steps/set-value.ts';
import { plain } from '../../../../src/registry/values/value.ts';
import { VALID } from '../../diagnostics/mistakes.ts';
import { fakeRegistry as registry } from '../../fake-components.ts';

const read = (text: string) =>
  parseSetValue(text, { file: '--set', line: 1, column: 1, layer: 'command line', path: ['name'] });

describe('a value of --set', () => {
  test.each([
    ['a#b', 'a#b'],
    ['/x/#1', '/x/#1'],
    ['/x/a #1', '/x/a #1'],
    ['#x', '#x'],
    ['5 # five', '5 # five'],
    ['"a #b"', 'a #b'],
    ["'a: b'", 'a: b'],
    ['*x', '*x'],
    ['&x', '&x'],
    ['&x y', '&x y'],
    ['!x', '!x'],
    ['@x', '@x'],
    ['%x%', '%x%'],
    ['`x`', '`x`'],
    ['| x', '| x'],
    ['--- x', '--- x'],
    ['...', '...'],
    ['C:\\data\\new', 'C:\\data\\new'],
    ['1e-4', 0.0001],
    ['1_000', '1_000'],
    ['2020-01-01', '2020-01-01'],
    ['yes', 'yes'],
    ['true', true],
    ['null', null],
    ['[a#b, c]', ['a#b', 'c']],
    ['{ a: 1 }', { a: 1 }],
    ['!!str 5', '5'],
    ['[\n a, # first\n b\n]', ['a', 'b']],
  ])('%j is taken whole', (text, expected) => {
    const { node, findings } = read(text);
    expect(findings).toEqual([]);
    expect(node && plain(node)).toEqual(expected);
  });

  test.each([['[a, b] # c'], ['"a" # b'], ['x: y # z'], ['a\n# b']])('%j would be cut, and is refused', (text) => {
    const { findings } = read(text);
    expect(findings).toMatchObject([{ code: 'set-syntax', hint: expect.stringContaining('quotes') }]);
    expect(findings[0]?.column).toBe(text.indexOf('#') + 1);
  });

  test('a folder with a # stays, ~ is the home folder, and neither removes the root', async () => {
    const rootOf = async (value: string) => {
      const { recipe, diagnostics } = await resolveText(VALID, {
        registry,
        cwd: '/work',
        set: [`data.source.root=${value}`],
      });
      expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
      return recipe?.data.source.root;
    };
    expect(await rootOf('/x/#1')).toBe('/x/#1');
    expect(await rootOf('#x')).toBe('/work/#x');
    expect(await rootOf('~/x')).toBe(join(homedir(), 'x'));
    expect(await rootOf('~')).toBe(homedir());
  });

  test('a variable that the shell did not fill in is told, in the recipe too', async () => {
    const set = await resolveText(VALID, { registry, cwd: '/work', set: ['data.source.root=$HOME/x'] });
    expect(set.diagnostics).toMatchObject([{ code: 'path-not-expanded', file: '--set' }]);
    const file = await resolveText(VALID.replace(/root: [^\s,}]+/, 'root: $HOME/x'), { registry, cwd: '/work' });
    expect(file.diagnostics).toMatchObject([{ code: 'path-not-expanded', path: 'data.source.root' }]);
  });

  test('extends and plugins fill nothing in, and never read a folder named ~', async () => {
    const { diagnostics } = await resolveText('recipe: 1\nextends: ~/base.yaml\n', { registry, cwd: '/work' });
    expect(diagnostics).toMatchObject([{ code: 'extends-outside', hint: expect.stringContaining('relative path') }]);
  });
});
