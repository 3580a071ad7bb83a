import type { DicomHeader, HeaderProblem } from './header.ts';
import { sayPhotometric } from './known-values.ts';
import { modalityProblem } from './modality.ts';
import { READABLE, transferSyntaxName, transferSyntaxTitle } from './transfer-syntax.ts';

const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
/** Enhanced CT Image Storage and Legacy Converted Enhanced CT Image Storage. */
const ENHANCED_CT = ['1.2.840.10008.5.1.4.1.1.2.1', '1.2.840.10008.5.1.4.1.1.2.2'];

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
  if (header.frames > 1) return { reason: 'multi-frame', message: `holds ${header.frames} frames, one is expected` };
  if (ENHANCED_CT.includes(sopClass) || header.functionalGroups) {
    const message =
      'is an enhanced CT: its rescale and place stand in functional groups, which this version cannot read';
    return { reason: 'enhanced-ct', message };
  }
  if (pixels.samples !== 1 || !/^(MONOCHROME[12])?$/.test(photometric))
    return { reason: 'colour', message: `has ${pixels.samples} samples a pixel (${sayPhotometric(photometric)})` };
  if (!READABLE.includes(transferSyntax) || header.pixelLength === null) {
    const message = `has the transfer syntax ${transferSyntaxName(transferSyntax)}, which this version cannot read`;
    return { reason: 'transfer-syntax', message, detail: transferSyntaxTitle(transferSyntax) };
  }
  if (header.modalityTable)
    return { reason: 'modality-lut', message: 'has a modality LUT, which this version cannot read' };
  if (header.problem !== null) return header.problem;
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
  if (header.study === '' && header.series === '')
    return { reason: 'missing-identity', message: 'has neither study nor series UID' };
  return null;
}
