import type { Candidate } from './candidate.ts';

export type Vector = readonly [number, number, number];

export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const times = (a: Vector, factor: number): Vector => [a[0] * factor, a[1] * factor, a[2] * factor];
const plus = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];

/** Of the angle between two directions, however long they are. */
const cosineOf = (a: Vector, b: Vector): number => dot(a, b) / (Math.hypot(...a) * Math.hypot(...b));

/** Cosine of 30 degrees: a plane that is turned further belongs to no stack of slices (a localiser). Gantries tilt less. */
const OTHER_PLANE = Math.cos(Math.PI / 6);
/** Cosine between normals of one series: below it they point elsewhere (about 2.5 degrees). */
const SAME_NORMAL = 0.999;
/** Below it (0.08 degrees) the corner of a slice does not say where the slice is: its centre does. */
const PARALLEL = 1 - 1e-6;

/** Row direction x column direction: the slice normal, whatever the gantry's tilt. Of length 1 but for rounding. */
export function normalOf(orientation: Candidate['orientation']): Vector | null {
  if (orientation === null) return null;
  const [a, b, c, d, e, f] = orientation;
  const normal: Vector = [b * f - c * e, c * d - a * f, a * e - b * d];
  const length = Math.hypot(...normal);
  if (!(length > 0.5)) return null;
  return Math.abs(length - 1) > 0.01 ? times(normal, 1 / length) : normal;
}

/** Within 60 degrees: such a normal has an upper end. */
export const isAxial = (normal: Vector | null): boolean => normal !== null && Math.abs(normal[2]) >= 0.5;

/**
 * By how many degrees a picture is turned in its plane: its rows run to the patient's left at 0. Of axial planes that are
 * not mirrored; 0 of all others.
 */
export function turnOf(orientation: Candidate['orientation']): number {
  const normal = normalOf(orientation);
  if (orientation === null || normal === null || !isAxial(normal) || normal[2] < 0) return 0;
  return (Math.atan2(orientation[1], orientation[0]) * 180) / Math.PI;
}

/**
 * Turned to superior (+z in LPS), so that flipped rows or columns do not turn the head over. What has no such direction
 * (sagittal, coronal) is turned to the positive end of its largest part.
 */
export function upwards(normal: Vector): Vector {
  const largest = normal.reduce((most, part) => (Math.abs(part) > Math.abs(most) ? part : most), 0);
  const by = isAxial(normal) ? normal[2] : largest;
  return by < 0 ? times(normal, -1) : normal;
}

/** How the slices of a series lie to each other. */
export interface Planes {
  /** That of most slices, turned to superior; null where no slice has an orientation. */
  normal: Vector | null;
  /** Slices whose plane is more than 30 degrees off, and by how many degrees. */
  other: Map<Candidate, number>;
  /** Of the rest: how many have no orientation, are tilted against most (and the largest angle), are stored mirrored. */
  unstated: number;
  tilted: number;
  degrees: number;
  mirrored: number;
  /** Where a slice lies along the normal, in mm; null where it has no position. */
  along(slice: Candidate): number | null;
}

/** `slices` of one series, in a fixed order. */
export function planesOf(slices: readonly Candidate[]): Planes {
  const stated = new Map<Candidate, Vector>();
  for (const slice of slices) {
    const normal = normalOf(slice.orientation);
    if (normal !== null) stated.set(slice, normal);
  }
  const normal = majority([...stated.values()]);
  const planes = { normal, other: new Map<Candidate, number>(), unstated: 0, tilted: 0, degrees: 0, mirrored: 0 };
  if (normal === null) return { ...planes, unstated: slices.length, along: ({ position }) => position?.[2] ?? null };
  let parallel = true;
  for (const slice of slices) {
    const own = stated.get(slice);
    const cosine = own === undefined ? 1 : cosineOf(own, normal);
    const [turned, degrees] = [Math.abs(cosine), (Math.acos(Math.min(1, Math.abs(cosine))) * 180) / Math.PI];
    if (turned < OTHER_PLANE) {
      planes.other.set(slice, degrees);
      continue;
    }
    if (own === undefined) planes.unstated++;
    if (turned < SAME_NORMAL) {
      planes.tilted++;
      planes.degrees = Math.max(planes.degrees, degrees);
    }
    if (cosine < 0) planes.mirrored++;
    parallel &&= turned > PARALLEL;
  }
  const place = parallel ? ({ position }: Candidate) => position : centreOf;
  const along = (slice: Candidate) => {
    const at = place(slice);
    return at === null ? null : dot(at, normal);
  };
  return { ...planes, along };
}

/**
 * The normal of most slices, whichever way each is stated. Of two that have as many, the one closer to axial, then the
 * one that stands first.
 */
function majority(normals: readonly Vector[]): Vector | null {
  const directions: { normal: Vector; count: number }[] = [];
  for (const normal of normals) {
    const same = directions.find((one) => Math.abs(cosineOf(one.normal, normal)) >= SAME_NORMAL);
    if (same === undefined) directions.push({ normal: upwards(normal), count: 1 });
    else same.count++;
  }
  // A head in blocks of several tilts is one stack: what lies within 30 degrees votes with its block.
  const votes = ({ normal }: { normal: Vector }) =>
    directions.reduce((sum, one) => sum + (Math.abs(cosineOf(one.normal, normal)) >= OTHER_PLANE ? one.count : 0), 0);
  const ranked = directions
    .map((one) => ({ ...one, votes: votes(one), axial: Math.abs(one.normal[2]) }))
    .sort((a, b) => b.votes - a.votes || b.count - a.count || b.axial - a.axial);
  return ranked[0]?.normal ?? null;
}

/**
 * The middle of a slice. Where planes are tilted against each other their corners, a hand's breadth away from the head,
 * say nothing about which slice comes first.
 */
function centreOf({ position, orientation, pixelSpacing, rows, columns }: Candidate): Vector | null {
  if (position === null || orientation === null || pixelSpacing === null) return position;
  const [a, b, c, d, e, f] = orientation;
  const along = times([a, b, c], ((columns - 1) / 2) * pixelSpacing[1]);
  const down = times([d, e, f], ((rows - 1) / 2) * pixelSpacing[0]);
  return plus(plus(position, along), down);
}
