import { readdir } from '../../../files/fs.ts';
import { unknownWeights } from './errors.ts';
import { isHdf5 } from './hdf5.ts';
import { isNpy } from './npy.ts';
import { TO_SAFETENSORS, torchKind } from './pth.ts';

/** What the beginning of a file says that it is. */
export type Kind = 'hdf5' | 'zip' | 'safetensors' | 'json';

const ascii = (head: Uint8Array, from: number, to: number) => Buffer.from(head.subarray(from, to)).toString('latin1');
const begins = (head: Uint8Array, ...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);

const KERAS = 'Save the network again with Keras: model.save_weights("weights.weights.h5").';
const FETCH = 'Fetch the file itself: the link behind "raw" or "download", not the page about it.';
const READ =
  'Files of weights that are read: Keras .h5, .weights.h5 and .keras, safetensors, TensorFlow.js model.json, torch .pth.';

/**
 * Told from the content, whatever the file's name.
 * @param head the first 4096 bytes, or all
 * @param tail the last 8 bytes
 * @throws IchorError `weights-file-unknown` with what it seems to be, and what to do
 */
export function kindOf(path: string, head: Uint8Array, tail: Uint8Array, size: number): Kind {
  if (isHdf5(head)) return 'hdf5';
  if (begins(head, 0x50, 0x4b, 0x03, 0x04) || begins(head, 0x50, 0x4b, 0x05, 0x06)) return 'zip';
  // Eight bytes of length, then JSON: whether the length is sound is said by the reader.
  if (head[8] === 0x7b && !isText(head.subarray(0, 8))) return 'safetensors';
  const text = isText(head)
    ? Buffer.from(head)
        .toString('utf8')
        .replace(/^\ufeff/, '')
        .trimStart()
    : null;
  if (text?.startsWith('{')) return 'json';
  const [what, hint] = (text === null ? binary(head, tail) : textual(text)) ?? [
    `its first bytes are those of no form that is known (${size} bytes)`,
    READ,
  ];
  throw unknownWeights(path, what, hint);
}

type Said = readonly [what: string, hint: string];

function textual(text: string): Said {
  const start = text.slice(0, 200).toLowerCase();
  if (/^(<!--.*?-->\s*)?<(!doctype html|html|head|body)/s.test(start)) return ['it is a web page (HTML)', FETCH];
  if (start.startsWith('<')) return ['it is XML, perhaps the error of a server', FETCH];
  if (start.startsWith('version https://git-lfs.github.com'))
    return [
      'it is a pointer of Git LFS in the place of the file',
      'Fetch the file itself: git lfs pull, in the folder of the repository.',
    ];
  if (/^\.?\.?\/?.*annex\/objects\//.test(start))
    return ['it is a pointer of git-annex in the place of the file', 'Fetch the file itself: git annex get FILE.'];
  if (/^(all_)?model_checkpoint_path(s?):/.test(start))
    return ['it is the list of a folder of TensorFlow checkpoints', CHECKPOINT];
  return ['it is a text', FETCH];
}

const CHECKPOINT = `Load the checkpoint into the network with TensorFlow (model.load_weights("…/model.ckpt") in Keras 2), then: model.save_weights("weights.h5").`;

function binary(head: Uint8Array, tail: Uint8Array): Said | null {
  if (begins(head, 0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19))
    return [
      'it is a torch checkpoint in the form from before version 1.6',
      'Write it again with torch 1.6 or newer: torch.save(torch.load("old.pth", map_location="cpu", weights_only=True), "new.pth").',
    ];
  if (begins(head, 0x80) && (head[1] ?? 9) <= 5)
    return ['it is a pickle of Python, which is a program', TO_SAFETENSORS];
  if (begins(head, 0x1f, 0x8b)) return ['it is packed with gzip', 'Unpack it: gunzip FILE (a .tar.gz: tar -xzf FILE).'];
  if (ascii(head, 0, 3) === 'BZh') return ['it is packed with bzip2', 'Unpack it: bunzip2 FILE.'];
  if (begins(head, 0xfd, 0x37, 0x7a, 0x58, 0x5a)) return ['it is packed with xz', 'Unpack it: unxz FILE.'];
  if (begins(head, 0x28, 0xb5, 0x2f, 0xfd)) return ['it is packed with zstd', 'Unpack it: unzstd FILE.'];
  if (begins(head, 0x37, 0x7a, 0xbc, 0xaf)) return ['it is packed with 7-Zip', 'Unpack it: 7z x FILE.'];
  if (ascii(head, 0, 4) === 'Rar!') return ['it is packed with RAR', 'Unpack it: unrar x FILE.'];
  if (ascii(head, 257, 262) === 'ustar')
    return ['it is a tar archive', 'Unpack it (tar -xf FILE), then name the file in it.'];
  if (ascii(head, 4, 8) === 'TFL3')
    return [
      'it is a TensorFlow Lite network',
      `Its weights are for running, often of 8 bits: take the network that it was made of. ${KERAS}`,
    ];
  if (isNpy(head))
    return ['it is a single NumPy array', 'Name the layers.json that says which layer each array belongs to.'];
  if (ascii(head, 0, 4) === 'GGUF') return ['it is a GGUF file of a language model', READ];
  if (begins(tail, 0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb))
    return ['it is the index of a TensorFlow checkpoint', CHECKPOINT];
  return protobuf(head);
}

/** Messages without a magic number: told by their first fields. */
function protobuf(head: Uint8Array): Said | null {
  // SavedModel: schema version 1, then a MetaGraphDef.
  if (begins(head, 0x08, 0x01, 0x12))
    return [
      'it is a TensorFlow SavedModel (.pb)',
      'Load its folder with Keras 2 and save the weights: tf.keras.models.load_model("FOLDER").save_weights("weights.h5").',
    ];
  // ONNX ModelProto: ir_version 3 to 15, then the producer's name, or the graph.
  if (begins(head, 0x08) && (head[1] ?? 0) >= 3 && (head[1] ?? 99) <= 15 && [0x12, 0x3a, 0x42].includes(head[2] ?? 0))
    return [
      'it is an ONNX network',
      "Take the weights from the library that exported it, or: python -c \"import onnx, onnx.numpy_helper as h, safetensors.numpy as s; s.save_file({t.name: h.to_array(t) for t in onnx.load('in.onnx').graph.initializer}, 'out.safetensors')\"",
    ];
  // GraphDef: its first field is a node, whose first field is its name.
  if (begins(head, 0x0a) && isText(head.subarray(nameAt(head), nameAt(head) + 4)) && head[nameAt(head) - 2] === 0x0a)
    return [
      'it is a frozen TensorFlow graph (.pb)',
      `Its batch norm is often folded: take the network that it was made of. ${KERAS}`,
    ];
  return null;
}

/** A `model.json` holds the topology too: some 2 MB of a large network. Parsed, it may take eighty times its size. */
export const JSON_LIMIT = 4 << 20;

/** Where the name of a first node would begin: behind the node's length, the field and the name's length. */
const nameAt = (head: Uint8Array) => ((head[1] ?? 0) & 0x80 ? 5 : 4);

/** Printable, as far as it can be seen: no zeros or other control characters. */
function isText(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

/** What a zip seems to hold, by the names in it. Throws IchorError `weights-file-unknown` where that is nothing read here. */
export function zipKind(path: string, names: readonly string[]): 'keras' | 'pth' {
  if (names.includes('config.json') && names.includes('model.weights.h5')) return 'keras';
  const torch = torchKind(names);
  if (torch === 'pth') return 'pth';
  const [what, hint] = otherZip(names, torch);
  throw unknownWeights(path, what, hint);
}

function otherZip(names: readonly string[], torch: 'torchscript' | null): Said {
  if (torch === 'torchscript')
    return [
      'it is a TorchScript network, whose weights come with its program',
      'Save the weights alone: torch.save(torch.jit.load("in.pt", map_location="cpu").state_dict(), "weights.pth").',
    ];
  if (names.some((name) => /(^|\/)archive_format$/.test(name)))
    return ['it is a network of torch.export', TO_SAFETENSORS];
  if (names.includes('config.json') && names.some((name) => name.startsWith('model.weights')))
    return ['it is a Keras network with weights of another form than model.weights.h5', KERAS];
  if (names.length > 0 && names.every((name) => name.endsWith('.npy')))
    return [
      'it is a NumPy archive (.npz), which names no layers',
      'Write it as safetensors, with the network\'s names: safetensors.numpy.save_file(dict(numpy.load("in.npz")), "out.safetensors").',
    ];
  const inside = names.find((name) =>
    /\.(h5|hdf5|keras|safetensors|pth|pt)$|(^|\/)(saved_model\.pb|model\.json)$/.test(name),
  );
  if (inside !== undefined) return [`it is a zip with ${inside} in it`, `Unpack it, then name the file: unzip FILE.`];
  return ['it is a zip without weights', READ];
}

/** Says of JSON that no reader knows what it seems to be. */
export function unknownJson(path: string, value: Readonly<Record<string, unknown>>): never {
  if ('weight_map' in value)
    throw unknownWeights(
      path,
      'it is the list of weights that are spread over several files',
      'Save them in one file (save_pretrained(…, max_shard_size="100GB"); in Keras model.save_weights("weights.weights.h5")).',
    );
  if ('class_name' in value || 'layers' in value || 'config' in value)
    throw unknownWeights(path, 'it is the configuration of a network, without weights', KERAS);
  throw unknownWeights(path, 'it is JSON without a list of weights (weightsManifest)', READ);
}

/** Says of a folder which file in it to name. */
export async function folder(path: string): Promise<never> {
  const names = await readdir(path);
  const has = (name: string) => names.includes(name);
  if (has('saved_model.pb'))
    throw unknownWeights(
      path,
      'it is the folder of a TensorFlow SavedModel',
      'Load it with Keras 2 and save the weights: tf.keras.models.load_model("FOLDER").save_weights("weights.h5").',
    );
  const known = names
    .filter((name) => /^(model|layers)\.json$|\.(h5|hdf5|keras|safetensors|pth|pt)$/.test(name))
    .sort();
  if (known.length > 0)
    throw unknownWeights(path, 'it is a folder', `Name a file in it: ${known.slice(0, 5).join(', ')}.`);
  if (has('checkpoint') || names.some((name) => name.endsWith('.index')))
    throw unknownWeights(path, 'it is a folder of TensorFlow checkpoints', CHECKPOINT);
  throw unknownWeights(path, 'it is a folder', `Name a file. ${READ}`);
}
