import { IchorError } from '../../errors.ts';
import type { CpuBaseline } from '../../registry/kinds/executor.ts';
import { ownVersion } from '../../version.ts';
import type { EngineKind } from '../engine/engine.ts';
import { describeEngine } from '../engine/open.ts';
import { keepToBaseline, type Machine, machineOf } from '../machine.ts';
import type { JobsFile } from './folder.ts';

/**
 * What would give other bytes, or other keys, is told before anything is made. Says what this node computes with; null without an engine.
 * Throws IchorError `node-differs`.
 */
export async function assertSameNode(
  { version, node, engine, isa, threads, params }: JobsFile,
  wanted: 'auto' | EngineKind,
): Promise<Machine | null> {
  const differs = (what: string, there: string, here: string) =>
    new IchorError(
      'node-differs',
      `The driver has ${what} ${there}, and this machine ${here}.`,
      'Have all nodes run the same: an installation on a drive that they share, modules, or a container in the file of --on-config.',
    );
  const own = await ownVersion();
  if (own !== version) throw differs('ichor', version, own);
  if (process.versions.node !== node) throw differs('Node.js', node, process.versions.node);
  if (engine === null) return null;
  const baseline = params.cpuBaseline as CpuBaseline | null;
  keepToBaseline(baseline);
  const found = await describeEngine(wanted);
  if (found.kind !== engine.kind || found.version !== engine.version)
    throw differs('the engine', `${engine.kind} (${engine.version})`, `${found.kind} (${found.version})`);
  const machine = machineOf(found.kind, threads ?? 1);
  if (isa !== null && machine.isa !== isa)
    throw new IchorError(
      'node-differs',
      baseline === isa
        ? `All jobs are kept to ${isa} (cpuBaseline), and this machine has ${machine.isa}.`
        : `With --exact everything is computed on ${isa}, as on the driver’s machine, and this one has ${machine.isa}.`,
      baseline === isa
        ? 'Keep to nodes that have it: constraint of the file of --on-config; or lower cpuBaseline there.'
        : 'Keep to nodes of one class: cpuBaseline or constraint of the file of --on-config; or leave --exact out.',
    );
  return machine;
}
