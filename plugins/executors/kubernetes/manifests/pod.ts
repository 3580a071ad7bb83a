import type { KubernetesParams } from '../params.ts';

export interface PodWork {
  labels: Readonly<Record<string, string>>;
  serviceAccount: string | null;
  /** Whether it may ask the cluster: the driver alone. */
  token: boolean;
  /** It is ended after so long. */
  seconds: number | null;
  command: readonly string[];
  workingDir: string | null;
  env: readonly { name: string; value: string }[];
  resources: { requests: Record<string, string>; limits: Record<string, string> };
}

/** What a container and its volumes are called. */
export const CONTAINER = 'ichor';
const HOME = '/home/ichor';

/** The template of a pod: nothing of its own is written to but /tmp and home, and nobody in it is root. */
export function podTemplate(params: KubernetesParams, work: PodWork): object {
  const claims = [{ claim: params.claim, mountPath: params.mountPath, subPath: params.subPath }, ...params.data];
  return {
    metadata: { labels: work.labels, ...some('annotations', params.annotations) },
    spec: {
      restartPolicy: 'Never',
      ...(work.seconds === null ? {} : { activeDeadlineSeconds: work.seconds }),
      terminationGracePeriodSeconds: params.graceSeconds,
      ...(work.serviceAccount === null ? {} : { serviceAccountName: work.serviceAccount }),
      automountServiceAccountToken: work.token,
      enableServiceLinks: false,
      ...some('nodeSelector', params.nodeSelector),
      ...(params.tolerations.length === 0 ? {} : { tolerations: params.tolerations }),
      ...(params.imagePullSecrets.length === 0
        ? {}
        : { imagePullSecrets: params.imagePullSecrets.map((name) => ({ name })) }),
      securityContext: {
        runAsNonRoot: true,
        ...(params.user === 'any' ? {} : { runAsUser: params.user }),
        ...(params.group === 'any'
          ? {}
          : { runAsGroup: params.group, fsGroup: params.group, fsGroupChangePolicy: 'OnRootMismatch' }),
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: CONTAINER,
          image: params.image,
          command: work.command,
          ...(work.workingDir === null ? {} : { workingDir: work.workingDir }),
          env: [...environment(params), ...work.env],
          resources: work.resources,
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          volumeMounts: [
            ...claims.map(({ mountPath, subPath }, i) => ({
              name: volumeOf(i),
              mountPath,
              ...(subPath ? { subPath } : {}),
              ...(i === 0 ? {} : { readOnly: true }),
            })),
            { name: 'tmp', mountPath: '/tmp' },
            { name: 'home', mountPath: HOME },
          ],
        },
      ],
      volumes: [
        ...claims.map(({ claim }, i) => ({
          name: volumeOf(i),
          persistentVolumeClaim: { claimName: claim, ...(i === 0 ? {} : { readOnly: true }) },
        })),
        { name: 'tmp', emptyDir: {} },
        { name: 'home', emptyDir: {} },
      ],
    },
  };
}

const volumeOf = (i: number): string => (i === 0 ? 'store' : `data-${i}`);

function environment({ cache, env }: KubernetesParams): { name: string; value: string }[] {
  const { ICHOR_INPUT_WAIT_SECONDS: wait } = process.env;
  const all = {
    HOME,
    TMPDIR: '/tmp',
    ...(cache === null ? {} : { ICHOR_CACHE: cache }),
    // For all alike: docs/clusters.md.
    ...(wait === undefined ? {} : { ICHOR_INPUT_WAIT_SECONDS: wait }),
    ...env,
  };
  return Object.entries(all).map(([name, value]) => ({ name, value }));
}

/** A map of a manifest, where there is anything in it. */
export const some = <K extends string>(name: K, map: Readonly<Record<string, string>>): object =>
  Object.keys(map).length === 0 ? {} : { [name]: map };
