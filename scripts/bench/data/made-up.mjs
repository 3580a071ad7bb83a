// Made-up slices: explicit VR little endian, 64 x 64, all that a reader wants to know.
const SIDE = 64;
const LONG = new Set(['OW', 'OB']);
const text = (value, pad = ' ') => Buffer.from(value.length % 2 === 0 ? value : value + pad, 'latin1');
const short = (value) => Buffer.from([value & 255, value >> 8]);

function element(group, number, vr, value) {
  const head = Buffer.concat([short(group), short(number), Buffer.from(vr)]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(value.length);
  return LONG.has(vr)
    ? Buffer.concat([head, Buffer.alloc(2), length, value])
    : Buffer.concat([head, short(value.length), value]);
}

const uid = (...parts) => text(`1.2.826.0.1.3680043.10.1.${parts.join('.')}`, '\0');
const PIXELS = Buffer.alloc(SIDE * SIDE * 2, 0);
for (let i = 0; i < SIDE * SIDE; i++) PIXELS.writeUInt16LE(24 + ((i * 37) % 1200), 2 * i);
const META = element(0x0002, 0x0010, 'UI', text('1.2.840.10008.1.2.1', '\0'));
const START = Buffer.concat([
  Buffer.alloc(128),
  Buffer.from('DICM'),
  element(2, 0, 'UL', Buffer.from([META.length, 0, 0, 0])),
  META,
]);

/** A DICOM file: slice `i` of a series of its own patient. */
export function slice(series, i) {
  return Buffer.concat([
    START,
    element(0x0008, 0x0016, 'UI', text('1.2.840.10008.5.1.4.1.1.2', '\0')),
    element(0x0008, 0x0018, 'UI', uid(series, 3, i)),
    element(0x0008, 0x0060, 'CS', text('CT')),
    element(0x0010, 0x0020, 'LO', text(`P${series}`)),
    element(0x0020, 0x000d, 'UI', uid(series, 1)),
    element(0x0020, 0x000e, 'UI', uid(series, 2)),
    element(0x0020, 0x0013, 'IS', text(String(i + 1))),
    element(0x0020, 0x0032, 'DS', text(`-120\\-120\\${5 * i}`)),
    element(0x0020, 0x0037, 'DS', text('1\\0\\0\\0\\1\\0')),
    element(0x0028, 0x0002, 'US', short(1)),
    element(0x0028, 0x0004, 'CS', text('MONOCHROME2')),
    element(0x0028, 0x0010, 'US', short(SIDE)),
    element(0x0028, 0x0011, 'US', short(SIDE)),
    element(0x0028, 0x0030, 'DS', text('3.75\\3.75')),
    element(0x0028, 0x0100, 'US', short(16)),
    element(0x0028, 0x0101, 'US', short(12)),
    element(0x0028, 0x0102, 'US', short(11)),
    element(0x0028, 0x0103, 'US', short(0)),
    element(0x0028, 0x1052, 'DS', text('-1024')),
    element(0x0028, 0x1053, 'DS', text('1')),
    element(0x7fe0, 0x0010, 'OW', PIXELS),
  ]);
}
