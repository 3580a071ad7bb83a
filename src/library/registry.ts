import { builtIn } from '../../plugins/index.ts';
import { createRegistry, type Registry } from '../registry/registry.ts';

/** What every recipe may name: the built-in components. */
export function openRegistry(): Registry {
  return createRegistry(builtIn);
}
