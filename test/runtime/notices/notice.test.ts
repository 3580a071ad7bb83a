import { describe, expect, it } from 'vitest';
import type { LedgerNote, LedgerPart, LeftOut } from '../../../src/runtime/ledger.ts';
import type { LeftOutReason, NoteReason } from '../../../src/runtime/ledger-reasons.ts';
import { noticesOf, shownNotices, underNotice } from '../../../src/runtime/notices/notice.ts';

const part = (of: Partial<LedgerPart>): LedgerPart => ({ stage: 'index', leftOut: [], notes: [], ...of });
/** Also a reason of another version of ichor, which nothing here has words for. */
const file = (item: string, reason: string, more: Partial<LeftOut> = {}): LeftOut => ({
  item,
  what: 'file',
  reason: reason as LeftOutReason,
  message: 'The file is odd.',
  ...more,
});
const note = (item: string, reason: string, more: Partial<LedgerNote> = {}): LedgerNote => ({
  item,
  what: 'slice',
  reason: reason as NoteReason,
  message: 'The header says something odd.',
  kind: 'warning',
  ...more,
});

describe('what is said of a run', () => {
  it('is nothing where nothing was left out or noted', () => {
    const quiet = part({ notes: [note('s', 'several-studies', { kind: 'information' })] });
    expect(noticesOf([part({ found: { files: 9, labelRows: 54 } }), quiet])).toEqual([]);
  });

  it('counts files by reason over all stages, with what tells them apart, the first place and what to do', () => {
    const index = part({
      found: { files: 165, labelRows: 0 },
      leftOut: [
        file('.DS_Store', 'hidden-file'),
        file('mr.dcm', 'not-ct', { detail: 'MR' }),
        file('a.dcm', 'transfer-syntax', { detail: 'RLE lossless' }),
        file('(more)', 'transfer-syntax', { detail: 'JPEG 2000', count: 52 }),
      ],
    });
    const shards = part({ stage: 'shards', leftOut: [file('cut.dcm', 'truncated-pixels')] });
    const [notice, ...rest] = noticesOf([index, shards]);
    expect(rest).toEqual([]);
    expect(notice).toMatchObject({
      kind: 'left-out',
      level: 'warning',
      what: 'file',
      count: 56,
      of: 165,
      first: 'a.dcm',
      reasons: [
        { reason: 'transfer-syntax', count: 53 },
        { reason: 'not-ct', count: 1 },
        { reason: 'truncated-pixels', count: 1 },
        { reason: 'hidden-file', count: 1 },
      ],
    });
    expect(notice?.text).toBe(
      '56 of 165 files left out: 53 of a transfer syntax that is not read (RLE lossless, JPEG 2000), 1 not CT (MR), 1 with pixels that end early, 1 hidden',
    );
    expect(underNotice(notice!)).toMatch(
      /^first a\.dcm\. Of the 53 of a transfer syntax that is not read: convert .*gdcmconv --raw/,
    );
  });

  it('says of which reason a hint is where there are several, and not where there is one', () => {
    const hint = (...leftOut: LeftOut[]) => noticesOf([part({ found: { files: 76, labelRows: 0 }, leftOut })])[0]?.hint;
    const cut = file('cut.dcm', 'unreadable-header');
    const others = [file('a', 'not-ct', { count: 20 }), file('b', 'secondary-capture', { count: 16 })];
    expect(hint(cut)).toBe('Copy the files again: they are cut off.');
    expect(hint(...others, cut)).toBe(
      'Of the 1 with a header that ends early or cannot be read: copy the files again: they are cut off.',
    );
    expect(hint(...others)).toBeNull();
    // Of the largest that something can be done about, by what one of them is called.
    expect(hint(...others, cut, file('z', 'archive'), file('y', 'archive'))).toMatch(/^Of the 2 archives: unpack them/);
    expect(hint(...others, file('z', 'archive'))).toMatch(/^Of the 1 archive: unpack them/);
  });

  it('has nothing to doubt where only what was asked for is left out', () => {
    const cut = part({
      found: { files: 30, labelRows: 180 },
      leftOut: [file('S', 'limit', { count: 12 }), file('S', 'limit', { what: 'label-row', count: 72 })],
    });
    expect(noticesOf([cut]).map(({ level, text }) => [level, text])).toEqual([
      ['information', '12 of 30 files left out: beyond data.limit'],
      ['information', '72 of 180 label rows left out: beyond data.limit'],
    ]);
  });

  it('says notes in words, each once whoever wrote it, repairs last', () => {
    const index = part({
      notes: [
        note('b', 'repaired-intercept', { kind: 'repair' }),
        note('a', 'no-rescale'),
        note('c', 'no-rescale'),
        note('(more)', 'no-rescale', { count: 31 }),
      ],
    });
    const twice = [part({ notes: [note('a', 'interpolated')] }), part({ notes: [note('a', 'interpolated')] })];
    expect(noticesOf([index, ...twice]).map(({ kind, count, text, first }) => [kind, count, text, first])).toEqual([
      ['warning', 33, '33 slices without rescale slope or intercept: 1 and 0 were taken', 'a'],
      ['warning', 1, '1 slice without pixels that can be read: predicted from their neighbours', 'a'],
      ['repair', 1, '1 slice with values that had wrapped around (unsigned, intercept near 0): repaired', 'b'],
    ]);
  });

  it('reads well for reasons that it does not know', () => {
    const said = (...notes: LedgerNote[]) => noticesOf([part({ notes })])[0]?.text;
    expect(said(note('a', 'made-up', { message: 'Its direction is not known.' }))).toBe(
      '1 slice: its direction is not known',
    );
    const series = (item: string, message: string) => note(item, 'made-up', { what: 'series', message });
    expect(said(series('a', 'HU were guessed.'), series('b', 'HU were guessed.'))).toBe('2 series: HU were guessed');
    expect(said(series('a', '2 of 9 are odd.'), series('b', '3 of 9 are odd.'))).toBe(
      '2 series, made up: 2 of 9 are odd',
    );
    expect(said(note('train', 'made-up', { what: 'side', message: 'The side train is odd.' }))).toBe(
      'The side train is odd',
    );
    const unknown = part({ found: { files: 3, labelRows: 0 }, leftOut: [file('x', 'odd-padding')] });
    expect(noticesOf([unknown])[0]?.text).toBe('1 of 3 files left out: odd padding');
  });

  it('says of each network what to do about it, and once what is the same for all', () => {
    const worse = (item: string, hint: string) => note(item, 'worse-than-constant', { what: 'network', hint });
    const hints = (...notes: LedgerNote[]) => noticesOf([part({ notes })])[0]?.hint;
    expect(hints(worse('backbone', 'Lower its rate.'), worse('sequence', 'Train longer.'))).toBe(
      'backbone: Lower its rate. sequence: Train longer.',
    );
    expect(hints(worse('backbone', 'Lower it.'), worse('sequence', 'Lower it.'))).toBe('Lower it.');
    expect(hints(worse('backbone', 'Lower it.'))).toBe('Lower it.');
    // Of slices there are too many.
    expect(hints(note('a', 'wide-gap', { hint: 'This.' }), note('b', 'wide-gap', { hint: 'That.' }))).toBe('This.');
  });

  it('shows what nobody sees in a name', () => {
    const [notice] = noticesOf([part({ leftOut: [file('a\u200b.dcm', 'not-ct')] })]);
    expect(notice?.first).toBe('a\\u200b.dcm');
  });

  it('holds warnings of the run itself, each once, with what to do', () => {
    const warning = { message: 'Batch norm hardly moves.', code: 'momentum', hint: 'Lower it.' };
    expect(noticesOf([], [warning, warning])).toMatchObject([
      { what: null, text: 'Batch norm hardly moves', hint: 'Lower it.', reasons: [{ reason: 'momentum', count: 1 }] },
    ]);
  });

  it('stays short: eight at most, the rest counted', () => {
    const many = noticesOf([part({ notes: Array.from({ length: 12 }, (_, i) => note('a', `reason-${i}`)) })]);
    expect(many).toHaveLength(12);
    expect(shownNotices(many)).toMatchObject({ more: 5, shown: { length: 7 } });
    expect(shownNotices(many.slice(0, 8))).toMatchObject({ more: 0, shown: { length: 8 } });
  });
});

it('all that is doubtful of series is named together, each once', () => {
  const note = (item: string, ...details: string[]): LedgerNote => ({
    item,
    what: 'series',
    reason: 'doubtful-series',
    message: `Doubtful as a plain head: ${details.join(', ')}.`,
    kind: 'warning',
    details,
  });
  const part = (...notes: LedgerNote[]): LedgerPart => ({ stage: 'index', leftOut: [], notes });
  const [several] = noticesOf([part(note('a', 'bone kernel'), note('b', 'derived', 'contrast'), note('c', 'derived'))]);
  expect(several).toMatchObject({ count: 3, first: 'a', text: '3 series doubtful: bone kernel, derived, contrast' });
  const [one] = noticesOf([part(note('a', 'bone kernel'))]);
  expect(one).toMatchObject({ text: '1 series doubtful: bone kernel' });
});
