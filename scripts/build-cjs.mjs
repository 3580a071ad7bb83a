/**
 * The public API once more as CommonJS, for projects that `require` it: of each export of package.json with a `require`
 * condition one bundle and its types. Modules that a bundle loads when they are needed (the engine) stay ES modules and
 * are one copy with the rest; an IchorError is one in either form (src/errors.ts).
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, sep } from 'node:path';

const posix = (path) => path.split(sep).join('/');

/** @param {string} root the package. @param {string} dist what is built of it so far */
export async function buildCommonJs(root, dist) {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const [name, conditions] of Object.entries(exports)) {
    if (!conditions.require) continue;
    const inDist = (path) => join(dist, path.replace(/^\.\/dist\//, ''));
    const source = inDist(conditions.import.default);
    // Tests build projects with less in them; that ours has every file is said by publint.
    if (!existsSync(source)) continue;
    const target = inDist(conditions.require.default);
    await bundle(source, target);
    const types = inDist(conditions.require.types);
    writeFileSync(types, declarations(name, types, inDist(conditions.import.types), createRequire(target)(target)));
  }
}

async function bundle(source, target) {
  const { build } = await import('esbuild');
  mkdirSync(dirname(target), { recursive: true });
  const whenNeeded = {
    name: 'when-needed',
    setup: ({ onResolve }) =>
      onResolve({ filter: /^\.{1,2}\// }, ({ kind, path, resolveDir }) =>
        kind === 'dynamic-import'
          ? { path: `./${posix(relative(dirname(target), join(resolveDir, path)))}`, external: true }
          : undefined,
      ),
  };
  await build({
    entryPoints: [source],
    outfile: target,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    packages: 'external',
    plugins: [whenNeeded],
    // `require` is there of itself; what ES modules ask for by their own address lies elsewhere.
    logOverride: { 'empty-import-meta': 'error' },
    legalComments: 'none',
    logLevel: 'error',
  });
}

/** The types of the ES module, and its values one by one: only types may be taken from an ES module as they are. */
function declarations(name, file, source, values) {
  const from = `'${posix(relative(dirname(file), source))
    .replace(/^(?!\.)/, './')
    .replace(/\.d\.ts$/, '.js')}'`;
  const attributes = "with { 'resolution-mode': 'import' }";
  const isClass = (value) => typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
  const lines = Object.entries(values).flatMap(([key, value]) => [
    `export declare const ${key}: typeof esm.${key};`,
    ...(isClass(value) ? [`export type ${key} = esm.${key};`] : []),
  ]);
  return `/** Types of require('${name.replace(/^\./, 'ichor')}'): those of the ES module. Written by scripts/${basename(import.meta.url)}. */
import type * as esm from ${from} ${attributes};
export type * from ${from} ${attributes};
${lines.join('\n')}
`;
}
