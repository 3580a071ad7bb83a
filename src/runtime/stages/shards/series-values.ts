import type { ShardRow } from '../../artifacts/shards.ts';
import type { SliceRow } from '../../artifacts/slices.ts';
import type { LedgerNote } from '../../ledger.ts';

/**
 * Of the ten heads of the RSNA sample each has a slice with 0.23 or more of its pixels in 0..80 HU, and none has less than
 * 0.19 of air; with an intercept that is 1024 off, or half the slope, the most are 0.02 of brain, or 0.001 of air.
 */
const LEAST_BRAIN = 0.03;
const LEAST_AIR = 0.01;
/** Slices of shorter series are judged with the others of their study: one slice may show bone and scalp alone. */
const FEW = 5;

type Values = Pick<ShardRow, 'status' | 'blank' | 'brain' | 'air' | 'notes'>;
type Slice = Pick<SliceRow, 'series' | 'study'>;

/**
 * Where the HU of a whole series are those of no head: one note a series. Single slices may hold no brain, or no air
 * around them; a series that nowhere does has another rescale than it says, or is of something else.
 */
export function seriesValues(
  slices: readonly Slice[],
  rows: readonly Values[],
): { notes: LedgerNote[]; without: ReadonlySet<string> } {
  const bySeries = new Map<string, Values[]>();
  const studyOf = new Map<string, string>();
  rows.forEach((row, i) => {
    const { series, study } = slices[i] as Slice;
    // What wrapped around, or is blank, has its own note.
    if (row.status !== 'read' || row.blank || row.notes.some(({ reason }) => reason === 'wrapped-values')) return;
    const own = bySeries.get(series) ?? [];
    own.push(row);
    bySeries.set(series, own);
    studyOf.set(series, study);
  });
  const units = new Map<string, { series: string[]; rows: Values[] }>();
  for (const [series, own] of bySeries) {
    const id = JSON.stringify(own.length < FEW ? ['study', studyOf.get(series)] : ['series', series]);
    const unit = units.get(id) ?? { series: [], rows: [] };
    units.set(id, { series: [...unit.series, series], rows: [...unit.rows, ...own] });
  }
  const notes: LedgerNote[] = [];
  const without = new Set<string>();
  for (const { series, rows: own } of units.values()) {
    const [item = ''] = series;
    const of = own.length === 1 ? 'The only slice' : `None of the ${own.length} slices`;
    const most = (share: 'brain' | 'air') => own.reduce((found, row) => Math.max(found, row[share]), 0);
    const note = (reason: LedgerNote['reason'], message: string, hint: string) =>
      notes.push({
        item,
        what: 'series',
        reason,
        message,
        kind: 'warning',
        hint,
        ...(series.length > 1 ? { count: series.length } : {}),
      });
    const [brain, air] = [most('brain'), most('air')];
    if (air < LEAST_AIR) for (const one of series) without.add(one);
    if (brain < (own.length < FEW ? LEAST_BRAIN / 10 : LEAST_BRAIN)) {
      const shows = own.length === 1 ? 'shows nothing' : 'shows anything';
      note(
        'no-tissue',
        `${of} ${shows} between 0 and 80 HU, where brain and blood are (at most ${(brain * 100).toFixed(1)} % of a picture), ${air < LEAST_AIR ? 'nor any air' : 'though air'}: the rescale is probably wrong, or it is no head.`,
        'Look at rescale slope and intercept of one of these files, and at a picture: `ichor figure windows`.',
      );
    } else if (air < LEAST_AIR) {
      const holds = own.length === 1 ? 'holds no air' : 'holds air';
      note(
        'no-air',
        `${of} ${holds} (-1100 to -700 HU): the intercept is probably wrong, and all HU are too high.`,
        'Look at the rescale intercept of one of these files: 0 often stands where -1024 is due.',
      );
    }
  }
  return { notes, without };
}
