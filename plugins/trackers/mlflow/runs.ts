import { IchorError } from '../../../src/index.ts';
import { isMap, Refused, type Server } from './server.ts';
import { batches, type Tag } from './words.ts';

/** MAX_PARAMS_TAGS_PER_BATCH of mlflow/utils/validation.py. */
export const MOST_TAGS = 100;

export type Status = 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED';

/** A run as MLflow tells of it. */
export interface Run {
  id: string;
  experiment: string;
  /** Where its files lie, as a URI. */
  artifacts: string;
  status: string;
  deleted: boolean;
  params: ReadonlyMap<string, string>;
  tags: ReadonlyMap<string, string>;
}

function runOf(server: Server, run: unknown): Run {
  if (!isMap(run) || !isMap(run.info) || typeof run.info.run_id !== 'string') throw server.stranger;
  const { info } = run;
  const data = (isMap(run.data) ? run.data : {}) as { params?: readonly Tag[]; tags?: readonly Tag[] };
  const map = (pairs: readonly Tag[] = []) => new Map(pairs.map(({ key, value }) => [key, value]));
  return {
    // `run_uuid` of servers before 1.0 is still there, and the same.
    id: String(info.run_id),
    experiment: String(info.experiment_id),
    artifacts: String(info.artifact_uri ?? ''),
    status: String(info.status),
    deleted: info.lifecycle_stage === 'deleted',
    params: map(data.params),
    tags: map(data.tags),
  };
}

/** Null where there is none of this id. */
export async function runById(server: Server, id: string): Promise<Run | null> {
  try {
    return runOf(server, (await server.get('runs/get', { run_id: id })).run);
  } catch (error) {
    if (error instanceof Refused && error.error === 'RESOURCE_DOES_NOT_EXIST') return null;
    throw error;
  }
}

/** Those of an experiment that have this tag, deleted ones too: at most a thousand, which no sweep comes to. */
export async function runsWith(server: Server, experiment: string, key: string, value: string): Promise<Run[]> {
  const { runs } = await server.post('runs/search', {
    experiment_ids: [experiment],
    filter: `tags.\`${key}\` = '${value}'`,
    run_view_type: 'ALL',
    max_results: 1000,
  });
  if (runs !== undefined && !Array.isArray(runs)) throw server.stranger;
  return (runs ?? []).map((run: unknown) => runOf(server, run));
}

/** Makes a run that is known by `uid`, or gives the one that an earlier try made. */
export async function makeRun(
  server: Server,
  experiment: string,
  uid: string,
  { name, start, tags }: { name: string; start: number; tags: readonly Tag[] },
): Promise<Run> {
  const [made] = await runsWith(server, experiment, 'ichor.run.uid', uid);
  if (made !== undefined) return made;
  const { run } = await server.post('runs/create', {
    experiment_id: experiment,
    run_name: name,
    start_time: start,
    tags: [{ key: 'ichor.run.uid', value: uid }, { key: 'mlflow.runName', value: name }, ...tags],
  });
  return runOf(server, run);
}

export async function setStatus(
  server: Server,
  run: string,
  status: Status,
  more: { end_time?: number; run_name?: string } = {},
): Promise<void> {
  await server.post('runs/update', { run_id: run, status, ...more });
}

export async function setTags(server: Server, run: string, tags: readonly Tag[]): Promise<void> {
  for (const some of batches(tags, MOST_TAGS)) await server.post('runs/log-batch', { run_id: run, tags: some });
}

/** What to do about a run that was deleted there. */
export const deletedRun = (server: Server, run: string): IchorError =>
  new IchorError(
    'mlflow-deleted',
    `This run was deleted from ${server.address}.`,
    `\`mlflow runs restore --run-id ${run}\` brings it back (MLFLOW_TRACKING_URI=${server.address}).`,
  );

/** An answer to what is sent of a run, as what it comes of where the run is not what it was. */
export function ofRun(error: unknown, server: Server, run: string, begunAt: string): unknown {
  if (!(error instanceof Refused)) return error;
  // No code tells it apart from a parameter that is wrong.
  if (error.error === 'INVALID_PARAMETER_VALUE' && /must be in the 'active' state/.test(error.said))
    return deletedRun(server, run);
  if (error.error !== 'RESOURCE_DOES_NOT_EXIST') return error;
  const elsewhere = begunAt === server.address ? '' : ` It was begun at ${begunAt}.`;
  return new IchorError(
    'mlflow-deleted',
    `The MLflow server at ${server.address} has no run ${run} (any more).${elsewhere}`,
    elsewhere === ''
      ? 'Remove mlflow.json from the folder tracking of the run, and `ichor track sync` sends all of it once more.'
      : 'Name that server; or remove mlflow.json from the folder tracking of the run, and `ichor track sync` sends all of it to this one.',
    1,
    { cause: error },
  );
}
