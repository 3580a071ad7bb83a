import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, relative, resolve, sep } from 'node:path';

const CODE = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx'];

/**
 * SHA-256 over a module and over all that it imports by relative paths, or reads by `new URL('./table.json',
 * import.meta.url)`, to the last file: names relative to the module and contents, and no absolute path, so that a copy of the
 * folder has the same hash. Packages do not count, nor do paths that the code puts together as it runs.
 */
export async function codeHash(file: string): Promise<string> {
  const { build } = await import('esbuild');
  const top = dirname(file);
  const { metafile } = await build({
    entryPoints: [file],
    absWorkingDir: top,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
    logLevel: 'silent',
    // Only the import graph is of interest: no setting of a tsconfig.json around may change or break it.
    tsconfigRaw: '{}',
    plugins: [
      {
        name: 'data',
        setup: ({ onLoad }) => {
          onLoad({ filter: /./ }, ({ path }) =>
            CODE.includes(extname(path)) ? undefined : { contents: '', loader: 'empty' },
          );
        },
      },
    ],
  });
  const files = new Set(Object.keys(metafile.inputs).map((name) => resolve(top, name)));
  for (const code of [...files]) for (const data of dataFiles(code)) files.add(data);
  const hash = createHash('sha256');
  const named = [...files].map((path) => ({ path, name: relative(top, path).split(sep).join('/') }));
  for (const { path, name } of named.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const content = readFileSync(path);
    // Lengths keep one file's end from being another one's start.
    hash.update(`${Buffer.byteLength(name)} ${name} ${content.length} `).update(content);
  }
  return hash.digest('hex');
}

function dataFiles(file: string): string[] {
  if (!CODE.includes(extname(file))) return [];
  const text = readFileSync(file, 'utf8');
  const urls = [...text.matchAll(/new URL\(\s*(['"`])(\.\.?\/[^'"`$]+)\1\s*,\s*import\.meta\.url/g)];
  return urls
    .map(([, , path]) => resolve(dirname(file), path ?? ''))
    .filter((path) => existsSync(path) && statSync(path).isFile());
}
