import { apply, type Rotation, subtract, type Vector } from './vector.ts';

/** One slice as a grid of pixels in the head's frame. */
export interface Plane {
  size: number;
  /** Side of a pixel, mm. */
  spacing: number;
  /** Along the normal, mm. */
  thickness: number;
  /** Centre of the first pixel. */
  origin: Vector;
  /** From one column to the next, and from one row to the next. */
  column: Vector;
  row: Vector;
  normal: Vector;
}

/** Where the head lies in the scanner and how it was scanned. Positions in DICOM's patient system, mm. */
export interface Acquisition {
  size: number;
  spacing: number;
  thickness: number;
  slices: number;
  /** Cosines of the image's columns (down): [0, tiltCosine, tiltSine]. Rounded as the header prints them. */
  tiltCosine: number;
  tiltSine: number;
  /** Step of the table from slice to slice, along z. With a tilt it is longer than the slice's thickness. */
  tableStep: number;
  /** ImagePositionPatient of the lowest slice. */
  first: Vector;
  /** The head's frame: centre in the patient system, and the turn into it. */
  headCentre: Vector;
  headTurn: Rotation;
}

/** ImagePositionPatient of slice `k`, 0 the lowest, rounded as the header prints it. */
export const imagePosition = (scan: Acquisition, k: number): Vector => [
  scan.first[0],
  scan.first[1],
  Math.round((scan.first[2] + k * scan.tableStep) * 1e6) / 1e6,
];

export function planeOf(scan: Acquisition, k: number): Plane {
  const { size, spacing, thickness, headTurn } = scan;
  return {
    size,
    spacing,
    thickness,
    origin: apply(headTurn, subtract(imagePosition(scan, k), scan.headCentre)),
    column: apply(headTurn, [spacing, 0, 0]),
    row: apply(headTurn, [0, spacing * scan.tiltCosine, spacing * scan.tiltSine]),
    normal: apply(headTurn, [0, -scan.tiltSine, scan.tiltCosine]),
  };
}

/** Height of slice `k` over a place in the head's frame, mm. */
export function heightAt(scan: Acquisition, k: number, x: number, y: number): number {
  const { origin, normal } = planeOf(scan, k);
  return origin[2] - ((x - origin[0]) * normal[0] + (y - origin[1]) * normal[1]) / normal[2];
}
