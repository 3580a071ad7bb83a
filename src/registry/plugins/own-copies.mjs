// Resolve hooks for the code of plugins; plain JavaScript, because Node loads them in a thread of their own (where it has
// no synchronous hooks yet), before any loader of TypeScript.
import { readFileSync } from 'node:fs';

/** Packages of which there is one copy, ours, whatever a plugin brings: their objects meet in one network. */
export const OWN =
  /^(?:ichor|typebox|@tensorflow\/tfjs(?:-(?:core|layers|converter|data|backend-(?:cpu|webgl|wasm)))?)(?:\/|$)/;
/** Parts of tfjs, which lie where tfjs finds them. */
export const OF_TFJS = /^@tensorflow\/tfjs-(?!backend-wasm)/;

const then = (value, next) => (value instanceof Promise ? value.then(next) : next(value));

/** Names of our packages are looked up from our own folder; those of tfjs' parts from that of tfjs. */
export const ownCopies = (parents) => (specifier, context, next) => {
  if (!OWN.test(specifier)) return next(specifier, context);
  const parentURL = OF_TFJS.test(specifier) ? parents.tfjs : parents.ichor;
  const found = next(specifier, { ...context, conditions: ['node', 'import', 'module-sync'], parentURL });
  return then(found, (result) => ({ ...result, shortCircuit: true }));
};

/**
 * A .ts or .js file without a "type" in a package.json is an ES module if it is written as one, as later versions of
 * Node decide too: a local plugin needs no package.json.
 */
export const moduleBySyntax = (specifier, context, next) =>
  then(next(specifier, context), (found) => {
    if (found.format === 'module' || !/^file:[^?#]*\.[jt]s(?:[?#]|$)/.test(found.url)) return found;
    if (found.url.includes('/node_modules/')) return found;
    const url = new URL(found.url);
    url.search = '';
    url.hash = '';
    try {
      return isModule(readFileSync(url, 'utf8')) ? { ...found, format: 'module' } : found;
    } catch {
      // Whoever loads it says that it cannot be read.
      return found;
    }
  });

const isModule = (text) =>
  /^\s*(?:import|export)[\s{*'"]/m.test(text) || !/\brequire\s*\(|\bmodule\.exports\b|^\s*exports\./m.test(text);

let chosen;
/** In the thread of the hooks: which of the two this registration is. */
export function initialize({ role, parents }) {
  chosen = role === 'own-copies' ? ownCopies(parents) : moduleBySyntax;
}
export const resolve = (specifier, context, next) => chosen(specifier, context, next);
