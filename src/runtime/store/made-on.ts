import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { readFile } from '../../files/fs.ts';
import { writeSynced } from '../../files/write.ts';
import { type Machine, machineText, sameMachine } from '../machine.ts';
import type { StageName } from '../stage-names.ts';
import { MACHINES, type Manifest, readManifest, type Store } from './store.ts';

/** Null where nothing is said, or nothing that can be read: a file that a full disk cut off is no reason to stop. */
export async function readMachines(folder: string): Promise<Machine[] | null> {
  const text = await readFile(join(folder, MACHINES), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return null;
  });
  if (text === null) return null;
  try {
    const machines: unknown = JSON.parse(text);
    return Array.isArray(machines) && machines.every(isMachine) ? machines : null;
  } catch {
    return null;
  }
}

function isMachine(value: unknown): value is Machine {
  const { threads, isa } = (value ?? {}) as Partial<Record<keyof Machine, unknown>>;
  return typeof threads === 'number' && typeof isa === 'string';
}

/**
 * Notes that this machine goes on in the folder of an unfinished artifact.
 * @param fresh whether nothing was left there to go on from: then nothing of what stood there counts.
 * @returns the other machines that worked on it before.
 */
export async function workOn(folder: string, fresh: boolean, machine: Machine): Promise<Machine[]> {
  const known = fresh ? [] : ((await readMachines(folder)) ?? []);
  const others = known.filter((one) => !sameMachine(one, machine));
  await writeSynced(join(folder, MACHINES), `${JSON.stringify([...others, machine])}\n`);
  return others;
}

/** Whether all of an artifact was made with these threads and this instruction set. */
export const madeOn = ({ machine, machinesBefore }: Manifest, wanted: Machine): boolean =>
  machine !== undefined && sameMachine(machine, wanted) && machinesBefore === undefined;

const UNKNOWN = 'a machine that is not recorded';

/** `1 thread avx2, then 2 threads avx512` */
export const madeOnText = ({ machine, machinesBefore = [] }: Manifest): string =>
  machine === undefined ? UNKNOWN : [...machinesBefore, machine].map(machineText).join(', then ');

/** Which other machine made what is kept under a key, finished or not; null where it was this one, or nothing is there. */
export async function otherMachine(
  store: Store,
  stage: StageName,
  key: string,
  machine: Machine,
): Promise<string | null> {
  const manifest = await readManifest(store.folder(stage, key));
  if (manifest !== null) return madeOn(manifest, machine) ? null : madeOnText(manifest);
  if (!(await store.hasPartial(key))) return null;
  const machines = await readMachines(store.partialFolder(key));
  if (machines === null) return UNKNOWN;
  return machines.every((one) => sameMachine(one, machine)) ? null : machines.map(machineText).join(', then ');
}

/**
 * Under --exact, and under the key's lock.
 * Throws IchorError `made-elsewhere` where another machine, which shares the store, came first since this was planned.
 */
export async function assertOwn(
  store: Store,
  { id, stage, key }: { id: string; stage: { name: StageName }; key: string },
  machine: Machine,
): Promise<void> {
  const other = await otherMachine(store, stage.name, key, machine);
  if (other === null) return;
  throw new IchorError(
    'made-elsewhere',
    `${id} was made on ${other} while this waited; --exact takes only what was made on ${machineText(machine)}.`,
    'Run the same command again: it makes one of its own beside it.',
  );
}
