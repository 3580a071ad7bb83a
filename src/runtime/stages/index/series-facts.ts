import type { SeriesFacts } from '../../../registry/kinds/series-rule.ts';
import { holesOf, placesOf } from '../../../series-places.ts';
import type { Arrangement } from './arrange.ts';
import type { Candidate } from './candidate.ts';
import { normalOf, type Vector } from './planes.ts';

/** Which of several scans of the same places a series is. */
export interface Phase {
  phase: number;
  phases: number;
}

/** Values of Image Type (0008,0008) that a rule is told, and an artifact may hold: any other may be a person's name. */
const IMAGE_TYPES: ReadonlySet<string> = new Set(
  (
    'ORIGINAL DERIVED PRIMARY SECONDARY AXIAL LOCALIZER REFORMATTED MPR MIP MINIP MAX_IP MIN_IP AVERAGE HELICAL SPIRAL ' +
    'CT_SOM5 CT_SOM7 SPI SEQ TOP VOLUME RESAMPLED FILTERED VNC MONO MONO_E QUANTITATIVE VIRTUAL DYNAMIC OTHER'
  ).split(' '),
);
const PROJECTION = 'PROJECTION IMAGE';

/**
 * What is told to a rule of one series: its candidates as `arrange` has them.
 *
 * @param name The series' id as it may be shown.
 */
export function factsOf(
  name: string,
  slices: readonly Candidate[],
  arrangement: Arrangement,
  { phase, phases }: Phase = { phase: 1, phases: 1 },
): SeriesFacts {
  const { placed, by } = arrangement;
  // By numbers slices are in order, and how far apart they lie is not known.
  const at = placed.map((one) => (by === 'instance-number' ? null : one.at));
  const along = placesOf(at);
  const known = at.length > 1 && along.lengthMm !== null;
  const last = at.at(-1) ?? null;
  const normal = arrangement.planes.normal;
  const largest = [...slices].sort((a, b) => b.rows * b.columns - a.rows * a.columns)[0] as Candidate;
  return {
    series: name,
    modality: slices.some(({ modality }) => modality.trim().toUpperCase() === 'CT') ? 'CT' : null,
    slices: slices.length,
    places: placed.length === 0 ? slices.length : new Set(along.place).size,
    ordered: placed.length > 0,
    rows: largest.rows,
    columns: largest.columns,
    widthMm: widthOf(largest),
    plane: normal === null ? null : planeOf(normal),
    tiltDegrees: normal === null ? null : rounded(degreesFromZ(normal), 1),
    coverageMm: known && last !== null ? rounded(last - (at[0] as number), 3) : null,
    spacingMm: known && along.spacingMm !== null ? rounded(along.spacingMm, 3) : null,
    thicknessMm: median(slices.flatMap(({ acquisition }) => acquisition.thicknessMm ?? []).filter((mm) => mm > 0)),
    holes: holesOf(at).holes,
    kernel: mostOf(slices.map(({ acquisition }) => acquisition.kernel)),
    contrast: contrastOf(slices),
    part: partOf(slices),
    imageType: [
      ...new Set(
        slices.flatMap(({ imageType }) => imageType.filter((value) => IMAGE_TYPES.has(value) || value === PROJECTION)),
      ),
    ].sort(),
    claims: [...new Set(slices.flatMap(({ claims }) => claims.words))].sort(),
    map: mapOf(slices),
    phase,
    phases,
  };
}

/** Of derived pictures only: what a scanner measured is no map, whatever it was measured for. */
function mapOf(slices: readonly Candidate[]): string | null {
  const maps = slices.flatMap(({ claims, imageType }) =>
    claims.other !== null && !imageType.includes('ORIGINAL') ? [claims.other] : [],
  );
  return 2 * maps.length > slices.length ? (maps[0] as string) : null;
}

/** One picture of a thousand that names an agent says something of all. */
function contrastOf(slices: readonly Candidate[]): SeriesFacts['contrast'] {
  if (slices.some(({ claims }) => claims.words.includes('with contrast') || claims.contrast)) return 'given';
  return slices.some(({ claims }) => claims.words.includes('without contrast')) ? 'none' : null;
}

function partOf(slices: readonly Candidate[]): string | null {
  if (slices.some(({ claims }) => claims.head)) return 'head';
  return slices.find(({ claims }) => claims.part !== null)?.claims.part ?? null;
}

function widthOf({ rows, columns, pixelSpacing }: Candidate): number | null {
  return pixelSpacing === null ? null : rounded(Math.max(rows * pixelSpacing[0], columns * pixelSpacing[1]), 1);
}

/** Degrees between the normal and z, 0 to 90, whichever way it points. */
export const degreesFromZ = (normal: Vector): number =>
  (Math.acos(Math.min(1, Math.abs(normal[2]) / Math.hypot(...normal))) * 180) / Math.PI;

const PLANES = ['sagittal', 'coronal', 'axial'] as const;

/** By the largest part of the normal; of equal ones the more axial. */
export function planeOf(normal: Vector): (typeof PLANES)[number] {
  const parts = normal.map(Math.abs);
  const largest = Math.max(...parts);
  return PLANES[parts.lastIndexOf(largest)] ?? 'axial';
}

/** The plane of one slice; null where its header states no orientation. */
export function planeOfSlice({ orientation }: Candidate): (typeof PLANES)[number] | null {
  const normal = normalOf(orientation);
  return normal === null ? null : planeOf(normal);
}

function mostOf<T extends string>(values: readonly (T | null)[]): T | null {
  const counts = new Map<T, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? null;
}

function median(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? null;
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
