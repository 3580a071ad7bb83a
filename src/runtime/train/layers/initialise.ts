import { stream } from '../../../random.ts';
import type { HostTensors } from '../../engine/engine.ts';
import { INITIALISERS } from './initialisers.ts';
import type { NetworkSpec } from './spec.ts';

/**
 * A network's weights before training. Each is drawn from a stream of its own, `(seed, 'init', name)`: a layer that is
 * added changes no other layer's start. Same numbers on every engine.
 */
export function initialise(spec: Pick<NetworkSpec, 'weights'>, seed: number): HostTensors {
  return Object.fromEntries(
    spec.weights.map(({ name, shape, initializer }) => [
      name,
      { shape, dtype: 'float32' as const, data: INITIALISERS[initializer](shape, stream(seed, 'init', name)) },
    ]),
  );
}
