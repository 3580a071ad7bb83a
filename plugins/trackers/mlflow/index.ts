import { relative, resolve } from 'node:path';
import { defineTracker, type TrackContext, type TrackRecord, Type } from '../../../src/index.ts';
import { whereIs } from './address.ts';
import { type File, noFiles, sendArtifact } from './artifacts.ts';
import { begin } from './begin.ts';
import { endParent } from './parent.ts';
import { ofRun, setStatus, setTags } from './runs.ts';
import { Refused, type Server, serverAt } from './server.ts';
import { noState, type Sent, sentOf } from './state.ts';
import { batches, markTags, nameOf, tag } from './words.ts';

/** MAX_METRICS_PER_BATCH of mlflow/utils/validation.py. */
const MOST_METRICS = 1000;

interface Metric {
  key: string;
  value: number;
  timestamp: number;
  step: number;
}

interface Params {
  uri: string | null;
  experiment: string;
  artifacts: boolean;
  identified: boolean;
}

/**
 * MLflow's REST API 2.0, https://mlflow.org/docs/latest/rest-api.html. All that is sent says when it happened, so that MLflow keeps once what
 * is sent twice.
 */
export default defineTracker({
  name: 'mlflow',
  version: 1,
  summary:
    'A server of MLflow: one of its runs a run, under one for a sweep or table; its files where the server takes them.',
  params: Type.Object({
    uri: Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
      default: null,
      description:
        'Address of the server, http://localhost:5000; default: MLFLOW_TRACKING_URI. User and password come from the environment: MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.',
    }),
    experiment: Type.String({
      default: 'ichor',
      minLength: 1,
      maxLength: 500,
      description: 'The experiment that runs are put into, made where there is none.',
    }),
    artifacts: Type.Boolean({ default: true, description: 'Send files of the run: its page, tables, the recipe.' }),
  }),
  argument: 'uri',
  contract: ({ uri }) => ({ server: uri }),
  async send(records, context, params) {
    const kept = sentOf(context.state);
    const where = await whereIs(params.uri, kept?.server ?? null);
    return sendAll(serverAt(where, context.signal), records, kept, context, params);
  },
});

async function sendAll(
  server: Server,
  records: readonly TrackRecord[],
  kept: Sent | null,
  context: TrackContext,
  params: Params,
): Promise<Sent | null> {
  let sent = kept;
  let metrics: Metric[] = [];
  for (const record of records) {
    if (record.type === 'begin') {
      if (sent !== null) await sendMetrics(server, sent, metrics.splice(0));
      sent = await begin(server, record, { sent, experiment: params.experiment, context });
      if (params.artifacts)
        sent = await file(server, sent, context, { name: 'recipe.yaml', content: record.recipeText });
      continue;
    }
    if (sent === null) throw noState('The journal of this run has no beginning for MLflow.');
    if (record.type === 'scalars' || record.type === 'figures') {
      metrics.push(...metricsOf(record));
      continue;
    }
    await sendMetrics(server, sent, metrics);
    metrics = [];
    if (record.type === 'end') sent = await end(server, sent, context, record);
    else if (params.artifacts && (params.identified || !record.identifies))
      sent = await file(server, sent, context, fileOf(record, context));
  }
  if (sent !== null) await sendMetrics(server, sent, metrics);
  return sent;
}

function metricsOf(record: Extract<TrackRecord, { type: 'scalars' | 'figures' }>): Metric[] {
  const { time: timestamp } = record;
  const [under, step, values] =
    record.type === 'scalars'
      ? [record.stage, Math.round(record.step), { ...record.values, epoch: record.epoch }]
      : [`${record.side}/${record.model}`, 0, record.values];
  return Object.entries(values).map(([name, value]) => ({ key: nameOf(`${under}/${name}`), value, timestamp, step }));
}

async function sendMetrics(server: Server, sent: Sent, metrics: readonly Metric[]): Promise<void> {
  for (const some of batches(metrics, MOST_METRICS))
    await told(server, sent, () => server.post('runs/log-batch', { run_id: sent.run, metrics: some }));
}

/** Its path from the tracker's folder: a store may move before the file is sent. */
const fileOf = ({ name, path }: { name: string; path: string }, { folder }: TrackContext): File => ({
  name,
  content: { path: relative(folder, path) },
});

/**
 * Sends one of its files. One that cannot go there at all is named on the run's page in MLflow; one that the server fails to take waits, so that
 * it holds up nothing else.
 */
async function file(server: Server, sent: Sent, context: TrackContext, one: File): Promise<Sent> {
  try {
    return await sendFile(server, sent, context, one);
  } catch (error) {
    if (!(error instanceof Refused) || error.isLogin) throw error;
    return { ...sent, waiting: [...sent.waiting.filter(({ name }) => name !== one.name), one] };
  }
}

async function sendFile(server: Server, sent: Sent, { folder }: TrackContext, { name, content }: File): Promise<Sent> {
  const from = typeof content === 'string' ? content : { path: resolve(folder, content.path) };
  const why = await sendArtifact(server, sent.artifacts, { name, content: from });
  const waiting = sent.waiting.filter((other) => other.name !== name);
  if (why === null) return { ...sent, waiting };
  const leftOut = { ...sent.leftOut, [name]: why };
  const reasons = [...new Set(Object.values(leftOut))].map((reason) => {
    const names = Object.keys(leftOut).filter((other) => leftOut[other] === reason);
    return `${names.join(', ')}: ${reason}`;
  });
  await told(server, sent, () => setTags(server, sent.run, tag('ichor.files_left_out', reasons.join('; '))));
  return { ...sent, leftOut, waiting };
}

const STATUS = { done: 'FINISHED', partial: 'FINISHED', failed: 'FAILED', interrupted: 'KILLED' } as const;

async function end(
  server: Server,
  sent: Sent,
  context: TrackContext,
  record: Extract<TrackRecord, { type: 'end' }>,
): Promise<Sent> {
  await told(server, sent, async () => {
    await setTags(server, sent.run, [
      ...tag('ichor.state', record.state),
      ...tag('ichor.error', record.error),
      ...markTags(record.marks, sent.about),
    ]);
    await setStatus(server, sent.run, STATUS[record.state], { end_time: record.time });
  });
  if (sent.parent !== null) await endParent(server, sent.experiment, sent.parent, record.time);
  let left = sent;
  for (const one of sent.waiting) {
    try {
      left = await sendFile(server, left, context, one);
    } catch (error) {
      throw error instanceof Refused ? noFiles(error, one.name) : error;
    }
  }
  return left;
}

/** Does it; where the run is deleted, or not there, says so. */
async function told<T>(server: Server, sent: Sent, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw ofRun(error, server, sent.run, sent.server);
  }
}
