import { describe, expect, test } from 'vitest';
import { asTyped, oddCharacters, oddInValue } from '../../../src/registry/diagnostics/odd-characters.ts';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import { fakeRegistry as registry } from '../fake-components.ts';
import { VALID as WHOLE } from './mistakes.ts';

const VALID = WHOLE.replaceAll(/^(?:name|seed):.*\n/gm, '');

const found = async (text: string, set: string[] = []) =>
  (await resolveText(text, { registry, cwd: '/work', set })).diagnostics;

describe('a recipe that was copied from elsewhere', () => {
  test.each([
    ['a key', `${VALID}\u00a0seed: 1\n`, 'a no-break space (U+00A0) as its 1st character', 1],
    ['a key, at its end', `${VALID}seed\u200b: 1\n`, 'a zero-width space (U+200B) as its 5th character', 5],
    ['a key of two alphabets', `${VALID}s\u0435ed: 1\n`, 'a Cyrillic letter (U+0435) as its 2nd character', 2],
    ['a colon', `${VALID}seed\uff1a 1\n`, 'Here stands a full-width colon (U+FF1A)', 5],
    ['the space behind a colon', `${VALID}seed:\u00a01\n`, 'a no-break space (U+00A0)', 6],
    ['a byte order mark in the middle', `${VALID}\ufeffseed: 1\n`, 'a byte order mark (U+FEFF)', 1],
    ['the end of a value', `${VALID}seed: 1\u00a0\n`, 'This value has a no-break space (U+00A0) as its 2nd', 8],
    ['quotes', `${VALID}name: \u201cmine\u201d\n`, 'a typographic quote (U+201C) as its 1st character', 7],
    ['a hyphen', `${VALID}name: my\u2011run\n`, 'a no-break hyphen (U+2011) as its 3rd character', 9],
    ['a minus', `${VALID}seed: \u22121\n`, 'a minus sign of typesetting (U+2212)', 7],
  ])('%s', async (_, text, message, column) => {
    const [first] = await found(text);
    expect(first).toMatchObject({ code: 'odd-character', severity: 'error', column });
    expect(first?.line).toBe(text.split('\n').length - 1);
    expect(first?.message).toContain(message);
    expect(first?.hint).toMatch(/web pages/);
  });

  test('a path in double quotes whose backslashes are escapes', async () => {
    const [first] = await found(VALID.replace(/root: [^\s,}]+/, 'root: "C:\\new\\temp"'));
    expect(first).toMatchObject({ code: 'odd-character', path: 'data.source.root' });
    expect(first?.message).toContain('a line break');
  });

  test.each([['\u00a0seed=1'], ['seed\uff1d1'], ['seed=1\u00a0'], ['name=\u201cx\u201d']])('--set %j', async (set) => {
    expect(await found(VALID, [set])).toMatchObject([{ code: 'odd-character', file: '--set' }]);
  });

  test('comments, sentences and names of folders hold what they like', async () => {
    const root = VALID.replace(/root: [^\s,}]+/, 'root: "/data/K\u00f6pfe \u2013 2024\u202fa"');
    const text = `# a\u00a0\u201cquote\u201d\n${root}paper: { row: "one \u2013 \u201ctwo\u201d" }\n`;
    expect((await found(text)).filter(({ code }) => code === 'odd-character')).toEqual([]);
  });
});

test('a text as it would have been typed', () => {
  expect(asTyped('\u00a0seed\uff1a\u2011\u200b1')).toBe(' seed: -1');
  expect(oddCharacters('plain, with \t and \n')).toEqual([]);
  expect(oddInValue('Zw\u00f6lf \u2013 f\u00fcnf')).toBeNull();
});
