import { IchorError } from '../../../errors.ts';
import { type EagerContext, openContext } from './context.ts';
import { loadTensorFlow } from './symbols.ts';

/**
 * TensorFlow's library and an eager context in it, which computes with so many threads.
 * @throws IchorError `engine-unloadable` where it cannot be loaded on this machine.
 */
export async function loadContext(path: string, threads: number): Promise<EagerContext> {
  // Read by TensorFlow with getenv while it loads: hides its I-lines (facts-engine 1.6).
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
  try {
    return openContext(await loadTensorFlow(path), threads);
  } catch (error) {
    throw new IchorError(
      'engine-unloadable',
      `TensorFlow's library ${path} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
      'Install the engine again with `ichor engine install --force`, or run with --engine wasm.',
      1,
      { cause: error },
    );
  }
}
