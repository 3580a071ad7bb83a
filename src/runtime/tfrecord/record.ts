import { maskedCrc32c } from './crc32c.ts';

/** Length (8 bytes) and its checksum (4) before the data, the data's checksum (4) after. */
export const HEADER_BYTES = 12;
export const FOOTER_BYTES = 4;

/** Frames one record as TFRecord does: uint64 length, masked CRC of it, data, masked CRC of the data. */
export function frameRecord(data: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(HEADER_BYTES + data.length + FOOTER_BYTES);
  record.set(data, HEADER_BYTES);
  frameAround(record, maskedCrc32c(data));
  return record;
}

/** Writes what stands around the data of a record that is there already. `checksum`: masked, of the data. */
export function frameAround(record: Uint8Array, checksum: number): void {
  const view = new DataView(record.buffer, record.byteOffset, record.length);
  view.setBigUint64(0, BigInt(record.length - HEADER_BYTES - FOOTER_BYTES), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  view.setUint32(record.length - FOOTER_BYTES, checksum, true);
}

/** The data of a framed record. Throws a RangeError that says what is wrong: length, its checksum, or the data's. */
export function unframeRecord(record: Buffer): Buffer {
  if (record.length < HEADER_BYTES + FOOTER_BYTES) throw new RangeError('the record ends early');
  if (record.readUInt32LE(8) !== maskedCrc32c(record.subarray(0, 8)))
    throw new RangeError("the checksum of the record's length is wrong");
  const length = Number(record.readBigUInt64LE(0));
  if (record.length !== HEADER_BYTES + length + FOOTER_BYTES) throw new RangeError('the record has another length');
  const data = record.subarray(HEADER_BYTES, HEADER_BYTES + length);
  if (record.readUInt32LE(HEADER_BYTES + length) !== maskedCrc32c(data))
    throw new RangeError("the checksum of the record's data is wrong");
  return data;
}
