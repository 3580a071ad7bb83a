const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Length and type before a chunk's data, and the CRC behind it. */
const AROUND = 12;

/**
 * Frames of an animated PNG, by its chunk `acTL`, which stands before the pixels and which libvips passes over: 1 for any
 * other. Null: the chunks before the pixels go on behind these bytes.
 */
export function framesOfPng(bytes: Buffer): number | null {
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) return 1;
  for (let at = SIGNATURE.length; ; ) {
    if (at + AROUND > bytes.length) return null;
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (type === 'IDAT' || type === 'IEND') return 1;
    if (type === 'acTL') return bytes.readUInt32BE(at + 8);
    at += AROUND + bytes.readUInt32BE(at);
  }
}
