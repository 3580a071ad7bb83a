import * as zlib from 'node:zlib';

/** CRC-32 as zip, gzip and PNG have it (ISO 3309), of a piece that continues `before`. */
export const crc32: (data: Uint8Array, before?: number) => number =
  // Node has its own from 20.15 on, an order of magnitude faster.
  (zlib as { crc32?: (data: Uint8Array, before?: number) => number }).crc32 ?? ownCrc32;

let table: Uint32Array | undefined;

export function ownCrc32(data: Uint8Array, before = 0): number {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });
  let crc = ~before;
  for (const byte of data) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] as number);
  return ~crc >>> 0;
}
