import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { numbersIn, ranges } from '../../../../plugins/executors/ranges.ts';
import { top } from '../../../cli.ts';

const FIXTURES = join(top, 'test', 'fixtures', 'kubernetes');
export const CA = join(FIXTURES, 'ca.crt');

interface Pod {
  metadata: {
    name: string;
    labels: Record<string, string>;
    annotations: Record<string, string>;
    creationTimestamp: string;
    deletionTimestamp?: string;
  };
  spec: { nodeName?: string };
  status: Record<string, unknown> & { phase: string };
}
interface Job {
  metadata: { name: string; labels: Record<string, string>; deletionTimestamp?: string };
  spec: {
    completions: number;
    parallelism: number;
    template: {
      metadata: { labels: Record<string, string> };
      spec: { containers: [{ command: string[]; env: { name: string; value: string }[] }] };
    };
  };
  status: { completedIndexes?: string; failedIndexes?: string; conditions?: { type: string; status: string }[] };
}

/** What it refuses, as a `kind: Status` of the API. */
export class Refusal {
  constructor(
    readonly status: number,
    readonly reason: string,
    readonly message: string,
    readonly headers: Record<string, string> = { 'retry-after': '0' },
  ) {}

  get object(): object {
    const { status: code, reason, message } = this;
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
  }
}

export const refuse = (status: number, reason: string, message: string): Refusal =>
  new Refusal(status, reason, message);

/**
 * An API server of one namespace as Kubernetes from 1.29 behaves: Indexed Jobs with `backoffLimitPerIndex: 0` and a policy that ignores
 * disruptions, pods with phases. A pod's end is told by the test, or it is a process of this machine (`starts`).
 */
export class ApiServer {
  readonly jobs = new Map<string, Job>();
  readonly pods = new Map<string, Pod>();
  readonly claims = new Map([['study', { spec: { accessModes: ['ReadWriteMany'] }, status: { phase: 'Bound' } }]]);
  events: object[] = [];
  token = 'token-1';
  version = { major: '1', minor: '29+', gitVersion: 'v1.29.4' };
  /** What was asked, `GET /version`. */
  calls: string[] = [];
  /** Goes before what it would answer. */
  instead: (method: string, path: string) => Refusal | 'hang up' | null = () => null;
  /** The next Job is made, and whoever asked for it hears of an error. */
  losesNext = false;
  starts = false;
  #server: Server | null = null;
  readonly #processes = new Map<string, ChildProcess>();
  #made = 0;

  constructor(readonly namespace = 'lab') {}

  async listen(port = 0): Promise<void> {
    const own = { key: readFileSync(join(FIXTURES, 'server.key')), cert: readFileSync(CA) };
    const server = createServer(own, (request, response) => {
      let text = '';
      request.on('data', (part) => {
        text += part;
      });
      request.on('end', () => {
        const { method = '', url = '' } = request;
        this.calls.push(`${method} ${url}`);
        const special = this.instead(method, url);
        if (special === 'hang up') return request.socket.destroy();
        const refused = special ?? this.#authorised(request.headers.authorization);
        let answer = refused ?? this.#answer(method, new URL(url, 'https://localhost'), text);
        if (method === 'POST' && this.losesNext) {
          this.losesNext = false;
          answer = refuse(500, 'InternalError', 'the answer was lost');
        }
        const status = answer instanceof Refusal ? answer.status : method === 'POST' ? 201 : 200;
        const headers = answer instanceof Refusal ? answer.headers : {};
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(JSON.stringify(answer instanceof Refusal ? answer.object : answer));
      });
    });
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
    this.#server = server;
  }

  get port(): number {
    return ((this.#server as Server).address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const child of this.#processes.values()) child.kill('SIGKILL');
    const server = this.#server;
    this.#server = null;
    server?.closeAllConnections();
    await new Promise((done) => (server === null ? done(null) : server.close(done)));
  }

  /** What a job is called, of its pod that has not ended. */
  podOf(id: string): Pod {
    const found = [...this.pods.values()].filter((pod) => idOf(pod) === id && !isOver(pod)).at(-1);
    if (found === undefined) throw new Error(`${id} has no pod that has not ended`);
    return found;
  }

  run(id: string): void {
    const pod = this.podOf(id);
    pod.spec.nodeName = 'node-1';
    pod.status = { phase: 'Running', containerStatuses: [{ name: 'ichor', state: { running: {} } }] };
  }

  waits(id: string, reason: string, message: string): void {
    const pod = this.podOf(id);
    pod.status = { phase: 'Pending', containerStatuses: [{ name: 'ichor', state: { waiting: { reason, message } } }] };
  }

  unschedulable(id: string, message: string): void {
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }];
    this.podOf(id).status = { phase: 'Pending', conditions };
  }

  end(id: string, exitCode: number, { reason = exitCode === 0 ? 'Completed' : 'Error', of = {} } = {}): void {
    const pod = this.podOf(id);
    const containerStatuses = [{ name: 'ichor', state: { terminated: { exitCode, reason } } }];
    pod.status = { phase: exitCode === 0 ? 'Succeeded' : 'Failed', containerStatuses, ...of };
    this.#sync();
  }

  /** The cluster takes its node away, or another pod goes before. */
  disrupt(id: string, reason: string): void {
    this.end(id, 143, { of: { conditions: [{ type: 'DisruptionTarget', status: 'True', reason }] } });
  }

  deletePod(name: string): void {
    const pod = this.pods.get(name) as Pod;
    pod.metadata.deletionTimestamp = new Date().toISOString();
    const child = this.#processes.get(name);
    if (child !== undefined) return void child.kill('SIGTERM');
    pod.status = { ...pod.status, phase: 'Failed' };
    this.#sync();
  }

  deleteJob(name: string): void {
    this.jobs.delete(name);
    for (const [pod, { metadata }] of this.pods)
      if (metadata.labels['batch.kubernetes.io/job-name'] === name) {
        this.#processes.get(pod)?.kill('SIGTERM');
        if (!this.#processes.has(pod)) this.pods.delete(pod);
        else metadata.deletionTimestamp = new Date().toISOString();
      }
  }

  /** Kills the process of a pod, as the system does where memory runs out. */
  kill(id: string): void {
    this.#processes.get(this.podOf(id).metadata.name)?.kill('SIGKILL');
  }

  #authorised(header: string | undefined): Refusal | null {
    return header === `Bearer ${this.token}` ? null : refuse(401, 'Unauthorized', 'Unauthorized');
  }

  #answer(method: string, { pathname, searchParams }: URL, text: string): object | Refusal {
    if (pathname === '/version') return this.version;
    const [, space, kind, name] =
      /^\/apis?\/(?:batch\/)?v1\/namespaces\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(pathname) ?? [];
    if (kind === undefined)
      return space === this.namespace ? {} : refuse(404, 'NotFound', `namespaces "${space}" not found`);
    const missing = refuse(404, 'NotFound', `${kind}${kind === 'jobs' ? '.batch' : ''} "${name}" not found`);
    if (kind === 'persistentvolumeclaims')
      return (space === this.namespace ? this.claims.get(name as string) : undefined) ?? missing;
    if (method === 'POST') return this.#create(JSON.parse(text) as Job);
    if (method === 'DELETE') {
      if (kind === 'jobs' && searchParams.get('propagationPolicy') !== 'Background')
        return refuse(400, 'BadRequest', 'its pods would be orphans');
      if (!(kind === 'jobs' ? this.jobs : this.pods).has(name as string)) return missing;
      if (kind === 'jobs') this.deleteJob(name as string);
      else this.deletePod(name as string);
      return { kind: 'Status', code: 200 };
    }
    const all: object[] =
      kind === 'jobs' ? [...this.jobs.values()] : kind === 'pods' ? [...this.pods.values()] : this.events;
    return { kind: 'List', items: all.filter((one) => selected(one as Pod, searchParams)) };
  }

  #create(job: Job): object | Refusal {
    if (this.jobs.has(job.metadata.name))
      return refuse(409, 'AlreadyExists', `jobs.batch "${job.metadata.name}" already exists`);
    this.jobs.set(job.metadata.name, { ...job, status: {} });
    this.#sync();
    return job;
  }

  /** What the controller of Jobs does: counts what ended, makes pods of what is left. */
  #sync(): void {
    for (const job of this.jobs.values()) {
      const own = [...this.pods.values()].filter(
        ({ metadata }) => metadata.labels['batch.kubernetes.io/job-name'] === job.metadata.name,
      );
      const of = (phase: string) => own.filter(({ status }) => status.phase === phase).map(indexOf);
      const failed = own.filter((pod) => pod.status.phase === 'Failed' && !isDisrupted(pod)).map(indexOf);
      const done = new Set([...numbersIn(job.status.completedIndexes ?? ''), ...of('Succeeded')]);
      const lost = new Set([...numbersIn(job.status.failedIndexes ?? ''), ...failed]);
      job.status = { completedIndexes: ranges([...done]), failedIndexes: ranges([...lost]) };
      for (const pod of own) if (pod.metadata.deletionTimestamp && isOver(pod)) this.pods.delete(pod.metadata.name);
      const living = new Set(own.filter((pod) => !isOver(pod)).map(indexOf));
      for (let index = 0; index < job.spec.completions && living.size < job.spec.parallelism; index++) {
        if (done.has(index) || lost.has(index) || living.has(index)) continue;
        living.add(index);
        this.#pod(job, index);
      }
      if (done.size + lost.size === job.spec.completions)
        job.status.conditions = [{ type: lost.size > 0 ? 'Failed' : 'Complete', status: 'True' }];
    }
  }

  #pod({ metadata: { name: of }, spec: { template } }: Job, index: number): void {
    const name = `${of}-${index}-${++this.#made}`;
    const labels = { ...template.metadata.labels, 'batch.kubernetes.io/job-name': of };
    const annotations = { 'batch.kubernetes.io/job-completion-index': String(index) };
    const creationTimestamp = new Date(1.7e12 + this.#made * 1000).toISOString();
    const pod: Pod = {
      metadata: { name, labels, annotations, creationTimestamp },
      spec: {},
      status: { phase: 'Pending' },
    };
    this.pods.set(name, pod);
    if (!this.starts) return;
    const [
      {
        command: [program = '', ...words],
        env,
      },
    ] = template.spec.containers;
    const stated = Object.fromEntries(env.map((one) => [one.name, one.value]));
    const { HOME: _, TMPDIR: __, ...own } = stated;
    const child = spawn(program, words, {
      env: { ...process.env, ...own, JOB_COMPLETION_INDEX: String(index) },
      stdio: 'ignore',
    });
    this.#processes.set(name, child);
    pod.status = { phase: 'Running', containerStatuses: [{ name: 'ichor', state: { running: {} } }] };
    child.on('exit', (code, signal) => {
      this.#processes.delete(name);
      const exitCode = code ?? (signal === 'SIGKILL' ? 137 : 143);
      const state = { terminated: { exitCode, reason: exitCode === 137 ? 'OOMKilled' : 'Error' } };
      pod.status = { phase: exitCode === 0 ? 'Succeeded' : 'Failed', containerStatuses: [{ name: 'ichor', state }] };
      this.#sync();
    });
  }
}

const indexOf = ({ metadata }: Pod): number => Number(metadata.annotations['batch.kubernetes.io/job-completion-index']);
const idOf = (pod: Pod): string => `${pod.metadata.labels['batch.kubernetes.io/job-name']}_${indexOf(pod)}`;
const isOver = ({ status }: Pod): boolean => status.phase === 'Succeeded' || status.phase === 'Failed';
const isDisrupted = ({ status }: Pod): boolean =>
  ((status.conditions as { type: string }[] | undefined) ?? []).some(({ type }) => type === 'DisruptionTarget');

/** By `labelSelector` and `fieldSelector`, as far as they are used. */
function selected(object: Pod, query: URLSearchParams): boolean {
  const [label, value] = (query.get('labelSelector') ?? '').split('=');
  if (label !== '' && label !== undefined && object.metadata?.labels[label] !== value) return false;
  return (query.get('fieldSelector') ?? '')
    .split(',')
    .filter(Boolean)
    .every((one) => {
      const [, field = '', not, wanted] = /^([\w.]+?)(!?)=(.*)$/.exec(one) ?? [];
      const is = field === 'status.phase' ? object.status.phase : (object as unknown as Record<string, unknown>)[field];
      return (is === wanted) === (not === '');
    });
}
