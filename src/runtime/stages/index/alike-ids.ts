import type { PictureRecord } from '../../../registry/kinds/source.ts';
import type { Identities } from '../../sources/identities.ts';
import type { LedgerLines } from '../ledger-lines.ts';
import { plainNumber, readId } from './placeholder.ts';

const plain = (id: string): string => plainNumber(readId(id));

/**
 * Studies, series and slices of one patient whose ids differ only in how they are written: a part of a table went through a
 * spreadsheet, which takes zeros away. They stay apart; patients are joined elsewhere (`tellWho`).
 */
export class AlikeIds {
  /** By their plain ids: by each way of writing them the line where it stands first. */
  readonly #series = new Map<string, Map<string, number | null>>();
  readonly #slices = new Map<string, Map<string, number | null>>();

  /** @param head what the series of it is called */
  add({ slice, patient, study, series, line }: PictureRecord, head: string): void {
    // A patient that is written in two ways is told as one: their own ids are not.
    const of = (ids: readonly string[]) => [patient, ...ids.map(plain)].join('\0');
    if (study !== '' || series !== '') put(this.#series, of([study, series]), head, line);
    put(this.#slices, slice.split('/').map(plain).join('/'), slice, line);
  }

  note(identities: Identities, ledger: LedgerLines): void {
    for (const [what, all] of [
      ['series', this.#series],
      ['slice', this.#slices],
    ] as const)
      for (const own of all.values()) {
        if (own.size < 2) continue;
        const [[first, line], [other, there]] = [...own] as [[string, number | null], [string, number | null]];
        const lines = line === null || there === null ? '' : ` (lines ${line} and ${there} of the table)`;
        ledger.note({
          item: identities.name(what, first),
          what,
          reason: 'ids-written-otherwise',
          message: `Its ids and those of ${identities.name(what, other)} differ only in zeros in front, capitals or spaces${lines}: they count as two.`,
          kind: 'warning',
          hint: 'Where they are one, write them alike: in a spreadsheet, import columns of ids as text.',
        });
      }
  }
}

function put(all: Map<string, Map<string, number | null>>, key: string, id: string, line: number | null): void {
  const own = all.get(key);
  if (own === undefined) all.set(key, new Map([[id, line]]));
  else if (!own.has(id)) own.set(id, line);
}
