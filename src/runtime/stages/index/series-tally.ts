import type { LedgerNote } from '../../ledger.ts';
import type { Identities } from '../../sources/identities.ts';
import type { LedgerLines } from '../ledger-lines.ts';

interface Words extends Pick<LedgerNote, 'reason' | 'kind' | 'hint'> {
  /** What `item` is where a series has one of them only. */
  what: LedgerNote['what'];
  /** `of`: the sum of what was added. */
  one(of: number): string;
  many(count: number, first: string, of: number): string;
}

/** Counts what hits slices, by series: where one cause hits all of a series it is one note, not one a slice. */
export class SeriesTally {
  readonly #series = new Map<string, { first: string; count: number; of: number }>();

  /** `item` as it may stand in a ledger: no clear name of a private source. */
  add(series: string, item: string, of = 1): void {
    const found = this.#series.get(series);
    if (found === undefined) this.#series.set(series, { first: item, count: 1, of });
    else {
      found.count++;
      found.of += of;
    }
  }

  note(ledger: LedgerLines, identities: Identities, { what, reason, kind, hint, one, many }: Words): void {
    for (const [series, { first, count, of }] of this.#series)
      ledger.note({
        ...(count === 1
          ? { item: first, what, message: one(of) }
          : { item: identities.name('series', series), what: 'series', message: many(count, first, of) }),
        reason,
        kind,
        ...(hint === undefined ? {} : { hint }),
      });
  }
}
