import { randomUUID } from 'node:crypto';
import type { TrackBegin, TrackContext } from '../../../src/index.ts';
import { makeRun, runById, runsWith, setStatus } from './runs.ts';
import type { Server } from './server.ts';
import { markTags, tag } from './words.ts';

/** Kept with the sweep or table. */
interface Kept {
  /** What its run in MLflow is known by: made once, and kept before the first call. */
  uid: string;
  server: string;
  experiment: string;
  run: string | null;
}

/** The id of the run that all runs of a sweep or table lie under, made by the first of them. */
export async function parentOf(
  server: Server,
  experiment: string,
  parent: NonNullable<TrackContext['parent']>,
  record: TrackBegin,
): Promise<string> {
  const fresh = (): Kept => ({ uid: randomUUID().replaceAll('-', ''), server: server.address, experiment, run: null });
  const isHere = (kept: Kept | null): kept is Kept =>
    kept !== null && kept.server === server.address && kept.experiment === experiment;
  await parent.update(async (state) => (isHere(state as Kept | null) ? state : fresh()));
  const kept = (await parent.update(async (state) => {
    // The state is what was made above, here or by another run of the same.
    let own = state as Kept;
    if (own.run !== null && (await wakeParent(server, own.run))) return own;
    // Whoever deleted the last one wants no more of it: this is a new one.
    if (own.run !== null) own = fresh();
    const made = await makeRun(server, experiment, own.uid, {
      name: parent.name,
      start: record.time,
      tags: [
        ...tag('mlflow.source.name', parent.name),
        ...tag('mlflow.source.type', 'LOCAL'),
        ...markTags(record.marks, `All runs of the ${parent.kind} \`${parent.name}\`.`),
      ],
    });
    return { ...own, run: made.id };
  })) as Kept;
  return String(kept.run);
}

/** Whether it is there, and goes on now. One that was deleted stays so: nothing of a run depends on it. */
export async function wakeParent(server: Server, parent: string): Promise<boolean> {
  const run = await runById(server, parent);
  if (run === null || run.deleted) return false;
  await setStatus(server, parent, 'RUNNING');
  return true;
}

/** Ends the parent where no run of it goes on: as the worst of them did. */
export async function endParent(server: Server, experiment: string, parent: string, time: number): Promise<void> {
  const runs = await runsWith(server, experiment, 'mlflow.parentRunId', parent);
  const all = new Set(runs.filter(({ deleted }) => !deleted).map(({ status }) => status));
  if (all.has('RUNNING') || !(await wakeParent(server, parent))) return;
  const status = all.has('FAILED') ? 'FAILED' : all.has('KILLED') ? 'KILLED' : 'FINISHED';
  await setStatus(server, parent, status, { end_time: time });
}
