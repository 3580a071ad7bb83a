import type { LedgerNote } from '../../ledger.ts';
import type { Identities } from '../../sources/identities.ts';
import type { LedgerLines } from '../ledger-lines.ts';

interface Words extends Pick<LedgerNote, 'reason' | 'kind' | 'hint'> {
  /** What `item` is where a series has one of them only. */
  what: LedgerNote['what'];
  one: string;
  many(count: number, first: string): string;
}

/** Counts what hits slices, by series: where one cause hits all of a series it is one note, not one a slice. */
export class SeriesTally {
  readonly #series = new Map<string, { first: string; count: number }>();

  /** `item` as it may stand in a ledger: no clear name of a private source. */
  add(series: string, item: string): void {
    const found = this.#series.get(series);
    if (found === undefined) this.#series.set(series, { first: item, count: 1 });
    else found.count++;
  }

  note(ledger: LedgerLines, identities: Identities, { what, reason, kind, hint, one, many }: Words): void {
    for (const [series, { first, count }] of this.#series)
      ledger.note({
        ...(count === 1
          ? { item: first, what, message: one }
          : { item: identities.name('series', series), what: 'series', message: many(count, first) }),
        reason,
        kind,
        ...(hint === undefined ? {} : { hint }),
      });
  }
}
