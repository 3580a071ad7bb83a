import { expect, test } from 'vitest';
import { codeFrame } from '../../../src/registry/diagnostics/code-frame.ts';
import type { Diagnostic } from '../../../src/registry/diagnostics/diagnostic.ts';
import { formatDiagnostics } from '../../../src/registry/diagnostics/format.ts';

const at = (line: number, column: number): Diagnostic => ({
  code: 'unknown-key',
  severity: 'error',
  file: '/r/rows/row.yaml',
  line,
  column,
  path: 'b',
  message: 'b is no key.',
  hint: 'Did you mean a?',
});

test('a frame shows the line, its neighbours and the column', () => {
  const source = 'one: 1\r\ntwo:\r\n  b: 2\r\n\r\nthree: 3\r\n';
  expect(codeFrame(source, at(3, 3))).toBe(['  2 | two:', '> 3 |   b: 2', '    |   ^'].join('\n'));
  expect(codeFrame('\uFEFFa: 1', at(1, 4))).toBe(['> 1 | a: 1', '    |    ^'].join('\n'));
});

test('a place without text has none', () => {
  expect(codeFrame('a: 1', at(0, 0))).toBe('');
  expect(codeFrame('a: 1', at(9, 1))).toBe('');
});

test('a long line is cut around the column, and no control character reaches the terminal', () => {
  const [line = '', mark = ''] = codeFrame(`${'x'.repeat(500)}Y`, at(1, 501)).split('\n');
  expect(line.length).toBeLessThan(140);
  expect(line[mark.indexOf('^')]).toBe('Y');
  expect(codeFrame('a: \u001b[31mred\u0007', at(1, 1))).not.toMatch(/\p{Cc}(?<!\n)/u);
});

test('findings are written with place, code, frame and hint', async () => {
  const sources = new Map([['/r/rows/row.yaml', 'a: 1\nb: 2\n']]);
  const paint = {
    red: (t: string) => `<r>${t}</r>`,
    yellow: (t: string) => t,
    dim: (t: string) => t,
    bold: (t: string) => t,
  };
  expect(await formatDiagnostics([at(2, 1)], { cwd: '/r', sources, paint })).toBe(
    [
      'rows/row.yaml:2:1  <r>error</r> unknown-key',
      '  b is no key.',
      '    1 | a: 1',
      '  > 2 | b: 2',
      '      | <r>^</r>',
      '  hint: Did you mean a?',
    ].join('\n'),
  );
  const set = { ...at(1, 1), file: '--set', hint: 'x' };
  expect(await formatDiagnostics([set], { cwd: '/r', sources: new Map([['--set', 'b=2']]) })).toContain(
    '--set  error unknown-key',
  );
});
