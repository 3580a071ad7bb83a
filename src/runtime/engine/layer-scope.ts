/**
 * Which layer of a network is being computed, for names in graphs and in errors. The words of a network run one in
 * another and never wait, so that one stack for the process is enough.
 */
const open: string[] = [];
const failedIn = new WeakMap<object, string>();

/** Runs the work of a layer; what is thrown inside is known to come from it. */
export function inLayer<T>(name: string, run: () => T): T {
  open.push(name);
  try {
    return run();
  } catch (error) {
    if (typeof error === 'object' && error !== null && !failedIn.has(error)) failedIn.set(error, name);
    throw error;
  } finally {
    open.pop();
  }
}

/** The innermost layer; null outside of all. */
export const currentLayer = (): string | null => open.at(-1) ?? null;

/** The layer that an error was thrown in; null where that is not known. */
export const layerOf = (error: unknown): string | null =>
  typeof error === 'object' && error !== null ? (failedIn.get(error) ?? null) : null;
