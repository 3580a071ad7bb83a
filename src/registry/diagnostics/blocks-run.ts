import type { Diagnostic } from './diagnostic.ts';

/** What `check` only warns of and `run` does not start with: the recipe is right, and this version cannot do it yet. */
const BLOCKING: ReadonlySet<string> = new Set(['weights-not-loadable']);

/** The findings that stop a run before its first stage although none is an error. */
export const blocksRun = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  diagnostics.filter(({ severity, code }) => severity !== 'error' && BLOCKING.has(code));
