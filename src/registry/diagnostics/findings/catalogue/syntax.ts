import { type Entry, more, small } from './entry.ts';

/** What is no recipe yet: the YAML itself. */
export const syntax: readonly Entry[] = [
  {
    code: 'yaml-syntax',
    severity: 'error',
    title: 'The file is no valid YAML',
    why: 'The text cannot be read as YAML 1.2: a bracket or a quote is not closed, a colon or a comma is missing, the indentation does not fit, a tab stands in it. Only the first place is told: what follows is mostly its echo.',
    fix: 'Look at the marked place and at the line before it. Indent with spaces; keys of one block start in the same column.',
    example: { recipe: small(['channels: [brain]', 'channels [brain]']) },
  },
  {
    code: 'odd-character',
    severity: 'error',
    title: 'A character is not the one that it looks like',
    why: 'No-break spaces, characters of no width, typographic quotes and dashes, full-width colons and letters of other scripts look like what a keyboard types, or like nothing, and are others to a computer: a key with one of them is an unknown key. They come along when text is copied out of a web page, a chat or a word processor, which also turns two hyphens into a dash.',
    fix: 'Type the character anew; the message names it and its place. Titles, notes and the names of folders may hold what they like.',
    example: { recipe: more('\u00a0seed: 1\n') },
  },
  {
    code: 'duplicate-key',
    severity: 'error',
    title: 'A key stands twice in one block',
    why: 'YAML would take the second and drop the first in silence, so that half of what is written has no effect.',
    fix: 'Delete one of the two. To override a value of a base, state it in the recipe that extends the base.',
    example: { recipe: more('seed: 1\nseed: 2\n') },
  },
  {
    code: 'merge-conflict',
    severity: 'error',
    title: 'A conflict marker of git stands in the file',
    why: 'Two versions of the file were merged and the places where they differ were left open.',
    fix: 'Choose one of the two sides and delete the lines that start with `<<<<<<<`, `=======` and `>>>>>>>`.',
    example: {
      recipe: small([
        'backbone: small-cnn\n',
        '<<<<<<< HEAD\nbackbone: small-cnn\n=======\nbackbone: resnet-50\n>>>>>>> other\n',
      ]),
    },
  },
  {
    code: 'custom-tag',
    severity: 'error',
    title: 'A value has a tag',
    why: 'Tags such as `!!python/object` ask a reader of YAML to build something. A recipe is plain data: nothing in it is evaluated.',
    fix: 'Delete the tag and write the value.',
    example: { recipe: small(['root: data/rsna', 'root: !path data/rsna']) },
  },
  {
    code: 'forbidden-key',
    severity: 'error',
    title: 'A key has a name that no recipe may use',
    why: 'Keys named `__proto__`, `constructor` or `prototype` cannot be held safely by a JavaScript object.',
    fix: 'Choose another name.',
    example: { recipe: small(['  brain: { level', '  constructor: { level']) },
  },
  {
    code: 'too-deep',
    severity: 'error',
    title: 'The file is nested too deeply',
    why: 'No recipe needs a hundred levels; a file that has more is broken, or made to exhaust whoever reads it.',
    fix: 'Look for brackets that are opened again and again.',
    example: { recipe: `recipe: 1\nchannels: ${'['.repeat(150)}${']'.repeat(150)}\n` },
  },
  {
    code: 'too-many-values',
    severity: 'error',
    title: 'The recipe has too many values',
    why: 'A recipe has at most 20,000 values, counted after aliases and references are written out. A few lines of aliases of aliases can stand for billions.',
    fix: 'Take the aliases out. What is a table of thousands of numbers belongs into a file of data.',
    example: {
      recipe: `recipe: 1
a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
e: [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
`,
    },
  },
  {
    code: 'several-documents',
    severity: 'error',
    title: 'The file holds several YAML documents',
    why: 'A line `---` starts a second document. A recipe file is one recipe.',
    fix: 'Put the second one into a file of its own, or delete the line.',
    example: { recipe: more('---\nrecipe: 1\n') },
  },
  {
    code: 'not-a-map',
    severity: 'error',
    title: 'The file is no map of keys to values',
    why: 'It is empty, a list or a single value. A recipe is a block of keys, the first of which is usually `recipe: 1`.',
    fix: 'Start with `recipe: 1`, or copy a shipped recipe with `ichor init`.',
    example: { recipe: '- recipe: 1\n- backbone: small-cnn\n' },
  },
  {
    code: 'more-findings',
    severity: 'note',
    title: 'There is more than is shown',
    why: 'A file of nonsense has a finding in each line. After 200 the others are only counted.',
    fix: 'Mend what is shown and check again.',
    example: {
      recipe: more(Array.from({ length: 210 }, (_, i) => `line${i}: ${i}\n`).join('')),
      shown: 'The small recipe with 210 keys that nothing knows: `line0: 0`, `line1: 1` and so on.',
      besides: ['unknown-key'],
    },
  },
  {
    code: 'language-version',
    severity: 'error',
    title: 'The recipe is written in another version of the language',
    why: '`recipe: 1` names the version of the recipe language. This ichor reads version 1.',
    fix: 'Write `recipe: 1`. A recipe of a later version needs a later ichor; `ichor migrate` rewrites one of an earlier version.',
    example: { recipe: small(['recipe: 1', 'recipe: 2']) },
  },
];
