import { describe, expect, it } from 'vitest';
import { crc32c, maskedCrc32c } from '../../../src/runtime/tfrecord/crc32c.ts';
import { decodeExample, encodeExample } from '../../../src/runtime/tfrecord/example.ts';
import { frameRecord, unframeRecord } from '../../../src/runtime/tfrecord/record.ts';
import reference from '../../fixtures/pixels.json' with { type: 'json' };

describe('CRC-32C (reference: crc32c_masked)', () => {
  for (const [name, of] of Object.entries(reference.crc32c_masked.cases))
    it(name, () => {
      const bytes = Buffer.from(of.hex_input, 'hex');
      expect(crc32c(bytes)).toBe(Number(of.crc32c));
      expect(maskedCrc32c(bytes)).toBe(Number(of.masked));
    });
});

describe('TFRecord (reference: a file of tf.io.TFRecordWriter)', () => {
  it('frames records to the byte', () => {
    const file = Buffer.concat(reference.tfrecord_file.records_hex.map((hex) => frameRecord(Buffer.from(hex, 'hex'))));
    expect(file.toString('hex')).toBe(reference.tfrecord_file.file_hex);
  });

  it('notices each changed byte', () => {
    const record = frameRecord(Buffer.from('pixels'));
    expect(unframeRecord(record).toString()).toBe('pixels');
    for (let i = 0; i < record.length; i++) {
      const damaged = Buffer.from(record);
      damaged[i] = (damaged[i] as number) ^ 1;
      expect(() => unframeRecord(damaged)).toThrow(RangeError);
    }
    expect(() => unframeRecord(record.subarray(0, 10))).toThrow('ends early');
  });
});

describe('tf.train.Example (reference: written by TensorFlow)', () => {
  const bytes = Buffer.from(reference.tf_example.hex, 'hex');

  it('is decoded', () => {
    const features = decodeExample(bytes);
    expect(Buffer.from(features.get('filename')?.bytes[0] ?? []).toString()).toBe('a.jpg');
    expect(features.get('rows')?.int64).toEqual([224]);
    expect(features.get('label')?.int64).toEqual([0, 1, 0, 0, 0, 1]);
    expect(features.get('neg')?.int64).toEqual([-1]);
    // Floats are no part of a shard: skipped, not mistaken for something else.
    expect(features.get('pos')).toEqual({ bytes: [], int64: [] });
  });

  it('is encoded as TensorFlow does, features in the order given', () => {
    const one = encodeExample({ label: { int64: [0, 1, 0, 0, 0, 1] } });
    // The entry of `label` stands in the reference to the byte.
    expect(reference.tf_example.hex).toContain(Buffer.from(one).toString('hex').slice(4));
  });

  it('comes back as it was', () => {
    const pixels = Uint8Array.from({ length: 3000 }, (_, i) => i % 251);
    const features = decodeExample(
      encodeExample({
        image: { bytes: [pixels] },
        names: { bytes: ['brain', 'Schädel', ''] },
        none: { int64: [] },
        n: { int64: [-5, 300, 2 ** 40] },
      }),
    );
    expect(Uint8Array.from(features.get('image')?.bytes[0] ?? [])).toEqual(pixels);
    expect(features.get('names')?.bytes.map((name) => Buffer.from(name).toString())).toEqual(['brain', 'Schädel', '']);
    expect(features.get('none')?.int64).toEqual([]);
    expect(features.get('n')?.int64).toEqual([-5, 300, 2 ** 40]);
  });
});
