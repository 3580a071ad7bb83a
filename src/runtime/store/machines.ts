import { type Machine, machineText, type RunMachine, sameMachine } from '../machine.ts';
import type { Artifact } from './artifact.ts';
import { readManifest } from './store.ts';

/** One thing of a comparison, and what it was made on. */
export interface MadeOn {
  what: string;
  machine: Machine;
}

/** Artifacts of stages that run a model, as their manifests say; what says nothing (of an earlier version) is left out. */
export async function madeOnOf(artifacts: ReadonlyMap<string, Pick<Artifact, 'folder'>>): Promise<MadeOn[]> {
  const made: MadeOn[] = [];
  for (const [id, { folder }] of artifacts) {
    const manifest = await readManifest(folder);
    if (manifest?.machine) made.push({ what: id, machine: manifest.machine });
  }
  return made;
}

export const runMachines = (made: readonly MadeOn[]): RunMachine[] =>
  grouped(made).map(({ machine, what }) => ({ ...machine, artifacts: what }));

/** Each artifact that a record names. */
export const madeOnParts = (machines: readonly RunMachine[]): MadeOn[] =>
  machines.flatMap(({ artifacts, ...machine }) => artifacts.map((what) => ({ what, machine })));

/** As parts of a comparison; `of` names the whole that they are parts of: `row inception-3w`. */
export function madeOnIn(machines: readonly RunMachine[], of: string): MadeOn[] {
  const parts = madeOnParts(machines);
  const [first] = parts;
  if (machines.length < 2) return first === undefined ? [] : [{ what: of, machine: first.machine }];
  return parts.map(({ what, machine }) => ({ what: `${what} of ${of}`, machine }));
}

interface Group {
  machine: Machine;
  what: string[];
}

/** The largest group last. */
function grouped(made: readonly MadeOn[]): Group[] {
  const groups: Group[] = [];
  for (const {
    what,
    machine: { threads, isa, oneDnn },
  } of made) {
    const machine: Machine = { threads, isa, ...(oneDnn === undefined ? {} : { oneDnn }) };
    const group = groups.find((one) => sameMachine(one.machine, machine));
    if (group === undefined) groups.push({ machine, what: [what] });
    else if (!group.what.includes(what)) group.what.push(what);
  }
  return groups.sort((a, b) => a.what.length - b.what.length);
}

const NAMED = 3;

/**
 * One line where things that are compared were not all made with the same threads and instruction set; null where they
 * were. `made on different threads or instruction sets: backbone of row a on 1 thread avx2, the others on ...`
 */
export function machinesLine(made: readonly MadeOn[]): string | null {
  const groups = grouped(made);
  if (groups.length < 2) return null;
  const parts = groups.map(({ machine, what }, i) => {
    const rest = what.length - NAMED;
    const names = rest > 0 ? `${what.slice(0, NAMED).join(', ')} and ${rest} more` : what.join(', ');
    const last = i === groups.length - 1 && what.length > 1;
    return `${last ? 'the others' : names} on ${machineText(machine)}`;
  });
  return `made on different threads or instruction sets: ${parts.join(', ')}; native results differ slightly between them`;
}

/** As a sentence among the notes of a table; none where there is nothing to say. */
export function machineNotes(made: readonly MadeOn[]): string[] {
  const line = machinesLine(made);
  return line === null ? [] : [`M${line.slice(1)}.`];
}
