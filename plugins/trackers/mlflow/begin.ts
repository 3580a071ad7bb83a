import { createHash } from 'node:crypto';
import type { TrackBegin, TrackContext } from '../../../src/index.ts';
import { experimentOf } from './experiment.ts';
import { sendParams } from './params.ts';
import { parentOf, wakeParent } from './parent.ts';
import { deletedRun, makeRun, type Run, runById, setStatus, setTags } from './runs.ts';
import type { Server } from './server.ts';
import type { Sent } from './state.ts';
import { markTags, type Tag, tag } from './words.ts';

/**
 * The run of MLflow that this one is: made, or found where an earlier try made it; of a run that goes on with another, that one's.
 * What is named alike by every try is what the journal keeps, so that no try makes a second one.
 */
export async function begin(
  server: Server,
  record: TrackBegin,
  { sent, experiment: name, context }: { sent: Sent | null; experiment: string; context: TrackContext },
): Promise<Sent> {
  const before = sent === null ? null : await runById(server, sent.run);
  // One that is gone for good, or is another server's, cannot be gone on with.
  if (sent !== null && before !== null) return goOn(server, record, sent, before);
  const experiment = await experimentOf(server, name);
  const parent = context.parent === null ? null : await parentOf(server, experiment, context.parent, record);
  const run = await makeRun(server, experiment, uidOf(record), {
    name: record.run,
    start: record.time,
    tags: [...tagsOf(record), ...tag('mlflow.parentRunId', parent)],
  });
  if (run.deleted) throw deletedRun(server, run.id);
  await setTags(server, run.id, await sendParams(server, run, record.params));
  return {
    server: server.address,
    experiment,
    run: run.id,
    artifacts: run.artifacts,
    about: aboutOf(record),
    parent,
    leftOut: {},
    waiting: [],
  };
}

async function goOn(server: Server, record: TrackBegin, sent: Sent, run: Run): Promise<Sent> {
  if (run.deleted) throw deletedRun(server, run.id);
  await setStatus(server, run.id, 'RUNNING', { run_name: record.run });
  if (sent.parent !== null) await wakeParent(server, sent.parent);
  const told = await sendParams(server, run, record.params);
  if (run.tags.has('ichor.error')) await server.post('runs/delete-tag', { run_id: run.id, key: 'ichor.error' });
  await setTags(server, run.id, [...tagsOf(record), ...told]);
  return { ...sent, server: server.address, about: aboutOf(record) };
}

/** Known before the first call, and the same whenever this record is sent. */
const uidOf = ({ run, time, recipeHash, seed, dataSeed }: TrackBegin): string =>
  createHash('sha256')
    .update(JSON.stringify([run, time, recipeHash, seed, dataSeed]))
    .digest('hex')
    .slice(0, 32);

function tagsOf(record: TrackBegin): Tag[] {
  const { marks, parent, engine, resumes } = record;
  const point = Object.entries(parent?.point ?? {}).map(([path, value]) => `${path}: ${value}`);
  const packages = Object.entries(record.versions).map(([name, version]) => `${name} ${version}`);
  return [
    ...tag('mlflow.source.name', record.recipe),
    ...tag('mlflow.source.type', 'LOCAL'),
    ...tag('ichor.state', 'running'),
    ...tag('ichor.recipe', record.recipe),
    ...tag('ichor.recipe_hash', record.recipeHash),
    ...markTags(marks, aboutOf(record)),
    ...tag('ichor.seed', record.seed),
    ...tag('ichor.data_seed', record.dataSeed),
    ...tag('ichor.engine', engine === null ? null : `${engine.kind} ${engine.version}`),
    ...tag(`ichor.${parent?.kind}`, parent === null ? null : parent.name),
    ...tag('ichor.point', point.length === 0 ? null : point.join(', ')),
    ...tag('ichor.resumes', resumes),
    ...tag('ichor.version', record.versions.ichor ?? null),
    ...tag('ichor.packages', packages.join(', ')),
  ];
}

/** The second part of the description, below the marks. */
const aboutOf = ({ recipe, recipeHash, seed, dataSeed }: TrackBegin): string =>
  `Recipe \`${recipe}\` (${recipeHash.slice(0, 12)}), seed ${seed}, data seed ${dataSeed}.`;
