import { expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/registry/diagnostics/diagnostic.ts';
import { formatGithub } from '../../../src/registry/diagnostics/format-github.ts';
import { formatJson } from '../../../src/registry/diagnostics/format-json.ts';

const finding = (changes: Partial<Diagnostic> = {}): Diagnostic => ({
  code: 'wrong-type',
  severity: 'error',
  file: '/home/me/recipes/a.yaml',
  line: 3,
  column: 7,
  path: 'seed',
  message: 'seed must be a number.',
  ...changes,
});
const cwd = '/home/me';

test('JSON has every key, a relative path with /, and null for what is not there', () => {
  expect(JSON.parse(formatJson([finding(), finding({ file: '/home/b.yaml' })], { cwd }))).toMatchObject([
    { file: 'recipes/a.yaml', hint: null },
    { file: '../b.yaml' },
  ]);
});

// The table of actions/toolkit, packages/core/src/command.ts: escapeData and escapeProperty.
test('an annotation escapes what the runner would read as its own', () => {
  const odd = finding({ file: '/home/me/a,b:c%.yaml', message: '100% of a,b: wrong', hint: 'Write 50%.' });
  expect(formatGithub([odd], { cwd })).toBe(
    '::error file=a%2Cb%3Ac%25.yaml,line=3,col=7,title=wrong-type::100%25 of a,b: wrong%0Ahint: Write 50%25.',
  );
});

test('nothing of a recipe starts a command of its own', () => {
  const text = formatGithub([finding({ message: 'seed is "\n::set-env name=PATH::/evil\r\n".' })], { cwd });
  expect(text.split('\n')).toHaveLength(1);
  expect(text).not.toMatch(/\p{Cc}/u);
});

test('a note is a notice; what has no line has none; the command line is named in the message', () => {
  expect(formatGithub([finding({ severity: 'note', line: 0, column: 0 })], { cwd })).toBe(
    '::notice file=recipes/a.yaml,title=wrong-type::seed must be a number.',
  );
  expect(formatGithub([finding({ severity: 'warning', file: '--set' })], { cwd })).toBe(
    '::warning title=wrong-type::--set: seed must be a number.',
  );
});
