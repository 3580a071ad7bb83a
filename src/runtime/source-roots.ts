import { resolveStated } from '../files/stated-path.ts';

/**
 * The places of a source's data, absolute: what its parameter `root` says, one or a list. Empty where it says none.
 * @param workspace what relative paths are meant from
 */
export function sourceRoots(params: object, workspace: string): string[] {
  const { root } = params as { root?: unknown };
  const stated = Array.isArray(root) ? root : [root];
  return stated
    .filter((one): one is string => typeof one === 'string' && one !== '')
    .map((one) => resolveStated(one, workspace));
}
