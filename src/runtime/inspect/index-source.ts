import type { OpenSource, Source } from '../../registry/kinds/source.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import type { HeaderReading } from '../dicom/read-header.ts';
import type { LedgerPart } from '../ledger.ts';
import { readHeaders } from '../sources/fingerprint.ts';
import type { Identities } from '../sources/identities.ts';
import type { Candidate } from '../stages/index/candidate.ts';
import type { ChooseOptions, JudgedSeries } from '../stages/index/choose-series.ts';
import { joinLabels, noteUnlabelled } from '../stages/index/labels.ts';
import { notePatients } from '../stages/index/note-patients.ts';
import { foundSlices, shownPicture } from '../stages/index/records.ts';
import { slicesInOrder } from '../stages/index/sequence.ts';
import { type ArrangedSeries, orderSeries } from '../stages/index/series.ts';
import { noteSingleSlices } from '../stages/index/single-slices.ts';
import { LedgerLines } from '../stages/ledger-lines.ts';
import { noteOneValued } from '../stages/no-positives.ts';

/** What the stage index would find in a source. Nothing is written. */
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
  contract: Pick<ReturnType<Source['contract']>, 'gives' | 'repairIntercept' | 'patients' | 'series' | 'order'> &
    Partial<Pick<ReturnType<Source['contract']>, 'labels'>>;
  /** Of a source that gives pictures: those that channels name. */
  wanted?: readonly string[];
  /** All that it has, by the names of the recipe. */
  pictures?: readonly string[];
  /** What chooses among the series of a study; all are taken where it is not said. */
  choice?: Pick<ChooseOptions, 'choose' | 'judge'>;
  /** Joins the labels of the source; without it they stay unread. So many rows may be no label. */
  labels?: { tolerate: number };
  signal: AbortSignal;
  progress?(done: number, total: number, unit: string): Promise<void>;
}

const ALL: Pick<ChooseOptions, 'choose' | 'judge'> = { choose: 'all', judge: () => [] };

/**
 * Reads all headers, and pixels only of files that claim to be one slice: the parts of the stage index, in its order.
 *
 * @throws IchorError (exit 2) what index throws of a table of slices, or of labels, that cannot be meant.
 */
export async function indexSource(source: OpenSource, options: IndexSourceOptions): Promise<IndexedSource> {
  const { identities, contract, choice = ALL, signal, progress } = options;
  const ledger = new LedgerLines('index');
  const readings = await readHeaders(source, async (...done) => {
    signal.throwIfAborted();
    await progress?.(...done);
  });
  const found = await foundSlices(readings, source, { contract, wanted: options.wanted ?? [], identities, ledger });
  let labelRows = 0;
  const { SlicePool } = await import('../images/slice-pool.ts');
  const pool = new SlicePool(0);
  try {
    const {
      slices,
      told: candidates,
      judged,
      arranged,
    } = await slicesInOrder(found, {
      byName: source.sliceIds === 'file-name',
      contract,
      choice,
      pictureOf(candidate) {
        signal.throwIfAborted();
        return shownPicture(source, candidate, contract, pool);
      },
      identities,
      ledger,
      async joinLabels(slices) {
        if (options.labels === undefined || source.labels === null) return;
        labelRows = (await joinLabels(source.labels, slices, identities, ledger, options.labels)).rows;
      },
    });
    if (options.labels !== undefined && contract.labels)
      noteUnlabelled([...slices.values()], source.labels !== null, identities, ledger);
    const how = { generated: source.synthetic, resampled: false };
    const rows = orderSeries(arranged, slices.values(), identities, ledger, how);
    notePatients(rows, ledger);
    if (contract.series !== false && contract.patients !== false) noteSingleSlices(rows, ledger);
    if (labelRows > 0)
      noteOneValued(
        rows.flatMap(({ labels }) => (labels === null ? [] : [labels])),
        'every labelled slice',
        ledger,
      );
    const part = ledger.part({ files: readings.length, labelRows });
    return { readings, candidates, arranged, judged, rows, ledger: part };
  } finally {
    await pool.close();
  }
}
