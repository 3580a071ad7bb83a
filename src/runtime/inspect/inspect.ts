import { LABELS, type Label } from '../../labels.ts';
import type { OpenSource } from '../../registry/kinds/source.ts';
import type { HeaderReading } from '../dicom/read-header.ts';
import { transferSyntaxTitle } from '../dicom/transfer-syntax.ts';
import { type Notice, noticesOf } from '../notices/notice.ts';
import { byReason, type ReasonCount } from '../notices/words.ts';
import type { PictureReading } from '../pictures/picture-header.ts';
import type { Candidate } from '../stages/index/candidate.ts';
import type { JudgedSeries } from '../stages/index/choose-series.ts';
import { type IndexedSource, type IndexSourceOptions, indexSource } from './index-source.ts';
import { type InspectedPictures, inspectPictures } from './inspect-pictures.ts';
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
  /** What (0018,1210) ConvolutionKernel is for: `soft`, `bone`; null where it is not known, or not there. */
  kernel: string | null;
  /** `axial, tilted 15°`; null where no slice says. */
  plane: string | null;
  contrast: boolean;
  /** The part of the body that it names, where that is not the head. */
  part: string | null;
  /** `512 × 512`: of most slices. */
  pixels: string;
  pixelSpacingMm: number | null;
  /** Transfer syntax: `JPEG 2000 lossless`; of pictures what they are kept in: `PNG, 8 bits`. */
  syntax: string;
  /** Whether a run would use it; why not, in words. */
  chosen: boolean;
  why: string;
  /** Its place among the series of its study, 1 the first; null where nothing ranks them. */
  rank: number | null;
  /** What the rule doubts of it. */
  doubts: readonly string[];
  /** Of a source of pictures: how many of its slices have each of them, by the recipe's names. */
  pictures: Readonly<Record<string, number>> | null;
}

/** The labels of the slices that would be used. */
export interface InspectedLabels {
  /** Slices with labels, and those without. */
  labelled: number;
  unlabelled: number;
  /** Of each label slices that have it and that have it not, and patients with one at least; null: nobody knows whose slices are whose. */
  each: readonly { label: Label; positive: number; negative: number; patients: number | null }[];
  /** Rows of their table that give none. */
  leftOut: readonly ReasonCount[];
}

/** What a run would find. */
export interface Inspection {
  files: number;
  bytes: number;
  slices: number;
  /** Null: the source says nothing of them. */
  patients: number | null;
  studies: number | null;
  series: readonly InspectedSeries[];
  leftOut: readonly ReasonCount[];
  /** What would be repaired or is doubtful, as a run says it. */
  notices: readonly Notice[];
  /** Null where the source has none, or they were not asked for. */
  labels: InspectedLabels | null;
  /** Of a source of pictures: what its table, or its paths, name. */
  pictures: InspectedPictures | null;
  /** Files of the train set. */
  trainFiles: number;
}

export async function inspectSource(source: OpenSource, options: IndexSourceOptions): Promise<Inspection> {
  return inspectionOf(source, await indexSource(source, options), options);
}

/** The same, of a source that is indexed. */
export async function inspectionOf(
  source: OpenSource,
  indexed: IndexedSource,
  options: IndexSourceOptions,
): Promise<Inspection> {
  const { readings, rows, ledger } = indexed;
  const { contract } = options;
  const series = seriesOf(indexed, options);
  const pictures = await inspectPictures(source, indexed, options);
  const told = noticesOf([ledger]).filter(({ what }) => what !== null);
  return {
    files: readings.length,
    bytes: readings.reduce((sum, { file }) => sum + file.bytes, 0),
    slices: rows.length,
    patients: contract.patients === false ? null : new Set(rows.map(({ group }) => group)).size,
    studies: contract.patients === false ? null : new Set(rows.map(({ study }) => study)).size,
    series: series.map((one) => ({ ...one, pictures: pictures?.bySeries.get(one.series) ?? null })),
    leftOut: byReason(ledger.leftOut, 'file'),
    notices: told,
    labels:
      source.labels === null || options.labels === undefined ? null : labelsOf(indexed, contract.patients !== false),
    pictures: pictures?.found ?? null,
    trainFiles: rows.filter(({ set }) => set === 'train').length,
  };
}

function labelsOf({ rows, ledger }: IndexedSource, withPatients: boolean): InspectedLabels {
  const labelled = rows.filter(({ labels }) => labels !== null);
  return {
    labelled: labelled.length,
    unlabelled: rows.length - labelled.length,
    each: LABELS.map((label) => {
      const positive = labelled.filter(({ labels }) => labels?.[label] === 1);
      const patients = new Set(positive.map(({ group }) => group)).size;
      const negative = labelled.length - positive.length;
      return { label, positive: positive.length, negative, patients: withPatients ? patients : null };
    }),
    leftOut: byReason(ledger.leftOut, 'label-row'),
  };
}

function seriesOf(
  { readings, candidates, arranged, judged, ledger }: IndexedSource,
  { identities }: IndexSourceOptions,
) {
  const headers = new Map(readings.map(({ file, header }) => [file.path, header]));
  const files = new Map(readings.map((reading) => [reading.file.path, reading]));
  const judgedOf = new Map(judged.map((one) => [one.series, one]));
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
      kernel: judgedOf.get(id)?.facts.kernel ?? null,
      plane: planeText(slices.find(({ orientation }) => orientation !== null)?.orientation ?? null),
      contrast: slices.some(({ claims }) => claims.contrast),
      part: first?.claims.part ?? null,
      pixels: most(slices.map(({ rows, columns }) => `${rows} × ${columns}`)),
      pixelSpacingMm: first?.pixelSpacing?.[0] ?? null,
      syntax: header === null ? keptIn(first, files) : transferSyntaxTitle(header.transferSyntax),
      pictures: null,
      ...choiceOf(name, placed.length, judgedOf.get(id), ledger.leftOut),
    };
  });
  const key = ({ group, patient, study, series }: InspectedSeries) => [group, patient, study, series].join('\0');
  return found.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** `PNG, 8 bits`: of a slice that is pictures, by each that it has. */
function keptIn(slice: Candidate | undefined, readings: ReadonlyMap<string, HeaderReading>): string {
  const each = (slice?.pictures ?? []).flatMap(({ path }) => {
    const { picture = null } = (readings.get(path) ?? {}) as Partial<PictureReading>;
    return picture === null ? [] : [`${picture.format.toUpperCase()}, ${picture.bits} bits`];
  });
  return [...new Set(each)].join('; ');
}

/** Whether a run would use a series: what the rule says of it, and whether its slices have an order. */
function choiceOf(
  series: string,
  placed: number,
  judged: JudgedSeries | undefined,
  leftOut: readonly { item: string; message: string }[],
): Pick<InspectedSeries, 'chosen' | 'why' | 'rank' | 'doubts'> {
  const verdict = judged?.verdict ?? null;
  const doubts = verdict !== null && 'doubts' in verdict ? (verdict.doubts ?? []) : [];
  const rank = judged?.rank ?? null;
  if (placed > 0 && judged?.chosen !== false) return { chosen: true, why: '', rank, doubts };
  const why = leftOut.find(({ item }) => item === series)?.message ?? 'None of its slices can be used.';
  return { chosen: false, why, rank, doubts };
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
