import type { Tensor } from '@tensorflow/tfjs';
import { describe, it } from 'vitest';
import type { Engine, EngineKind, EngineMode } from '../src/runtime/engine/engine.ts';
import { findEngine } from '../src/runtime/engine/install/find.ts';
import { openNativeEngine } from '../src/runtime/engine/native/open.ts';
import { openWasmEngine } from '../src/runtime/engine/wasm/open.ts';

/** An engine for a test. Both may live in one process: `use` makes this one the current one. */
export interface TestEngine {
  kind: EngineKind;
  engine: Engine;
  /** Runs `work` on this engine and frees all it made, but what it returns. */
  use<T>(work: () => T): T;
  /** The values of the tensors that `work` returns, in its order. */
  values(work: () => Tensor[]): number[][];
}

let found: Promise<TestEngine[]> | undefined;

/**
 * The engines of this machine, for `describe.each(await engines())('$kind', ...)`. A missing native engine is a
 * skipped test of its own, so that it is counted and named. The libraries' hashes are not checked here.
 */
export function engines(): Promise<TestEngine[]> {
  found ??= openAll();
  return found;
}

/** The same, and the native one once more with eager steps: for what steps do. */
export async function modes(): Promise<(TestEngine & { mode: EngineMode })[]> {
  const each = await engines();
  return each.flatMap((test) =>
    [...new Set<EngineMode>([test.engine.mode, 'eager'])].map((mode) => ({
      ...test,
      mode,
      engine: test.engine.as(mode),
    })),
  );
}

/** The engine of this kind; undefined where it is not installed. */
export async function engineOf(kind: EngineKind): Promise<TestEngine | undefined> {
  return (await engines()).find((engine) => engine.kind === kind);
}

async function openAll(): Promise<TestEngine[]> {
  const installed = await findEngine();
  if (installed === null) {
    describe('native engine', () => {
      it.skip('is not installed: `ichor engine install`', () => {});
    });
  }
  const list = [await openWasmEngine(), ...(installed === null ? [] : [await openNativeEngine(installed)])];
  return list.map((engine) => {
    const { tf } = engine;
    const use = <T>(work: () => T): T => {
      tf.setBackend(engine.kind === 'wasm' ? 'wasm' : 'tensorflow');
      return tf.tidy(work as () => never);
    };
    return {
      kind: engine.kind,
      engine,
      use,
      values: (work) => use(() => work().map((tensor) => Array.from(tensor.dataSync()))) as unknown as number[][],
    };
  });
}
