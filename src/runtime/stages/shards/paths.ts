import type { OpenSource } from '../../../registry/kinds/source.ts';
import type { Identities } from '../../sources/identities.ts';

/** From a row's `file` to the clear path below the root: itself, or found again by its HMAC. */
export async function pathsOf(
  source: OpenSource,
  identities: Identities,
): Promise<(file: string) => string | undefined> {
  if (!identities.private) return (file) => file;
  const paths = new Map<string, string>();
  for await (const { path } of source.files()) paths.set(identities.name('file', path), path);
  return (file) => paths.get(file);
}
