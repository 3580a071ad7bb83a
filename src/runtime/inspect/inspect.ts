import type { OpenSource } from '../../registry/kinds/source.ts';
import type { DicomHeader } from '../dicom/header.ts';
import { transferSyntaxTitle } from '../dicom/transfer-syntax.ts';
import { type Notice, noticesOf } from '../notices/notice.ts';
import { byReason, type ReasonCount } from '../notices/words.ts';
import type { Candidate } from '../stages/index/candidate.ts';
import { type IndexedSource, type IndexSourceOptions, indexSource } from './index-source.ts';
import { planeText } from './plane-text.ts';

/** One series as index finds it. Ids are as `identities` name them. */
export interface InspectedSeries {
  series: string;
  study: string;
  patient: string;
  /** Who counts as one person. */
  group: string;
  sets: readonly ('train' | 'test')[];
  /** Slices that would be used, and those of the series that would not. */
  slices: number;
  leftOut: number;
  /** Median distance between neighbours, mm; null where positions do not say. */
  spacingMm: number | null;
  /** From the first slice's position to the last one's, mm. */
  lengthMm: number | null;
  /** (0018,1210) ConvolutionKernel; null where it is not read, or not there. */
  kernel: string | null;
  /** `axial, tilted 15°`; null where no slice says. */
  plane: string | null;
  contrast: boolean;
  /** The part of the body that it names, where that is not the head. */
  part: string | null;
  /** `512 × 512`: of most slices. */
  pixels: string;
  pixelSpacingMm: number | null;
  /** Transfer syntax: `JPEG 2000 lossless`. */
  syntax: string;
  /** Whether a run would use it; why not, in words. */
  chosen: boolean;
  why: string;
  /** Its place among the series of its study, 1 the first; null where nothing ranks them. */
  rank: number | null;
}

/** What a run would find. */
export interface Inspection {
  files: number;
  bytes: number;
  slices: number;
  patients: number;
  studies: number;
  series: readonly InspectedSeries[];
  leftOut: readonly ReasonCount[];
  /** What would be repaired or is doubtful, as a run says it. */
  notices: readonly Notice[];
  /** Slices in which `shards` finds labels are known only there: files of the train set. */
  trainFiles: number;
}

export async function inspectSource(source: OpenSource, options: IndexSourceOptions): Promise<Inspection> {
  const indexed = await indexSource(source, options);
  const { readings, rows, ledger } = indexed;
  const series = seriesOf(indexed, options);
  const told = noticesOf([ledger]).filter(({ what }) => what !== null);
  return {
    files: readings.length,
    bytes: readings.reduce((sum, { file }) => sum + file.bytes, 0),
    slices: rows.length,
    patients: new Set(rows.map(({ group }) => group)).size,
    studies: new Set(rows.map(({ study }) => study)).size,
    series,
    leftOut: byReason(ledger.leftOut, 'file'),
    notices: told,
    trainFiles: rows.filter(({ set }) => set === 'train').length,
  };
}

function seriesOf({ readings, candidates, arranged, ledger }: IndexedSource, { identities }: IndexSourceOptions) {
  const headers = new Map(readings.map(({ file, header }) => [file.path, header]));
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const slices = groups.get(candidate.series) ?? [];
    groups.set(candidate.series, slices);
    slices.push(candidate);
  }
  const found = [...groups].map(([id, slices]): InspectedSeries => {
    const placed = arranged.get(id)?.placed ?? [];
    const [first] = slices;
    const positions = placed.flatMap(({ positionMm }) => (positionMm === null ? [] : [positionMm]));
    const gaps = positions.slice(1).map((at, i) => Math.abs(at - (positions[i] as number)));
    const name = identities.name('series', id);
    const header = (first && headers.get(first.path)) ?? null;
    return {
      series: name,
      study: identities.name('study', first?.study ?? ''),
      patient: identities.name('patient', first?.patient ?? ''),
      group: identities.name('patient', first?.group ?? ''),
      sets: [...new Set(slices.map(({ set }) => set))].sort(),
      slices: placed.length,
      leftOut: slices.length - placed.length,
      spacingMm: median(gaps),
      lengthMm: positions.length < 2 ? null : Math.abs((positions.at(-1) as number) - (positions[0] as number)),
      kernel: kernelOf(header),
      plane: planeText(slices.find(({ orientation }) => orientation !== null)?.orientation ?? null),
      contrast: slices.some(({ claims }) => claims.contrast),
      part: first?.claims.part ?? null,
      pixels: most(slices.map(({ rows, columns }) => `${rows} × ${columns}`)),
      pixelSpacingMm: first?.pixelSpacing?.[0] ?? null,
      syntax: header === null ? '' : transferSyntaxTitle(header.transferSyntax),
      ...choiceOf(name, placed.length, ledger.leftOut),
    };
  });
  const key = ({ group, patient, study, series }: InspectedSeries) => [group, patient, study, series].join('\0');
  return found.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/**
 * Whether a run would use a series, from what the ledger says of it: each that has a slice in order is used as long as nothing
 * chooses among them.
 */
function choiceOf(
  series: string,
  placed: number,
  leftOut: readonly { item: string; message: string }[],
): Pick<InspectedSeries, 'chosen' | 'why' | 'rank'> {
  if (placed > 0) return { chosen: true, why: '', rank: null };
  const why = leftOut.find(({ item }) => item === series)?.message ?? 'None of its slices can be used.';
  return { chosen: false, why, rank: null };
}

/** The kernel where the header's reader gives it. */
function kernelOf(header: DicomHeader | null): string | null {
  const kernel: unknown = header === null ? null : Reflect.get(header, 'kernel');
  return typeof kernel === 'string' && kernel !== '' ? kernel : null;
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

function most(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}
