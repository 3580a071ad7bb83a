import type { DicomHeader } from '../../dicom/header.ts';
import type { Identities } from '../../sources/identities.ts';
import type { LedgerLines } from '../ledger-lines.ts';

/** Series whose pixels were compressed with loss: a note each. */
export class LossySeries {
  readonly #series = new Map<string, { slices: number; ratios: Set<number> }>();

  add(series: string, { lossy }: DicomHeader, slices: number): void {
    if (lossy === null) return;
    const own = this.#series.get(series) ?? { slices: 0, ratios: new Set() };
    this.#series.set(series, own);
    own.slices += slices;
    if (lossy.ratio !== null) own.ratios.add(lossy.ratio);
  }

  note(ledger: LedgerLines, identities: Identities): void {
    for (const [series, { slices, ratios }] of this.#series) {
      const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
      const range = least === most ? `${least}` : `${least} to ${most}`;
      const stated = ratios.size === 0 ? 'by a ratio that their headers do not state' : `by a ratio of ${range}`;
      const message = `${slices} slices of the series were compressed with loss, ${stated}: their HU are not those that were scanned.`;
      ledger.note({
        item: identities.name('series', series),
        what: 'series',
        reason: 'lossy-pixels',
        message,
        kind: 'warning',
        hint: 'Noise and fine detail suffer first. Where the original is still in the archive, export that.',
      });
    }
  }
}
