import type { Tensor } from '@tensorflow/tfjs';
import { beforeAll, it } from 'vitest';
import { type LayerEngine, referenceEngine } from './reference-engine.ts';

export type { LayerEngine } from './reference-engine.ts';

/** Every engine that a machine may have; the reference is plain JavaScript. A process opens one of them. */
export type EngineName = 'reference' | 'wasm' | 'native';

/** Undefined where the native engine's libraries are not installed; the others are always there. */
export async function layerEngine(name: EngineName): Promise<LayerEngine | undefined> {
  if (name === 'reference') return referenceEngine();
  const { openEngine } = await import('../../../../src/runtime/engine/open.ts');
  return openEngine(name).catch((error: { code?: string }) => {
    if (name === 'native' && error.code === 'engine-missing') return undefined;
    throw error;
  });
}

/** An `it` whose tests run on an engine, and are skipped aloud where it is not installed. */
export function testOn(name: EngineName): (title: string, run: (engine: LayerEngine) => void) => void {
  let engine: LayerEngine | undefined;
  beforeAll(async () => {
    engine = await layerEngine(name);
  });
  return (title, run) =>
    it(title, (context) => {
      if (!engine) return context.skip(`the ${name} engine is not installed`);
      run(engine);
    });
}

export const values = (tensor: Tensor): number[] => [...tensor.dataSync()];

/** Largest difference between two lists of numbers. */
export function distance(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) throw new Error(`${a.length} numbers against ${b.length}`);
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] as number))), 0);
}
