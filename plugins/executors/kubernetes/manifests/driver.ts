import type { PreviewContext } from '../../../../src/index.ts';
import { quoted } from '../../quoted.ts';
import type { KubernetesParams } from '../params.ts';
import { DISRUPTIONS, ownLabels } from './job.ts';
import { podTemplate, some } from './pod.ts';

/** What a driver takes beside the jobs: it plans, asks and puts tables together. */
const RESOURCES = { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '4Gi' } };

/** What it may do, and no more; a service account of its own has it. */
const RULES = [
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'list', 'create', 'delete'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch', 'delete'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: [''], resources: ['events'], verbs: ['list'] },
  { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['get'] },
];

/** Exit statuses that the same call would give again. */
const FINAL = [1, 2, 3];

/** What a driver is called: a name of DNS, with room for what a Job puts behind it. */
export const driverName = (name: string): string =>
  `ichor-${name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)}`.replaceAll(/-+$/g, '');

/** Account, role, binding and Job of a driver that runs in the cluster. */
export function driverManifests(
  { name, driver }: PreviewContext,
  params: KubernetesParams,
  workspace: string,
): readonly object[] {
  const own = driverName(name);
  const labels = { ...params.labels, ...ownLabels('driver') };
  const metadata = (called: string) => ({
    name: called,
    ...(params.namespace === null ? {} : { namespace: params.namespace }),
    labels,
  });
  const account = 'ichor-driver';
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata(account) },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: metadata(account), rules: RULES },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: metadata(account),
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: account },
      subjects: [{ kind: 'ServiceAccount', name: account }],
    },
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { ...metadata(own), ...some('annotations', params.annotations) },
      spec: {
        backoffLimit: 5,
        podFailurePolicy: {
          rules: [
            DISRUPTIONS,
            { action: 'FailJob', onExitCodes: { containerName: 'ichor', operator: 'In', values: FINAL } },
          ],
        },
        ttlSecondsAfterFinished: params.keepSeconds,
        template: podTemplate(params, {
          labels,
          serviceAccount: account,
          token: true,
          seconds: null,
          command: ['/bin/sh', '-c', `exec ${[...params.command, ...driver].map(quoted).join(' ')}`],
          workingDir: workspace,
          env: [],
          resources: RESOURCES,
        }),
      },
    },
  ];
}
