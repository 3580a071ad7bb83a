import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { ichor, start } from '../cli.ts';
import { tableWorkspace } from './table-workspace.ts';

/** tiny-claims of the small tables, by two processes at once. */
export function parallelTable() {
  const workspace = tableWorkspace();
  const { folder, cellsOf, ledgerOf } = workspace;
  const table = (store: string, ...more: string[]) => workspace.command('tiny-claims.yaml', store, ...more);
  const pointsOf = async (store: string) => (await ledgerOf(store, 'tiny-claims').catch(() => ({ points: [] }))).points;
  /** Waits until the first of a table's four runs is done, then does something to what runs. */
  async function disturbed(
    store: string,
    disturb: (child: { pid: number; kill(signal: NodeJS.Signals): void }) => void,
  ) {
    const { child, ended } = start(table(store, '--jobs', '2'), { cwd: folder });
    while (child.exitCode === null && (await pointsOf(store)).filter(({ status }) => status === 'done').length === 0)
      await sleep(5);
    const jobs = jobsOf(child.pid as number);
    disturb({ pid: child.pid as number, kill: (signal) => child.kill(signal) });
    return { ...(await ended), jobs };
  }

  /** A signal to the command ends all of its processes; the same command then makes what `undisturbed` holds. */
  async function endedBy(
    signal: NodeJS.Signals,
    expected: { status: number | null; signal: NodeJS.Signals | null },
    undisturbed: string,
  ) {
    const { jobs, ...ended } = await disturbed(`ended-${signal}`, ({ kill }) => kill(signal));
    expect(ended, ended.err).toMatchObject(expected);
    expect(jobs).toHaveLength(2);
    // Nobody is left who writes into the store.
    for (const job of jobs) {
      while (isAlive(job)) await sleep(20);
    }
    const again = await ichor(table(`ended-${signal}`, '--jobs', '2'), { cwd: folder });
    expect(again, again.err).toMatchObject({ status: 0 });
    expect(again.err).toContain('done before');
    expect(await cellsOf(`ended-${signal}`, 'tiny-claims')).toEqual(await cellsOf(undisturbed, 'tiny-claims'));
    expect(await readdir(join(folder, `ended-${signal}`, 'locks'))).toEqual([]);
  }

  return { ...workspace, table, pointsOf, disturbed, endedBy };
}

/** The processes that a command has started, by their ids: those that run points. */
export function jobsOf(parent: number): number[] {
  const lines = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n');
  return lines
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [])
    .filter(([, , ppid, args]) => Number(ppid) === parent && args?.includes(' points '))
    .map(([, pid]) => Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
