import protobuf from 'protobufjs/minimal.js';

/** A value of a tf.train.Example: bytes (text as UTF-8) or 64-bit integers. */
export type Feature = { bytes: readonly (Uint8Array | string)[] } | { int64: readonly number[] };

const tag = (field: number, wire: number) => (field << 3) | wire;
const LENGTH_DELIMITED = 2;
const ONE = tag(1, LENGTH_DELIMITED);

/** Serialises a tf.train.Example, features in the order given (facts 5.5; map order is free, integers are packed). */
export function encodeExample(features: Readonly<Record<string, Feature>>): Uint8Array {
  const writer = protobuf.Writer.create();
  writer.uint32(ONE).fork();
  writeFeatures(writer, features);
  return writer.ldelim().finish();
}

/**
 * What a serialised Example is before the bytes of its last feature, `name`, of which only the length is known here:
 * `encodeExample({ ...features, [name]: { bytes: [value] } })` is this and the value.
 */
export function exampleHead(features: Readonly<Record<string, Feature>>, name: string, length: number): Uint8Array {
  const others = protobuf.Writer.create();
  writeFeatures(others, features);
  const key = protobuf.Writer.create().uint32(ONE).string(name).finish();
  // From the inside out: how long each message is decides how long the ones around it are.
  let rest = length;
  let head: Uint8Array = new Uint8Array();
  const around = (field: number, before: Uint8Array = new Uint8Array()) => {
    const start = protobuf.Writer.create().uint32(tag(field, LENGTH_DELIMITED)).uint32(rest).finish();
    head = Buffer.concat([before, start, head]);
    rest += before.length + start.length;
  };
  around(1); // a value of the list
  around(1); // bytes_list of the feature
  around(2, key); // the entry's key and its feature
  around(1); // an entry of the features
  const before = others.finish();
  const all = protobuf.Writer.create()
    .uint32(ONE)
    .uint32(before.length + rest)
    .finish();
  return Buffer.concat([all, before, head]);
}

function writeFeatures(writer: protobuf.Writer, features: Readonly<Record<string, Feature>>): void {
  for (const [name, feature] of Object.entries(features)) {
    writer.uint32(ONE).fork().uint32(ONE).string(name).uint32(tag(2, LENGTH_DELIMITED)).fork();
    if ('bytes' in feature) {
      writer.uint32(ONE).fork();
      for (const value of feature.bytes)
        writer.uint32(ONE).bytes(typeof value === 'string' ? Buffer.from(value) : value);
    } else {
      writer.uint32(tag(3, LENGTH_DELIMITED)).fork();
      if (feature.int64.length > 0) {
        writer.uint32(ONE).fork();
        for (const value of feature.int64) writer.int64(value);
        writer.ldelim();
      }
    }
    writer.ldelim().ldelim().ldelim();
  }
}

/** Reads a tf.train.Example. Bytes are views into `data`. Float features are skipped: shards have none. */
export function decodeExample(data: Uint8Array): Map<string, { bytes: Uint8Array[]; int64: number[] }> {
  const features = new Map<string, { bytes: Uint8Array[]; int64: number[] }>();
  fields(data, (field, list) => {
    if (field !== 1) return;
    fields(list as Uint8Array, (_, entry) => {
      let name = '';
      const feature = { bytes: [] as Uint8Array[], int64: [] as number[] };
      fields(entry as Uint8Array, (part, value) => {
        if (part === 1) name = Buffer.from(value as Uint8Array).toString();
        else fields(value as Uint8Array, (kind, values) => readList(kind, values as Uint8Array, feature));
      });
      features.set(name, feature);
    });
  });
  return features;
}

function readList(kind: number, list: Uint8Array, feature: { bytes: Uint8Array[]; int64: number[] }): void {
  fields(list, (_, value) => {
    if (kind === 1) feature.bytes.push(value as Uint8Array);
    else if (kind === 3 && typeof value === 'number') feature.int64.push(value);
    else if (kind === 3) {
      const packed = protobuf.Reader.create(value as Uint8Array);
      while (packed.pos < packed.len) feature.int64.push(Number(packed.int64()));
    }
  });
}

/** Each field of a message: its number and its value, bytes where it is delimited by its length. */
function fields(message: Uint8Array, each: (field: number, value: Uint8Array | number) => void): void {
  const reader = protobuf.Reader.create(message);
  while (reader.pos < reader.len) {
    const key = reader.uint32();
    if ((key & 7) === LENGTH_DELIMITED) {
      const length = reader.uint32();
      each(key >>> 3, message.subarray(reader.pos, reader.pos + length));
      reader.skip(length);
    } else if ((key & 7) === 0) each(key >>> 3, Number(reader.int64()));
    else reader.skipType(key & 7);
  }
}
