import { builtIn } from '../../plugins/index.ts';
import { createRegistry, type Registry } from '../registry/registry.ts';

/** The registry that the commands use: the built-in components. */
export function openRegistry(): Registry {
  return createRegistry(builtIn);
}
