import { createRequire } from 'node:module';
import util from 'node:util';
import type { TF } from '../../registry/kinds/layers.ts';

/** What kernels and their backends pass around: no `Tensor` yet. */
export interface TensorInfo {
  dataId: object;
  shape: number[];
  dtype: 'float32' | 'int32' | 'bool' | 'complex64' | 'string';
}

const require = createRequire(import.meta.url);
let loaded: TF | undefined;

/**
 * The one copy of TensorFlow.js in this process: the CommonJS one, which the kernels of tfjs-node require too.
 * Quiet, and fit for Node >= 23.
 */
export function loadTf(): TF {
  if (loaded !== undefined) return loaded;
  shimUtil();
  loaded = require('@tensorflow/tfjs') as TF;
  // Silences what tfjs prints for every kernel that is replaced and every tensor on its `cpu` backend.
  loaded.enableProdMode();
  return loaded;
}

/**
 * tfjs-node 4.22 calls two functions of `util` that Node 23 removed or that Node 22 warns of, as members of the
 * module at call time (facts-engine 1.7).
 */
function shimUtil(): void {
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
}
