import type { DicomHeader, HeaderProblem } from './header.ts';
import { sayPhotometric } from './known-values.ts';
import { modalityProblem } from './modality.ts';
import { MOST_FRAMES } from './parse-header.ts';
import { familyOf, isEncapsulated, transferSyntaxName, transferSyntaxTitle } from './transfer-syntax.ts';

const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';

/** 4096 x 4096: four times the area of what the finest scanners make. Beyond it a header is wrong, or memory runs out. */
const MOST_PIXELS = 2 ** 24;

/** Why a header's slice cannot be used, or null. Photometric MONOCHROME1 only inverts the display: HU stay HU. */
export function unusable(header: DicomHeader): HeaderProblem | null {
  const { pixels, sopClass, photometric, transferSyntax } = header;
  if (sopClass === SECONDARY_CAPTURE || sopClass.startsWith(`${SECONDARY_CAPTURE}.`))
    return { reason: 'secondary-capture', message: 'is a secondary capture, no CT image' };
  const otherModality = modalityProblem(header);
  if (otherModality !== null) return otherModality;
  if (header.burnedIn) return { reason: 'burned-in-annotation', message: 'says that annotations are burned in' };
  if (header.frames > MOST_FRAMES)
    return { reason: 'multi-frame', message: `says that it holds ${header.frames} frames, more than any CT` };
  const held = heldFrames(header);
  // A file that was cut off states the length that it had.
  if (held !== null && held < header.frames / 2) {
    const message = `says that it holds ${header.frames} frames, and its pixel data state the length of ${held}`;
    return { reason: 'multi-frame', message };
  }
  if (pixels.samples !== 1 || !/^(MONOCHROME[12])?$/i.test(photometric))
    return { reason: 'colour', message: `has ${pixels.samples} samples a pixel (${sayPhotometric(photometric)})` };
  if (familyOf(transferSyntax) === null) {
    const message = `has the transfer syntax ${transferSyntaxName(transferSyntax)}, which this version cannot read`;
    return { reason: 'transfer-syntax', message, detail: transferSyntaxTitle(transferSyntax) };
  }
  if (isEncapsulated(transferSyntax) !== (header.pixelLength === null)) {
    const found =
      header.pixelLength === null ? 'in fragments, as compressed ones' : 'in one piece, as uncompressed ones';
    const message = `has the transfer syntax ${transferSyntaxName(transferSyntax)}, and its pixels stand ${found}`;
    return { reason: 'syntax-mismatch', message, detail: transferSyntaxTitle(transferSyntax) };
  }
  const problem = problemOf(header);
  if (problem !== null) return problem;
  const { bitsAllocated, bitsStored, highBit, rows, columns } = pixels;
  if (rows === 0 || columns === 0) return { reason: 'pixel-format', message: 'has no rows or columns' };
  if (rows * columns > MOST_PIXELS)
    return {
      reason: 'picture-too-large',
      message: `has ${rows} rows and ${columns} columns, more than any CT picture`,
    };
  // The standard allows no other high bit (PS3.5 8.1.1): whether the values or the high bit are wrong nobody knows.
  const stored = bitsStored >= 1 && bitsStored <= bitsAllocated && highBit === bitsStored - 1;
  if (!stored || (bitsAllocated !== 8 && bitsAllocated !== 16)) {
    const message = `has ${bitsAllocated} bits allocated, ${bitsStored} stored, high bit ${highBit}`;
    return { reason: 'pixel-format', message };
  }
  return null;
}

/** Frames for which the stated length of the pixels is enough; null where that cannot be known. */
function heldFrames({ pixels, pixelLength, frames }: DicomHeader): number | null {
  const one = (pixels.rows * pixels.columns * pixels.samples * pixels.bitsAllocated) / 8;
  if (pixelLength === null || frames === 1 || one === 0) return null;
  return Math.floor(pixelLength / one);
}

/** Of a file of several frames that of its first, where none of them can be used. */
function problemOf({ parts, problem }: DicomHeader): HeaderProblem | null {
  if (parts === null) return problem;
  return parts.every((part) => part.problem !== null) ? (parts[0]?.problem ?? problem) : null;
}
