import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which process holds a lock: a pid alone may have been given to another process since. */
export interface ProcessIdentity {
  pid: number;
  /** Start of the process in clock ticks since boot (Linux); null where the system does not tell. */
  started: string | null;
  host: string;
}

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, started: startOf(process.pid), host: hostname() };
}

/** False only where the process is known to be gone: a process on another host may always be alive. */
export function mayBeAlive(identity: ProcessIdentity): boolean {
  if (identity.host !== hostname()) return true;
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return identity.started === null || startOf(identity.pid) === identity.started;
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
