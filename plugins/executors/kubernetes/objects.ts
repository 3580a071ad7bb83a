/** What is read of the objects of a cluster: https://kubernetes.io/docs/reference/kubernetes-api/. */
export interface Meta {
  name: string;
  namespace?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Readonly<Record<string, string>>;
  annotations?: Readonly<Record<string, string>>;
}

export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

export interface JobObject {
  metadata: Meta;
  spec: {
    completions?: number;
    template: { spec: { containers: readonly { env?: readonly { name: string; value?: string }[] }[] } };
  };
  status?: {
    /** `0-3,7` */
    completedIndexes?: string;
    failedIndexes?: string;
    conditions?: readonly Condition[];
  };
}

export interface ContainerStatus {
  name: string;
  state?: {
    waiting?: { reason?: string; message?: string };
    running?: object;
    terminated?: { exitCode: number; reason?: string; message?: string };
  };
}

export interface PodObject {
  metadata: Meta;
  spec?: { nodeName?: string };
  status?: {
    phase?: string;
    reason?: string;
    message?: string;
    conditions?: readonly Condition[];
    containerStatuses?: readonly ContainerStatus[];
  };
}

export interface EventObject {
  reason?: string;
  message?: string;
  involvedObject?: { kind?: string; name?: string };
}

export const hasCondition = (conditions: readonly Condition[] | undefined, ...types: readonly string[]): boolean =>
  conditions?.some(({ type, status }) => types.includes(type) && status === 'True') ?? false;
