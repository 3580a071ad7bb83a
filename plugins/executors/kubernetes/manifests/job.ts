import type { ExecutorContext } from '../../../../src/index.ts';
import type { JobGroup } from '../groups.ts';
import { PLACES } from '../ids.ts';
import type { KubernetesParams } from '../params.ts';
import { LABEL } from '../resources.ts';
import { podTemplate, some } from './pod.ts';
import { script } from './script.ts';

export interface JobWork {
  name: string;
  namespace: string | null;
  context: ExecutorContext;
  params: KubernetesParams;
}

/** Of what this program makes, whatever its file says. */
export const ownLabels = (component: 'driver' | 'job') => ({
  'app.kubernetes.io/name': 'ichor',
  'app.kubernetes.io/managed-by': 'ichor',
  [COMPONENT]: component,
});

/** Label by which a driver's manifests are told from those of jobs. */
export const COMPONENT = 'app.kubernetes.io/component';

/** Pods that are moved away, or whose node is lost, are made anew by the cluster: that is no failure of theirs. */
export const DISRUPTIONS = {
  action: 'Ignore',
  onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }],
};

/**
 * An Indexed Job: an index for each job of a group. What fails, fails alone: its index is not tried again (the driver decides that),
 * and the others go on, whatever their number (neither backoffLimit nor maxFailedIndexes is set).
 */
export function jobManifest(
  { jobs, cpus, memoryBytes, seconds }: JobGroup,
  { name, namespace, context, params }: JobWork,
): object {
  const labels = { ...params.labels, ...ownLabels('job'), [LABEL]: context.label };
  const memory = `${Math.ceil(memoryBytes / 2 ** 20)}Mi`;
  const cpu = String(cpus);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      ...(namespace === null ? {} : { namespace }),
      labels,
      ...some('annotations', params.annotations),
    },
    spec: {
      completionMode: 'Indexed',
      completions: jobs.length,
      parallelism: Math.min(jobs.length, params.maxJobs ?? jobs.length),
      backoffLimitPerIndex: 0,
      podFailurePolicy: { rules: [DISRUPTIONS] },
      ttlSecondsAfterFinished: params.keepSeconds,
      template: podTemplate(params, {
        labels,
        serviceAccount: params.serviceAccount,
        token: false,
        seconds: seconds === null ? null : Math.ceil(seconds),
        command: ['/bin/sh', '-c', script(name, context, params)],
        workingDir: null,
        env: [{ name: PLACES, value: jobs.map(({ place }) => place).join(' ') }],
        resources: { requests: { cpu, memory }, limits: { memory, ...(params.limitCpu ? { cpu } : {}) } },
      }),
    },
  };
}
