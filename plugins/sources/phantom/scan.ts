import type { Random } from '../../../src/index.ts';
import type { Head } from './head.ts';
import type { Acquisition } from './plane.ts';
import { rotation, type Vector } from './vector.ts';

/** How pixels are stored: RSNA's two formats, and the window tags that come with them. */
export interface PixelFormat {
  name: '12u' | '16s';
  transferSyntax: '1.2.840.10008.1.2' | '1.2.840.10008.1.2.1';
  /** As the header prints them. */
  windowCentre: readonly string[];
  windowWidth: readonly string[];
  /** Stored value outside of the reconstruction circle. */
  background: number;
  lowest: number;
  highest: number;
}

export const INTERCEPT = -1024;

const IMPLICIT = '1.2.840.10008.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
/** Sides of the field of view, mm; 250 (0.488 mm at 512 pixels) is RSNA's usual one. */
const FIELDS = [250, 250, 250, 253.37, 233];
/** A slice is never thicker; where the table moves further, there are gaps. */
const THICKEST_MM = 6;

export function drawFormat(twelveBit: boolean, random: Random): PixelFormat {
  const old = random.chance(0.5);
  if (!twelveBit) {
    return {
      name: '16s',
      transferSyntax: EXPLICIT,
      windowCentre: ['30'],
      windowWidth: ['80'],
      background: -2000,
      lowest: -32768,
      highest: 32767,
    };
  }
  const centre = old ? '00036' : '00040';
  return {
    name: '12u',
    transferSyntax: old ? IMPLICIT : EXPLICIT,
    windowCentre: [centre, centre],
    windowWidth: ['00080', '00080'],
    background: 0,
    lowest: 0,
    highest: 4095,
  };
}

/** Slices from the base of the skull to just above the vertex; the table moves along z, also under a tilted gantry. */
export function drawScan(
  random: Random,
  head: Head,
  options: { size: number; minimumSlices: number; maximumSlices: number; tilted: boolean },
): Acquisition {
  const { size } = options;
  const [fewest, most] = [options.minimumSlices, Math.max(options.minimumSlices, options.maximumSlices)];
  const slices = fewest + random.integer(most - fewest + 1);
  const spacing = rounded(FIELDS[random.integer(FIELDS.length)]! / size);
  const tilt = (options.tilted ? random.between(8, 22) : 0) * (Math.PI / 180);
  const tiltCosine = rounded(Math.cos(tilt));
  const tiltSine = rounded(-Math.sin(tilt));
  const bottom = random.between(-72, -60);
  const top = head.half.up + random.between(-4, 9);
  const tableStep = rounded((top - bottom) / Math.max(1, slices - 1));
  const reach = ((size - 1) / 2) * spacing;
  const middle: Vector = [0, random.between(-15, 15), random.between(60, 180)];
  const first: Vector = [
    rounded(-reach),
    rounded(middle[1] - reach * tiltCosine),
    rounded(middle[2] - reach * tiltSine),
  ];
  const headCentre: Vector = [random.between(-6, 6), middle[1] + random.between(-9, 1), middle[2] - bottom];
  const headTurn = rotation(
    random.between(-9, 9),
    random.between(-6, 6) + (options.tilted ? 0 : 8),
    random.between(-4, 4),
  );
  const thickness = Math.min(tableStep * tiltCosine, THICKEST_MM);
  return { size, spacing, thickness, slices, tiltCosine, tiltSine, tableStep, first, headCentre, headTurn };
}

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;
