import type { Plane } from './plane.ts';
import { newRow, type Row } from './row.ts';

/** What is painted of one slice; row by row, each of `size * size`. */
export interface Canvas {
  plane: Plane;
  hu: Float32Array;
  /** Depth under the inner table of the skull, mm; negative in bone and beyond. -99 far outside. */
  depth: Float32Array;
  /** Share of the voxel inside of the skull and above its base. */
  inside: Float32Array;
  /** Scratch for the row that is painted. */
  row: Row;
}

export const FAR = -99;

/** Reused from slice to slice: at 512 pixels, fresh arrays cost as much as the painting. */
export function newCanvas(size: number): Omit<Canvas, 'plane'> {
  const pixels = size * size;
  return {
    hu: new Float32Array(pixels),
    depth: new Float32Array(pixels),
    inside: new Float32Array(pixels),
    row: newRow(size),
  };
}

/** Mixes a material into the voxel. */
export function mix(hu: Float32Array, pixel: number, material: number, share: number): void {
  hu[pixel] = hu[pixel]! + share * (material - hu[pixel]!);
}
