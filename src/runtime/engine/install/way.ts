import type { InstallEmit } from './events.ts';
import type { EnginePin } from './pin.ts';
import type { EngineFile } from './record.ts';

/** What a way of getting the libraries works with. */
export interface WayContext {
  /** Empty folder for the libraries: nothing else may lie in it. */
  folder: string;
  /** Empty folder for what is only needed meanwhile. */
  scratch: string;
  /** Where the engine will lie, for messages. */
  cache: string;
  pin: EnginePin;
  env: NodeJS.ProcessEnv;
  emit: InstallEmit;
  signal: AbortSignal | undefined;
}

/** Libraries that lie in the context's folder. */
export interface FetchedLibraries {
  cc: string;
  framework: string | null;
  files: EngineFile[];
  /** Where they came from, in words, without a password. */
  source: string;
}

/** Library names by platform: with the C API, and the second one beside it. The names in the wheel come first. */
export const LIBRARIES: readonly { cc: string; framework: string | null }[] = [
  { cc: 'libtensorflow_cc.so.2', framework: 'libtensorflow_framework.so.2' },
  { cc: 'libtensorflow.so.2', framework: 'libtensorflow_framework.so.2' },
  { cc: 'libtensorflow_cc.2.dylib', framework: 'libtensorflow_framework.2.dylib' },
  { cc: 'libtensorflow.2.dylib', framework: 'libtensorflow_framework.2.dylib' },
  { cc: 'tensorflow.dll', framework: null },
];
