import type { IncomingMessage, ServerResponse } from 'node:http';
import { serve } from '../../runtime/download/servers.ts';

interface Pair {
  key: string;
  value: string;
}
export interface FakeRun {
  info: Record<string, unknown> & { run_id: string; experiment_id: string; status: string; lifecycle_stage: string };
  params: Map<string, string>;
  tags: Map<string, string>;
  /** `key step value timestamp`: exact repetitions are one, as in MLflow's databases. */
  metrics: Set<string>;
}

/** What a test may change, and what it looks at. */
export interface FakeMlflow {
  origin: string;
  /** `METHOD path`, in the order in which they came. */
  asked: string[];
  /** All that came, whole: address, headers, body. */
  heard: string[];
  runs: FakeRun[];
  experiments: Map<string, { id: string; deleted: boolean }>;
  files: Map<string, string>;
  /** Longest value of a parameter. */
  mostValue: number;
  artifactRoot: string;
  /** Answers in the place of the server where it returns true. */
  instead: ((request: IncomingMessage, response: ServerResponse, body: string) => boolean) | null;
}

class No extends Error {
  constructor(
    readonly status: number,
    readonly error: string,
    message: string,
  ) {
    super(message);
  }
}

/** As much of MLflow's server as its answers matter, in memory: what it refuses is worded as 3.17 words it. */
export async function fakeMlflow(): Promise<FakeMlflow> {
  const fake: FakeMlflow = {
    origin: '',
    asked: [],
    heard: [],
    runs: [],
    experiments: new Map(),
    files: new Map(),
    mostValue: 6000,
    artifactRoot: 'mlflow-artifacts:',
    instead: null,
  };
  fake.origin = await serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const url = new URL(request.url ?? '', fake.origin);
      fake.asked.push(`${request.method} ${url.pathname.replace('/api/2.0/mlflow/', '')}`);
      fake.heard.push(`${request.url}\n${JSON.stringify(request.headers)}\n${body}`);
      if (fake.instead?.(request, response, body)) return;
      try {
        const answer = answerOf(fake, request.method ?? '', url, body);
        response.setHeader('content-type', 'application/json').end(answer === null ? '' : JSON.stringify(answer));
      } catch (error) {
        if (!(error instanceof No)) throw error;
        response.writeHead(error.status, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error_code: error.error, message: error.message }));
      }
    });
  });
  return fake;
}

function answerOf(fake: FakeMlflow, method: string, url: URL, text: string): unknown {
  if (method === 'PUT') {
    fake.files.set(decodeURIComponent(url.pathname.replace('/api/2.0/mlflow-artifacts/artifacts/', '')), text);
    // As the real one: it says nothing.
    return null;
  }
  const body = (text === '' ? {} : JSON.parse(text)) as Asked;
  const path = url.pathname.replace('/api/2.0/mlflow/', '');
  if (path === 'experiments/get-by-name') {
    const name = url.searchParams.get('experiment_name') ?? '';
    const found = fake.experiments.get(name);
    if (!found) throw new No(404, 'RESOURCE_DOES_NOT_EXIST', `Could not find experiment with name '${name}'`);
    return { experiment: { experiment_id: found.id, lifecycle_stage: found.deleted ? 'deleted' : 'active' } };
  }
  if (path === 'experiments/create') {
    const name = String(body.name);
    if (fake.experiments.has(name))
      throw new No(400, 'RESOURCE_ALREADY_EXISTS', `Experiment(name=${name}) already exists.`);
    const id = String(fake.experiments.size + 1);
    fake.experiments.set(name, { id, deleted: false });
    return { experiment_id: id };
  }
  if (path === 'runs/search') {
    const [, key, value] = /tags\.`(.+)` = '(.+)'/.exec(body.filter ?? '') ?? [];
    return { runs: fake.runs.filter(({ tags }) => tags.get(key ?? '') === value).map(told) };
  }
  if (path === 'runs/create') {
    const run_id = `run${fake.runs.length + 1}`;
    const { experiment_id = '', start_time, run_name, tags = [] } = body;
    const artifact_uri = `${fake.artifactRoot}/${experiment_id}/${run_id}/artifacts`;
    const info = {
      run_id,
      experiment_id,
      start_time,
      run_name,
      artifact_uri,
      status: 'RUNNING',
      lifecycle_stage: 'active',
    };
    fake.runs.push({ info, params: new Map(), tags: mapOf(tags), metrics: new Set() });
    return { run: told(fake.runs.at(-1) as FakeRun) };
  }
  const id = method === 'GET' ? url.searchParams.get('run_id') : String(body.run_id);
  const run = fake.runs.find(({ info }) => info.run_id === id);
  if (!run) throw new No(404, 'RESOURCE_DOES_NOT_EXIST', `Run with id=${id} not found`);
  if (path === 'runs/get') return { run: told(run) };
  if (run.info.lifecycle_stage === 'deleted')
    throw new No(
      400,
      'INVALID_PARAMETER_VALUE',
      `The run ${id} must be in the 'active' state. Current state is deleted.`,
    );
  if (path === 'runs/update') {
    const { run_id: _, ...rest } = body;
    Object.assign(run.info, rest);
    return { run_info: run.info };
  }
  if (path === 'runs/delete-tag') {
    if (!run.tags.delete(String(body.key))) throw new No(404, 'RESOURCE_DOES_NOT_EXIST', 'No tag with name');
    return {};
  }
  if (path !== 'runs/log-batch') throw new No(404, 'ENDPOINT_NOT_FOUND', path);
  return logged(fake, run, body);
}

interface Asked {
  name?: string;
  filter?: string;
  experiment_id?: string;
  run_id?: string;
  run_name?: string;
  start_time?: number;
  key?: string;
  params?: Pair[];
  tags?: Pair[];
  metrics?: { key: string; value: number; timestamp: number; step: number }[];
}

function logged(fake: FakeMlflow, run: FakeRun, { params = [], tags = [], metrics = [] }: Asked): unknown {
  if (params.length > 100 || tags.length > 100 || metrics.length > 1000)
    throw new No(400, 'INVALID_PARAMETER_VALUE', 'A batch logging request can contain at most');
  for (const { key } of [...params, ...tags, ...metrics])
    if (!/^[/\w.\- ]{1,250}$/.test(key))
      throw new No(400, 'INVALID_PARAMETER_VALUE', `Invalid value "${key}": Names may only contain`);
  for (const { key, value } of params) {
    if (value.length > fake.mostValue)
      throw new No(
        400,
        'INVALID_PARAMETER_VALUE',
        `Param value for ${key} exceeds the maximum length of ${fake.mostValue} characters`,
      );
    if (run.params.has(key) && run.params.get(key) !== value)
      throw new No(400, 'INVALID_PARAMETER_VALUE', 'Changing param values is not allowed.');
  }
  for (const { key, value } of params) run.params.set(key, value);
  for (const { key, value } of tags) run.tags.set(key, value);
  for (const { key, value, timestamp, step } of metrics) run.metrics.add(`${key} ${step} ${value} ${timestamp}`);
  return {};
}

const mapOf = (pairs: readonly Pair[]) => new Map(pairs.map(({ key, value }) => [key, value]));
const pairs = (map: ReadonlyMap<string, string>) => [...map].map(([key, value]) => ({ key, value }));
const told = ({ info, params, tags }: FakeRun) => ({ info, data: { params: pairs(params), tags: pairs(tags) } });
