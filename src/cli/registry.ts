export { openRegistry } from '../library/registry.ts';
