import { afterEach, expect, it, vi } from 'vitest';
import { noticesText, printQuietEnd } from '../../src/cli/notices.ts';
import { pointLines } from '../../src/cli/points/point-lines.ts';
import type { Notice } from '../../src/runtime/notices/notice.ts';

const notice = (text: string, more: Partial<Notice> = {}): Notice => ({
  kind: 'warning',
  level: 'warning',
  what: 'slice',
  reasons: [],
  count: 2,
  of: null,
  text,
  first: null,
  hint: null,
  ...more,
});

afterEach(() => vi.restoreAllMocks());

/** What is written to a stream meanwhile, without colours. */
function written(stream: NodeJS.WriteStream): () => string {
  const spy = vi.spyOn(stream, 'write').mockReturnValue(true);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how colours look
  return () => spy.mock.calls.map(([text]) => String(text).replaceAll(/\u001b\[\d+m/g, '')).join('');
}

it('a block has a line for each notice, its first place and what to do; nothing to say is no block', () => {
  expect(noticesText([], 'a-1')).toBeNull();
  const text = noticesText([notice('2 are odd', { first: 'x.dcm', hint: 'Mend them.' }), notice('3 are even')], 'a-1');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how colours look
  expect(text?.replaceAll(/\u001b\[\d+m/g, '').split('\n')).toEqual([
    'Left out, repaired or doubtful (all of it: npx ichor runs ledger a-1)',
    '  2 are odd',
    '      first x.dcm. Mend them.',
    '  3 are even',
  ]);
  expect(noticesText([notice('2 are odd', { first: 'ab12' })], 'a-1', '--show-ids')).toContain('--show-ids');
  expect(noticesText([notice('2 are odd')], 'a-1', '--show-ids')).not.toContain('--show-ids');
});

it('a quiet command says its name on standard output, and on the other what is doubtful alone', () => {
  const out = written(process.stdout);
  const err = written(process.stderr);
  const asked = notice('5 cut', { level: 'information' });
  printQuietEnd({ name: 'a-1', notices: [asked, notice('said already', { what: null })] });
  expect(err()).toBe('');
  printQuietEnd({ name: 'a-2', notices: [asked, notice('2 are odd')] });
  expect(err()).toMatch(/^Left out.*\n {2}2 are odd\n$/);
  expect(out()).toBe('a-1\na-2\n');
});

it('points say what their data have in common once, also where they are only recalled', () => {
  const err = written(process.stderr);
  const point = (position: string, recalled: boolean, quiet = false) =>
    pointLines({ position, title: 'seed', recalled, beside: false, quiet });
  const event = (run: string, ...notices: Notice[]) => ({ type: 'notices' as const, run, failed: false, notices });
  point('1 of 3', false).emit(event('a-1', notice('2 are odd')));
  point('2 of 3', true).emit(event('a-2', notice('2 are odd')));
  point('3 of 3', false, true).emit(
    event('a-3', notice('2 are odd'), notice('4 are new'), notice('5 cut', { level: 'information' })),
  );
  const text = err();
  expect(text.match(/2 are odd/g)).toHaveLength(1);
  expect(text).toContain('4 are new');
  expect(text).not.toContain('5 cut');
});
