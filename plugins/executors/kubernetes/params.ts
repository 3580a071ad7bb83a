import { type ExecutorCommon, type Params, Type } from '../../../src/index.ts';

const text = (description: string) =>
  Type.Union([Type.String({ minLength: 1 }), Type.Null()], { default: null, description });
const texts = (description: string) => Type.Record(Type.String(), Type.String(), { default: {}, description });
const path = (description: string) => Type.String({ pattern: '^/.*[^/]$', description });
const id = (description: string) =>
  Type.Union([Type.Integer({ minimum: 1, maximum: 2_147_483_647 }), Type.Literal('any')], {
    default: 10_001,
    description,
  });

/** What a file for `--on-config` says of Kubernetes. */
export const PARAMS = Type.Object({
  image: Type.String({
    minLength: 1,
    description: 'Image with ichor, made of the Containerfile: registry.example/ichor:0.2.0.',
  }),
  claim: Type.String({
    minLength: 1,
    description: 'Claim (PersistentVolumeClaim) that all pods write to, ReadWriteMany: the store, and what is run.',
  }),
  mountPath: Type.String({
    pattern: '^/.*[^/]$',
    default: '/data',
    description:
      'Where the claim lies in pods, and where the driver has it too: store and working directory lie in it.',
  }),
  subPath: text('Folder of the claim that is mounted; null: all of it.'),
  data: Type.Array(
    Type.Object({
      claim: Type.String({ minLength: 1, description: 'Name of the claim.' }),
      mountPath: path('Where it lies in pods.'),
      subPath: Type.Optional(Type.String({ minLength: 1, description: 'Folder of it.' })),
    }),
    { default: [], description: 'Further claims, read only: [{ claim: rsna, mountPath: /rsna }].' },
  ),
  cache: text('Folder of weights and engines, ICHOR_CACHE: /data/cache; null: the one of the image.'),
  command: Type.Array(Type.String({ minLength: 1 }), {
    default: ['ichor'],
    minItems: 1,
    description: 'What runs ichor in the image.',
  }),
  namespace: text('Namespace; null: that of the driver’s pod, or of the context of kubectl.'),
  context: text('Context of kubectl; null: the current one or, in a pod, the cluster that the pod runs in.'),
  serviceAccount: text('Service account of jobs, which get no token of it; null: the namespace’s default.'),
  user: id('Numeric user of processes in pods, never root; any: the cluster draws one, as OpenShift does.'),
  group: id('Numeric group that may write to the claims (fsGroup); any: the cluster draws one.'),
  nodeSelector: texts('Labels that a node must have: { pool: research }.'),
  tolerations: Type.Array(
    Type.Object({
      key: Type.Optional(Type.String({ description: 'Key of the taint.' })),
      operator: Type.Optional(
        Type.Union([Type.Literal('Exists'), Type.Literal('Equal')], { description: 'Exists or Equal.' }),
      ),
      value: Type.Optional(Type.String({ description: 'Value of the taint.' })),
      effect: Type.Optional(
        Type.Union([Type.Literal('NoSchedule'), Type.Literal('PreferNoSchedule'), Type.Literal('NoExecute')], {
          description: 'Effect of the taint.',
        }),
      ),
    }),
    { default: [], description: 'Taints of nodes that pods may go to: [{ key: research, operator: Exists }].' },
  ),
  imagePullSecrets: Type.Array(Type.String({ minLength: 1 }), {
    default: [],
    description: 'Secrets by which the image is pulled.',
  }),
  labels: texts('Further labels of Jobs and pods: { cost-centre: radiology }.'),
  annotations: texts('Further annotations of Jobs and pods.'),
  env: texts('Further environment of pods: { HTTPS_PROXY: "http://proxy:3128" }.'),
  limitCpu: Type.Boolean({
    default: false,
    description:
      'Limit processors to what is asked for, where a quota of the namespace wants that; slower on idle nodes.',
  }),
  graceSeconds: Type.Integer({
    default: 120,
    minimum: 1,
    maximum: 3600,
    unit: 's',
    description: 'So long a job that is ended may take to put its work away.',
  }),
  keepSeconds: Type.Integer({
    default: 86_400,
    minimum: 60,
    maximum: 31_536_000,
    unit: 's',
    description: 'A Job that has ended is deleted after so long.',
  }),
});

export type KubernetesParams = Params<typeof PARAMS, ExecutorCommon>;
