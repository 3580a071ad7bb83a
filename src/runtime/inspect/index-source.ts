import type { OpenSource } from '../../registry/kinds/source.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import type { HeaderReading } from '../dicom/read-header.ts';
import type { LedgerPart } from '../ledger.ts';
import { readHeaders } from '../sources/fingerprint.ts';
import type { Identities } from '../sources/identities.ts';
import { type Candidate, candidatesOf } from '../stages/index/candidate.ts';
import { type ChooseOptions, chooseSeries, type JudgedSeries } from '../stages/index/choose-series.ts';
import { leaveOutSeries } from '../stages/index/leave-out-series.ts';
import { pictureHash } from '../stages/index/picture-hash.ts';
import { type ArrangedSeries, arrangeSeries, orderSeries } from '../stages/index/series.ts';
import { noteSingleSlices } from '../stages/index/single-slices.ts';
import { splitMixed, splitRepeated } from '../stages/index/split-series.ts';
import { tellApart } from '../stages/index/tell-apart.ts';
import { tellWho } from '../stages/index/tell-who.ts';
import { LedgerLines } from '../stages/ledger-lines.ts';

/** What the stage index would find in a source, without its labels. Nothing is written. */
export interface IndexedSource {
  readings: readonly HeaderReading[];
  /** Every slice, also of series that have no order. Identities stand in clear. */
  candidates: readonly Candidate[];
  arranged: ArrangedSeries;
  /** Each series of theirs, with its rank and whether it is chosen. */
  judged: readonly JudgedSeries[];
  /** As `slices.csv` would have them. */
  rows: readonly SliceRow[];
  ledger: LedgerPart;
}

export interface IndexSourceOptions {
  identities: Identities;
  repairIntercept: boolean;
  /** What chooses among the series of a study; all are taken where it is not said. */
  choice?: Pick<ChooseOptions, 'choose' | 'judge'>;
  signal: AbortSignal;
  progress?(done: number, total: number, unit: string): Promise<void>;
}

const ALL: Pick<ChooseOptions, 'choose' | 'judge'> = { choose: 'all', judge: () => [] };

/** Reads all headers, and pixels only of files that claim to be one slice: the parts of the stage index, in its order. */
export async function indexSource(source: OpenSource, options: IndexSourceOptions): Promise<IndexedSource> {
  const { identities, repairIntercept, choice = ALL, signal, progress } = options;
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
  try {
    const told = await tellApart(found, source.sliceIds, picture, identities, ledger);
    tellWho(told, identities, ledger);
    const { slices } = told;
    const candidates = [...slices.values()];
    const { choose, judge } = choice;
    if (choose !== 'all') splitMixed(candidates);
    const phases = await splitRepeated(slices, source.sliceIds === 'file-name', picture, identities, ledger);
    const judged = chooseSeries(candidates, { choose, judge, identities, phases });
    if (choose !== 'all') leaveOutSeries(judged, slices, identities, ledger);
    const known = new Map(judged.map(({ series, arrangement }) => [series, arrangement]));
    const arranged = arrangeSeries(slices, true, known, identities, ledger);
    const how = { generated: source.synthetic, resampled: false };
    const rows = orderSeries(arranged, slices.values(), identities, ledger, how);
    noteSingleSlices(rows, ledger);
    const part = ledger.part({ files: readings.length, labelRows: 0 });
    return { readings, candidates, arranged, judged, rows, ledger: part };
  } finally {
    await pool.close();
  }
}
