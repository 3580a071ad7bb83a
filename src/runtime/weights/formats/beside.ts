import { dirname, join } from 'node:path';
import { unsafeWeights } from './errors.ts';

/**
 * The path of a file that a file of weights names. It lies beside it or below: not above, on another disk, or on a server.
 * Throws IchorError `weights-file-unsafe`.
 */
export function beside(path: string, name: string): string {
  if (name === '' || /^[a-z][a-z0-9+.-]*:|^[\\/]|(^|[\\/])\.\.([\\/]|$)|\0/i.test(name))
    throw unsafeWeights(
      path,
      `it names ${JSON.stringify(name)}, which does not lie beside it`,
      'Put the files that it names into its folder, and write their names alone into it.',
    );
  return join(dirname(path), name);
}
