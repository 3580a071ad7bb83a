import { type ExecutorContext, IchorError } from '../../../src/index.ts';
import type { Api } from './api/types.ts';
import type { KubernetesParams } from './params.ts';
import { refusal } from './refusal.ts';
import { pathOf } from './resources.ts';

/** Limits by index, and failures that are nobody's, are on without being asked for since then. */
const LEAST_MINOR = 29;

/** What can be known to go wrong with a cluster is asked before anything is submitted. */
export async function assertReady(api: Api, params: KubernetesParams, context: ExecutorContext): Promise<void> {
  const version = await api.ask('GET', '/version');
  if ('refused' in version) throw refusal('Kubernetes does not answer', version, api.namespace);
  const { major = '', minor = '', gitVersion = '' } = version.object as Record<string, string>;
  // `29+` of some providers.
  const [first, second] = [Number.parseInt(major, 10), Number.parseInt(minor, 10)];
  if (first < 1 || (first === 1 && second < LEAST_MINOR))
    throw new IchorError(
      'kubernetes-refused',
      `The cluster runs Kubernetes ${gitVersion || `${major}.${minor}`}: Jobs with a limit for each index are there from 1.${LEAST_MINOR}.`,
      'Take a newer cluster, or run elsewhere: --on local, --on slurm.',
      2,
    );
  for (const claim of [params.claim, ...params.data.map((one) => one.claim)])
    await assertClaim(api, claim, claim === params.claim, context);
}

async function assertClaim(api: Api, claim: string, written: boolean, { warn }: ExecutorContext): Promise<void> {
  const answer = await api.ask('GET', pathOf(api.namespace, 'persistentvolumeclaims', claim));
  if ('refused' in answer) {
    // Whoever may not look at claims may still mount them.
    if (answer.status === 403) return;
    if (answer.status !== 404)
      throw refusal(`Kubernetes does not say what the claim ${claim} is`, answer, api.namespace);
    await assertNamespace(api);
    throw new IchorError(
      'kubernetes-refused',
      `The namespace ${api.namespace} has no claim ${claim}.`,
      'Make it, or name another one in the file of --on-config: kubectl get persistentvolumeclaims',
      2,
    );
  }
  const { spec, status } = answer.object as { spec?: { accessModes?: string[] }; status?: { phase?: string } };
  if (status?.phase === 'Lost')
    throw new IchorError(
      'kubernetes-refused',
      `The volume of the claim ${claim} is lost.`,
      'Make a claim anew, or ask who runs the cluster: kubectl describe persistentvolumeclaim',
      2,
    );
  const modes = spec?.accessModes ?? [];
  if (!written || modes.length === 0 || modes.includes('ReadWriteMany')) return;
  warn(
    new IchorError(
      'claim-not-shared',
      `The claim ${claim} is ${modes.join(' and ')}, and not ReadWriteMany: unless the cluster has one node, pods on others wait for it for ever.`,
      'Name a claim of a storage class that many nodes write to: NFS, CephFS, a cloud’s file service.',
    ),
  );
}

/** A namespace that there is not has no claim either. */
async function assertNamespace(api: Api): Promise<void> {
  const answer = await api.ask('GET', `/api/v1/namespaces/${encodeURIComponent(api.namespace)}`);
  if ('refused' in answer && answer.status === 404) throw refusal('Kubernetes takes no jobs', answer, api.namespace);
}
