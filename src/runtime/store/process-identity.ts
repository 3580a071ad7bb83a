import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which process holds a lock: a pid alone may have been given to another process since. */
export interface ProcessIdentity {
  pid: number;
  /** Start of the process in clock ticks since boot (Linux); null where the system does not tell. */
  started: string | null;
  host: string;
  /**
   * What stands for this boot of this machine and the pids that are seen in it (Linux): containers and machines may share
   * a host name. Absent where the system does not tell, and in what earlier versions wrote.
   */
  machine?: string;
}

export function thisProcess(): ProcessIdentity {
  const machine = thisMachine();
  return {
    pid: process.pid,
    started: startOf(process.pid),
    host: hostname(),
    ...(machine === null ? {} : { machine }),
  };
}

/** Whether a process lives, as far as it can be known from here. Of another machine, or in another container, it cannot. */
export function liveness(identity: ProcessIdentity): 'alive' | 'gone' | 'unknown' {
  const machine = thisMachine();
  const same = identity.machine !== undefined && machine !== null ? identity.machine === machine : null;
  if (same === false || (same === null && identity.host !== hostname())) return 'unknown';
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return 'gone';
  }
  // Without its start, a process of this pid may be any.
  if (identity.started === null) return 'unknown';
  return startOf(identity.pid) === identity.started ? 'alive' : 'gone';
}

/**
 * For records that have no sign of life of their own: false only where the process is known to be gone, or where this host
 * was started anew since. A process on another host may always be alive.
 */
export function mayBeAlive(identity: ProcessIdentity): boolean {
  const life = liveness(identity);
  if (life !== 'unknown') return life === 'alive';
  return identity.host !== hostname() || identity.machine === thisMachine();
}

/** Whether a value read from a file is one. */
export function isProcessIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, started, host, machine } = value as Partial<Record<keyof ProcessIdentity, unknown>>;
  return (
    Number.isSafeInteger(pid) &&
    // 0 and what is negative would ask for groups of processes.
    (pid as number) > 0 &&
    (started === null || typeof started === 'string') &&
    typeof host === 'string' &&
    (machine === undefined || typeof machine === 'string')
  );
}

let machine: string | null | undefined;

/** Hashed: it goes into files that are handed on. */
function thisMachine(): string | null {
  if (machine === undefined) {
    try {
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      const pids = readlinkSync('/proc/self/ns/pid');
      machine = createHash('sha256').update(`${boot} ${pids}`).digest('hex').slice(0, 16);
    } catch {
      machine = null;
    }
  }
  return machine;
}

function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name may hold spaces and brackets: fields are counted from behind its last bracket.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
