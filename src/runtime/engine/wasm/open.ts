import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { IchorError } from '../../../errors.ts';
import { explainSystemError } from '../../../files/system-error.ts';
import { webAssembly } from '../../web-assembly/web-assembly.ts';
import { compileEager, EagerTensors } from '../compile.ts';
import { type Engine, noSuchMode } from '../engine.ts';
import { LIMITS } from '../limits.ts';
import { engineOps } from '../ops/ops.ts';
import { loadTf } from '../tfjs.ts';
import { guardMemory, type WasmBackend } from './backend.ts';
import { KERNELS_ADDED, registerWasmKernels, WASM } from './register.ts';

const PACKAGE = '@tensorflow/tfjs-backend-wasm';

/** The engine that is always there: XNNPACK in WebAssembly, one thread (facts-engine 1.10). Once per process. */
export async function openWasmEngine(): Promise<Engine> {
  const tf = loadTf();
  const require = createRequire(import.meta.url);
  const { setWasmPaths, version_wasm } = require(PACKAGE) as typeof import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${dirname(require.resolve(PACKAGE))}/`);
  if (!(await tf.setBackend(WASM))) {
    assertMemory();
    throw new IchorError(
      'engine-unloadable',
      'The WASM engine does not start in this Node.',
      'Use Node 20 or newer, and install the packages again with `npm ci`.',
    );
  }
  guardMemory(tf.backend() as WasmBackend);
  registerWasmKernels(tf);
  const ops = engineOps(tf);
  const version = `tfjs-wasm ${version_wasm}`;
  const eager = { tf, engine: version, activate: () => void (tf.getBackend() === WASM || tf.setBackend(WASM)) };
  const engine: Engine = {
    kind: 'wasm',
    version,
    mode: 'eager',
    precision: 'float32',
    threads: 1,
    tf,
    ops,
    limits: LIMITS.wasm,
    composed: KERNELS_ADDED,
    state: (initial) => new EagerTensors(eager, initial),
    compile: (step, state) => compileEager(eager, step, state as EagerTensors),
    as(mode, precision = 'float32') {
      if (mode === 'eager' && precision === 'float32') return engine;
      throw noSuchMode(engine, mode, precision);
    },
    close: () => tf.removeBackend(WASM),
  };
  return engine;
}

/** As many pages as the module starts with: 16 MB. */
const PAGES = 256;

/** tfjs keeps to itself why a module does not start. Throws `memory-full` where the system has no room for one. */
function assertMemory(): void {
  try {
    if (webAssembly !== undefined) new webAssembly.Memory({ initial: PAGES });
  } catch (error) {
    throw explainSystemError(error, 'the WASM engine');
  }
}
