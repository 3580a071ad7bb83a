import { basename } from 'node:path';
import type { Diagnostic } from '../registry/diagnostics/diagnostic.ts';
import { shippedNames } from './shipped.ts';

/** A recipe that is not there and came with ichor under this name: the first steps name it before `ichor init` wrote it. */
export const withShippedHint = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  diagnostics.map((one) => {
    const name = basename(one.file).replace(/\.ya?ml$/, '');
    const missing = one.code === 'recipe-missing' && one.hint === undefined;
    return missing && shippedNames().includes(name)
      ? { ...one, hint: `The recipe of this name that came with ichor is written here by \`ichor init ${name}\`.` }
      : one;
  });
