import type { Tensor } from '@tensorflow/tfjs';
import { IchorError } from '../errors.ts';
import type { TF } from '../registry/kinds/layers.ts';
import type { Engine } from '../runtime/engine/engine.ts';
import type { Report } from './findings.ts';

/** An engine to test a component on. Several may live in one process. */
export interface Bench {
  engine: Engine;
  tf: TF;
  /**
   * Runs `work` with this engine the current one and frees what it made. Reports tensors that the component kept, and
   * values that it read in JavaScript. `call` stands around each call of the component's own functions.
   */
  use<T>(problem: Report, work: (call: <R>(component: () => R) => R) => T): T;
}

type EngineKind = 'wasm' | 'native';
const opened = new Map<EngineKind, Promise<Bench>>();

/**
 * Each engine is opened once in a process, whatever the program has open: a test may use both.
 * @throws IchorError `engine-missing` where `native` is not installed.
 */
export function openBench(kind: EngineKind): Promise<Bench> {
  const known = opened.get(kind) ?? openKind(kind).then(benchOf);
  opened.set(kind, known);
  known.catch(() => opened.delete(kind));
  return known;
}

async function openKind(kind: EngineKind): Promise<Engine> {
  if (kind === 'wasm') return (await import('../runtime/engine/wasm/open.ts')).openWasmEngine();
  const { findEngine, verifyEngine } = await import('../runtime/engine/install/find.ts');
  const installed = await findEngine();
  if (installed === null) {
    throw new IchorError(
      'engine-missing',
      'The native engine (TensorFlow) is not installed.',
      'Install it with `ichor engine install`, or test with engine: wasm.',
      2,
    );
  }
  await verifyEngine(installed);
  return (await import('../runtime/engine/native/open.ts')).openNativeEngine(installed);
}

/** For an engine that is open already. */
export function benchOf(engine: Engine): Bench {
  const { tf } = engine;
  return {
    engine,
    tf,
    use(problem, work) {
      tf.setBackend(engine.kind === 'wasm' ? 'wasm' : 'tensorflow');
      const before = tf.memory().numTensors;
      const reads = new Set<string>();
      let depth = 0;
      const restore = watchReads(tf, (word) => {
        if (depth > 0) reads.add(word);
      });
      const call = <R>(component: () => R): R => {
        depth += 1;
        try {
          return component();
        } finally {
          depth -= 1;
        }
      };
      // tidy's own types allow tensors only.
      let result: ReturnType<typeof work> | undefined;
      try {
        tf.tidy(() => {
          result = work(call);
        });
      } finally {
        restore();
        for (const word of reads) {
          problem(
            `it reads a tensor's values in JavaScript (${word}); a step must be a pure function of tensors: use operations of tf.`,
          );
        }
      }
      const kept = tf.memory().numTensors - before;
      if (kept > 0) {
        problem(
          `${kept === 1 ? 'a tensor stays' : `${kept} tensors stay`} in the engine's memory after the call; make no tf.variable, and tf.keep nothing: the runtime frees the rest.`,
        );
      }
      return result as ReturnType<typeof work>;
    },
  };
}

/** The two methods through which every read of a tensor goes. */
function watchReads(tf: TF, seen: (word: string) => void): () => void {
  const prototype = tf.Tensor.prototype;
  const { dataSync, data } = prototype;
  prototype.dataSync = function (this: Tensor) {
    seen('dataSync');
    return dataSync.call(this);
  } as typeof dataSync;
  prototype.data = function (this: Tensor) {
    seen('data');
    return data.call(this);
  } as typeof data;
  return () => {
    prototype.dataSync = dataSync;
    prototype.data = data;
  };
}
