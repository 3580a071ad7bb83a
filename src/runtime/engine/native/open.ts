import { join } from 'node:path';
import { threadsOf } from '../../machine.ts';
import { compileEager } from '../compile.ts';
import type { Engine } from '../engine.ts';
import { LIMITS } from '../limits.ts';
import { engineOps } from '../ops/ops.ts';
import { loadTf } from '../tfjs.ts';
import { makeBinding } from './binding.ts';
import type { EagerContext } from './context.ts';
import { makeNodeBackend } from './kernels.ts';
import { loadContext } from './load.ts';
import { registerNativeKernels } from './ops.ts';

/** TensorFlow's libraries, as the installation found or made them. */
export interface NativeLibraries {
  /** Absolute. */
  folder: string;
  /** File name of the library with the C API in the folder. */
  cc: string;
  framework: string | null;
  version: string;
}

/** The name that tfjs-node's kernels look their backend up by. */
const BACKEND = 'tensorflow';

/** With the devices that TensorFlow sees, for `ichor engine info`. */
export interface NativeEngine extends Engine {
  readonly devices: EagerContext['devices'];
}

/**
 * Loads TensorFlow's libraries and registers them as a backend of TensorFlow.js. Once per process.
 * @param threads that it computes with.
 * @throws IchorError `engine-unloadable` where the libraries cannot be loaded on this machine.
 */
export async function openNativeEngine(
  libraries: NativeLibraries,
  threads = threadsOf('native'),
): Promise<NativeEngine> {
  const context = await loadContext(join(libraries.folder, libraries.cc), threads);
  const tf = loadTf();
  const binding = makeBinding(context);
  const backend = makeNodeBackend(binding);
  tf.registerBackend(BACKEND, () => backend, 3);
  registerNativeKernels(tf);
  const ops = engineOps(tf);
  const activate = () => {
    if (tf.getBackend() !== BACKEND) tf.setBackend(BACKEND);
  };
  activate();
  await tf.ready();
  const version = `tensorflow ${libraries.version}`;
  return {
    kind: 'native',
    version,
    precision: 'float32',
    threads,
    tf,
    ops,
    limits: LIMITS.native,
    composed: [],
    devices: context.devices,
    compile: (step, state) => compileEager(tf, version, activate, step, state),
    close: () => tf.removeBackend(BACKEND),
  };
}
