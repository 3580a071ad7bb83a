import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import kubernetes from '../../../../plugins/executors/kubernetes/index.ts';
import { type ExecutorContext, type ExecutorJob, IchorError } from '../../../../src/index.ts';
import { executorDefaults } from '../../../../src/registry/executor/config.ts';
import { ApiServer, refuse } from './server.ts';
import { reach, TRANSPORTS, type Transport } from './transports.ts';

const account = vi.hoisted(() => ({ folder: '' }));
vi.mock('../../../../plugins/executors/kubernetes/api/service-account.ts', () => ({
  get SERVICE_ACCOUNT() {
    return account.folder;
  },
}));

type Params = Parameters<typeof kubernetes.submit>[2];
const defaults = executorDefaults(kubernetes as never) as unknown as Params;

let root: string;
let server: ApiServer;
let warned: IchorError[];
let params: Params;

const job = (place: number, more: Partial<ExecutorJob> = {}): ExecutorJob => ({
  place,
  name: `job ${place}`,
  after: [],
  cpus: 2,
  memoryBytes: 4e9,
  seconds: 3600,
  ...more,
});
const context = (ids: readonly (readonly [number, string])[] = []): ExecutorContext => ({
  folder: join(root, 'jobs', 'sweep-x'),
  label: 'ichor-abc',
  command: ['/usr/bin/node', '/opt/ichor.mjs', 'job', join(root, 'jobs', 'sweep-x')],
  workspace: root,
  ids: new Map(ids),
  jobs: null,
  signal: AbortSignal.timeout(30_000),
  warn: (warning) => void warned.push(warning),
});
/** As a driver goes on: what is under way is known, and the cluster is not asked anew whether it can take jobs. */
const later = () => context([[999, 'of_0']]);
const refusedWith = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof IchorError ? `${error.code}: ${error.message} ${error.hint}` : String(error);
};
const use = (transport: Transport) => {
  for (const [name, value] of Object.entries(reach(server, transport, account.folder))) vi.stubEnv(name, value);
};
const submit = (...jobs: ExecutorJob[]) => kubernetes.submit(jobs, context(), params);
const poll = () => kubernetes.poll(later(), params);
const collect = async (...ids: string[]) => Object.fromEntries(await kubernetes.collect(ids, later(), params));

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'ichor-kubernetes-'));
  account.folder = join(root, 'account');
  mkdirSync(join(root, 'jobs', 'sweep-x'), { recursive: true });
  warned = [];
  server = new ApiServer();
  await server.listen();
  params = { ...defaults, image: 'registry.example/ichor:0.2.0', claim: 'study', mountPath: root };
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

describe.skipIf(process.platform === 'win32').each(TRANSPORTS)('the executor kubernetes by %s', (transport) => {
  beforeEach(() => use(transport));

  it('submits, lists and ends jobs, and says of each how it ended', async () => {
    const ids = await submit(job(0), job(3), job(5), job(6, { memoryBytes: 8e9 }));
    const [a = '', b = '', c = '', d = ''] = ids;
    const [name] = a.split('_');
    expect(ids).toEqual([`${name}_0`, `${name}_1`, `${name}_2`, expect.stringMatching(/^ichor-abc-[0-9a-f]{8}_0$/)]);
    expect(d.startsWith(`${name}_`)).toBe(false);
    expect(warned).toEqual([]);
    expect((await poll()).map(({ place, id, state }) => [place, id, state])).toEqual([
      [0, a, 'waiting'],
      [3, b, 'waiting'],
      [5, c, 'waiting'],
      [6, d, 'waiting'],
    ]);
    for (const id of ids) server.run(id);
    server.end(a, 0);
    server.end(b, 137, { reason: 'OOMKilled' });
    server.unschedulable(d, '0/3 nodes are available: 3 Insufficient memory.');
    expect(await poll()).toEqual([
      { place: 5, id: c, state: 'running', why: null },
      { place: 6, id: d, state: 'waiting', why: 'Unschedulable: 0/3 nodes are available: 3 Insufficient memory.' },
    ]);
    server.end(c, 143, { of: { reason: 'DeadlineExceeded' } });
    expect(await collect(a, b, c, d, 'never_0')).toEqual({
      [a]: { end: 'done', words: null },
      [b]: { end: 'out-of-memory', words: null },
      [c]: { end: 'time-limit', words: null },
    });
    // Its retry is a Job of its own, of that index alone.
    const [again = ''] = await kubernetes.submit([job(3, { memoryBytes: 8e9 })], later(), params);
    expect(again).toMatch(/_0$/);
    expect((await poll()).map(({ place, id }) => [place, id])).toEqual([
      [6, d],
      [3, again],
    ]);
    await kubernetes.cancel([d, again, a], later(), params);
    expect(await poll()).toEqual([]);
    expect([...server.pods.values()].filter(({ status }) => !['Succeeded', 'Failed'].includes(status.phase))).toEqual(
      [],
    );
    // Once more: what has ended is passed over.
    await kubernetes.cancel([d, again, a], later(), params);
  });

  it('says what the cluster refuses in its own words, and what to do', async () => {
    const first = () => refusedWith(submit(job(0)));
    server.instead = () =>
      refuse(
        403,
        'Forbidden',
        'jobs.batch is forbidden: User "me" cannot list resource "jobs" in API group "batch" in the namespace "lab"',
      );
    expect(await refusedWith(poll())).toMatch(
      /^kubernetes-refused: Kubernetes does not list the jobs: .*cannot list resource.* needs a Role that allows list of jobs: --dry-run prints one, and `kubectl auth can-i list jobs --namespace lab`/,
    );
    const quota =
      'jobs.batch "x" is forbidden: exceeded quota: small, requested: count/jobs.batch=1, used: 5, limited: 5';
    server.instead = (method) => (method === 'POST' ? refuse(403, 'Forbidden', quota) : null);
    expect(await first()).toMatch(/takes no Job of 1: .*exceeded quota: small.* kubectl describe quota/);
    server.instead = (method) =>
      method === 'POST' ? refuse(422, 'Invalid', 'Job.batch "x" is invalid: spec.template') : null;
    expect(await first()).toMatch(/Job\.batch "x" is invalid.* --dry-run prints the whole manifest/);
    server.instead = () => null;
    server.claims.clear();
    expect(await first()).toMatch(/^kubernetes-refused: The namespace lab has no claim study\. Make it/);
    expect(await refusedWith(kubernetes.submit([job(0)], context(), { ...params, namespace: 'lap' }))).toMatch(
      /^kubernetes-refused: Kubernetes takes no jobs: namespaces "lap" not found .*kubectl get namespaces/,
    );
    server.version = { major: '1', minor: '28', gitVersion: 'v1.28.15' };
    expect(await first()).toMatch(/The cluster runs Kubernetes v1\.28\.15: .* from 1\.29/);
    server.token = 'token-2';
    expect(await refusedWith(poll())).toMatch(/^kubernetes-refused: .*log in again until `kubectl get jobs` answers/);
    expect(server.jobs.size).toBe(0);
    await server.close();
    expect(await refusedWith(poll())).toMatch(/^kubernetes-refused: .* The cluster does not answer from here/);
  });

  it('asks a cluster that is busy again, and takes a Job whose answer was lost for made', async () => {
    let left = 2;
    server.instead = (_, path) =>
      path.includes('/jobs') && left-- > 0 ? refuse(503, 'ServiceUnavailable', 'not now') : null;
    expect(await poll()).toEqual([]);
    server.losesNext = true;
    const ids = await submit(job(0), job(1, { cpus: 4 }));
    expect(server.jobs.size).toBe(2);
    expect(new Set((await poll()).map(({ id }) => id))).toEqual(new Set(ids));
  });
});

describe.skipIf(process.platform === 'win32')('the executor kubernetes', () => {
  beforeEach(() => use('rest'));

  it('submits 1,000 points of unlike memory and time within 5 s and 10 calls', async () => {
    const points = Array.from({ length: 1000 }, (_, i) =>
      job(i, { memoryBytes: 2e9 + (i % 97) * 1e8, seconds: 1800 + (i % 41) * 600 }),
    );
    const started = performance.now();
    const ids = await kubernetes.submit(points, context(), { ...params, maxJobs: 50 });
    expect(performance.now() - started).toBeLessThan(5000);
    expect(server.calls.length).toBeLessThanOrEqual(10);
    expect(new Set(ids).size).toBe(1000);
    for (const { spec } of server.jobs.values()) expect(spec.parallelism).toBeLessThanOrEqual(50);
    server.calls = [];
    const listed = await poll();
    expect(server.calls).toHaveLength(2);
    expect(new Map(listed.map(({ place, id }) => [place, id]))).toEqual(new Map(ids.map((id, place) => [place, id])));
    // Nobody gets less than it needs.
    for (const { metadata, spec } of server.jobs.values()) {
      const [{ resources }] = spec.template.spec.containers as unknown as [
        { resources: { limits: { memory: string } } },
      ];
      const own = points.filter((_, i) => ids[i]?.startsWith(`${metadata.name}_`));
      const given = Number.parseInt(resources.limits.memory, 10) * 2 ** 20;
      for (const { memoryBytes } of own) expect(given).toBeGreaterThanOrEqual(memoryBytes);
    }
  });

  it('takes back what it was given where a later Job is refused', async () => {
    server.instead = (method) =>
      method === 'POST' && server.jobs.size === 1
        ? refuse(403, 'Forbidden', 'admission webhook "images" denied the request: unsigned')
        : null;
    expect(await refusedWith(submit(job(0), job(1, { cpus: 4 })))).toMatch(
      /admission webhook "images" denied .* A rule of the cluster keeps such pods out/,
    );
    expect(server.jobs.size).toBe(0);
  });

  it('has pods that were moved away made anew, and tells those whose node is lost from those whose Job is gone', async () => {
    const [a = '', b = '', c = ''] = await submit(job(0), job(1), job(2, { cpus: 4 }));
    for (const id of [a, b, c]) server.run(id);
    const before = server.podOf(a).metadata.name;
    server.disrupt(a, 'PreemptionByScheduler');
    expect(server.podOf(a).metadata.name).not.toBe(before);
    expect((await poll()).map(({ id, state }) => [id, state])).toEqual([
      [a, 'waiting'],
      [b, 'running'],
      [c, 'running'],
    ]);
    server.podOf(b).metadata.deletionTimestamp = '2030-01-01T00:00:00Z';
    expect((await poll())[1]).toMatchObject({
      id: b,
      state: 'running',
      why: expect.stringContaining('its node node-1'),
    });
    server.podOf(b).metadata.deletionTimestamp = undefined as never;
    // Somebody deletes a pod, and a Job.
    server.deletePod(server.podOf(b).metadata.name);
    server.deleteJob(c.split('_')[0] as string);
    expect((await poll()).map(({ id }) => id)).toEqual([a]);
    expect(await collect(b, c)).toEqual({
      [b]: { end: 'unknown', words: 'Its pod was deleted.' },
      [c]: { end: 'cancelled', words: `The Job ${c.split('_')[0]} was deleted.` },
    });
  });

  it.each([
    ['PreemptionByScheduler', 'preempted'],
    ['EvictionByEvictionAPI', 'preempted'],
    ['TerminationByKubelet', 'preempted'],
    ['DeletionByTaintManager', 'node-failed'],
    ['DeletionByPodGC', 'node-failed'],
  ])('knows what %s is', async (reason, end) => {
    const [a = ''] = await submit(job(0));
    server.end(a, 137, { of: { conditions: [{ type: 'DisruptionTarget', status: 'True', reason }] } });
    expect((await collect(a))[a]).toMatchObject({ end });
  });

  it.each([
    [{ exitCode: 1 }, {}, { end: 'failed', words: 'It ended with status 1.' }],
    [{ exitCode: 137 }, {}, { end: 'killed', words: 'Kubernetes: exit code 137.' }],
    [
      { exitCode: 1 },
      { reason: 'Evicted', message: 'low on memory' },
      { end: 'preempted', words: 'Kubernetes: Evicted, low on memory.' },
    ],
    [{ exitCode: 1 }, { reason: 'NodeLost' }, { end: 'node-failed', words: 'Kubernetes: NodeLost.' }],
    [{ exitCode: 1 }, { reason: 'OutOfmemory' }, { end: 'node-failed', words: 'Kubernetes: OutOfmemory.' }],
  ])('reads %o with %o', async ({ exitCode }, of, end) => {
    const [a = ''] = await submit(job(0));
    server.end(a, exitCode, { of });
    expect((await collect(a))[a]).toEqual(end);
  });

  it('tells of an image that is not there, and ends after five minutes what waits for it', async () => {
    const clock = vi.spyOn(performance, 'now');
    const at = performance.now();
    clock.mockImplementation(() => at);
    const [a = '', b = ''] = await submit(job(0), job(1));
    const [c = '', d = ''] = await submit(job(2, { cpus: 4 }), job(3, { cpus: 4 }));
    server.run(d);
    for (const id of [a, b, c])
      server.waits(id, 'ImagePullBackOff', 'Back-off pulling image "registry.example/ichor:0.2.0"');
    expect((await poll())[0]).toMatchObject({
      state: 'waiting',
      why: expect.stringMatching(/^ImagePullBackOff: Back-off/),
    });
    clock.mockImplementation(() => at + 301_000);
    // All of one Job; of the other one what does not run.
    expect((await poll()).map(({ id }) => id)).toEqual([d]);
    expect(server.jobs.size).toBe(1);
    const words = expect.stringContaining('It could not begin: ImagePullBackOff: Back-off pulling image');
    expect(await collect(a, b, c)).toEqual({
      [a]: { end: 'failed', words },
      [b]: { end: 'failed', words },
      [c]: { end: 'failed', words },
    });
  });

  it('says why what takes long to begin does not, by its events, in one call more', async () => {
    const clock = vi.spyOn(performance, 'now');
    const at = performance.now();
    clock.mockImplementation(() => at);
    const [a = ''] = await submit(job(0));
    const pod = server.podOf(a).metadata.name;
    server.waits(a, 'ContainerCreating', '');
    server.events = [
      { type: 'Normal', reason: 'Scheduled', message: 'ok', involvedObject: { name: pod } },
      { type: 'Warning', reason: 'FailedMount', message: 'mount failed: access denied', involvedObject: { name: pod } },
    ];
    expect((await poll())[0]?.why).toBeNull();
    clock.mockImplementation(() => at + 31_000);
    server.calls = [];
    expect((await poll())[0]?.why).toBe('FailedMount: mount failed: access denied');
    expect(server.calls).toHaveLength(3);
  });

  it('deletes the pods of some indexes, and leaves the others of their Job alone', async () => {
    const [a = '', b = '', c = ''] = await kubernetes.submit([job(0), job(1), job(2)], context(), {
      ...params,
      maxJobs: 2,
    });
    for (const id of [a, b]) server.run(id);
    await kubernetes.cancel([a], later(), params);
    expect((await poll()).map(({ id, state }) => [id, state])).toEqual([
      [b, 'running'],
      [c, 'waiting'],
    ]);
  });

  it('warns of a claim that one node alone mounts, and looks at all claims where it may', async () => {
    server.claims.set('study', { spec: { accessModes: ['ReadWriteOnce'] }, status: { phase: 'Bound' } });
    await submit(job(0));
    expect(warned.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      expect.stringMatching(/^claim-not-shared: The claim study is ReadWriteOnce/),
    ]);
    const data = [{ claim: 'rsna', mountPath: '/rsna' }];
    expect(await refusedWith(kubernetes.submit([job(0)], context(), { ...params, data }))).toMatch(/no claim rsna/);
    server.instead = (_, path) => (path.includes('claims') ? refuse(403, 'Forbidden', 'may not') : null);
    expect(await kubernetes.submit([job(1)], context(), { ...params, data })).toHaveLength(1);
  });

  it('takes a token that was replaced, and reads nothing of a pod without one', async () => {
    expect(await poll()).toEqual([]);
    server.token = 'token-2';
    writeFileSync(join(account.folder, 'token'), 'token-2');
    expect(await poll()).toEqual([]);
    rmSync(account.folder, { recursive: true });
    vi.stubEnv('PATH', join(root, 'nowhere'));
    expect(await refusedWith(poll())).toMatch(/^kubernetes-missing: The program kubectl is not there/);
  });

  it('refuses a store and a working directory that pods do not see, before it asks anybody', async () => {
    server.calls = [];
    expect(await refusedWith(kubernetes.submit([job(0)], context(), { ...params, mountPath: '/data' }))).toMatch(
      /^store-not-shared: The store \(.*sweep-x\) does not lie in \/data, where pods have the claim study: .*--dry-run/,
    );
    expect(server.calls).toEqual([]);
  });

  it('names a context that kubectl does not know', async () => {
    use('kubectl');
    expect(await refusedWith(kubernetes.poll(later(), { ...params, context: 'lap' }))).toMatch(
      /^kubernetes-refused: kubectl knows no cluster: cannot locate context lap context of the file .*get-contexts/,
    );
  });
});
