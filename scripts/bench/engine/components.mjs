import { builtIn as all } from '../../../dist/plugins/index.js';
import { COMMON } from '../../../dist/src/registry/kinds/common.js';

/** A built-in component with its parameters at their defaults, but for those given. */
export function builtIn(kind, name, given) {
  const component = all.find((one) => one.kind === kind && one.name === name);
  if (!component) throw new Error(`there is no ${kind} ${name}`);
  const stated = { ...COMMON[kind]?.properties, ...component.params.properties };
  const defaults = Object.entries(stated).map(([key, schema]) => [key, schema.default]);
  return { component, params: { ...Object.fromEntries(defaults), ...given } };
}
