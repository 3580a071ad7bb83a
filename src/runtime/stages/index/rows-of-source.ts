import type { OpenSource, Source } from '../../../registry/kinds/source.ts';
import type { SliceRow } from '../../artifacts/slices.ts';
import type { HeaderReading } from '../../dicom/read-header.ts';
import type { SlicePool } from '../../images/slice-pool.ts';
import { placesOf } from '../../sources/fingerprint.ts';
import type { Identities } from '../../sources/identities.ts';
import type { StageContext } from '../../stage.ts';
import type { LedgerLines } from '../ledger-lines.ts';
import type { Candidate } from './candidate.ts';
import { type JudgedSeries, seriesChoice } from './choose-series.ts';
import { limitStudies } from './limit.ts';
import { lookedHeaders } from './looked-headers.ts';
import { foundSlices, picturesNamed, shownPicture } from './records.ts';
import { resample } from './resample.ts';
import { slicesInOrder } from './sequence.ts';
import { orderSeries } from './series.ts';

/** What is kept of a reading once its slices are known. Headers are most of the memory of a hundred thousand files. */
export type Reading = Omit<HeaderReading, 'header'>;

export interface RowsOptions {
  contract: ReturnType<Source['contract']>;
  identities: Identities;
  ledger: LedgerLines;
  pool: SlicePool;
  /** Once slices are told apart, before series are chosen and slabs made: labels are of the slices that files hold. */
  joinLabels(slices: ReadonlyMap<string, Candidate>): Promise<void>;
  /** Asked where nothing is left, with the number of files: throws. */
  nothingLeft(files: number): Promise<void>;
  /** What is kept, before it is put in order. */
  chosen(candidates: readonly Candidate[]): void;
}

/** The slices of a source as a run has them, for the stage index and for labels that are joined behind it: one way for both. */
export async function rowsOfSource(
  source: OpenSource,
  context: Pick<StageContext, 'recipe' | 'registry' | 'signal' | 'headers' | 'look' | 'progress'>,
  { contract, identities, ledger, pool, joinLabels, nothingLeft, chosen }: RowsOptions,
): Promise<{
  readings: Reading[];
  kept: readonly Candidate[];
  judged: readonly JudgedSeries[];
  rows: SliceRow[];
  resampled: ReadonlySet<string>;
}> {
  const { recipe, registry } = context;
  const whole = context.headers?.take(placesOf(source)) ?? (await lookedHeaders(source, context));
  const found = await foundSlices(whole, source, { contract, identities, ledger, wanted: picturesNamed(recipe) });
  const readings = whole.map(({ header: _, ...rest }) => rest);
  const {
    slices: candidates,
    judged,
    arranged,
  } = await slicesInOrder(found, {
    byName: source.sliceIds === 'file-name',
    contract,
    choice: seriesChoice(recipe, registry, contract),
    pictureOf(candidate) {
      context.signal.throwIfAborted();
      return shownPicture(source, candidate, contract, pool);
    },
    identities,
    ledger,
    joinLabels,
    nothingLeft: () => nothingLeft(readings.length),
  });
  const { limit, seed, resample: slabs } = recipe.data;
  const kept = limit === null ? [...candidates.values()] : limitStudies(candidates, limit, seed, identities, ledger);
  chosen(kept);
  const how = { generated: source.synthetic, resampled: slabs !== null };
  const ordered = orderSeries(arranged, kept, identities, ledger, how);
  const { rows, series: resampled } =
    slabs === null ? { rows: ordered, series: new Set<string>() } : resample(ordered, slabs.spacingMm, ledger);
  return { readings, kept, judged, rows, resampled };
}
