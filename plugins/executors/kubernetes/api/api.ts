import type { KubernetesParams } from '../params.ts';
import { inCluster } from './in-cluster.ts';
import { kubectl } from './kubectl.ts';
import { patient } from './patient.ts';
import type { Api } from './types.ts';

/**
 * In a pod the cluster that it runs in, by its service account; elsewhere, and where a context is named, what kubectl reaches.
 * @throws IchorError `kubernetes-missing`, `kubernetes-refused`
 */
export async function apiOf(params: KubernetesParams, signal: AbortSignal): Promise<Api> {
  const own = params.context === null ? await inCluster(params.namespace, signal) : null;
  return patient(own ?? (await kubectl(params, signal)), signal);
}
