import { setTimeout as sleep } from 'node:timers/promises';
import type { DriverFile, JobsFile, PlacedJob } from '../../runtime/jobs/folder.ts';
import { jobsFolder, jobsFolders, readDriver, readJobs } from '../../runtime/jobs/folder.ts';
import { type JobRecord, readRecord } from '../../runtime/jobs/record.ts';
import { START } from '../../runtime/jobs/state.ts';
import { liveness } from '../../runtime/store/process-identity.ts';

/** A job as it stands, put together from the driver's file and the job's own record. */
export interface SeenJob {
  /** Of the sweep, the table or the run. */
  of: string;
  place: number;
  name: string;
  executor: string;
  /**
   * `waiting`: not submitted yet; `submitted`: the executor has it, and it has not begun; `running`, `ended`: by its own word, which its driver
   * has not seen yet.
   */
  state: 'waiting' | 'submitted' | 'running' | 'ended' | 'done' | 'failed';
  id: string | null;
  stage: string | null;
  host: string | null;
  /** By the clock of its own machine; null where it has not begun. */
  since: string | null;
  /** Its last word, or what it failed of. */
  line: string | null;
}

export interface SeenJobs {
  folder: string;
  file: JobsFile;
  driver: DriverFile | null;
  jobs: readonly SeenJob[];
  /** False where no driver looks after them: the same command does again. `null`: it may, on another machine. */
  driven: boolean | null;
}

/** What stands of all jobs of a store, by the last call of each command. Asks no executor. */
export async function seenJobs(root: string): Promise<SeenJobs[]> {
  const found: SeenJobs[] = [];
  for (const name of await jobsFolders(root)) {
    const folder = jobsFolder(root, name);
    const file = await readJobs(folder);
    if (file === null) continue;
    const driver = await readDriver(folder);
    const life = driver === null ? 'gone' : liveness(driver.process);
    const records = await Promise.all(file.jobs.map((_, place) => readRecord(folder, place)));
    const jobs = file.jobs.map((job, place) => seen(file, driver, job, place, records[place] ?? null));
    found.push({ folder, file, driver, jobs, driven: life === 'unknown' ? null : life === 'alive' });
  }
  return found;
}

function seen(
  { name: of, executor }: JobsFile,
  driver: DriverFile | null,
  { name }: PlacedJob,
  place: number,
  found: JobRecord | null,
): SeenJob {
  const state = driver?.states[place] ?? START;
  const record = found?.id === state.id ? found : null;
  const phase = state.phase === 'under-way' ? underWayAs(record) : state.phase;
  return {
    of,
    place,
    name,
    executor,
    state: phase,
    id: state.id,
    stage: record?.stage ?? null,
    host: record?.process.host ?? null,
    since: record?.started ?? null,
    line: state.phase === 'failed' ? (state.error?.message ?? null) : (record?.line ?? null),
  };
}

function underWayAs(record: JobRecord | null): SeenJob['state'] {
  // One that put its work away is in the queue again.
  if (record === null || record.end === 'preempted') return 'submitted';
  return record.end === null ? 'running' : 'ended';
}

export const isUnderWay = ({ state }: SeenJob): boolean => ['submitted', 'running', 'ended'].includes(state);

/** Until nothing of it is under way by the word of its driver; false where that takes too long. */
export async function untilOver(folder: string, patienceMs: number): Promise<boolean> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const driver = await readDriver(folder);
    if (driver === null || !driver.states.some(({ phase }) => phase === 'under-way')) return true;
    if (performance.now() > until) return false;
    await sleep(200);
  }
}
