import type { DicomHeader } from '../dicom/header.ts';
import { normalOf } from '../stages/index/planes.ts';

/** Turned by less, a plane counts as one of the three. Degrees. */
const STRAIGHT = 2;
/** Gantries tilt up to 30 degrees, and some places cut at more; beyond it a plane is none of the three. */
const MOST_TILT = 45;
const NAMES = ['sagittal', 'coronal', 'axial'] as const;

/** `axial`, `axial, tilted 15°`, `coronal`, `oblique`; null where the header says no orientation. */
export function planeText(orientation: DicomHeader['orientation']): string | null {
  const normal = normalOf(orientation);
  if (normal === null) return null;
  const parts = normal.map(Math.abs);
  const largest = parts.indexOf(Math.max(...parts));
  const degrees = (Math.acos(Math.min(1, parts[largest] as number)) * 180) / Math.PI;
  if (degrees > MOST_TILT) return 'oblique';
  const name = NAMES[largest] as string;
  return degrees < STRAIGHT ? name : `${name}, tilted ${Math.round(degrees)}°`;
}
