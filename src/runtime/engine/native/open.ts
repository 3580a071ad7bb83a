import { join } from 'node:path';
import { threadsOf } from '../../machine.ts';
import { compileEager, EagerTensors } from '../compile.ts';
import { type Engine, type EngineMode, noSuchMode, type Precision } from '../engine.ts';
import { LIMITS } from '../limits.ts';
import { engineOps } from '../ops/ops.ts';
import { loadTf } from '../tfjs.ts';
import { makeBinding } from './binding.ts';
import type { EagerContext } from './context.ts';
import { GivenValues } from './given-values.ts';
import { compileGraph, type Recording } from './graph/compile.ts';
import { fusedUpdate } from './graph/fused-update.ts';
import { computesWithOneDnn } from './graph/one-dnn.ts';
import { GraphState } from './graph/state.ts';
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
  const given = new GivenValues();
  const binding = makeBinding(context, given);
  const backend = makeNodeBackend(binding);
  tf.registerBackend(BACKEND, () => backend, 3);
  registerNativeKernels(tf);
  const version = `tensorflow ${libraries.version}`;
  const activate = () => {
    if (tf.getBackend() !== BACKEND) tf.setBackend(BACKEND);
  };
  activate();
  await tf.ready();
  const parts = { tf, engine: version, activate };
  const recording: Recording = {
    ...parts,
    backend,
    given,
    eager: (id) => binding.valuesOf(id),
    oneDnn: once(() => context.gpu === null && computesWithOneDnn(context.tensorflow)),
    current: null,
  };
  const common = {
    kind: 'native',
    version,
    threads,
    tf,
    limits: LIMITS.native,
    composed: [],
    devices: context.devices,
    close: () => tf.removeBackend(BACKEND),
    as(mode: EngineMode, precision: Precision = 'float32'): NativeEngine {
      if (mode === 'graph') return graphs[precision];
      if (precision === 'float32') return eager;
      throw noSuchMode({ kind: 'native' }, mode, precision);
    },
  } as const;
  const eager: NativeEngine = {
    ...common,
    mode: 'eager',
    precision: 'float32',
    ops: engineOps(tf),
    state: (initial) => new EagerTensors(parts, initial),
    compile: (step, state) => compileEager(parts, step, state as EagerTensors),
  };
  const graphIn = (precision: Precision): NativeEngine => ({
    ...common,
    mode: 'graph',
    precision,
    ops: engineOps(tf, {
      // The same operations run eagerly where no step is being recorded.
      get prunes() {
        return recording.current !== null;
      },
      update: (fused, tensors) => fusedUpdate(recording, fused, tensors),
    }),
    state: (initial, use = 'training') => new GraphState(context.tensorflow, { threads, use, precision }, initial),
    compile: (step, state) => compileGraph(recording, step, state as GraphState),
  });
  const graphs = { float32: graphIn('float32'), bfloat16: graphIn('bfloat16') };
  return graphs.float32;
}

function once<T>(ask: () => T): () => T {
  let known: { value: T } | undefined;
  return () => {
    known ??= { value: ask() };
    return known.value;
  };
}
