import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import kubernetes from '../../../../plugins/executors/kubernetes/index.ts';
import type { ExecutorJob, PreviewContext } from '../../../../src/index.ts';
import { executorDefaults } from '../../../../src/registry/executor/config.ts';
import { top } from '../../../cli.ts';
import { runPython, validator } from '../../../peer-python.ts';

type Params = Parameters<typeof kubernetes.submit>[2];
const least: Params = {
  ...(executorDefaults(kubernetes as never) as unknown as Params),
  image: 'registry.example/ichor:0.2.0',
  claim: 'study',
};
/** Every parameter says something. */
const full: Params = {
  ...least,
  subPath: 'me',
  data: [
    { claim: 'rsna', mountPath: '/rsna' },
    { claim: 'cq500', mountPath: '/cq500', subPath: 'dicom' },
  ],
  cache: '/data/cache',
  command: ['node', '/opt/it is/ichor.mjs'],
  namespace: 'lab',
  serviceAccount: 'jobs',
  user: 'any',
  group: 'any',
  nodeSelector: { pool: 'research' },
  tolerations: [{ key: 'research', operator: 'Exists', effect: 'NoSchedule' }],
  imagePullSecrets: ['registry'],
  labels: { 'cost-centre': 'radiology' },
  annotations: { 'example.org/asked-by': 'me' },
  env: { HTTPS_PROXY: 'http://proxy:3128' },
  limitCpu: true,
  maxJobs: 2,
};
const job = (place: number, more: Partial<ExecutorJob> = {}): ExecutorJob => ({
  place,
  name: `point cells-${place}`,
  after: [],
  cpus: 2,
  memoryBytes: 4e9,
  seconds: 3600,
  ...more,
});
const context = (workspace: string): PreviewContext => ({
  name: 'sweep-cells_v2.smoke',
  driver: ['sweep', 'it is.yaml', '--on', 'kubernetes', '--on-config', 'kubernetes.yaml'],
  folder: join(workspace, '.ichor/jobs/sweep-cells_v2.smoke'),
  label: 'ichor-dry-run',
  command: ['/usr/bin/node', '/x/main.js', 'job', '/x'],
  workspace,
  ids: new Map(),
  jobs: null,
  signal: AbortSignal.timeout(10_000),
  warn() {},
});
const jobs = [job(0), job(3), job(4), job(7, { memoryBytes: 9e9, seconds: null })];
const shown = (params: Params, workspace = '/data/study') =>
  kubernetes.preview?.(jobs, context(workspace), params) ?? '';

interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string; labels: Record<string, string> };
  rules: { resources: string[]; verbs: string[] }[];
  spec: Record<string, unknown> & {
    template: { spec: Record<string, unknown> & { containers: Record<string, unknown>[] } };
  };
}
const parsed = async (params: Params, workspace?: string): Promise<Manifest[]> =>
  parseAllDocuments(await shown(params, workspace)).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Manifest;
  });

describe('manifests of Kubernetes', () => {
  it.skipIf(validator === null)(
    `keep to the published schemas of 1.29 and 1.37${validator === null ? ' (skipped: `node scripts/peer-python.mjs kubernetes` makes a Python with them)' : ''}`,
    async () => {
      const manifests = [...(await parsed(least)), ...(await parsed(full))];
      expect(manifests.map(({ kind }) => kind)).toEqual([
        ...['ServiceAccount', 'Role', 'RoleBinding', 'Job', 'Job', 'Job'],
        ...['ServiceAccount', 'Role', 'RoleBinding', 'Job', 'Job', 'Job'],
      ]);
      const script = join(top, 'test/plugins/executors/kubernetes/validate.py');
      const validate = (all: unknown[]) =>
        runPython(script, ['1.29', '1.37'], JSON.stringify(all), validator as string).trim();
      expect(validate(manifests)).toBe('');
      // It would see what is wrong.
      const wrong = structuredClone(manifests[4] as Manifest);
      wrong.spec.backofLimitPerIndex = 0;
      wrong.spec.completions = 'four';
      expect(validate([wrong])).toMatch(/Job 1\.29 .*(backofLimitPerIndex|four)/);
    },
    60_000,
  );

  it('let nobody be root, write to the image or ask the cluster, but for the driver', async () => {
    for (const { spec, kind, metadata } of await parsed(least)) {
      if (kind !== 'Job') continue;
      const pod = spec.template.spec;
      const driver = metadata.name === 'ichor-sweep-cells-v2-smoke';
      expect(pod).toMatchObject({
        restartPolicy: 'Never',
        automountServiceAccountToken: driver,
        terminationGracePeriodSeconds: 120,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 10_001,
          runAsGroup: 10_001,
          fsGroup: 10_001,
          seccompProfile: { type: 'RuntimeDefault' },
        },
        volumes: [
          { name: 'store', persistentVolumeClaim: { claimName: 'study' } },
          { name: 'tmp', emptyDir: {} },
          { name: 'home', emptyDir: {} },
        ],
        containers: [
          {
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ['ALL'] },
            },
            volumeMounts: [{ mountPath: '/data' }, { mountPath: '/tmp' }, { mountPath: '/home/ichor' }],
          },
        ],
      });
      expect(spec.podFailurePolicy).toMatchObject({
        rules: expect.arrayContaining([
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        ]),
      });
    }
  });

  it('have each index fail alone, and give it what it asks for', async () => {
    const [, , , , three, one] = await parsed(least);
    expect(three?.spec).toMatchObject({
      suspend: true,
      completionMode: 'Indexed',
      completions: 3,
      parallelism: 3,
      backoffLimitPerIndex: 0,
      ttlSecondsAfterFinished: 86_400,
    });
    // Both would end all indexes where some fail: https://kubernetes.io/docs/concepts/workloads/controllers/job/#backoff-limit-per-index
    expect(three?.spec).not.toHaveProperty('backoffLimit');
    expect(three?.spec).not.toHaveProperty('maxFailedIndexes');
    expect(three?.spec.template.spec.activeDeadlineSeconds).toBe(3600);
    expect(one?.spec.template.spec).not.toHaveProperty('activeDeadlineSeconds');
    expect(three?.spec.template.spec.containers[0]).toMatchObject({
      env: expect.arrayContaining([{ name: 'ICHOR_PLACES', value: '0 3 4' }]),
      resources: { requests: { cpu: '2', memory: '3815Mi' }, limits: { memory: '3815Mi' } },
    });
    const limited = (await parsed(full))[4];
    expect(limited?.spec).toMatchObject({ completions: 3, parallelism: 2 });
    expect(limited?.spec.template.spec.containers[0]?.resources).toMatchObject({ limits: { cpu: '2' } });
    expect(limited?.spec.template.spec.securityContext).toEqual({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(limited?.spec.template.spec.containers[0]?.volumeMounts).toEqual([
      { name: 'store', mountPath: '/data', subPath: 'me' },
      { name: 'data-1', mountPath: '/rsna', readOnly: true },
      { name: 'data-2', mountPath: '/cq500', subPath: 'dicom', readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'home', mountPath: '/home/ichor' },
    ]);
  });

  it('have the driver run the very command, with what it needs to ask and no more', async () => {
    const [, role, binding, driver] = await parsed(least);
    expect(role?.rules.map(({ resources, verbs }) => `${resources}: ${verbs}`)).toEqual([
      'jobs: get,list,create,delete',
      'pods: get,list,watch,delete',
      'pods/log: get',
      'events: list',
      'persistentvolumeclaims: get',
    ]);
    expect(binding).toMatchObject({ roleRef: { name: role?.metadata.name }, subjects: [{ name: 'ichor-driver' }] });
    expect(driver?.spec.template.spec).toMatchObject({
      serviceAccountName: 'ichor-driver',
      containers: [
        {
          workingDir: '/data/study',
          command: ['/bin/sh', '-c', "exec ichor sweep 'it is.yaml' --on kubernetes --on-config kubernetes.yaml"],
        },
      ],
    });
  });

  it('are told apart by a label: those of a driver are applied, those of jobs are read', async () => {
    const text = await shown(full);
    expect(text).toContain(
      'kubectl apply --namespace lab --selector app.kubernetes.io/component=driver --filename FILE',
    );
    const components = (await parsed(full)).map(({ metadata }) => metadata.labels['app.kubernetes.io/component']);
    expect(components).toEqual(['driver', 'driver', 'driver', 'driver', 'job', 'job']);
    for (const { metadata } of await parsed(full)) expect(metadata.namespace).toBe('lab');
  });

  it('say what is to be done where the command is not called from the claim', async () => {
    const text = await shown(least, '/home/me');
    expect(text).toContain('# /home/me does not lie in /data: the command runs in /data of the claim study.');
    expect(text).toContain('/data/.ichor/jobs/sweep-cells_v2.smoke/logs');
    expect(text).not.toContain('/home/me/.ichor');
    const none = await kubernetes.preview?.([], context('/data'), least);
    expect(none).toMatch(/# Which jobs there are the driver finds out/);
    expect(parseAllDocuments(none as string)).toHaveLength(4);
  });

  it('have remarks over the lines that they are of', async () => {
    const lines = (await shown(least)).split('\n');
    const below = (part: string) => lines[lines.findIndex((line) => line.includes(part)) + 1]?.trim();
    expect(below('For reading only')).toBe('suspend: true');
    expect(below('What fails fails alone')).toBe('backoffLimitPerIndex: 0');
    expect(below('A pod that has to give way')).toBe('- action: Ignore');
    expect(below('The place that each index')).toBe('- name: ICHOR_PLACES');
    expect(below('It asks the cluster by this account')).toBe('serviceAccountName: ichor-driver');
    expect(below('the same call would end the same way')).toBe('- action: FailJob');
  });
});
