import { join } from 'node:path';
import { writeFile } from '../../files/fs.ts';
import { type NetworkSummary, readNetwork, readWeights } from '../artifacts/weights.ts';
import type { HostTensors } from '../engine/engine.ts';
import { RESEARCH_NOTICE } from '../report/wording.ts';
import type { Artifact } from '../store/artifact.ts';
import { assertSound } from '../store/sound.ts';
import { buildGraph, networksOf } from './build.ts';
import { calibrationIn } from './calibration-in.ts';
import { pythonExample } from './example.ts';
import { type ExportFacts, exportFacts, graphName, metadataOf } from './facts.ts';
import { modelCard } from './model-card.ts';
import { encodeModel } from './onnx/model-file.ts';
import type { TrainedRun } from './open-trained.ts';
import type { Part } from './part.ts';
import { assertRoomFor, makeFolder } from './target.ts';

const MODEL = 'model.onnx';
const CARD = 'model-card.md';
const EXAMPLE = 'example.py';

export interface ExportOptions {
  part: Part;
  /** Absolute: the folder that is made. */
  target: string;
  /** An earlier export there is replaced. */
  replace: boolean;
  signal: AbortSignal;
}

export interface Exported {
  folder: string;
  files: readonly string[];
  part: Part;
  bytes: number;
  nodes: number;
  facts: ExportFacts;
  inputs: readonly { name: string; shape: readonly (string | number)[] }[];
  outputs: readonly { name: string; shape: readonly (string | number)[] }[];
}

/**
 * Writes a part of a run as ONNX, its card and an example beside it, into a folder of its own: all of it or nothing.
 * @throws IchorError `export-no-form`, `export-too-large`, and as `makeFolder`.
 */
export async function exportRun(run: TrainedRun, { part, target, replace, signal }: ExportOptions): Promise<Exported> {
  const { recipe, registry, record, evaluated } = run;
  const ids = networksOf(part, { recipe, registry });
  const weights = new Map<string, HostTensors>();
  const networks = new Map<string, NetworkSummary>();
  // How its base network fared stands beside a sequence model whatever is exported of it.
  for (const id of new Set([...(part === 'backbone' ? [] : ['backbone']), ...ids])) {
    const artifact = run.networks.get(id);
    if (artifact === undefined) continue;
    signal.throwIfAborted();
    await assertSound(artifact as Artifact, signal);
    networks.set(id, await readNetwork(artifact.folder));
    if (ids.includes(id)) weights.set(id, await readWeights(artifact.folder));
  }
  const inOrder = new Map([...networks].sort(([a], [b]) => Number(a === 'sequence') - Number(b === 'sequence')));
  const calibration = await calibrationIn(run, part);
  const facts = await exportFacts({ part, record, recipe, registry, networks: inOrder, evaluated, calibration });
  const graph = buildGraph(part, { recipe, registry, weights, calibration }, facts.marks);
  const model = await encodeModel(graph, {
    name: graphName(facts),
    producerVersion: facts.ichor,
    says: [...facts.marks, ...facts.sentences, RESEARCH_NOTICE].join('\n'),
    metadata: metadataOf(facts),
  });
  const [card, example] = [modelCard(facts, graph, MODEL), await pythonExample(facts, graph)];
  const files = [MODEL, CARD, EXAMPLE];
  signal.throwIfAborted();
  await makeFolder(target, { replace, own: files, signal }, async (folder) => {
    await assertRoomFor(folder, model.length, MODEL);
    await writeFile(join(folder, MODEL), model);
    await writeFile(join(folder, CARD), card);
    await writeFile(join(folder, EXAMPLE), example);
  });
  const port = ({ name, dims }: { name: string; dims: readonly (string | number)[] }) => ({ name, shape: dims });
  return {
    folder: target,
    files,
    part,
    bytes: model.length,
    nodes: graph.nodes.length,
    facts,
    inputs: graph.inputs.map(port),
    outputs: graph.outputs.map(port),
  };
}
