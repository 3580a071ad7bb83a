import type { OpenSource } from '../../registry/kinds/source.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import type { HeaderReading } from '../dicom/read-header.ts';
import type { LedgerPart } from '../ledger.ts';
import { readHeaders } from '../sources/fingerprint.ts';
import type { Identities } from '../sources/identities.ts';
import { type Candidate, candidatesOf } from '../stages/index/candidate.ts';
import { pictureHash } from '../stages/index/picture-hash.ts';
import { type ArrangedSeries, arrangeSeries, orderSeries } from '../stages/index/series.ts';
import { noteSingleSlices } from '../stages/index/single-slices.ts';
import { tellApart } from '../stages/index/tell-apart.ts';
import { tellWho } from '../stages/index/tell-who.ts';
import { LedgerLines } from '../stages/ledger-lines.ts';

/** What the stage index would find in a source, without its labels. Nothing is written. */
export interface IndexedSource {
  readings: readonly HeaderReading[];
  /** Every slice, also of series that have no order. Identities stand in clear. */
  candidates: readonly Candidate[];
  arranged: ArrangedSeries;
  /** As `slices.csv` would have them. */
  rows: readonly SliceRow[];
  ledger: LedgerPart;
}

export interface IndexSourceOptions {
  identities: Identities;
  repairIntercept: boolean;
  signal: AbortSignal;
  progress?(done: number, total: number, unit: string): Promise<void>;
}

/** Reads all headers, and pixels only of files that claim to be one slice: the parts of the stage index, in its order. */
export async function indexSource(source: OpenSource, options: IndexSourceOptions): Promise<IndexedSource> {
  const { identities, repairIntercept, signal, progress } = options;
  const ledger = new LedgerLines('index');
  const readings = await readHeaders(source, async (...done) => {
    signal.throwIfAborted();
    await progress?.(...done);
  });
  const found = candidatesOf(readings, source.sliceIds, identities, ledger);
  const { SlicePool } = await import('../images/slice-pool.ts');
  const pool = new SlicePool(0);
  const picture = (candidate: Candidate) => {
    signal.throwIfAborted();
    return pictureHash(source, candidate, repairIntercept, pool);
  };
  const told = await tellApart(found, source.sliceIds, picture, identities, ledger).finally(() => pool.close());
  tellWho(told, identities, ledger);
  const candidates = [...told.slices.values()];
  const arranged = arrangeSeries(told.slices, true, new Map(), identities, ledger);
  const rows = orderSeries(arranged, told.slices.values(), identities, ledger, {
    generated: source.synthetic,
    resampled: false,
  });
  noteSingleSlices(rows, ledger);
  return { readings, candidates, arranged, rows, ledger: ledger.part({ files: readings.length, labelRows: 0 }) };
}
