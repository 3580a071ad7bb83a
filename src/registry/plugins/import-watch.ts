import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/**
 * Watches the loading of one plugin from outside of this thread. `finding` is what is wrong where it is still loading after
 * `seconds`. Resolves once it watches; the function that it gives ends the watch.
 */
export type ImportWatch = (finding: Diagnostic, seconds: number) => Promise<() => void>;

let watch: ImportWatch | null = null;

/** Code that holds the thread for ever can be ended by nobody in it: whoever owns the process says how it ends then. */
export function watchImports(by: ImportWatch | null): void {
  watch = by;
}

/** Runs `load` under the watch, if there is one. */
export async function watched<T>(finding: Diagnostic, seconds: number, load: () => Promise<T>): Promise<T> {
  const end = await watch?.(finding, seconds);
  try {
    return await load();
  } finally {
    end?.();
  }
}
