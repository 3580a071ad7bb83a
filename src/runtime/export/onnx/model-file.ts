import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { IchorError } from '../../../errors.ts';
import { readFile, writeFile } from '../../../files/fs.ts';
import { ELEMENTS } from './element.ts';
import type { Attribute, Dim, Graph, Port, TensorFacts } from './graph.ts';

/** The operators are those of this version of ONNX's set; of the form of the file, the first that knows it. */
export const OPSET = 17;
const IR_VERSION = 8;

/** A message of protobuf is read with 32-bit lengths: nothing reads a larger one. */
const MOST_BYTES = 2 ** 31 - 1;

export interface ModelFacts {
  /** Of the graph: what a viewer shows as its title. */
  name: string;
  producerVersion: string;
  says: string;
  metadata: Readonly<Record<string, string>>;
}

/**
 * The graph as a model of ONNX, serialised by the published schema (`onnx.proto` beside this file).
 * @throws IchorError `export-too-large` (exit 2) where it is larger than a file of this form can be.
 */
export async function encodeModel(graph: Graph, facts: ModelFacts): Promise<Uint8Array> {
  const bytes = [...graph.initializers.values()].reduce((sum, { raw }) => sum + (raw?.length ?? 0), 0);
  if (bytes > MOST_BYTES * 0.99) throw tooLarge(facts.name, bytes);
  const model = (await schema()).lookupType('onnx.ModelProto');
  const message = {
    irVersion: IR_VERSION,
    producerName: 'ichor',
    producerVersion: facts.producerVersion,
    domain: '',
    modelVersion: 1,
    docString: facts.says,
    opsetImport: [{ domain: '', version: OPSET }],
    metadataProps: Object.entries(facts.metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: facts.name,
      docString: facts.says,
      input: graph.inputs.map(portMessage),
      output: graph.outputs.map(portMessage),
      initializer: [...graph.initializers.values()].map(tensorMessage),
      node: graph.nodes.map(({ name, op, inputs, outputs, attributes }) => ({
        name,
        opType: op,
        input: inputs,
        output: outputs,
        attribute: Object.entries(attributes).map(([key, value]) => attributeMessage(key, value)),
      })),
    },
  };
  return model.encode(model.fromObject(message)).finish();
}

export async function writeModel(path: string, graph: Graph, facts: ModelFacts): Promise<number> {
  const bytes = await encodeModel(graph, facts);
  await writeFile(path, bytes);
  return bytes.length;
}

const tooLarge = (name: string, bytes: number): IchorError =>
  new IchorError(
    'export-too-large',
    `The weights of ${name} are ${(bytes / 1e9).toFixed(1)} GB, and one ONNX file holds 2 GB.`,
    'Export its parts, each in a file of its own: --part backbone and --part sequence.',
    2,
  );

let parsed: Promise<protobuf.Root> | undefined;

function schema(): Promise<protobuf.Root> {
  parsed ??= readFile(fileURLToPath(new URL('onnx.proto', import.meta.url)), 'utf8').then(
    (text) => protobuf.parse(text).root,
  );
  return parsed;
}

const portMessage = ({ name, element, dims, says }: Port) => ({
  name,
  docString: says,
  type: { tensorType: { elemType: ELEMENTS[element], shape: { dim: dims.map(dimMessage) } } },
});

const dimMessage = (dim: Dim) => (typeof dim === 'number' ? { dimValue: dim } : { dimParam: dim });

const tensorMessage = ({ name, element, dims, raw, texts }: TensorFacts) => ({
  name,
  dims,
  dataType: ELEMENTS[element],
  ...(texts ? { stringData: texts.map((text) => Buffer.from(text)) } : { rawData: raw }),
});

/** Numbers of the schema's AttributeType. */
const KINDS = { float: 1, int: 2, text: 3, tensor: 4, ints: 7 } as const;

function attributeMessage(name: string, value: Attribute) {
  if ('int' in value) return { name, type: KINDS.int, i: value.int };
  if ('ints' in value) return { name, type: KINDS.ints, ints: value.ints };
  if ('float' in value) return { name, type: KINDS.float, f: value.float };
  if ('text' in value) return { name, type: KINDS.text, s: Buffer.from(value.text) };
  return { name, type: KINDS.tensor, t: tensorMessage(value.tensor) };
}
