import { type ExecutorContext, IchorError } from '../../../src/index.ts';
import type { KubernetesParams } from './params.ts';

/** Whether a path lies in a folder, or is it. */
export const liesIn = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** What pods cannot see is found before anything waits for them. */
export function assertInClaim({ folder, workspace }: ExecutorContext, { claim, mountPath }: KubernetesParams): void {
  const outside = [
    ['The store', folder],
    ['The working directory', workspace],
  ].find(([, path]) => !liesIn(path as string, mountPath));
  if (outside === undefined) return;
  const [what, path] = outside;
  throw new IchorError(
    'store-not-shared',
    `${what} (${path}) does not lie in ${mountPath}, where pods have the claim ${claim}: no job finds it.`,
    `Have the driver run in the cluster (--dry-run prints how), or mount the claim here under ${mountPath} and run the command in it; mountPath of the file of --on-config names another place.`,
    2,
  );
}
