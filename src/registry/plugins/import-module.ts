import Module, { register } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { moduleBySyntax, OF_TFJS, OWN, ownCopies } from './own-copies.mjs';

/** Imports a module by its absolute path. */
export type Importer = (file: string) => Promise<unknown>;

let ready: Promise<Importer> | undefined;

/** Prepares the process for code of plugins, once: TypeScript by tsx, and one copy of the packages that must be one. */
export function pluginImporter(): Promise<Importer> {
  ready ??= prepare();
  return ready;
}

/** Node's resolver of `require`, which its types leave out. */
interface Resolver {
  _resolveFilename(request: string, ...rest: unknown[]): string;
  registerHooks?(hooks: { resolve: unknown }): unknown;
}

async function prepare(): Promise<Importer> {
  const here = import.meta.url;
  // Our own parts of tfjs are found from tfjs: npm need not put them where we could see them.
  const tfjs = Module.createRequire(here).resolve('@tensorflow/tfjs');
  const parents = { ichor: here, tfjs: pathToFileURL(tfjs).href };
  const resolver = Module as unknown as Resolver;
  const hook = (role: 'own-copies' | 'module-by-syntax') => {
    const resolve = role === 'own-copies' ? ownCopies(parents) : moduleBySyntax;
    // Hooks in this thread where Node has them: they also see `require`, and come before those in a thread of their own.
    if (resolver.registerHooks) resolver.registerHooks({ resolve });
    else register(`./own-copies.mjs?${role}`, here, { data: { role, parents } });
  };
  const [esm, cjs] = await Promise.all([import('tsx/esm/api'), import('tsx/cjs/api')]);
  // What is registered last is asked first: own copies before tsx, which would make its own of everything in its namespace.
  hook('module-by-syntax');
  cjs.register({ namespace: 'ichor' });
  const { import: importScoped } = esm.register({ namespace: 'ichor', tsconfig: false });
  hook('own-copies');
  const before = resolver._resolveFilename;
  let inside = false;
  resolver._resolveFilename = function resolveFilename(request, ...rest) {
    if (inside || !OWN.test(request)) return before.call(this, request, ...rest);
    inside = true;
    try {
      return ownFile(request, parents);
    } finally {
      inside = false;
    }
  };
  return async (file) => importScoped(pathToFileURL(file).href, here);
}

/** The file that an import gives as well, so that both meet in it; where `require` takes no ES module, our CommonJS. */
function ownFile(request: string, { ichor, tfjs }: { ichor: string; tfjs: string }): string {
  if (request.startsWith('@tensorflow/'))
    return Module.createRequire(OF_TFJS.test(request) ? tfjs : ichor).resolve(request);
  const features: { require_module?: boolean } = process.features;
  return features.require_module
    ? fileURLToPath(import.meta.resolve(request))
    : Module.createRequire(ichor).resolve(request);
}
