import { putCopy } from '../../files/write.ts';
import { readCsv, writeCsv } from '../artifacts/csv.ts';
import { doubtsCell, doubtsOfCell } from '../artifacts/series.ts';

/** What stands among the doubts of a slice that is predicted by networks that learned from its picture, or of its patient. */
export const SEEN_DOUBTS = ['picture seen in training', 'patient id seen in training'] as const;
export type SeenDoubt = (typeof SEEN_DOUBTS)[number];

/** By slice. */
export type SeenDoubts = ReadonlyMap<string, SeenDoubt>;

const isSeen = (doubt: string): doubt is SeenDoubt => (SEEN_DOUBTS as readonly string[]).includes(doubt);

/**
 * A table of slices, or of series, with what was seen in training in its column `doubtful`: behind what stands there, of a series once.
 *
 * @param from it may be `to` as well, which is replaced when it is whole
 * @param seriesOf the series of each slice
 */
export async function writeSeen(
  from: string,
  to: string,
  doubts: SeenDoubts,
  seriesOf: ReadonlyMap<string, string>,
): Promise<void> {
  const bySeries = new Map<string, Set<SeenDoubt>>();
  for (const [slice, doubt] of doubts) {
    const series = seriesOf.get(slice);
    if (series !== undefined) bySeries.set(series, (bySeries.get(series) ?? new Set()).add(doubt));
  }
  await rewrite(from, to, (before, { slice, series = '' }) => {
    const own = slice === undefined ? (bySeries.get(series) ?? new Set()) : new Set([doubts.get(slice)]);
    return [...before, ...SEEN_DOUBTS.filter((doubt) => own.has(doubt))];
  });
}

/** The table as it is without. */
export const writeWithoutSeen = (from: string, to: string): Promise<void> =>
  rewrite(from, to, (before) => before.filter((doubt) => !isSeen(doubt)));

type Row = Record<string, string>;

async function rewrite(
  from: string,
  to: string,
  doubtsOf: (before: readonly string[], row: Row) => readonly string[],
): Promise<void> {
  const rows = readCsv(from, ['doubtful']);
  const first = await rows.next();
  if (first.done === true) {
    // A header line alone.
    if (from !== to) await putCopy(from, to);
    return;
  }
  const columns = Object.keys(first.value);
  async function* all(): AsyncGenerator<Row> {
    yield (first as IteratorYieldResult<Row>).value;
    yield* rows;
  }
  await writeCsv(to, columns, all(), (row) =>
    columns.map((column) => {
      const cell = row[column] ?? '';
      return column === 'doubtful' ? doubtsCell(doubtsOf(doubtsOfCell(cell), row)) : cell;
    }),
  );
}
