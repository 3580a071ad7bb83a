import { basename, join, resolve } from 'node:path';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import { exportRun } from '../runtime/export/export-run.ts';
import { openTrained, type TrainedRun } from '../runtime/export/open-trained.ts';
import type { Part } from '../runtime/export/part.ts';
import { openPack } from '../runtime/pack/open-pack.ts';
import { packName, packRun } from '../runtime/pack/pack-run.ts';
import { findRun } from '../runtime/runs/find-run.ts';
import { takenText } from '../runtime/runs/taken-run.ts';
import { formatBytes } from '../runtime/store/disk.ts';
import { asCalled } from './called.ts';
import { interruptible } from './interrupt.ts';
import { printJson } from './json.ts';
import { paint } from './paint.ts';
import { shown, storeRoot } from './paths.ts';
import { openRegistry } from './registry.ts';

export interface ExportCommandOptions {
  format: 'onnx';
  part: Part;
  out?: string;
  force?: boolean;
  store?: string;
  json?: boolean;
  quiet?: boolean;
}

/** `ichor export RUN`: 0 written, 1 the disk failed, 2 the run or the place is wrong. */
export async function exportCommand(name: string, options: ExportCommandOptions): Promise<number> {
  const signal = interruptible();
  const trained = await openRun(name, options, signal);
  const run = { record: trained.record };
  const { part } = options;
  const target = resolve(options.out ?? `${run.record.name}-${options.format}${part === 'whole' ? '' : `-${part}`}`);
  const made = await exportRun(trained, { part, target, replace: options.force ?? false, signal });
  const { facts } = made;
  if (options.json) {
    const { folder, files, bytes, nodes, inputs, outputs } = made;
    const said = {
      run: run.record.name,
      part,
      format: options.format,
      folder,
      files,
      bytes,
      nodes,
      inputs,
      outputs,
      marks: facts.marks,
    };
    return printJson(said);
  }
  for (const sentence of facts.sentences) process.stderr.write(`${paint.yellow(sentence)}\n`);
  if (options.quiet) return 0;
  const port = ({ name: called, shape }: (typeof made.inputs)[number]) => `${called} [${shape.join(', ')}]`;
  process.stdout.write(
    [
      `${paint.green('wrote')} ${shown(join(target, 'model.onnx'))}  ${formatBytes(made.bytes)}, ${made.nodes.toLocaleString('en-GB')} nodes`,
      `  takes  ${made.inputs.map(port).join(', ')}`,
      `  gives  ${made.outputs.map(port).join(', ')}`,
      `${paint.green('wrote')} ${shown(join(target, 'model-card.md'))}  what it is, how it fared, what it is not for`,
      `${paint.green('wrote')} ${shown(join(target, 'example.py'))}  runs it with onnxruntime`,
      '',
    ].join('\n'),
  );
  return 0;
}

export interface PackCommandOptions {
  out?: string;
  force?: boolean;
  store?: string;
  json?: boolean;
}

/** `ichor runs pack RUN`: 0 written, 1 the disk failed, 2 the run or the place is wrong. */
export async function packCommand(name: string, options: PackCommandOptions): Promise<number> {
  const signal = interruptible();
  const trained = await openRun(name, options, signal);
  const target = resolve(options.out ?? packName(trained.record.name));
  const { file, bytes, facts } = await packRun(trained, { target, replace: options.force ?? false, signal });
  if (options.json) printJson({ file, bytes, ...facts });
  else
    process.stdout.write(
      `${paint.green('wrote')} ${shown(file)}  ${formatBytes(bytes)}: ${facts.networks.map(({ id }) => id).join(', ')}, the recipe, a card\n  with it, anywhere: ${asCalled(`ichor predict ${basename(file)} DIR`)}\n`,
    );
  return 0;
}

/** The run that is named, or that a file holds. */
async function openRun(
  name: string,
  options: { store?: string; quiet?: boolean; json?: boolean },
  signal: AbortSignal,
): Promise<TrainedRun> {
  const root = storeRoot(options.store, findWorkspace(process.cwd()));
  const run = (await openPack(root, name, signal)) ?? (await findRun(root, name));
  const taken = await takenText(name, run);
  if (taken !== null && !options.quiet) process.stderr.write(`${taken}\n`);
  return openTrained(run, openRegistry());
}
