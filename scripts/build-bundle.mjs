/**
 * The command and the public API as a handful of files: most of a short command's time went into finding, reading and linking
 * a thousand modules. What is loaded when it is needed is a file of its own. The modules that tsc emits stay beside it, for
 * threads, for tests and for whoever looks something up; the command, and what plugins import, are led to the bundle, so
 * that they meet in one copy.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Packages of JavaScript alone that look for no file beside them. All others are found where npm puts them. */
const BUNDLED = /^(?:ajv|canonicalize|commander|csv-parse|csv-stringify|fastest-levenshtein|protobufjs|yaml)(?:\/|$)/;
const ENTRIES = {
  main: 'src/cli/main.js',
  index: 'src/index.js',
  run: 'src/library/index.js',
  testing: 'src/testing/index.js',
};
const FOLDER = 'bundle';

const posix = (path) => path.split(sep).join('/');

/** @param {string} dist what is built so far: the entries become one line each */
export async function bundleCommand(dist) {
  const entries = Object.entries(ENTRIES).filter(([, file]) => existsSync(join(dist, file)));
  // Tests build trees with less in them.
  if (entries.length < Object.keys(ENTRIES).length) return;
  const { build } = await import('esbuild');
  const folder = join(dist, FOLDER);
  const { metafile } = await build({
    entryPoints: Object.fromEntries(entries.map(([name, file]) => [name, join(dist, file)])),
    outdir: folder,
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    metafile: true,
    absWorkingDir: dist,
    plugins: [packages(dist), ownAddress(dist)],
    legalComments: 'none',
    // Packages of CommonJS ask for modules of Node by `require`.
    banner: {
      js: `import { createRequire as $createRequire } from 'node:module';\nconst require = $createRequire(import.meta.url);`,
    },
    logLevel: 'error',
  });
  writeFileSync(join(folder, 'NOTICE'), licences(dist, metafile));
  for (const [name, file] of entries) {
    const target = posix(relative(dirname(join(dist, file)), join(folder, `${name}.js`)));
    writeFileSync(
      join(dist, file),
      name === 'main' ? `#!/usr/bin/env node\nimport '${target}';\n` : `export * from '${target}';\n`,
    );
  }
}

/** `dist/` may lie below node_modules while it is made. */
const isOwn = (dist, path) => !relative(dist, path).startsWith('..');

/** What our own modules import by name stays outside, but for a few; what those import comes along. */
const packages = (dist) => ({
  name: 'packages',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^[^./]/ }, ({ path, kind, importer }) => {
      if (kind === 'entry-point' || BUNDLED.test(path) || !isOwn(dist, importer)) return undefined;
      return { path, external: true };
    }),
});

/** All of a bundle lies in one folder: what a module finds by its own address it finds by the one that it had. */
const ownAddress = (dist) => ({
  name: 'own-address',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.m?js$/ }, ({ path }) => {
      if (!isOwn(dist, path)) return undefined;
      const address = `new URL(${JSON.stringify(`../${posix(relative(dist, path))}`)}, import.meta.url).href`;
      return { contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', address), loader: 'js' };
    }),
});

/** The licences of the packages in the bundle, as they stand in their folders. */
function licences(dist, { inputs }) {
  const packed = Object.keys(inputs)
    .map((file) => join(dist, file))
    .filter((file) => !isOwn(dist, file));
  const folders = packed.map((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(posix(file))[0]);
  const texts = [...new Set(folders)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((one) => /^licen[cs]e(?:\.(?:md|txt))?$/i.test(one));
    const text = file === undefined ? '' : `\n\n${readFileSync(join(folder, file), 'utf8').trim()}`;
    return `--- ${name} ${version} (${license}), unchanged but bundled${text}\n`;
  });
  return `The files of this folder hold, beside ichor, these packages:\n\n${texts.join('\n')}`;
}
