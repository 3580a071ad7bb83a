/**
 * Reads one HDF5 file at a time with h5wasm, in a thread of its own: what a damaged or hostile file does to the library
 * (an abort, an endless loop, a full memory) ends with the thread. The library sees this file and no other: its file
 * system is made of memory, and the one file in it answers reads from the handle that the main thread opened.
 */
import { readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';

/** A dataset is read in pieces of whole rows of about this many bytes. */
const PIECE = 16 << 20;
/** Of the library: far above what pieces and chunks take. */
const MEMORY = 320 << 20;
const CHUNK_LIMIT = 64 << 20;
/** A network of a thousand layers with weights has some 5,000. */
const OBJECTS = 30_000;
const DEPTH = 32;
const ATTRIBUTE_LIMIT = 16 << 20;
const EIO = 29;

// The library's memory grows by this call; where it may not, its allocation fails and the file with it.
const grow = WebAssembly.Memory.prototype.grow;
WebAssembly.Memory.prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * 65_536 > MEMORY) throw new RangeError('the file asks for too much memory');
  return grow.call(this, pages);
};

/** @param {'damaged' | 'unsafe' | 'unsupported'} kind */
const refusal = (kind, why) => Object.assign(new Error(why), { kind });

const h5wasm = import('h5wasm').then(async (library) => {
  const module = await library.ready;
  module.activate_throwing_error_handler();
  return { library, module };
});
// Said to whoever asks first.
h5wasm.catch(() => {});

/** @type {null | { id: bigint, file: { close(): unknown }, name: string }} */
let current = null;
let allowance = 0;
let names = 0;

async function openFile({ fd, bytes, start, size, progress }) {
  const { library, module } = await h5wasm;
  const counter = new Int32Array(progress);
  const name = `/weights-${++names}.h5`;
  const node = module.FS.create(name, 0o444);
  node.usedBytes = size;
  const inMemory = bytes === null ? null : new Uint8Array(bytes);
  node.stream_ops = {
    ...node.stream_ops,
    read(_stream, buffer, offset, length, position) {
      const wanted = Math.max(0, Math.min(length, size - position));
      allowance -= wanted + 64;
      if (allowance < 0) throw new module.FS.ErrnoError(EIO);
      Atomics.add(counter, 0, 1);
      if (wanted === 0) return 0;
      if (inMemory === null) return readSync(fd, buffer, offset, wanted, start + position);
      buffer.set(inMemory.subarray(position, position + wanted), offset);
      return wanted;
    },
  };
  // Structure is read by pieces, some of it more than once: never by many times the file.
  allowance = 4 * size + (64 << 20);
  const file = new library.File(name, 'r');
  current = { id: file.file_id, file, name };
}

async function closeFile() {
  const { module } = await h5wasm;
  if (current === null) return;
  current.file.close();
  module.FS.unlink(current.name);
  current = null;
}

/**
 * Groups with their attributes and datasets below a path.
 * @param {{ path: string, attributes: string, skip: readonly string[], depth: number }} request
 */
async function tree({ path, attributes, skip, depth }) {
  const { library, module } = await h5wasm;
  const { id } = current;
  const wanted = new RegExp(attributes);
  const found = { groups: [], datasets: [] };
  let objects = 0;
  const seen = new Set();
  const texts = (at) => {
    const said = {};
    for (const name of module.get_attribute_names(id, at)) {
      if (!wanted.test(name)) continue;
      const attribute = new library.Attribute(id, at, name);
      const { type, size, total_size } = attribute.metadata;
      // An empty list has the type of numbers: NumPy knows no better.
      if (total_size === 0) said[name] = [];
      if (total_size === 0 || type !== module.H5T_class_t.H5T_STRING.value) continue;
      if (size * total_size > ATTRIBUTE_LIMIT)
        throw refusal('unsafe', `its attribute ${name} claims ${size * total_size} bytes`);
      const value = attribute.value;
      said[name] = value === null ? [] : Array.isArray(value) ? value.map(String) : [String(value)];
    }
    return said;
  };
  const walk = (at, level) => {
    if (level > DEPTH) throw refusal('unsafe', `its groups are nested more than ${DEPTH} deep`);
    // A reference holds the object's address: the same whatever path led to it.
    const address = Buffer.from(module.create_object_reference(id, at)).toString('hex');
    if (seen.has(address)) throw refusal('unsafe', `its groups lead in a circle, or several ways to one (${at})`);
    seen.add(address);
    const children = module.get_names(id, at, false);
    found.groups.push({ path: at, attributes: texts(at), children });
    if (level >= depth) return;
    for (const child of children) {
      if (++objects > OBJECTS) throw refusal('unsafe', `it has more than ${OBJECTS} objects`);
      const below = at === '/' ? `/${child}` : `${at}/${child}`;
      if (skip.includes(below)) continue;
      const type = module.get_type(id, below);
      if (type === module.H5G_GROUP) walk(below, level + 1);
      else if (type === module.H5G_DATASET) found.datasets.push(dataset(module, id, below, texts(below)));
      else if (type === module.H5G_UDLINK) throw refusal('unsafe', `${below} in it leads to another file`);
      else if (type === module.H5G_LINK) throw refusal('damaged', `${below} in it is a link to nothing`);
    }
  };
  walk(path, 0);
  return found;
}

function dataset(module, id, path, attributes) {
  const { type, size, shape, signed, chunks, virtual_sources } = module.get_dataset_metadata(id, path);
  if (virtual_sources !== undefined && virtual_sources.length > 0)
    throw refusal('unsafe', `${path} in it is put together from other files`);
  const { H5T_INTEGER, H5T_FLOAT } = module.H5T_class_t;
  const kind = type === H5T_FLOAT.value ? 'F' : type === H5T_INTEGER.value ? (signed ? 'I' : 'U') : null;
  return {
    path,
    attributes,
    shape: shape === null ? null : shape.map(Number),
    bytesEach: size,
    type: kind === null ? null : `${kind}${size * 8}`,
    chunks: chunks === null ? null : chunks.map(Number),
    filters: module.get_dataset_filters(id, path).map(({ id: filter, name }) => ({ id: filter, name })),
  };
}

/** The bytes of a dataset, row-major, little-endian whatever the file's order. The main thread has made sure that they fit. */
async function read({ path, shape, bytesEach, chunks }) {
  const { module } = await h5wasm;
  const { id } = current;
  const rows = shape.length === 0 ? 1 : shape[0];
  const rowBytes = bytesEach * shape.slice(1).reduce((product, side) => product * side, 1);
  const bytes = new Uint8Array(rows * rowBytes);
  if (bytes.length === 0) return bytes;
  const chunkRows = chunks === null ? 1 : chunks[0];
  const chunkBytes = chunks === null ? 0 : chunks.reduce((product, side) => product * side, bytesEach);
  if (chunkBytes > CHUNK_LIMIT) throw refusal('unsafe', `${path} in it is packed in pieces of ${chunkBytes} bytes`);
  const atOnce = Math.min(rows, Math.max(1, Math.floor(PIECE / rowBytes / chunkRows)) * chunkRows);
  allowance = 4 * bytes.length + (64 << 20);
  const pointer = module._malloc(atOnce * rowBytes);
  if (pointer === 0) throw refusal('unsafe', `${path} in it asks for too much memory`);
  for (let row = 0; row < rows; row += atOnce) {
    const count = Math.min(atOnce, rows - row);
    if (shape.length === 0) module.get_dataset_data(id, path, null, null, null, BigInt(pointer));
    else {
      const counts = [count, ...shape.slice(1)].map(BigInt);
      const offsets = shape.map((_, axis) => BigInt(axis === 0 ? row : 0));
      const strides = shape.map(() => 1n);
      module.get_dataset_data(id, path, counts, offsets, strides, BigInt(pointer));
    }
    bytes.set(module.HEAPU8.subarray(pointer, pointer + count * rowBytes), row * rowBytes);
  }
  module._free(pointer);
  return bytes;
}

const WORK = { open: openFile, tree, read, close: closeFile };

parentPort.on('message', async ({ work, request }) => {
  try {
    const value = await WORK[work](request);
    parentPort.postMessage({ value }, value instanceof Uint8Array ? [value.buffer] : []);
  } catch (error) {
    const { kind, code } = error;
    parentPort.postMessage({
      error: { kind: kind ?? (code === undefined ? 'damaged' : 'system'), code, why: reason(error) },
    });
  }
});

/** The library's own words without its stack: the innermost line says what it met. */
function reason(error) {
  const text = String(error?.message ?? error);
  const lines = [...text.matchAll(/#\d+: .*? in \w+\(\): (.*)/g)];
  return (lines.length > 0 ? lines[lines.length - 1][1] : text.split('\n')[0]).trim();
}
