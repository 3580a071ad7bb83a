/**
 * CRC-32C (Castagnoli, reflected polynomial 0x82f63b78), eight bytes at a time ("slicing by 8"): eight tables of 256
 * one after the other.
 */
const TABLE: Int32Array = (() => {
  const table = new Int32Array(8 * 256);
  for (let i = 0; i < 256; i++) {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    table[i] = crc;
  }
  for (let i = 256; i < table.length; i++) {
    const before = table[i - 256]!;
    table[i] = (before >>> 8) ^ table[before & 255]!;
  }
  return table;
})();

/** The eight tables, for those who do the same elsewhere. */
export const crcTables = (): Int32Array => TABLE;

export function crc32c(bytes: Uint8Array): number {
  const table = TABLE;
  let crc = -1;
  let i = 0;
  const blocks = bytes.length - (bytes.length % 8);
  for (; i < blocks; i += 8) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    crc =
      table[1792 + (crc & 255)]! ^
      table[1536 + ((crc >>> 8) & 255)]! ^
      table[1280 + ((crc >>> 16) & 255)]! ^
      table[1024 + (crc >>> 24)]! ^
      table[768 + bytes[i + 4]!]! ^
      table[512 + bytes[i + 5]!]! ^
      table[256 + bytes[i + 6]!]! ^
      table[bytes[i + 7]!]!;
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ table[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}

export const maskedCrc32c = (bytes: Uint8Array): number => masked(crc32c(bytes));

/** TFRecord's mask: rotated right by 15, plus 0xa282ead8 (facts 5.5). */
export function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
